//! Table `product_prices`: how a product was sold from a moment on.

use sea_orm::entity::prelude::*;

/// How a product was sold from a moment on.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product_prices")]
pub struct Model {
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// Which product.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sku: String,
    /// Microseconds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: i64,
    /// Tax included; none: it could not be sold.
    pub price_minor: Option<i64>,
    /// `standard`, `reduced` or `zero`.
    pub tax_class: String,
    /// What the shopper read.
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
