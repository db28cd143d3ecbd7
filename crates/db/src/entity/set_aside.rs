//! Table `set_aside`: inputs that the database refuses for good, kept for staff with the cause.

use sea_orm::entity::prelude::*;

/// An input that could not be stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "set_aside")]
pub struct Model {
    /// Derived from the content, so that the same input again makes one row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// What it was: `shelf_event`, `look`, a kind of fact.
    pub kind: String,
    /// What the database said.
    pub cause: String,
    /// The input as JSON text, in which control characters are escaped.
    pub payload: String,
    /// Microseconds.
    pub set_aside_at: i64,
    /// Whoever of the staff has seen to it.
    pub seen_by: Option<Uuid>,
    /// Microseconds.
    pub seen_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
