//! Table `login_sessions`: a log-in of a shopper or an admin; nothing to do with shopping.

use sea_orm::entity::prelude::*;

/// A log-in of a shopper or an admin; nothing to do with shopping.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_sessions")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// Where.
    pub store_id: Uuid,
    /// The shopper who is logged in; none: an admin is.
    pub shopper_id: Option<Uuid>,
    /// The admin who is logged in; none: a shopper is.
    pub admin_id: Option<Uuid>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
