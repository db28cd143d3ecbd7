//! Table `commands`: what was decided of each command, so that the same one again gets the same answer.

use sea_orm::entity::prelude::*;

/// A command that was decided.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "commands")]
pub struct Model {
    /// Made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// SHA-256 of who asked for what, in hexadecimal: an id that is used again for something else is an error.
    pub digest: String,
    /// What was answered, as JSON text.
    pub answer: String,
    /// Microseconds.
    pub decided_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
