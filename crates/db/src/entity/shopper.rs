//! Table `shoppers`: a shopper's account.

use sea_orm::entity::prelude::*;

/// A shopper's account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shoppers")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where it was made.
    pub store_id: Uuid,
    /// As given.
    pub name: String,
    /// In lower case; unique.
    #[sea_orm(unique)]
    pub email: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// Microseconds.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
