//! Table `store_changes`: who changed the store's settings, and what they were before.

use sea_orm::entity::prelude::*;

/// Who changed the store's settings, and what they were before.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "store_changes")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// The version that the change made.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Microseconds.
    pub made_at: i64,
    /// Which admin.
    pub made_by: Uuid,
    /// The domain value before.
    #[sea_orm(column_type = "JsonBinary")]
    pub before: Json,
}

impl ActiveModelBehavior for ActiveModel {}
