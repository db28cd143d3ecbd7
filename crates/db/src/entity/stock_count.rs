//! Table `stock_counts`: how many units staff last counted at a slot.

use sea_orm::entity::prelude::*;

/// How many units staff last counted at a slot.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_counts")]
pub struct Model {
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// Which slot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slot: String,
    /// Of which product.
    pub sku: String,
    /// How many.
    pub units: i32,
    /// Microseconds.
    pub counted_at: i64,
    /// Which admin.
    pub counted_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
