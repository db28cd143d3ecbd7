//! Reading the event log.

use domain::event::DomainEvent;
use domain::ids::{ShopperId, ShoppingSessionId, Sku, StoreId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::commit::Recorded;
use crate::connection::{Db, DbError};
use crate::entity::event_log;
use crate::time::from_micros;

/// The highest number so far; 0 in an empty log.
pub async fn last_seq(db: &Db) -> Result<i64, DbError> {
    let row = event_log::Entity::find().order_by_desc(event_log::Column::Seq).one(&db.pool).await?;
    Ok(row.map_or(0, |row| row.seq))
}

/// The newest facts, newest first, at most `limit`.
pub async fn newest(db: &Db, store: StoreId, limit: u64) -> Result<Vec<Recorded>, DbError> {
    let rows = event_log::Entity::find()
        .filter(event_log::Column::StoreId.eq(store.0))
        .order_by_desc(event_log::Column::Seq)
        .limit(limit)
        .all(&db.pool)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What was in the cart of a visit and not billed, because what was seen later left too much doubt. Nothing while it has not settled.
pub async fn left_out(db: &Db, shopper: ShopperId, session: ShoppingSessionId) -> Result<Vec<(Sku, u32)>, DbError> {
    let row = event_log::Entity::find()
        .filter(event_log::Column::ShopperId.eq(shopper.0))
        .filter(event_log::Column::SessionId.eq(session.0))
        .filter(event_log::Column::Kind.eq("session_settled"))
        .one(&db.pool)
        .await?;
    Ok(match row.map(from_row).transpose()?.map(|recorded| recorded.event) {
        Some(DomainEvent::SessionSettled { left_out, .. }) => left_out,
        Some(_) | None => Vec::new(),
    })
}

fn from_row(row: event_log::Model) -> Result<Recorded, DbError> {
    Ok(Recorded {
        seq: row.seq,
        recorded_at: from_micros(row.recorded_at),
        event: serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("event", why))?,
    })
}
