//! The plan of the room: saved with its history, read as it is now.

use domain::ids::{AdminId, StoreId};
use domain::room::RoomPlan;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::entity::room_plan;
use crate::stores::{json, signed, unsigned};
use crate::time::micros;
use crate::{Db, DbError};

/// A plan that was saved.
#[derive(Clone, PartialEq, Debug)]
pub struct SavedPlan {
    /// Counts up from 1.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// Who; none: it came with the demo.
    pub by: Option<AdminId>,
    /// The plan.
    pub plan: RoomPlan,
}

/// The plan that holds, with its version, if one was saved.
pub async fn latest(db: &Db, store: StoreId) -> Result<Option<(RoomPlan, u32)>, DbError> {
    let row = room_plan::Entity::find()
        .filter(room_plan::Column::StoreId.eq(store.0))
        .order_by_desc(room_plan::Column::Version)
        .one(&db.pool)
        .await?;
    let plan = |row: room_plan::Model| {
        let plan = serde_json::from_value(row.plan).map_err(|why| DbError::unreadable("plan of the room", why))?;
        Ok((plan, unsigned(row.version)))
    };
    row.map(plan).transpose()
}

/// Saves a plan; an older one stays in the history.
pub async fn save(db: &Db, store: StoreId, saved: &SavedPlan) -> Result<(), DbError> {
    put(&db.pool, store, saved).await
}

pub(crate) async fn put(connection: &impl ConnectionTrait, store: StoreId, saved: &SavedPlan) -> Result<(), DbError> {
    let row = room_plan::ActiveModel {
        store_id: Set(store.0),
        version: Set(signed(saved.version)),
        saved_at: Set(micros(saved.at)),
        saved_by: Set(saved.by.map(|by| by.0)),
        plan: Set(json(&saved.plan)?),
    };
    room_plan::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}
