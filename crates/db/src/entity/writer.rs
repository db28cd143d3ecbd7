//! Table `writers`: the one server that may write this database.

use sea_orm::entity::prelude::*;

/// The one server that may write this database.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "writers")]
pub struct Model {
    /// Always 1: there is one row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Counts up with every server that becomes the writer.
    pub fence: i64,
    /// Which program on which machine, for people.
    pub holder: String,
    /// Microseconds.
    pub since: i64,
    /// The number of the last fact that was committed.
    pub committed_seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
