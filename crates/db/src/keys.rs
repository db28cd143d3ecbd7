//! Which key a store was made with: its fingerprint, never the key.

use domain::ids::StoreId;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::connection::{Db, DbError};
use crate::entity::key_fingerprint;
use crate::time::micros;

/// The fingerprint of the key that a store was made with; none where it was made before fingerprints were kept.
pub async fn fingerprint(db: &Db, store: StoreId) -> Result<Option<String>, DbError> {
    let row = key_fingerprint::Entity::find_by_id(store.0).one(&db.pool).await?;
    Ok(row.map(|row| row.fingerprint))
}

/// Notes the fingerprint of a store's key, unless one is noted already; the first stands.
pub async fn note_fingerprint(db: &Db, store: StoreId, fingerprint: &str, now: Timestamp) -> Result<(), DbError> {
    let row = key_fingerprint::ActiveModel {
        store_id: Set(store.0),
        fingerprint: Set(fingerprint.to_owned()),
        noted_at: Set(micros(now)),
    };
    let first_stands = OnConflict::column(key_fingerprint::Column::StoreId).do_nothing().to_owned();
    key_fingerprint::Entity::insert(row).on_conflict(first_stands).exec_without_returning(&db.pool).await?;
    Ok(())
}
