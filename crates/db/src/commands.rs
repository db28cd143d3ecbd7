//! Commands that were carried out, by the id that their client made: the same one again gets the same answer.

use domain::ids::StoreId;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::command;
use crate::time::{from_micros, micros};

/// A command with what was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// Made by the client.
    pub id: Uuid,
    /// Of who asked for what: the same id with another digest is another command by mistake.
    pub digest: String,
    /// JSON text.
    pub answer: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// What was answered to the command with this id, if it was carried out.
pub async fn answered(db: &Db, id: Uuid) -> Result<Option<Answered>, DbError> {
    let row = command::Entity::find_by_id(id).one(&db.pool).await?;
    Ok(row.map(|row| Answered { id: row.id, digest: row.digest, answer: row.answer, at: from_micros(row.decided_at) }))
}

/// Forgets answers from before `horizon`: nobody repeats a command after so long.
pub async fn forget_before(db: &Db, horizon: Timestamp) -> Result<u64, DbError> {
    let old = command::Entity::delete_many().filter(command::Column::DecidedAt.lt(micros(horizon)));
    Ok(old.exec(&db.pool).await?.rows_affected)
}

/// Keeps an answer, with what it is about in the same transaction.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    store: StoreId,
    answered: &Answered,
) -> Result<(), DbError> {
    command::Entity::insert(row(store, answered)).exec_without_returning(connection).await?;
    Ok(())
}

/// Keeps an answer that is about nothing else; one that is there already, because that was not heard of, stays.
pub(crate) async fn keep(
    connection: &impl ConnectionTrait,
    store: StoreId,
    answered: &Answered,
) -> Result<(), DbError> {
    let there = OnConflict::column(command::Column::Id).do_nothing().to_owned();
    command::Entity::insert(row(store, answered)).on_conflict(there).exec_without_returning(connection).await?;
    Ok(())
}

fn row(store: StoreId, answered: &Answered) -> command::ActiveModel {
    command::ActiveModel {
        id: Set(answered.id),
        store_id: Set(store.0),
        digest: Set(answered.digest.clone()),
        answer: Set(answered.answer.clone()),
        decided_at: Set(micros(answered.at)),
    }
}
