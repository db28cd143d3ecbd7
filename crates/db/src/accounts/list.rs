//! Accounts in pages: shoppers newest first, admins oldest first.

use std::collections::BTreeSet;

use domain::ids::{ShopperId, StoreId};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::{AdminRow, ShopperRow};
use crate::connection::{Db, DbError};
use crate::devices::MadePosition;
use crate::entity::{admin, biometric_reference, shopper};
use crate::paging::{Search, Slice, Window, above, below};
use crate::time::micros;

/// Accounts that are looked up by one statement: both engines bound the number of values.
const ACCOUNTS_AT_ONCE: usize = 500;

/// A page of a store's shoppers, newest first; `search`: text in the name or the e-mail address.
pub async fn shoppers(
    db: &Db,
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MadePosition>,
) -> Result<Slice<ShopperRow, MadePosition>, DbError> {
    let rows = select_shoppers(store, search, window, db.pool.get_database_backend()).all(&db.pool).await?;
    Ok(Slice::cut(rows, window, |row| (row.created_at, row.id)))
}

pub(crate) fn select_shoppers(
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MadePosition>,
    engine: DbBackend,
) -> Select<shopper::Entity> {
    let mut query = match search {
        Some(search) => matching(store, search, engine),
        None => shopper::Entity::find().filter(shopper::Column::StoreId.eq(store.0)),
    };
    if let Some((created_at, id)) = window.after {
        query = query.filter(below([shopper::Column::CreatedAt, shopper::Column::Id], [created_at.into(), id.into()]));
    }
    query.order_by_desc(shopper::Column::CreatedAt).order_by_desc(shopper::Column::Id).limit(window.to_read())
}

/// The shoppers of a store whose name or address contains the text.
pub(crate) fn matching(store: StoreId, search: &Search, engine: DbBackend) -> Select<shopper::Entity> {
    let found = Condition::any()
        .add(search.is_in(shopper::Column::Name, engine))
        .add(search.is_in(shopper::Column::Email, engine));
    shopper::Entity::find().filter(shopper::Column::StoreId.eq(store.0)).filter(found)
}

/// How many shoppers have signed up at a store.
pub async fn count_shoppers(db: &Db, store: StoreId) -> Result<u64, DbError> {
    Ok(shopper::Entity::find().filter(shopper::Column::StoreId.eq(store.0)).count(&db.pool).await?)
}

/// The names of these shoppers; accounts that are gone are left out.
pub async fn names(db: &Db, shoppers: &BTreeSet<ShopperId>) -> Result<Vec<(ShopperId, String)>, DbError> {
    let ids: Vec<Uuid> = shoppers.iter().map(|shopper| shopper.0).collect();
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ACCOUNTS_AT_ONCE) {
        let rows: Vec<(Uuid, String)> = shopper::Entity::find()
            .select_only()
            .columns([shopper::Column::Id, shopper::Column::Name])
            .filter(shopper::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&db.pool)
            .await?;
        found.extend(rows.into_iter().map(|(id, name)| (ShopperId(id), name)));
    }
    Ok(found)
}

/// Which of these shoppers have a face enrolled that has not expired.
pub async fn enrolled(db: &Db, shoppers: &[ShopperRow], now: Timestamp) -> Result<BTreeSet<Uuid>, DbError> {
    let mut found = BTreeSet::new();
    for shoppers in shoppers.chunks(ACCOUNTS_AT_ONCE) {
        let ids: Vec<Uuid> = biometric_reference::Entity::find()
            .select_only()
            .column(biometric_reference::Column::ShopperId)
            .distinct()
            .filter(biometric_reference::Column::ShopperId.is_in(shoppers.iter().map(|row| row.id)))
            .filter(biometric_reference::Column::ExpiresAt.gt(micros(now)))
            .into_tuple()
            .all(&db.pool)
            .await?;
        found.extend(ids);
    }
    Ok(found)
}

/// A page of a store's admins, oldest first; `search`: text in the name or the e-mail address.
pub async fn admins(
    db: &Db,
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MadePosition>,
) -> Result<Slice<AdminRow, MadePosition>, DbError> {
    let rows = select_admins(store, search, window, db.pool.get_database_backend()).all(&db.pool).await?;
    Ok(Slice::cut(rows, window, |row| (row.created_at, row.id)))
}

pub(crate) fn select_admins(
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MadePosition>,
    engine: DbBackend,
) -> Select<admin::Entity> {
    let found = |search: &Search| {
        Condition::any().add(search.is_in(admin::Column::Name, engine)).add(search.is_in(admin::Column::Email, engine))
    };
    let after = |(created_at, id): MadePosition| {
        above([admin::Column::CreatedAt, admin::Column::Id], [created_at.into(), id.into()])
    };
    let condition = Condition::all()
        .add(admin::Column::StoreId.eq(store.0))
        .add_option(search.map(found))
        .add_option(window.after.map(after));
    admin::Entity::find()
        .filter(condition)
        .order_by_asc(admin::Column::CreatedAt)
        .order_by_asc(admin::Column::Id)
        .limit(window.to_read())
}
