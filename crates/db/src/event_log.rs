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
const UNTOLD: [&str; 10] = [
    "shelf_event_kept",
    "shelf_event_dismissed",
    "receipt_deferred",
    "restocked",
    "product_saved",
    "planogram_changed",
    "stock_counted",
    "store_settings_saved",
    "face_enrolled",
    "face_learning_set",
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

/// The event's kind, and whom and which visit it concerns.
pub(crate) fn subject(event: &DomainEvent) -> (&'static str, Option<ShopperId>, Option<ShoppingSessionId>) {
    match event {
        DomainEvent::SessionOpened { session, shopper, .. } => ("session_opened", Some(*shopper), Some(*session)),
        DomainEvent::IdentityDoubted { session, shopper, .. } => ("identity_doubted", Some(*shopper), Some(*session)),
        DomainEvent::ShelfEventKept { .. } => ("shelf_event_kept", None, None),
        DomainEvent::ShelfEventDismissed { .. } => ("shelf_event_dismissed", None, None),
        DomainEvent::UnitsCameBack { review, .. } => {
            ("units_came_back", None, review.asked.last().map(|asked| asked.session))
        }
        DomainEvent::RestockingBegan { .. } => ("restocking_began", None, None),
        DomainEvent::Restocked { .. } => ("restocked", None, None),
        DomainEvent::RestockingEnded { .. } => ("restocking_ended", None, None),
        DomainEvent::InteractionRecorded { interaction } => ("interaction_recorded", None, Some(interaction.session)),
        DomainEvent::ReviewOpened { .. } => ("review_opened", None, None),
        DomainEvent::ReviewAsked { review } => ("review_asked", None, review.asked.last().map(|asked| asked.session)),
        DomainEvent::ReviewAnswered { review } => {
            ("review_answered", None, review.asked.last().map(|asked| asked.session))
        }
        DomainEvent::ReviewDecided { decision, .. } => ("review_decided", None, decision.session),
        DomainEvent::SessionExited { session, shopper, .. } => ("session_exited", Some(*shopper), Some(*session)),
        DomainEvent::ReceiptDeferred { session, shopper, .. } => ("receipt_deferred", Some(*shopper), Some(*session)),
        DomainEvent::SessionSettled { session, shopper, .. } => ("session_settled", Some(*shopper), Some(*session)),
        DomainEvent::ProductSaved { .. } => ("product_saved", None, None),
        DomainEvent::PlanogramChanged { .. } => ("planogram_changed", None, None),
        DomainEvent::StockCounted { .. } => ("stock_counted", None, None),
        DomainEvent::StoreSettingsSaved { .. } => ("store_settings_saved", None, None),
        DomainEvent::RoomSaved { .. } => ("room_saved", None, None),
        DomainEvent::FaceEnrolled { shopper, .. } => ("face_enrolled", Some(*shopper), None),
        DomainEvent::FaceLearningSet { shopper, .. } => ("face_learning_set", Some(*shopper), None),
        DomainEvent::DisputeOpened { shopper, .. } => ("dispute_opened", Some(*shopper), None),
        DomainEvent::DisputeDecided { shopper, .. } => ("dispute_decided", Some(*shopper), None),
    }
}

fn from_row(row: event_log::Model) -> Result<Recorded, DbError> {
    Ok(Recorded {
        seq: row.seq,
        recorded_at: from_micros(row.recorded_at),
        event: serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("event", why))?,
    })
}
