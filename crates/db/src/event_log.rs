//! Reading the event log.

use domain::event::DomainEvent;
use domain::ids::{ShopperId, ShoppingSessionId, Sku, StoreId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::commit::Recorded;
use crate::connection::{Db, DbError};
use crate::entity::event_log;
use crate::paging::{Slice, Window};
use crate::time::from_micros;

/// The highest number so far; 0 in an empty log.
pub async fn last_seq(db: &Db) -> Result<i64, DbError> {
    let row = event_log::Entity::find().order_by_desc(event_log::Column::Seq).one(&db.pool).await?;
    Ok(row.map_or(0, |row| row.seq))
}

/// Facts that staff do not read about: steps on the way to others.
const UNTOLD: [&str; 7] = [
    "shelf_event_kept",
    "shelf_event_dismissed",
    "receipt_deferred",
    "restocked",
    "product_saved",
    "planogram_changed",
    "stock_counted",
];

/// A page of the facts that staff read about, newest first. The position is the number in the log.
pub async fn told(db: &Db, store: StoreId, window: &Window<i64>) -> Result<Slice<Recorded, i64>, DbError> {
    let rows = select(store, window).all(&db.pool).await?;
    Slice::cut(rows, window, |row| row.seq).try_map(from_row)
}

pub(crate) fn select(store: StoreId, window: &Window<i64>) -> Select<event_log::Entity> {
    let condition = Condition::all()
        .add(event_log::Column::StoreId.eq(store.0))
        .add(event_log::Column::Kind.is_not_in(UNTOLD))
        .add_option(window.after.map(|seq| event_log::Column::Seq.lt(seq)));
    event_log::Entity::find().filter(condition).order_by_desc(event_log::Column::Seq).limit(window.to_read())
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
