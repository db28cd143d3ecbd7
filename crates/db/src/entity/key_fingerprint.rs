//! Table `key_fingerprints`: which key a store was made with.

use sea_orm::entity::prelude::*;

/// Which key a store was made with.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_fingerprints")]
pub struct Model {
    /// Which store.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// Derived of the key; the key cannot be derived of it.
    pub fingerprint: String,
    /// Microseconds.
    pub noted_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
