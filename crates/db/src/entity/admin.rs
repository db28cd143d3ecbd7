//! Table `admins`: an admin account.

use sea_orm::entity::prelude::*;

/// An admin account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "admins")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub store_id: Uuid,
    /// As given.
    pub name: String,
    /// In lower case; unique.
    #[sea_orm(unique)]
    pub email: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// `owner` or `staff`.
    pub role: String,
    /// Microseconds.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
