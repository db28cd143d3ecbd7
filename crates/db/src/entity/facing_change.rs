//! Table `facing_changes`: who changed what stands at a slot, and when.

use sea_orm::entity::prelude::*;

/// Who changed what stands at a slot, and when.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "facing_changes")]
pub struct Model {
    /// Row id, in the order of time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub store_id: Uuid,
    /// Which slot.
    pub slot: String,
    /// Microseconds.
    pub made_at: i64,
    /// The admin; none: the command line or the demo.
    pub made_by: Option<Uuid>,
    /// `page`, `import` or `command`.
    pub means: String,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub before: Option<Json>,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub after: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
