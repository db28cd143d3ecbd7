//! Table `disputes`: a dispute.

use sea_orm::entity::prelude::*;

/// A dispute.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disputes")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Which order.
    pub order_id: Uuid,
    /// Who.
    pub shopper_id: Uuid,
    /// `open`, `accepted` or `rejected`.
    pub state: String,
    /// Microseconds.
    pub opened_at: i64,
    /// Microseconds.
    pub decided_at: Option<i64>,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
}

impl ActiveModelBehavior for ActiveModel {}
