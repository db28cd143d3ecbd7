//! Stock: what staff counted at a slot, and what has moved there since.

use std::collections::BTreeMap;

use domain::ids::{AdminId, Sku, SlotId, StoreId, ZoneId};
use domain::restocking::Restocking;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};

use crate::connection::{Db, DbError};
use crate::entity::{restocking, shelf_event, stock_count};
use crate::time::{from_micros, micros};

/// What is known of one slot.
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

/// What is known of every slot that was counted or counts itself.
pub async fn by_slot(db: &Db, store: StoreId, now: Timestamp) -> Result<BTreeMap<SlotId, Stock>, DbError> {
    let mut stock: BTreeMap<SlotId, Stock> = BTreeMap::new();
    let counts = stock_count::Entity::find().filter(stock_count::Column::StoreId.eq(store.0)).all(&db.pool).await?;
    for row in counts {
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

/// By slot, the sum of what moved since its count.
fn moved_since(store: StoreId) -> sea_orm::sea_query::SelectStatement {
    use shelf_event::{Column as Event, Entity as Events};
    use stock_count::{Column as Count, Entity as Counts};
    let mut query = Query::select();
    let sum = Expr::col((Events, Event::DeltaUnits)).sum().cast_as(Alias::new("bigint"));
    query
        .column((Events, Event::Slot))
        .expr_as(sum, Alias::new("moved"))
        .from(Events)
        .join(
            JoinType::InnerJoin,
            Counts,
            Expr::col((Counts, Count::StoreId))
                .equals((Events, Event::StoreId))
                .and(Expr::col((Counts, Count::Slot)).equals((Events, Event::Slot))),
        )
        .and_where(Expr::col((Events, Event::StoreId)).eq(store.0))
        .and_where(Expr::col((Events, Event::DeltaUnits)).is_not_null())
        .and_where(Expr::col((Events, Event::OccurredAt)).gt(Expr::col((Counts, Count::CountedAt))))
        .group_by_col((Events, Event::Slot));
    query
}

/// By slot, what its sensor counted last.
fn last_sensed(store: StoreId, now: Timestamp) -> sea_orm::sea_query::SelectStatement {
    use shelf_event::{Column as Event, Entity as Events};
    let newest = Alias::new("newest");
    let mut latest = Query::select();
    latest
        .column(Event::Slot)
        .expr_as(Expr::col(Event::OccurredAt).max(), Alias::new("at"))
        .from(Events)
        .and_where(Expr::col(Event::StoreId).eq(store.0))
        .and_where(Expr::col(Event::UnitsAfter).is_not_null())
        .and_where(Expr::col(Event::OccurredAt).gt(micros(domain::clock::shift(now, -SENSED_FOR))))
        .group_by_col(Event::Slot);
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
