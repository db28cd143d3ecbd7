//! Commands that were carried out, by the id that their client made: the same one again gets the same answer.

use domain::ids::StoreId;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::command;
use crate::time::micros;

/// A command with what was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// Made by the client.
    pub id: Uuid,
    /// Of who asked for what: the same id with another digest is another command by mistake.
    pub digest: String,
    /// JSON text.
    pub answer: String,
}

/// What was answered to the command with this id, if it was carried out.
pub async fn answered(db: &Db, id: Uuid) -> Result<Option<Answered>, DbError> {
    let row = command::Entity::find_by_id(id).one(&db.pool).await?;
    Ok(row.map(|row| Answered { id: row.id, digest: row.digest, answer: row.answer }))
}

/// Forgets answers from before `horizon`: nobody repeats a command after so long.
pub async fn forget_before(db: &Db, horizon: Timestamp) -> Result<u64, DbError> {
    let old = command::Entity::delete_many().filter(command::Column::DecidedAt.lt(micros(horizon)));
    Ok(old.exec(&db.pool).await?.rows_affected)
}

pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    store: StoreId,
    answered: &Answered,
    now: Timestamp,
) -> Result<(), DbError> {
    let row = command::ActiveModel {
        id: Set(answered.id),
        store_id: Set(store.0),
        digest: Set(answered.digest.clone()),
        answer: Set(answered.answer.clone()),
        decided_at: Set(micros(now)),
    };
    command::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}
