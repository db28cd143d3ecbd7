//! Table `mailbox`: a mail in the local mailbox.

use sea_orm::entity::prelude::*;

/// A mail in the local mailbox.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox")]
pub struct Model {
    /// The outbox row it came from, so that it is there once.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// From which store.
    pub store_id: Uuid,
    /// To whom.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// HTML body.
    pub html: String,
    /// Plain text body.
    pub text: String,
    /// Microseconds.
    pub sent_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
