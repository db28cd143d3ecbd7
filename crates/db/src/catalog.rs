//! Products.

use domain::catalog::{Catalog, Gtin, Product, TaxClass};
use domain::ids::{Sku, StoreId};
use domain::money::Minor;
use domain::price::{PriceEntry, PriceHistory};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use crate::connection::{Db, DbError};
use crate::entity::{product, product_price};
pub use crate::planogram::{planogram, remove_facing, save_facing};
use crate::stores::{signed, unsigned};
use crate::time::{from_micros, micros};

/// All products of a store.
pub async fn catalog(db: &Db, store: StoreId) -> Result<Catalog, DbError> {
    let rows = product::Entity::find().filter(product::Column::StoreId.eq(store.0)).all(&db.pool).await?;
    rows.into_iter().map(product_from_row).collect()
}

/// Makes or changes a product.
pub async fn save_product(db: &Db, store: StoreId, product: &Product, now: Timestamp) -> Result<(), DbError> {
    put_product(&db.pool, store, product, now).await
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
        gtin: Set(product.gtin.as_ref().map(|gtin| gtin.as_str().to_owned())),
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
