//! Consents and biometric references. Embeddings come in and go out sealed: this crate never sees one in the clear.

use domain::ids::ShopperId;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use crate::connection::{Db, DbError};
pub use crate::entity::biometric_reference::Model as ReferenceRow;
pub use crate::entity::consent::Model as ConsentRow;
use crate::entity::{biometric_reference, consent};
use crate::time::micros;

/// A new enrolment: what was agreed to and the sealed templates.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// Whose.
    pub shopper: ShopperId,
    /// Which consent text was agreed to.
    pub consent_version: String,
    /// Which embedder made the templates.
    pub model: String,
    /// Id and sealed bytes of each template.
    pub templates: Vec<(Uuid, Vec<u8>)>,
    /// When.
    pub enrolled_at: Timestamp,
    /// After it the templates are deleted.
    pub expires_at: Timestamp,
}

/// What is held about a face.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// How many templates.
    pub templates: u32,
    /// Which consent text was agreed to.
    pub consent_version: String,
    /// Microseconds.
    pub enrolled_at: i64,
    /// Microseconds.
    pub expires_at: i64,
}

/// Replaces whatever was enrolled of this shopper.
pub async fn replace(db: &Db, enrolment: Enrolment) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    erase_in(&transaction, enrolment.shopper, enrolment.enrolled_at).await?;
    let consent_id = Uuid::now_v7();
    let given = consent::ActiveModel {
        id: Set(consent_id),
        shopper_id: Set(enrolment.shopper.0),
        version: Set(enrolment.consent_version),
        given_at: Set(micros(enrolment.enrolled_at)),
        withdrawn_at: Set(None),
    };
    consent::Entity::insert(given).exec_without_returning(&transaction).await?;
    let rows = enrolment.templates.into_iter().map(|(id, sealed)| biometric_reference::ActiveModel {
        id: Set(id),
        shopper_id: Set(enrolment.shopper.0),
        consent_id: Set(consent_id),
        model: Set(enrolment.model.clone()),
        sealed: Set(sealed),
        created_at: Set(micros(enrolment.enrolled_at)),
        expires_at: Set(micros(enrolment.expires_at)),
    });
    biometric_reference::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// Deletes every template of a shopper and notes that the consent is withdrawn; gives how many there were.
pub async fn erase(db: &Db, shopper: ShopperId, now: Timestamp) -> Result<u64, DbError> {
    let transaction = db.begin().await?;
    let erased = erase_in(&transaction, shopper, now).await?;
    transaction.commit().await?;
    Ok(erased)
}

/// Every reference that has not expired, to fill the gallery.
pub async fn all(db: &Db, now: Timestamp) -> Result<Vec<ReferenceRow>, DbError> {
    let query = biometric_reference::Entity::find()
        .filter(biometric_reference::Column::ExpiresAt.gt(micros(now)))
        .order_by_asc(biometric_reference::Column::Id);
    Ok(query.all(&db.pool).await?)
}

/// Deletes what has expired; tells whose it was.
pub async fn delete_expired(db: &Db, now: Timestamp) -> Result<Vec<ShopperId>, DbError> {
    let expired = biometric_reference::Column::ExpiresAt.lte(micros(now));
    let rows = biometric_reference::Entity::find().filter(expired.clone()).all(&db.pool).await?;
    biometric_reference::Entity::delete_many().filter(expired).exec(&db.pool).await?;
    Ok(rows.into_iter().map(|row| ShopperId(row.shopper_id)).collect())
}

/// Every reference, also those that have expired: a key is changed for all or for none.
pub async fn every_one(db: &Db) -> Result<Vec<ReferenceRow>, DbError> {
    Ok(biometric_reference::Entity::find().all(&db.pool).await?)
}

/// Puts newly sealed bytes in the place of the old ones, all of them or none.
pub async fn reseal(db: &Db, sealed: Vec<(Uuid, Vec<u8>)>) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    for (id, sealed) in sealed {
        let row = biometric_reference::ActiveModel { id: Set(id), sealed: Set(sealed), ..Default::default() };
        biometric_reference::Entity::update(row).validate()?.exec(&transaction).await?;
    }
    Ok(transaction.commit().await?)
}

/// Every reference of one shopper.
pub async fn of_shopper(db: &Db, shopper: ShopperId) -> Result<Vec<ReferenceRow>, DbError> {
    let query = biometric_reference::Entity::find().filter(biometric_reference::Column::ShopperId.eq(shopper.0));
    Ok(query.all(&db.pool).await?)
}

/// Every consent of one shopper, oldest first, with those that are withdrawn.
pub async fn consents(db: &Db, shopper: ShopperId) -> Result<Vec<ConsentRow>, DbError> {
    let query = consent::Entity::find().filter(consent::Column::ShopperId.eq(shopper.0));
    Ok(query.order_by_asc(consent::Column::GivenAt).all(&db.pool).await?)
}

/// What is held about a shopper's face, if anything.
pub async fn held(db: &Db, shopper: ShopperId) -> Result<Option<Held>, DbError> {
    let rows = of_shopper(db, shopper).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let consent = consent::Entity::find_by_id(first.consent_id).one(&db.pool).await?;
    Ok(Some(Held {
        templates: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        consent_version: consent.map(|consent| consent.version).unwrap_or_default(),
        enrolled_at: first.created_at,
        expires_at: first.expires_at,
    }))
}

async fn erase_in(
    connection: &impl sea_orm::ConnectionTrait,
    shopper: ShopperId,
    now: Timestamp,
) -> Result<u64, DbError> {
    let deleted = biometric_reference::Entity::delete_many()
        .filter(biometric_reference::Column::ShopperId.eq(shopper.0))
        .exec(connection)
        .await?;
    consent::Entity::update_many()
        .col_expr(consent::Column::WithdrawnAt, Expr::value(micros(now)))
        .filter(consent::Column::ShopperId.eq(shopper.0))
        .filter(consent::Column::WithdrawnAt.is_null())
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected)
}
