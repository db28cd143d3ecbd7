//! Table `consents`: a consent to keep biometric references.

use sea_orm::entity::prelude::*;

/// A consent to keep biometric references.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Whose.
    pub shopper_id: Uuid,
    /// Which text was agreed to.
    pub version: String,
    /// Microseconds.
    pub given_at: i64,
    /// Microseconds.
    pub withdrawn_at: Option<i64>,
    /// Microseconds: since when it was also agreed that visits add templates.
    pub learns_since: Option<i64>,
    /// The photographs are from a film in which the head was turned.
    pub by_film: bool,
}

impl ActiveModelBehavior for ActiveModel {}
