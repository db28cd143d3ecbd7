//! Table `event_log`: the event log: every fact of the store, in order.

use sea_orm::entity::prelude::*;

/// The event log: every fact of the store, in order.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_log")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Where.
    pub store_id: Uuid,
    /// The event's type.
    pub kind: String,
    /// Whom it concerns.
    pub shopper_id: Option<Uuid>,
    /// Which visit it concerns.
    pub session_id: Option<Uuid>,
    /// Microseconds.
    pub recorded_at: i64,
    /// The domain event.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
}

impl ActiveModelBehavior for ActiveModel {}
