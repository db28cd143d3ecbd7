//! Reading reviews.

use domain::ids::{ReviewId, ShoppingSessionId, StoreId};
use domain::review::Review;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::connection::{Db, DbError};
use crate::entity::review;

pub mod list;

/// A case with what was decided, if it was.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewFile {
    /// The case.
    pub review: Review,
    /// Session (none: nobody's) and time in microseconds, once decided.
    pub decided: Option<(Option<ShoppingSessionId>, i64)>,
}

/// Every case that waits for staff, newest first.
pub async fn open(db: &Db, store: StoreId) -> Result<Vec<ReviewFile>, DbError> {
    let rows = review::Entity::find()
        .filter(review::Column::StoreId.eq(store.0))
        .filter(review::Column::Open.eq(true))
        .order_by_desc(review::Column::OpenedAt)
        .order_by_desc(review::Column::Id)
        .all(&db.pool)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// One case.
pub async fn one(db: &Db, id: ReviewId) -> Result<Option<ReviewFile>, DbError> {
    review::Entity::find_by_id(id.0).one(&db.pool).await?.map(from_row).transpose()
}

fn from_row(row: review::Model) -> Result<ReviewFile, DbError> {
    let decided = row.decided_at.map(|at| (row.decided_session_id.map(ShoppingSessionId), at));
    let review = serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("review", why))?;
    Ok(ReviewFile { review, decided })
}
