//! What a floor needs to go on after a restart.

use domain::ids::{ShelfEventId, StoreId};
use domain::memory::{FloorMemory, REMEMBERED_EVENTS};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::shelf_event;
use crate::{catalog, orders, reviews, room_plans, sessions, stock};

/// Reads it, at the time `now`.
pub async fn load(db: &Db, store: StoreId, now: Timestamp) -> Result<FloorMemory, DbError> {
    let undecided = shelf_event::Entity::find()
        .filter(shelf_event::Column::StoreId.eq(store.0))
        .filter(shelf_event::Column::Decided.eq(false))
        .order_by_asc(shelf_event::Column::OccurredAt)
        .all(&db.pool)
        .await?
        .into_iter()
        .map(|row| serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("shelf event", why)))
        .collect::<Result<_, _>>()?;
    let mut recent: Vec<Uuid> = shelf_event::Entity::find()
        .select_only()
        .column(shelf_event::Column::Id)
        .filter(shelf_event::Column::StoreId.eq(store.0))
        .order_by_desc(shelf_event::Column::ReceivedAt)
        .limit(REMEMBERED_EVENTS as u64)
        .into_tuple()
        .all(&db.pool)
        .await?;
    recent.reverse();
    Ok(FloorMemory {
        sessions: sessions::unsettled(db, store).await?,
        undecided,
        reviews: reviews::open(db, store).await?.into_iter().map(|file| file.review).collect(),
        restocking: stock::restocking(db, store).await?,
        recent_events: recent.into_iter().map(ShelfEventId).collect(),
        room: room_plans::latest(db, store).await?.map(|(plan, _)| plan),
        prices: catalog::prices(db, store).await?,
        last_order: orders::last_number(db, store).await?,
        restored_at: now,
    })
}
