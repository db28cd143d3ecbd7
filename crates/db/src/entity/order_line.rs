//! Table `order_lines`: one SKU in an order.

use sea_orm::entity::prelude::*;

/// One SKU in an order.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_lines")]
pub struct Model {
    /// Which order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    /// Counts up from 0 within the order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    /// Where.
    pub store_id: Uuid,
    /// What.
    pub sku: String,
    /// Its name then.
    pub name: String,
    /// Units.
    pub quantity: i32,
    /// With tax.
    pub unit_price_minor: i64,
    /// Basis points.
    pub tax_rate_bp: i32,
}

impl ActiveModelBehavior for ActiveModel {}
