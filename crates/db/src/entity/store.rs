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
    /// Tax rate of the standard class until the first row of `tax_changes`, in basis points.
    pub standard_rate_bp: i32,
    /// Tax rate of the reduced class until then.
    pub reduced_rate_bp: i32,
    /// Microseconds.
    pub created_at: i64,
    /// By its IANA name; none: nobody has said, and UTC holds.
    pub time_zone: Option<String>,
    /// ISO 3166-1; none: nobody has said.
    pub country: Option<String>,
    /// The domain value; none: around the clock.
    #[sea_orm(column_type = "JsonBinary")]
    pub hours: Option<Json>,
    /// Counts up with every change of the settings.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
