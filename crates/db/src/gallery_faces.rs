//! Faces in galleries of programs. Embeddings come in and go out sealed, as those of shoppers do.

use domain::ids::{DeviceId, StoreId};
use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::gallery_face;
pub use crate::entity::gallery_face::Model as GalleryFaceRow;
use crate::time::micros;

/// Which faces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of a program.
    All,
    /// Those of a gallery.
    Gallery(String),
    /// Those of a person in a gallery.
    Subject(String, String),
    /// One of them.
    Face(Uuid),
}

/// Keeps faces, all or none.
pub async fn insert(db: &Db, rows: Vec<GalleryFaceRow>) -> Result<(), DbError> {
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    gallery_face::Entity::insert_many(rows).exec_without_returning(&db.pool).await?;
    Ok(())
}

/// Every face at a store that has not expired, in the order in which they came.
pub async fn all(db: &Db, store: StoreId, now: Timestamp) -> Result<Vec<GalleryFaceRow>, DbError> {
    let query = gallery_face::Entity::find()
        .filter(gallery_face::Column::StoreId.eq(store.0))
        .filter(gallery_face::Column::ExpiresAt.gt(micros(now)))
        .order_by_asc(gallery_face::Column::Id);
    Ok(query.all(&db.pool).await?)
}

/// Deletes a program's faces; gives how many there were.
pub async fn delete(db: &Db, whose: DeviceId, which: &Which) -> Result<u64, DbError> {
    let of_device = gallery_face::Entity::delete_many().filter(gallery_face::Column::DeviceId.eq(whose.0));
    let query = match which {
        Which::All => of_device,
        Which::Gallery(gallery) => of_device.filter(gallery_face::Column::Gallery.eq(gallery)),
        Which::Subject(gallery, subject) => of_device
            .filter(gallery_face::Column::Gallery.eq(gallery))
            .filter(gallery_face::Column::Subject.eq(subject)),
        Which::Face(id) => of_device.filter(gallery_face::Column::Id.eq(*id)),
    };
    Ok(query.exec(&db.pool).await?.rows_affected)
}

/// Deletes what has expired at a store; gives the ids.
pub async fn delete_expired(db: &Db, store: StoreId, now: Timestamp) -> Result<Vec<Uuid>, DbError> {
    let expired = gallery_face::Column::StoreId.eq(store.0).and(gallery_face::Column::ExpiresAt.lte(micros(now)));
    let rows = gallery_face::Entity::find().filter(expired.clone()).all(&db.pool).await?;
    gallery_face::Entity::delete_many().filter(expired).exec(&db.pool).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Every face, also those that have expired, of whichever store: a key is changed for all or for none.
pub async fn every_one(db: &Db) -> Result<Vec<GalleryFaceRow>, DbError> {
    Ok(gallery_face::Entity::find().all(&db.pool).await?)
}
