//! Table `refunds`: money that goes back for an accepted dispute.

use sea_orm::entity::prelude::*;

/// Money that goes back for an accepted dispute.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refunds")]
pub struct Model {
    /// Which dispute.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dispute_id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Which order.
    pub order_id: Uuid,
    /// With tax.
    pub amount_minor: i64,
    /// Microseconds.
    pub recorded_at: i64,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
}

impl ActiveModelBehavior for ActiveModel {}
