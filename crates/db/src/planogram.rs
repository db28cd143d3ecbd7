//! The planogram with its history: what stands where, what stood there at any moment, and who changed it.

use std::collections::BTreeMap;

use domain::catalog::{Catalog, Product};
use domain::ids::{AdminId, Sku, SlotId, StoreId, ZoneId};
pub use domain::planogram::ChangeMeans;
use domain::planogram::{Facing, FacingChange, Planogram};
use domain::shelf::{SensorKind, ShelfEvent};
use jiff::Timestamp;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::catalog::put_product;
use crate::connection::{Db, DbError};
use crate::entity::{facing, facing_change, shelf_event, store};
use crate::stores::{signed, unsigned};
use crate::time::micros;

pub mod list;

const MEANS: [(ChangeMeans, &str); 3] =
    [(ChangeMeans::Page, "page"), (ChangeMeans::Import, "import"), (ChangeMeans::Command, "command")];

fn means_name(means: ChangeMeans) -> &'static str {
    match means {
        ChangeMeans::Page => "page",
        ChangeMeans::Import => "import",
        ChangeMeans::Command => "command",
    }
}

fn means_from(name: &str) -> Result<ChangeMeans, DbError> {
    let found = MEANS.into_iter().find(|(_, known)| *known == name);
    found.map(|(means, _)| means).ok_or_else(|| DbError::unreadable("change of a facing", name))
}

/// Who changes something, when and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// The admin; none: whoever may use the command line.
    pub by: Option<AdminId>,
    /// When.
    pub at: Timestamp,
    /// How.
    pub means: ChangeMeans,
}

/// Whether changes were written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applied {
    /// All of them.
    Done,
    /// None: what they began from has changed meanwhile.
    Overtaken,
}

/// A change with its circumstances.
#[derive(Clone, PartialEq, Debug)]
pub struct MadeChange {
    /// Who, when, how.
    pub made: Made,
    /// What.
    pub change: FacingChange,
}

/// Rows in one statement: both engines bound the number of values.
const ROWS_AT_ONCE: usize = 500;
/// Shelf events that are looked through for what kind of sensor a slot has.
const KINDS_LOOKED_AT: u64 = 5_000;

/// What stands where now.
pub async fn planogram(db: &Db, store: StoreId) -> Result<Planogram, DbError> {
    current(&db.pool, store).await
}

async fn current(connection: &impl ConnectionTrait, store: StoreId) -> Result<Planogram, DbError> {
    let rows = facing::Entity::find()
        .filter(facing::Column::StoreId.eq(store.0))
        .filter(facing::Column::ValidTo.is_null())
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(facing_from_row).collect())
}

/// What stood where at a moment: from the moment of a change on it is what the change made of it.
pub async fn planogram_at(db: &Db, store: StoreId, at: Timestamp) -> Result<Planogram, DbError> {
    let open = Condition::any().add(facing::Column::ValidTo.is_null()).add(facing::Column::ValidTo.gt(micros(at)));
    let rows = facing::Entity::find()
        .filter(facing::Column::StoreId.eq(store.0))
        .filter(facing::Column::ValidFrom.lte(micros(at)))
        .filter(open)
        .all(&db.pool)
        .await?;
    Ok(rows.into_iter().map(facing_from_row).collect())
}

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

/// Saves products and changes of slots together, or nothing if a slot is not any more as its change says it was, or if another
/// product has got a barcode number of these.
pub async fn apply(
    db: &Db,
    store: StoreId,
    products: &[Product],
    changes: &[FacingChange],
    made: &Made,
) -> Result<Applied, DbError> {
    let transaction = db.begin().await?;
    lock(&transaction, store).await?;
    let now = current(&transaction, store).await?;
    if changes.iter().any(|change| now.facing(&change.slot) != change.before.as_ref()) {
        transaction.rollback().await?;
        return Ok(Applied::Overtaken);
    }
    let catalog = crate::catalog::read(&transaction, store).await?;
    let merged: Catalog = catalog.0.values().chain(products).cloned().collect();
    for product in products {
        // Somebody else gave one of these barcode numbers to another product since the file was checked.
        let is_new = catalog.get(&product.sku).is_none_or(|known| known.gtin != product.gtin);
        if is_new && merged.others_with_gtin_of(product).next().is_some() {
            transaction.rollback().await?;
            return Ok(Applied::Overtaken);
        }
        put_product(&transaction, store, product, made.at).await?;
    }
    write(&transaction, store, changes, made).await?;
    transaction.commit().await?;
    Ok(Applied::Done)
}

/// Puts `facing` at its slot by the command line; see [`put_facing`].
pub async fn save_facing(db: &Db, store: StoreId, facing: &Facing, now: Timestamp) -> Result<(), DbError> {
    put_facing(db, store, facing, &Made { by: None, at: now, means: ChangeMeans::Command }).await
}

/// Empties a slot by the command line; see [`clear_slot`].
pub async fn remove_facing(db: &Db, store: StoreId, slot: &SlotId, now: Timestamp) -> Result<bool, DbError> {
    clear_slot(db, store, slot, &Made { by: None, at: now, means: ChangeMeans::Command }).await
}

/// Puts `facing` at its slot; what stood there before stays in the history.
pub async fn put_facing(db: &Db, store: StoreId, facing: &Facing, made: &Made) -> Result<(), DbError> {
    change_slot(db, store, &facing.slot, Some(facing), made).await.map(drop)
}

/// Empties a slot. Tells whether something stood there.
pub async fn clear_slot(db: &Db, store: StoreId, slot: &SlotId, made: &Made) -> Result<bool, DbError> {
    change_slot(db, store, slot, None, made).await
}

/// Tells whether the slot is another now.
async fn change_slot(
    db: &Db,
    store: StoreId,
    slot: &SlotId,
    after: Option<&Facing>,
    made: &Made,
) -> Result<bool, DbError> {
    let transaction = db.begin().await?;
    lock(&transaction, store).await?;
    let before = current(&transaction, store).await?.0.remove(slot);
    let differs = before.as_ref() != after;
    if differs {
        let change = FacingChange { slot: slot.clone(), before, after: after.cloned() };
        write(&transaction, store, &[change], made).await?;
    }
    transaction.commit().await?;
    Ok(differs)
}

/// Lets nobody else change the planogram until the transaction ends; rows that refer to the store are written meanwhile. SQLite has
/// one writer anyway.
async fn lock(connection: &impl ConnectionTrait, store: StoreId) -> Result<(), DbError> {
    store::Entity::find_by_id(store.0).lock(LockType::NoKeyUpdate).one(connection).await?;
    Ok(())
}

pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    store: StoreId,
    changes: &[FacingChange],
    made: &Made,
) -> Result<(), DbError> {
    let now = micros(made.at);
    for changes in changes.chunks(ROWS_AT_ONCE) {
        let stood: BTreeMap<String, (String, i64)> = facing::Entity::find()
            .filter(facing::Column::StoreId.eq(store.0))
            .filter(facing::Column::Slot.is_in(changes.iter().map(|change| change.slot.as_str())))
            .filter(facing::Column::ValidTo.is_null())
            .all(connection)
            .await?
            .into_iter()
            .map(|row| (row.slot, (row.sku, row.stands_since)))
            .collect();
        let stands_since = |facing: &Facing| match stood.get(facing.slot.as_str()) {
            Some((sku, since)) if *sku == facing.sku.0 => *since,
            Some(_) | None => now,
        };
        let closed = facing::ActiveModel { valid_to: Set(Some(now)), ..Default::default() };
        facing::Entity::update_many()
            .set(closed)
            .filter(facing::Column::StoreId.eq(store.0))
            .filter(facing::Column::Slot.is_in(changes.iter().map(|change| change.slot.as_str())))
            .filter(facing::Column::ValidTo.is_null())
            .exec(connection)
            .await?;
        let rows: Vec<_> = changes
            .iter()
            .filter_map(|change| change.after.as_ref())
            .map(|facing| facing::ActiveModel {
                id: Set(Uuid::now_v7()),
                store_id: Set(store.0),
                slot: Set(facing.slot.0.clone()),
                sku: Set(facing.sku.0.clone()),
                zone: Set(facing.zone.0.clone()),
                x: Set(facing.x),
                capacity: Set(signed(facing.capacity)),
                valid_from: Set(now),
                valid_to: Set(None),
                stands_since: Set(stands_since(facing)),
            })
            .collect();
        if !rows.is_empty() {
            facing::Entity::insert_many(rows).exec_without_returning(connection).await?;
        }
        let value = |facing: &Option<Facing>| facing.as_ref().map(serde_json::to_value).transpose();
        let rows = changes.iter().map(|change| {
            Ok(facing_change::ActiveModel {
                id: Set(Uuid::now_v7()),
                store_id: Set(store.0),
                slot: Set(change.slot.0.clone()),
                made_at: Set(now),
                made_by: Set(made.by.map(|admin| admin.0)),
                means: Set(means_name(made.means).to_owned()),
                before: Set(value(&change.before)?),
                after: Set(value(&change.after)?),
            })
        });
        let rows: Result<Vec<_>, serde_json::Error> = rows.collect();
        let rows = rows.map_err(|why| DbError::unreadable("facing", why))?;
        facing_change::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
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
