//! Table `orders`: a placed order; never changed.

use sea_orm::entity::prelude::*;

/// A placed order; never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Counts up within the store.
    pub number: i32,
    /// Which visit; unique.
    #[sea_orm(unique)]
    pub session_id: Uuid,
    /// Who.
    pub shopper_id: Uuid,
    /// Microseconds.
    pub placed_at: i64,
    /// The store's then, by its IANA name.
    pub time_zone: String,
    /// How far the store's clock was ahead of UTC then.
    pub utc_offset_s: i32,
    /// ISO 4217.
    pub currency: String,
    /// With tax.
    pub total_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
