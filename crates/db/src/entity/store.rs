//! Table `stores`: a physical shop.

use sea_orm::entity::prelude::*;

/// A physical shop.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stores")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// Tax rate of the standard class, in basis points.
    pub standard_rate_bp: i32,
    /// Tax rate of the reduced class, in basis points.
    pub reduced_rate_bp: i32,
    /// Microseconds.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
