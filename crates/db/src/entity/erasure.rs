//! Table `erasures`: faces that shoppers asked to erase.

use sea_orm::entity::prelude::*;

/// A face that a shopper asked to erase.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Whose.
    pub shopper_id: Uuid,
    /// Templates that were deleted for it, in all tries together.
    pub templates: i64,
    /// Microseconds.
    pub asked_at: i64,
    /// Microseconds: when nothing of the face was left, recordings included; none while something is.
    pub done_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
