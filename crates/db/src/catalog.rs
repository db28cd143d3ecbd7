//! Products.

use std::collections::BTreeSet;

use domain::catalog::{Catalog, Gtin, Product, TaxClass};
use domain::ids::{Sku, StoreId};
use domain::money::Minor;
use domain::price::{PriceEntry, PriceHistory};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::LockType, sea_query::OnConflict,
};

use crate::connection::{Db, DbError};
use crate::entity::{product, product_price, store as store_row};
use crate::paging::{Search, Slice, Window};
pub use crate::planogram::{planogram, remove_facing, save_facing};
use crate::stores::{signed, unsigned};
use crate::time::{from_micros, micros};

/// Whether a product was saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Saved {
    /// It was.
    Done,
    /// Not: this other product has its barcode number.
    GtinTaken(Product),
}

/// All products of a store.
pub async fn catalog(db: &Db, store: StoreId) -> Result<Catalog, DbError> {
    read(&db.pool, store).await
}

pub(crate) async fn read(connection: &impl ConnectionTrait, store: StoreId) -> Result<Catalog, DbError> {
    let rows = product::Entity::find().filter(product::Column::StoreId.eq(store.0)).all(connection).await?;
    rows.into_iter().map(product_from_row).collect()
}

/// A page of a store's products, by SKU; `search`: text in the SKU, the name or the barcode number.
pub async fn page(
    db: &Db,
    store: StoreId,
    search: Option<&Search>,
    window: &Window<Sku>,
) -> Result<Slice<Product, Sku>, DbError> {
    let rows = select(store, search, window, db.pool.get_database_backend()).all(&db.pool).await?;
    Slice::cut(rows, window, |row| Sku(row.sku.clone())).try_map(product_from_row)
}

pub(crate) fn select(
    store: StoreId,
    search: Option<&Search>,
    window: &Window<Sku>,
    engine: DbBackend,
) -> Select<product::Entity> {
    let condition = Condition::all()
        .add(product::Column::StoreId.eq(store.0))
        .add_option(search.map(|search| matches(search, engine)))
        .add_option(window.after.as_ref().map(|sku| product::Column::Sku.gt(sku.0.clone())));
    product::Entity::find().filter(condition).order_by_asc(product::Column::Sku).limit(window.to_read())
}

/// Whether a product answers to a text: its SKU, its name or its barcode number.
pub(crate) fn matches(search: &Search, engine: DbBackend) -> Condition {
    let columns = [product::Column::Sku, product::Column::Name, product::Column::Gtin];
    columns.into_iter().fold(Condition::any(), |any, column| any.add(search.is_in((product::Entity, column), engine)))
}

/// How many products a store has.
pub async fn count(db: &Db, store: StoreId) -> Result<u64, DbError> {
    Ok(product::Entity::find().filter(product::Column::StoreId.eq(store.0)).count(&db.pool).await?)
}

/// The products of these numbers.
pub async fn some(db: &Db, store: StoreId, skus: &BTreeSet<Sku>) -> Result<Catalog, DbError> {
    let of_store = product::Entity::find().filter(product::Column::StoreId.eq(store.0));
    let rows = of_store.filter(product::Column::Sku.is_in(skus.iter().map(|sku| sku.as_str()))).all(&db.pool).await?;
    rows.into_iter().map(product_from_row).collect()
}

/// Makes or changes a product, unless another one has its barcode number.
pub async fn save_product(db: &Db, store: StoreId, product: &Product, now: Timestamp) -> Result<Saved, DbError> {
    let transaction = db.begin().await?;
    // Nobody else gives the number away meanwhile. SQLite has one writer anyway.
    store_row::Entity::find_by_id(store.0).lock(LockType::NoKeyUpdate).one(&transaction).await?;
    if product.gtin.is_some()
        && let Some(other) = read(&transaction, store).await?.gtin_clash(product)
    {
        let other = other.clone();
        transaction.rollback().await?;
        return Ok(Saved::GtinTaken(other));
    }
    put_product(&transaction, store, product, now).await?;
    transaction.commit().await?;
    Ok(Saved::Done)
}

pub(crate) async fn put_product(
    connection: &impl ConnectionTrait,
    store: StoreId,
    product: &Product,
    now: Timestamp,
) -> Result<(), DbError> {
    let row = product::ActiveModel {
        store_id: Set(store.0),
        sku: Set(product.sku.0.clone()),
        gtin: Set(product.gtin.as_ref().map(|gtin| gtin.canonical().to_owned())),
        name: Set(product.name.clone()),
        price_minor: Set(product.price.map(|price| price.0)),
        tax_class: Set(tax_class_name(product.tax_class).to_owned()),
        unit_weight_mg: Set(product.unit_weight_mg.map(signed)),
        updated_at: Set(micros(now)),
    };
    let mut on_conflict = OnConflict::columns([product::Column::StoreId, product::Column::Sku]);
    on_conflict.update_columns([
        product::Column::Gtin,
        product::Column::Name,
        product::Column::PriceMinor,
        product::Column::TaxClass,
        product::Column::UnitWeightMg,
        product::Column::UpdatedAt,
    ]);
    product::Entity::insert(row).on_conflict(on_conflict).exec_without_returning(connection).await?;
    let price = product_price::ActiveModel {
        store_id: Set(store.0),
        sku: Set(product.sku.0.clone()),
        valid_from: Set(micros(now)),
        price_minor: Set(product.price.map(|price| price.0)),
        tax_class: Set(tax_class_name(product.tax_class).to_owned()),
        name: Set(product.name.clone()),
    };
    let key = [product_price::Column::StoreId, product_price::Column::Sku, product_price::Column::ValidFrom];
    let mut last_wins = OnConflict::columns(key);
    last_wins.update_columns([
        product_price::Column::PriceMinor,
        product_price::Column::TaxClass,
        product_price::Column::Name,
    ]);
    product_price::Entity::insert(price).on_conflict(last_wins).exec_without_returning(connection).await?;
    Ok(())
}

/// How every product was sold, from the first time that it was saved on.
pub async fn prices(db: &Db, store: StoreId) -> Result<PriceHistory, DbError> {
    let rows = product_price::Entity::find()
        .filter(product_price::Column::StoreId.eq(store.0))
        .order_by_asc(product_price::Column::ValidFrom)
        .all(&db.pool)
        .await?;
    let mut history = PriceHistory::default();
    for row in rows {
        let entry = PriceEntry {
            from: from_micros(row.valid_from),
            unit_price: row.price_minor.map(Minor),
            tax_class: tax_class_from(&row.tax_class)?,
            name: row.name,
        };
        history.add(&Sku(row.sku), entry);
    }
    Ok(history)
}

fn product_from_row(row: product::Model) -> Result<Product, DbError> {
    let unreadable = |why: &dyn std::fmt::Display| DbError::unreadable("product", why);
    Ok(Product {
        sku: Sku(row.sku),
        gtin: row.gtin.map(|gtin| Gtin::parse(&gtin)).transpose().map_err(|why| unreadable(&why))?,
        name: row.name,
        price: row.price_minor.map(Minor),
        tax_class: tax_class_from(&row.tax_class)?,
        unit_weight_mg: row.unit_weight_mg.map(unsigned),
    })
}

fn tax_class_from(name: &str) -> Result<TaxClass, DbError> {
    match name {
        "standard" => Ok(TaxClass::Standard),
        "reduced" => Ok(TaxClass::Reduced),
        "zero" => Ok(TaxClass::Zero),
        other => Err(DbError::unreadable("product", other)),
    }
}

fn tax_class_name(class: TaxClass) -> &'static str {
    match class {
        TaxClass::Standard => "standard",
        TaxClass::Reduced => "reduced",
        TaxClass::Zero => "zero",
    }
}
