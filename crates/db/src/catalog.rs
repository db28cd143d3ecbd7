//! Products and the planogram.

use std::collections::BTreeMap;

use domain::catalog::{Catalog, Gtin, Product, TaxClass};
use domain::ids::{Sku, SlotId, StoreId, ZoneId};
use domain::money::Minor;
use domain::planogram::{Facing, Planogram};
use domain::shelf::{SensorKind, ShelfEvent};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::{facing, product, shelf_event};
use crate::stores::{signed, unsigned};
use crate::time::micros;

/// All products of a store.
pub async fn catalog(db: &Db, store: StoreId) -> Result<Catalog, DbError> {
    let rows = product::Entity::find().filter(product::Column::StoreId.eq(store.0)).all(&db.pool).await?;
    rows.into_iter().map(product_from_row).collect()
}

/// Makes or changes a product.
pub async fn save_product(db: &Db, store: StoreId, product: &Product, now: Timestamp) -> Result<(), DbError> {
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
    product::Entity::insert(row).on_conflict(on_conflict).exec_without_returning(&db.pool).await?;
    Ok(())
}

/// What stands where now.
pub async fn planogram(db: &Db, store: StoreId) -> Result<Planogram, DbError> {
    let rows = facing::Entity::find()
        .filter(facing::Column::StoreId.eq(store.0))
        .filter(facing::Column::ValidTo.is_null())
        .all(&db.pool)
        .await?;
    Ok(rows.into_iter().map(facing_from_row).collect())
}

/// Shelf events that are looked through for what kind of sensor a slot has.
const KINDS_LOOKED_AT: u64 = 5_000;

/// The kind of sensor at each slot that has reported lately.
pub async fn sensor_kinds(db: &Db, store: StoreId) -> Result<BTreeMap<SlotId, SensorKind>, DbError> {
    let rows = shelf_event::Entity::find()
        .filter(shelf_event::Column::StoreId.eq(store.0))
        .order_by_desc(shelf_event::Column::ReceivedAt)
        .limit(KINDS_LOOKED_AT)
        .all(&db.pool)
        .await?;
    let mut kinds = BTreeMap::new();
    for row in rows {
        let event: ShelfEvent =
            serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("shelf event", why))?;
        kinds.entry(event.slot).or_insert(event.sensor);
    }
    Ok(kinds)
}

/// Puts `facing` at its slot from `now` on; what stood there before stays in the history.
pub async fn save_facing(db: &Db, store: StoreId, facing: &Facing, now: Timestamp) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    close_facing(&transaction, store, &facing.slot, now).await?;
    let row = facing::ActiveModel {
        id: Set(Uuid::now_v7()),
        store_id: Set(store.0),
        slot: Set(facing.slot.0.clone()),
        sku: Set(facing.sku.0.clone()),
        zone: Set(facing.zone.0.clone()),
        x: Set(facing.x),
        capacity: Set(signed(facing.capacity)),
        valid_from: Set(micros(now)),
        valid_to: Set(None),
    };
    facing::Entity::insert(row).exec_without_returning(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// Empties a slot from `now` on. Tells whether something stood there.
pub async fn remove_facing(db: &Db, store: StoreId, slot: &SlotId, now: Timestamp) -> Result<bool, DbError> {
    close_facing(&db.pool, store, slot, now).await
}

async fn close_facing(
    connection: &impl sea_orm::ConnectionTrait,
    store: StoreId,
    slot: &SlotId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let change = facing::ActiveModel { valid_to: Set(Some(micros(now))), ..Default::default() };
    let result = facing::Entity::update_many()
        .set(change)
        .filter(facing::Column::StoreId.eq(store.0))
        .filter(facing::Column::Slot.eq(slot.as_str()))
        .filter(facing::Column::ValidTo.is_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected > 0)
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

fn facing_from_row(row: facing::Model) -> Facing {
    Facing {
        slot: SlotId(row.slot),
        sku: Sku(row.sku),
        zone: ZoneId(row.zone),
        x: row.x,
        capacity: unsigned(row.capacity),
    }
}
