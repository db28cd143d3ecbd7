//! Table `shelf_events`: a shelf event that was taken in.

use sea_orm::entity::prelude::*;

/// A shelf event that was taken in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shelf_events")]
pub struct Model {
    /// Made by the shelf node.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Which slot.
    pub slot: String,
    /// Microseconds.
    pub occurred_at: i64,
    /// Microseconds.
    pub received_at: i64,
    /// Units that were added, or taken where below zero; none in events from before it was kept.
    pub delta_units: Option<i32>,
    /// How many are left, where the sensor counts them.
    pub units_after: Option<i32>,
    /// An interaction or review came of it.
    pub decided: bool,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
}

impl ActiveModelBehavior for ActiveModel {}
