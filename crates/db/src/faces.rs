//! Consents and biometric references. Embeddings come in and go out sealed: this crate never sees one in the clear.

use std::collections::BTreeSet;

use domain::ids::{ShopperId, StoreId};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use crate::connection::{Db, DbError};
pub use crate::entity::biometric_reference::{Model as ReferenceRow, Source};
pub use crate::entity::consent::Model as ConsentRow;
use crate::entity::{biometric_reference, consent, gallery_face};
use crate::time::micros;

/// A new enrolment: what was agreed to and the sealed templates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Where.
    pub store: StoreId,
    /// Whose.
    pub shopper: ShopperId,
    /// Which consent text was agreed to.
    pub consent_version: String,
    /// Whether the photographs are from a film in which the head was turned.
    pub by_film: bool,
    /// Which embedder made the templates.
    pub model: String,
    /// Id and sealed bytes of each template.
    pub templates: Vec<(Uuid, Vec<u8>)>,
    /// When.
    pub enrolled_at: Timestamp,
    /// After it the templates are deleted.
    pub expires_at: Timestamp,
}

/// A template of a visit.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// Whose.
    pub shopper: ShopperId,
    /// Which embedder made it.
    pub model: String,
    /// Its id.
    pub id: Uuid,
    /// Its sealed bytes.
    pub sealed: Vec<u8>,
    /// When.
    pub seen_at: Timestamp,
    /// After it the template is deleted.
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
    /// Microseconds: when the last of them is deleted.
    pub expires_at: i64,
    /// How many of the templates are from visits.
    pub from_visits: u32,
    /// Whether visits may add templates.
    pub learns: bool,
    /// Whether the photographs are from a film in which the head was turned.
    pub by_film: bool,
}

/// Replaces whatever was enrolled of this shopper, without a fact that says so: for shoppers that are made up.
pub async fn replace(db: &Db, enrolment: Enrolment) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    replace_in(&transaction, &enrolment).await?;
    Ok(transaction.commit().await?)
}

/// Replaces whatever was enrolled of this shopper, as the fact that says so is committed.
pub(crate) async fn replace_in(connection: &impl ConnectionTrait, enrolment: &Enrolment) -> Result<(), DbError> {
    erase_in(connection, enrolment.shopper, enrolment.enrolled_at).await?;
    let consent_id = Uuid::now_v7();
    let given = consent::ActiveModel {
        id: Set(consent_id),
        store_id: Set(enrolment.store.0),
        shopper_id: Set(enrolment.shopper.0),
        version: Set(enrolment.consent_version.clone()),
        given_at: Set(micros(enrolment.enrolled_at)),
        withdrawn_at: Set(None),
        learns_since: Set(None),
        by_film: Set(enrolment.by_film),
    };
    consent::Entity::insert(given).exec_without_returning(connection).await?;
    let rows = enrolment.templates.iter().map(|(id, sealed)| biometric_reference::ActiveModel {
        id: Set(*id),
        store_id: Set(enrolment.store.0),
        shopper_id: Set(enrolment.shopper.0),
        consent_id: Set(consent_id),
        model: Set(enrolment.model.clone()),
        sealed: Set(sealed.clone()),
        created_at: Set(micros(enrolment.enrolled_at)),
        expires_at: Set(micros(enrolment.expires_at)),
        source: Set(Source::Enrolment),
    });
    biometric_reference::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// The consent that is in force, if any.
async fn consent_of(connection: &impl ConnectionTrait, shopper: ShopperId) -> Result<Option<ConsentRow>, DbError> {
    let query = consent::Entity::find()
        .filter(consent::Column::ShopperId.eq(shopper.0))
        .filter(consent::Column::WithdrawnAt.is_null())
        .order_by_desc(consent::Column::GivenAt);
    Ok(query.one(connection).await?)
}

/// Notes whether visits may add templates; where they may not, those that they did add are deleted.
pub(crate) async fn set_learning_in(
    connection: &impl ConnectionTrait,
    shopper: ShopperId,
    since: Option<Timestamp>,
) -> Result<(), DbError> {
    let Some(consent) = consent_of(connection, shopper).await? else { return Ok(()) };
    let row = consent::ActiveModel { id: Set(consent.id), learns_since: Set(since.map(micros)), ..Default::default() };
    consent::Entity::update(row).validate()?.exec(connection).await?;
    if since.is_none() {
        biometric_reference::Entity::delete_many()
            .filter(biometric_reference::Column::ShopperId.eq(shopper.0))
            .filter(biometric_reference::Column::Source.eq(Source::Visit))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Keeps a template of a visit, where the shopper agreed to that, and deletes the oldest of them beyond `most`. Gives whether it
/// was kept.
pub async fn learn(db: &Db, learnt: Learnt, most: usize) -> Result<bool, DbError> {
    let transaction = db.begin().await?;
    let consent = consent_of(&transaction, learnt.shopper).await?.filter(|consent| consent.learns_since.is_some());
    let Some(consent) = consent else { return Ok(false) };
    let row = biometric_reference::ActiveModel {
        id: Set(learnt.id),
        store_id: Set(consent.store_id),
        shopper_id: Set(learnt.shopper.0),
        consent_id: Set(consent.id),
        model: Set(learnt.model),
        sealed: Set(learnt.sealed),
        created_at: Set(micros(learnt.seen_at)),
        expires_at: Set(micros(learnt.expires_at)),
        source: Set(Source::Visit),
    };
    biometric_reference::Entity::insert(row).exec_without_returning(&transaction).await?;
    let newest_first = biometric_reference::Entity::find()
        .filter(biometric_reference::Column::ShopperId.eq(learnt.shopper.0))
        .filter(biometric_reference::Column::Source.eq(Source::Visit))
        .order_by_desc(biometric_reference::Column::CreatedAt)
        .order_by_desc(biometric_reference::Column::Id)
        .all(&transaction)
        .await?;
    let ids = newest_first.into_iter().skip(most).map(|row| row.id);
    biometric_reference::Entity::delete_many()
        .filter(biometric_reference::Column::Id.is_in(ids))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Puts a template of today's model in the place of a shopper's templates of other models, by the consent that they were given
/// by and until the time that they had. Gives whether there were any, and a consent in force.
pub async fn renew(
    db: &Db,
    shopper: ShopperId,
    model: &str,
    id: Uuid,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let transaction = db.begin().await?;
    let outdated = biometric_reference::Entity::find()
        .filter(biometric_reference::Column::ShopperId.eq(shopper.0))
        .filter(biometric_reference::Column::Model.ne(model))
        .all(&transaction)
        .await?;
    let consent = consent_of(&transaction, shopper).await?;
    let (Some(consent), Some(expires_at)) = (consent, outdated.iter().map(|row| row.expires_at).max()) else {
        return Ok(false);
    };
    let ids = outdated.into_iter().map(|row| row.id);
    biometric_reference::Entity::delete_many()
        .filter(biometric_reference::Column::Id.is_in(ids))
        .exec(&transaction)
        .await?;
    let row = biometric_reference::ActiveModel {
        id: Set(id),
        store_id: Set(consent.store_id),
        shopper_id: Set(shopper.0),
        consent_id: Set(consent.id),
        model: Set(model.to_owned()),
        sealed: Set(sealed),
        created_at: Set(micros(now)),
        expires_at: Set(expires_at),
        source: Set(Source::Enrolment),
    };
    biometric_reference::Entity::insert(row).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Every reference of a store that has not expired, to fill the gallery.
pub async fn all(db: &Db, store: StoreId, now: Timestamp) -> Result<Vec<ReferenceRow>, DbError> {
    let query = biometric_reference::Entity::find()
        .filter(biometric_reference::Column::StoreId.eq(store.0))
        .filter(biometric_reference::Column::ExpiresAt.gt(micros(now)))
        .order_by_asc(biometric_reference::Column::Id);
    Ok(query.all(&db.pool).await?)
}

/// Whose references at a store have expired, some or all.
pub async fn expired(db: &Db, store: StoreId, now: Timestamp) -> Result<BTreeSet<ShopperId>, DbError> {
    let query = biometric_reference::Entity::find()
        .filter(biometric_reference::Column::StoreId.eq(store.0))
        .filter(biometric_reference::Column::ExpiresAt.lte(micros(now)));
    Ok(query.all(&db.pool).await?.into_iter().map(|row| ShopperId(row.shopper_id)).collect())
}

/// Deletes what has expired of a shopper; gives how many references that were.
pub async fn delete_expired(db: &Db, shopper: ShopperId, now: Timestamp) -> Result<u64, DbError> {
    let deleted = biometric_reference::Entity::delete_many()
        .filter(biometric_reference::Column::ShopperId.eq(shopper.0))
        .filter(biometric_reference::Column::ExpiresAt.lte(micros(now)))
        .exec(&db.pool)
        .await?;
    Ok(deleted.rows_affected)
}

/// Every reference, also those that have expired, of whichever store: a key is changed for all or for none.
pub async fn every_one(db: &Db) -> Result<Vec<ReferenceRow>, DbError> {
    Ok(biometric_reference::Entity::find().all(&db.pool).await?)
}

/// Newly sealed bytes, by the ids of their rows.
#[derive(Default)]
pub struct Resealed {
    /// Of shoppers' references.
    pub references: Vec<(Uuid, Vec<u8>)>,
    /// Of faces in the galleries of programs.
    pub gallery_faces: Vec<(Uuid, Vec<u8>)>,
}

/// Puts newly sealed bytes in the place of the old ones, all of them or none.
pub async fn reseal(db: &Db, resealed: Resealed) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    for (id, sealed) in resealed.references {
        let row = biometric_reference::ActiveModel { id: Set(id), sealed: Set(sealed), ..Default::default() };
        biometric_reference::Entity::update(row).validate()?.exec(&transaction).await?;
    }
    for (id, sealed) in resealed.gallery_faces {
        let row = gallery_face::ActiveModel { id: Set(id), sealed: Set(sealed), ..Default::default() };
        gallery_face::Entity::update(row).validate()?.exec(&transaction).await?;
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
    let (Some(enrolled_at), Some(expires_at)) =
        (rows.iter().map(|row| row.created_at).min(), rows.iter().map(|row| row.expires_at).max())
    else {
        return Ok(None);
    };
    let count = |rows: &mut dyn Iterator<Item = &ReferenceRow>| u32::try_from(rows.count()).unwrap_or(u32::MAX);
    let consent = consent_of(&db.pool, shopper).await?;
    Ok(Some(Held {
        templates: count(&mut rows.iter()),
        from_visits: count(&mut rows.iter().filter(|row| row.source == Source::Visit)),
        learns: consent.as_ref().is_some_and(|consent| consent.learns_since.is_some()),
        by_film: consent.as_ref().is_some_and(|consent| consent.by_film),
        consent_version: consent.map(|consent| consent.version).unwrap_or_default(),
        enrolled_at,
        expires_at,
    }))
}

/// Deletes every template of a shopper and notes that the consent is withdrawn; gives how many there were.
pub(crate) async fn erase_in(
    connection: &impl ConnectionTrait,
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
