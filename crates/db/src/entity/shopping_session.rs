//! Table `shopping_sessions`: a visit.

use sea_orm::entity::prelude::*;

/// A visit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shopping_sessions")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Who.
    pub shopper_id: Uuid,
    /// `open`, `settling` or `settled`.
    pub state: String,
    /// Microseconds.
    pub opened_at: i64,
    /// `face`, `code` or `staff`.
    pub opened_by: String,
    /// Microseconds.
    pub exited_at: Option<i64>,
    /// `face`, `code`, `staff`, or `closing`: nobody saw them leave. None in visits from before it was kept.
    pub exited_by: Option<String>,
    /// Microseconds.
    pub settles_at: Option<i64>,
    /// Microseconds.
    pub settled_at: Option<i64>,
    /// Microseconds: since when it is in doubt whose visit it is.
    pub doubted_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
