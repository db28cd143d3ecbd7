//! Table `tax_changes`: from which day on other tax rates hold.

use sea_orm::entity::prelude::*;

/// From which day on other tax rates hold.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_changes")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// The day by the store's clock, such as `2026-01-01`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: String,
    /// Of the standard class, in basis points.
    pub standard_rate_bp: i32,
    /// Of the reduced class.
    pub reduced_rate_bp: i32,
}

impl ActiveModelBehavior for ActiveModel {}
