//! Table `facings`: what stood at a slot from when to when: the planogram with its history.

use sea_orm::entity::prelude::*;

/// What stood at a slot from when to when: the planogram with its history.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "facings")]
pub struct Model {
    /// Row id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub store_id: Uuid,
    /// The sensed position.
    pub slot: String,
    /// What stands there.
    pub sku: String,
    /// Whose camera sees it.
    pub zone: String,
    /// Across the picture, 0 to 1.
    pub x: Option<f32>,
    /// How many units fit.
    pub capacity: i32,
    /// Microseconds.
    pub valid_from: i64,
    /// Microseconds; none: now.
    pub valid_to: Option<i64>,
    /// Microseconds: since when this product has stood there, over changes of its place or capacity.
    pub stands_since: i64,
}

impl ActiveModelBehavior for ActiveModel {}
