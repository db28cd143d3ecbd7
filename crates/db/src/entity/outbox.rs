//! Table `outbox`: work that follows a committed fact: mails to send.

use sea_orm::entity::prelude::*;

/// Work that follows a committed fact: mails to send.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Derived from its cause, so that it is there once.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// `receipt`, `corrected_receipt` or `dispute_answer`.
    pub kind: String,
    /// The order that a `receipt` is of; none for the other kinds.
    pub order_id: Option<Uuid>,
    /// The dispute that the other kinds are about.
    pub dispute_id: Option<Uuid>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds; later after a failure.
    pub due_at: i64,
    /// Tries so far.
    pub attempts: i32,
    /// Microseconds.
    pub done_at: Option<i64>,
    /// Of the last failed try.
    pub last_error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
