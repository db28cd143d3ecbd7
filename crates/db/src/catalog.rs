//! Products.

use domain::catalog::{Catalog, Gtin, Product, TaxClass};
use domain::ids::{Sku, StoreId};
use domain::money::Minor;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict,
};

use crate::connection::{Db, DbError};
use crate::entity::{product, store as store_row};
pub use crate::planogram::{planogram, remove_facing, save_facing};
use crate::stores::{signed, unsigned};
use crate::time::micros;

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

/// Makes or changes a product, unless another one has its barcode number.
pub async fn save_product(db: &Db, store: StoreId, product: &Product, now: Timestamp) -> Result<Saved, DbError> {
    let transaction = db.begin().await?;
    // Nobody else gives the number away meanwhile. SQLite has one writer anyway.
    store_row::Entity::find_by_id(store.0).lock_exclusive().one(&transaction).await?;
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
    Ok(())
}

fn product_from_row(row: product::Model) -> Result<Product, DbError> {
    let unreadable = |why: &dyn std::fmt::Display| DbError::unreadable("product", why);
    Ok(Product {
        sku: Sku(row.sku),
        gtin: row.gtin.map(|gtin| Gtin::parse(&gtin)).transpose().map_err(|why| unreadable(&why))?,
        name: row.name,
        price: row.price_minor.map(Minor),
        tax_class: match row.tax_class.as_str() {
            "standard" => TaxClass::Standard,
            "reduced" => TaxClass::Reduced,
            "zero" => TaxClass::Zero,
            other => return Err(unreadable(&other)),
        },
        unit_weight_mg: row.unit_weight_mg.map(unsigned),
    })
}

fn tax_class_name(class: TaxClass) -> &'static str {
    match class {
        TaxClass::Standard => "standard",
        TaxClass::Reduced => "reduced",
        TaxClass::Zero => "zero",
    }
}
