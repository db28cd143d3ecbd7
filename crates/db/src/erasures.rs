//! Erasures of faces: begun when a shopper asks, done when nothing is left. A failure or a restart between loses no count.

use domain::ids::{ShopperId, StoreId};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use crate::connection::{Db, DbError};
pub use crate::entity::erasure::Model as ErasureRow;
use crate::entity::{consent, erasure};
use crate::faces::erase_in;
use crate::time::micros;

/// Deletes every template of a shopper, withdraws the consent, and notes how many templates that were, in one transaction.
///
/// It goes on with the erasure that is not done. Where the last one is done and nothing was enrolled since, it is that one again:
/// whoever asks a second time gets the same answer.
pub async fn begin(
    db: &Db,
    store: StoreId,
    shopper: ShopperId,
    id: Uuid,
    now: Timestamp,
) -> Result<ErasureRow, DbError> {
    let transaction = db.begin().await?;
    let enrolled_last = consent::Entity::find()
        .filter(consent::Column::ShopperId.eq(shopper.0))
        .order_by_desc(consent::Column::GivenAt)
        .one(&transaction)
        .await?;
    let last = erasure::Entity::find()
        .filter(erasure::Column::ShopperId.eq(shopper.0))
        .order_by_desc(erasure::Column::AskedAt)
        .order_by_desc(erasure::Column::Id)
        .one(&transaction)
        .await?;
    let deleted = i64::try_from(erase_in(&transaction, shopper, now).await?).unwrap_or(i64::MAX);
    let is_new = |last: &ErasureRow| {
        let enrolled_since = enrolled_last.as_ref().is_some_and(|consent| consent.given_at > last.asked_at);
        last.done_at.is_some() && (deleted > 0 || enrolled_since)
    };
    let row = match last {
        Some(last) if !is_new(&last) => {
            let row = ErasureRow { templates: last.templates.saturating_add(deleted), ..last };
            erasure::Entity::update_many()
                .col_expr(erasure::Column::Templates, Expr::value(row.templates))
                .filter(erasure::Column::Id.eq(row.id))
                .exec(&transaction)
                .await?;
            row
        }
        _ => {
            let row = ErasureRow {
                id,
                store_id: store.0,
                shopper_id: shopper.0,
                templates: deleted,
                asked_at: micros(now),
                done_at: None,
            };
            let new = erasure::ActiveModel {
                id: Set(row.id),
                store_id: Set(row.store_id),
                shopper_id: Set(row.shopper_id),
                templates: Set(row.templates),
                asked_at: Set(row.asked_at),
                done_at: Set(None),
            };
            erasure::Entity::insert(new).exec_without_returning(&transaction).await?;
            row
        }
    };
    transaction.commit().await?;
    Ok(row)
}

/// Notes that nothing is left, unless that is noted already; gives the erasure as it stands.
pub async fn finish(db: &Db, id: Uuid, now: Timestamp) -> Result<Option<ErasureRow>, DbError> {
    erasure::Entity::update_many()
        .col_expr(erasure::Column::DoneAt, Expr::value(micros(now)))
        .filter(erasure::Column::Id.eq(id))
        .filter(erasure::Column::DoneAt.is_null())
        .exec(&db.pool)
        .await?;
    Ok(erasure::Entity::find_by_id(id).one(&db.pool).await?)
}

/// Whose faces at a store are not erased everywhere yet, those first who asked first.
pub async fn not_done(db: &Db, store: StoreId) -> Result<Vec<ErasureRow>, DbError> {
    let query =
        erasure::Entity::find().filter(erasure::Column::StoreId.eq(store.0)).filter(erasure::Column::DoneAt.is_null());
    Ok(query.order_by_asc(erasure::Column::AskedAt).all(&db.pool).await?)
}
