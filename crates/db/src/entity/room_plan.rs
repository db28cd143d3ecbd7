//! Table `room_plans`: every plan of the room that was saved; the one with the highest version holds.

use sea_orm::entity::prelude::*;

/// A plan of the room.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "room_plans")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// Counts up from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Microseconds.
    pub saved_at: i64,
    /// Which admin; none: it came with the demo.
    pub saved_by: Option<Uuid>,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub plan: Json,
}

impl ActiveModelBehavior for ActiveModel {}
