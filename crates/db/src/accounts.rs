//! Accounts of shoppers and admins, and their log-ins.

use domain::ids::{AdminId, ShopperId, StoreId};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, SqlErr,
};

use crate::connection::{Db, DbError};
pub use crate::entity::admin::Model as AdminRow;
pub use crate::entity::shopper::Model as ShopperRow;
use crate::entity::{admin, login_session, shopper};
use crate::time::{from_micros, micros};

pub mod list;

/// What became of a new account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inserted {
    /// It is there.
    Done,
    /// Not: somebody has this e-mail address, or this id.
    Taken,
}

/// Whose log-in it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// A shopper's.
    Shopper,
    /// An admin's.
    Admin,
}

/// Makes a shopper's account.
pub async fn insert_shopper(db: &Db, row: ShopperRow) -> Result<Inserted, DbError> {
    let row: shopper::ActiveModel = row.into_active_model().reset_all();
    taken(shopper::Entity::insert(row).exec_without_returning(&db.pool).await.map(|_| ()))
}

/// Makes an admin account.
pub async fn insert_admin(db: &Db, row: AdminRow) -> Result<Inserted, DbError> {
    let row: admin::ActiveModel = row.into_active_model().reset_all();
    taken(admin::Entity::insert(row).exec_without_returning(&db.pool).await.map(|_| ()))
}

fn taken(result: Result<(), sea_orm::DbErr>) -> Result<Inserted, DbError> {
    match result {
        Ok(()) => Ok(Inserted::Done),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(Inserted::Taken),
        Err(error) => Err(error.into()),
    }
}

/// The shopper with this address (in lower case).
pub async fn shopper_by_email(db: &Db, email: &str) -> Result<Option<ShopperRow>, DbError> {
    Ok(shopper::Entity::find().filter(shopper::Column::Email.eq(email)).one(&db.pool).await?)
}

/// The admin with this address (in lower case).
pub async fn admin_by_email(db: &Db, email: &str) -> Result<Option<AdminRow>, DbError> {
    Ok(admin::Entity::find().filter(admin::Column::Email.eq(email)).one(&db.pool).await?)
}

/// A shopper.
pub async fn shopper(db: &Db, id: ShopperId) -> Result<Option<ShopperRow>, DbError> {
    Ok(shopper::Entity::find_by_id(id.0).one(&db.pool).await?)
}

/// An admin.
pub async fn admin(db: &Db, id: AdminId) -> Result<Option<AdminRow>, DbError> {
    Ok(admin::Entity::find_by_id(id.0).one(&db.pool).await?)
}

/// All admins of a store.
pub async fn admins(db: &Db, store: StoreId) -> Result<Vec<AdminRow>, DbError> {
    let query = admin::Entity::find().filter(admin::Column::StoreId.eq(store.0)).order_by_asc(admin::Column::CreatedAt);
    Ok(query.all(&db.pool).await?)
}

/// How many admin accounts a store has.
pub async fn count_admins(db: &Db, store: StoreId) -> Result<u64, DbError> {
    Ok(admin::Entity::find().filter(admin::Column::StoreId.eq(store.0)).count(&db.pool).await?)
}

/// Keeps a log-in until `expires_at`.
pub async fn insert_login(
    db: &Db,
    store: StoreId,
    token_hash: String,
    audience: Audience,
    account: uuid::Uuid,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let (shopper, admin) = match audience {
        Audience::Shopper => (Some(account), None),
        Audience::Admin => (None, Some(account)),
    };
    let row = login_session::ActiveModel {
        token_hash: Set(token_hash),
        store_id: Set(store.0),
        shopper_id: Set(shopper),
        admin_id: Set(admin),
        created_at: Set(micros(now)),
        expires_at: Set(micros(expires_at)),
    };
    login_session::Entity::insert(row).exec_without_returning(&db.pool).await?;
    Ok(())
}

/// Whose log-in this token is, if it is still valid.
pub async fn login(
    db: &Db,
    token_hash: &str,
    audience: Audience,
    now: Timestamp,
) -> Result<Option<uuid::Uuid>, DbError> {
    let row = login_session::Entity::find_by_id(token_hash.to_owned())
        .filter(login_session::Column::ExpiresAt.gt(micros(now)))
        .one(&db.pool)
        .await?;
    Ok(row.and_then(|row| match audience {
        Audience::Shopper => row.shopper_id,
        Audience::Admin => row.admin_id,
    }))
}

/// Which shopper's log-in this token is, and since when, if it is still valid.
pub async fn shopper_login(
    db: &Db,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(ShopperId, Timestamp)>, DbError> {
    let row = login_session::Entity::find_by_id(token_hash.to_owned())
        .filter(login_session::Column::ExpiresAt.gt(micros(now)))
        .one(&db.pool)
        .await?;
    Ok(row.and_then(|row| Some((ShopperId(row.shopper_id?), from_micros(row.created_at)))))
}

/// Whether a shopper's log-in that began at `since` is still valid.
pub async fn is_logged_in(db: &Db, shopper: ShopperId, since: Timestamp, now: Timestamp) -> Result<bool, DbError> {
    let row = login_session::Entity::find()
        .filter(login_session::Column::ShopperId.eq(shopper.0))
        .filter(login_session::Column::CreatedAt.eq(micros(since)))
        .filter(login_session::Column::ExpiresAt.gt(micros(now)))
        .one(&db.pool)
        .await?;
    Ok(row.is_some())
}

/// Since when and until when a shopper is logged in, once for each valid log-in.
pub async fn log_ins(db: &Db, shopper: ShopperId, now: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>, DbError> {
    let rows = login_session::Entity::find()
        .filter(login_session::Column::ShopperId.eq(shopper.0))
        .filter(login_session::Column::ExpiresAt.gt(micros(now)))
        .order_by_asc(login_session::Column::CreatedAt)
        .all(&db.pool)
        .await?;
    Ok(rows.into_iter().map(|row| (from_micros(row.created_at), from_micros(row.expires_at))).collect())
}

/// Ends a log-in, and drops those that have expired.
pub async fn delete_login(db: &Db, token_hash: &str, now: Timestamp) -> Result<(), DbError> {
    let ended = login_session::Column::TokenHash.eq(token_hash).or(login_session::Column::ExpiresAt.lte(micros(now)));
    login_session::Entity::delete_many().filter(ended).exec(&db.pool).await?;
    Ok(())
}
