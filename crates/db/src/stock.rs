//! Stock: what staff counted at a slot, and what has moved there since.

use std::collections::BTreeMap;

use domain::ids::{AdminId, Sku, SlotId, StoreId, ZoneId};
use domain::restocking::Restocking;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{
    Alias, ColumnRef, Expr, ExprTrait, IntoColumnRef, JoinType, OnConflict, Query, SelectStatement,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};

use crate::connection::{Db, DbError};
use crate::entity::{facing, restocking, shelf_event, stock_count};
use crate::time::{from_micros, micros};

/// What is known of one slot, all of it of the product that stands there now, and since it does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stock {
    /// What staff counted last.
    pub counted: Option<Counted>,
    /// Units that were taken (below zero) or added since then.
    pub moved: i64,
    /// What the sensor itself said last, where it is one that counts.
    pub sensed: Option<u32>,
}

/// A count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    /// Of which product: where another stands by now it says nothing.
    pub sku: Sku,
    /// How many units.
    pub units: u32,
    /// When.
    pub at: Timestamp,
}

impl Stock {
    /// How many units should be there, by the last count and all that moved since; where nobody counted, by the sensor.
    pub fn units(&self) -> Option<i64> {
        self.counted.as_ref().map(|counted| i64::from(counted.units) + self.moved).or(self.sensed.map(i64::from))
    }

    /// Whether count and sensor say something else.
    pub fn disagrees(&self) -> bool {
        self.counted.is_some() && self.sensed.is_some_and(|sensed| Some(i64::from(sensed)) != self.units())
    }
}

#[derive(FromQueryResult)]
struct Count {
    slot: String,
    sku: String,
    units: i32,
    counted_at: i64,
}

#[derive(FromQueryResult)]
struct Moved {
    slot: String,
    moved: i64,
}

#[derive(FromQueryResult)]
struct Sensed {
    slot: String,
    units_after: i32,
}

/// What a sensor said longer ago than this says nothing any more, and would have to be looked for among all events there ever were.
const SENSED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is known of every slot of the planogram that was counted or counts itself.
pub async fn by_slot(db: &Db, store: StoreId, now: Timestamp) -> Result<BTreeMap<SlotId, Stock>, DbError> {
    let mut stock: BTreeMap<SlotId, Stock> = BTreeMap::new();
    for row in
        Count::find_by_statement(db.pool.get_database_backend().build(&counts_that_hold(store))).all(&db.pool).await?
    {
        let (units, at) = (u32::try_from(row.units).unwrap_or(0), from_micros(row.counted_at));
        stock.entry(SlotId(row.slot)).or_default().counted = Some(Counted { sku: Sku(row.sku), units, at });
    }
    for Moved { slot, moved } in
        Moved::find_by_statement(db.pool.get_database_backend().build(&moved_since(store))).all(&db.pool).await?
    {
        stock.entry(SlotId(slot)).or_default().moved = moved;
    }
    for Sensed { slot, units_after } in
        Sensed::find_by_statement(db.pool.get_database_backend().build(&last_sensed(store, now))).all(&db.pool).await?
    {
        stock.entry(SlotId(slot)).or_default().sensed = u32::try_from(units_after).ok();
    }
    Ok(stock)
}

/// Joins the slots' present products to a table with columns for store and slot.
fn join_present(query: &mut SelectStatement, store: ColumnRef, slot: ColumnRef) {
    use facing::{Column as Facing, Entity as Facings};
    let same_slot = Expr::col((Facings, Facing::StoreId))
        .eq(Expr::col(store))
        .and(Expr::col((Facings, Facing::Slot)).eq(Expr::col(slot)))
        .and(Expr::col((Facings, Facing::ValidTo)).is_null());
    query.join(JoinType::InnerJoin, Facings, same_slot);
}

/// Counts of the product that stands at the slot now, made since it does: what was counted before another stood there in between
/// says nothing.
fn counts_that_hold(store: StoreId) -> SelectStatement {
    use facing::{Column as Facing, Entity as Facings};
    use stock_count::{Column as Count, Entity as Counts};
    let mut query = Query::select();
    query
        .columns([(Counts, Count::Slot), (Counts, Count::Sku), (Counts, Count::Units), (Counts, Count::CountedAt)])
        .from(Counts);
    join_present(&mut query, (Counts, Count::StoreId).into_column_ref(), (Counts, Count::Slot).into_column_ref());
    query
        .and_where(Expr::col((Counts, Count::StoreId)).eq(store.0))
        .and_where(Expr::col((Counts, Count::Sku)).equals((Facings, Facing::Sku)))
        .and_where(Expr::col((Counts, Count::CountedAt)).gte(Expr::col((Facings, Facing::StandsSince))));
    query
}

/// By slot, the sum of what moved since its count, which is one that holds: what moved when another product stood there, however late
/// its node told, is no move of this one.
fn moved_since(store: StoreId) -> SelectStatement {
    use shelf_event::{Column as Event, Entity as Events};
    let counted = Alias::new("counted");
    let mut query = Query::select();
    let sum = Expr::col((Events, Event::DeltaUnits)).sum().cast_as(Alias::new("bigint"));
    query
        .column((Events, Event::Slot))
        .expr_as(sum, Alias::new("moved"))
        .from(Events)
        .join_subquery(
            JoinType::InnerJoin,
            counts_that_hold(store),
            counted.clone(),
            Expr::col((counted.clone(), Alias::new("slot"))).equals((Events, Event::Slot)),
        )
        .and_where(Expr::col((Events, Event::StoreId)).eq(store.0))
        .and_where(Expr::col((Events, Event::DeltaUnits)).is_not_null())
        .and_where(Expr::col((Events, Event::OccurredAt)).gt(Expr::col((counted, Alias::new("counted_at")))))
        .group_by_col((Events, Event::Slot));
    query
}

/// By slot, what its sensor counted last since the present product has stood there.
fn last_sensed(store: StoreId, now: Timestamp) -> SelectStatement {
    use facing::{Column as Facing, Entity as Facings};
    use shelf_event::{Column as Event, Entity as Events};
    let newest = Alias::new("newest");
    let mut latest = Query::select();
    latest
        .column((Events, Event::Slot))
        .expr_as(Expr::col((Events, Event::OccurredAt)).max(), Alias::new("at"))
        .from(Events);
    join_present(&mut latest, (Events, Event::StoreId).into_column_ref(), (Events, Event::Slot).into_column_ref());
    latest
        .and_where(Expr::col((Events, Event::StoreId)).eq(store.0))
        .and_where(Expr::col((Events, Event::UnitsAfter)).is_not_null())
        .and_where(Expr::col((Events, Event::OccurredAt)).gt(micros(domain::clock::shift(now, -SENSED_FOR))))
        .and_where(Expr::col((Events, Event::OccurredAt)).gte(Expr::col((Facings, Facing::StandsSince))))
        .group_by_col((Events, Event::Slot));
    let mut query = Query::select();
    query
        .columns([(Events, Event::Slot), (Events, Event::UnitsAfter)])
        .from(Events)
        .join_subquery(
            JoinType::InnerJoin,
            latest,
            newest.clone(),
            Expr::col((newest.clone(), Alias::new("slot")))
                .equals((Events, Event::Slot))
                .and(Expr::col((newest, Alias::new("at"))).equals((Events, Event::OccurredAt))),
        )
        .and_where(Expr::col((Events, Event::StoreId)).eq(store.0))
        .and_where(Expr::col((Events, Event::UnitsAfter)).is_not_null());
    query
}

/// Keeps what staff counted at a slot.
pub async fn count(db: &Db, store: StoreId, slot: &SlotId, counted: Counted, by: AdminId) -> Result<(), DbError> {
    put_count(&db.pool, store, slot, counted, by).await
}

pub(crate) async fn put_count(
    connection: &impl ConnectionTrait,
    store: StoreId,
    slot: &SlotId,
    counted: Counted,
    by: AdminId,
) -> Result<(), DbError> {
    let row = stock_count::ActiveModel {
        store_id: Set(store.0),
        slot: Set(slot.0.clone()),
        sku: Set(counted.sku.0),
        units: Set(i32::try_from(counted.units).unwrap_or(i32::MAX)),
        counted_at: Set(micros(counted.at)),
        counted_by: Set(by.0),
    };
    let mut again = OnConflict::columns([stock_count::Column::StoreId, stock_count::Column::Slot]);
    again.update_columns([
        stock_count::Column::Sku,
        stock_count::Column::Units,
        stock_count::Column::CountedAt,
        stock_count::Column::CountedBy,
    ]);
    stock_count::Entity::insert(row).on_conflict(again).exec_without_returning(connection).await?;
    Ok(())
}

/// Zones that staff were refilling.
pub async fn restocking(db: &Db, store: StoreId) -> Result<Vec<Restocking>, DbError> {
    let rows = restocking::Entity::find().filter(restocking::Column::StoreId.eq(store.0)).all(&db.pool).await?;
    let restocking = |row: restocking::Model| Restocking {
        zone: ZoneId(row.zone),
        by: AdminId(row.admin_id),
        since: from_micros(row.since),
        until: from_micros(row.until),
    };
    Ok(rows.into_iter().map(restocking).collect())
}

pub(crate) fn restocking_row(store: StoreId, one: &Restocking) -> restocking::ActiveModel {
    restocking::ActiveModel {
        store_id: Set(store.0),
        zone: Set(one.zone.0.clone()),
        since: Set(micros(one.since)),
        until: Set(micros(one.until)),
        admin_id: Set(one.by.0),
    }
}
