//! Table `devices`: a kiosk or shelf node.

use sea_orm::entity::prelude::*;

/// A kiosk or shelf node.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "devices")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub store_id: Uuid,
    /// Such as "Entry, left door".
    pub name: String,
    /// `entry`, `exit`, `shelf_camera` or `shelf_node`.
    pub role: String,
    /// What it covers.
    pub zone: String,
    /// `invited`, `joined` or `revoked`.
    pub state: String,
    /// SHA-256 of the one-time code, until it is used.
    pub code_hash: Option<String>,
    /// Microseconds.
    pub code_expires_at: Option<i64>,
    /// SHA-256 of its token.
    pub token_hash: Option<String>,
    /// Microseconds.
    pub last_seen_at: Option<i64>,
    /// Microseconds.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
