//! Table `products`: a product of a store.

use sea_orm::entity::prelude::*;

/// A product of a store.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// The store's number of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sku: String,
    /// GS1 barcode number.
    pub gtin: Option<String>,
    /// What the shopper reads.
    pub name: String,
    /// With tax; none: never billed.
    pub price_minor: Option<i64>,
    /// `standard`, `reduced` or `zero`.
    pub tax_class: String,
    /// Of one unit.
    pub unit_weight_mg: Option<i32>,
    /// Microseconds.
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
