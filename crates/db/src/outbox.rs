//! The outbox: work that was committed together with the fact that asks for it.

use domain::ids::StoreId;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::outbox;
pub use crate::entity::outbox::Model as OutboxRow;
use crate::time::micros;

/// What kind of work a row asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Mail the receipt of an order.
    Receipt,
    /// Mail the receipt again, with the refund of a dispute.
    CorrectedReceipt,
    /// Mail the answer to a rejected dispute.
    DisputeAnswer,
}

impl Work {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::CorrectedReceipt => "corrected_receipt",
            Self::DisputeAnswer => "dispute_answer",
        }
    }

    /// From storage.
    pub fn parse(name: &str) -> Result<Self, DbError> {
        [Self::Receipt, Self::CorrectedReceipt, Self::DisputeAnswer]
            .into_iter()
            .find(|work| work.name() == name)
            .ok_or_else(|| DbError::unreadable("outbox kind", name))
    }
}

/// Rows of a store that are due, oldest first.
pub async fn due(db: &Db, store: StoreId, now: Timestamp, limit: u64) -> Result<Vec<OutboxRow>, DbError> {
    let query = outbox::Entity::find()
        .filter(outbox::Column::StoreId.eq(store.0))
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DueAt.lte(micros(now)))
        .order_by_asc(outbox::Column::DueAt)
        .limit(limit);
    Ok(query.all(&db.pool).await?)
}

/// How many rows of a store wait, due or not.
pub async fn waiting(db: &Db, store: StoreId) -> Result<u64, DbError> {
    let of_store = outbox::Entity::find().filter(outbox::Column::StoreId.eq(store.0));
    Ok(of_store.filter(outbox::Column::DoneAt.is_null()).count(&db.pool).await?)
}

/// Ticks a row off.
pub async fn done(db: &Db, id: Uuid, now: Timestamp) -> Result<(), DbError> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::DoneAt, Expr::value(micros(now)))
        .filter(outbox::Column::Id.eq(id))
        .exec(&db.pool)
        .await?;
    Ok(())
}

/// Notes a failed try; the row is due again at `due_at`.
pub async fn failed(db: &Db, id: Uuid, error: &str, due_at: Timestamp) -> Result<(), DbError> {
    let error: String = error.chars().take(500).collect();
    outbox::Entity::update_many()
        .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1))
        .col_expr(outbox::Column::DueAt, Expr::value(micros(due_at)))
        .col_expr(outbox::Column::LastError, Expr::value(error))
        .filter(outbox::Column::Id.eq(id))
        .exec(&db.pool)
        .await?;
    Ok(())
}
