//! Reading orders, disputes and refunds.

use std::collections::HashMap;

use domain::calendar::zone::{StoreClock, Zone};
use domain::dispute::{Dispute, Refund};
use domain::ids::{DisputeId, OrderId, ShopperId, ShoppingSessionId, Sku, StoreId};
use domain::money::{BasisPoints, Currency, Minor};
use domain::order::{Order, OrderLine, OrderNumber};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::{dispute, order, order_line, refund};
use crate::stores::unsigned;
use crate::time::{from_micros, micros};

pub mod disputes;
pub mod list;

/// Orders whose lines are read by one statement: both engines bound the number of values.
const FILES_AT_ONCE: usize = 500;

/// An order with what happened to it since.
#[derive(Clone, PartialEq, Debug)]
pub struct OrderFile {
    /// As placed.
    pub order: Order,
    /// Oldest first.
    pub disputes: Vec<Dispute>,
    /// Money given back.
    pub refunds: Vec<Refund>,
}

/// One order.
pub async fn file(db: &Db, id: OrderId) -> Result<Option<OrderFile>, DbError> {
    let Some(row) = order::Entity::find_by_id(id.0).one(&db.pool).await? else { return Ok(None) };
    Ok(files(db, vec![row]).await?.pop())
}

/// The order of a visit, if it led to one.
pub async fn of_session(db: &Db, id: ShoppingSessionId) -> Result<Option<OrderFile>, DbError> {
    file(db, Order::id_for(id)).await
}

/// Every order of a shopper, newest first.
pub async fn of_shopper(db: &Db, shopper: ShopperId) -> Result<Vec<OrderFile>, DbError> {
    let query = order::Entity::find()
        .filter(order::Column::ShopperId.eq(shopper.0))
        .order_by_desc(order::Column::PlacedAt)
        .order_by_desc(order::Column::Number);
    files(db, query.all(&db.pool).await?).await
}

/// How many orders were placed since `since`, and their sum.
pub async fn since(db: &Db, store: StoreId, since: Timestamp) -> Result<(u32, Minor), DbError> {
    let totals: Vec<i64> = order::Entity::find()
        .select_only()
        .column(order::Column::TotalMinor)
        .filter(order::Column::StoreId.eq(store.0))
        .filter(order::Column::PlacedAt.gte(micros(since)))
        .into_tuple()
        .all(&db.pool)
        .await?;
    Ok((u32::try_from(totals.len()).unwrap_or(u32::MAX), totals.into_iter().map(Minor).sum()))
}

/// The highest order number so far.
pub async fn last_number(db: &Db, store: StoreId) -> Result<u32, DbError> {
    let query = order::Entity::find().filter(order::Column::StoreId.eq(store.0)).order_by_desc(order::Column::Number);
    Ok(query.one(&db.pool).await?.map_or(0, |row| unsigned(row.number)))
}

/// A dispute with whose it is.
pub async fn dispute(db: &Db, id: DisputeId) -> Result<Option<(Dispute, ShopperId)>, DbError> {
    let row = dispute::Entity::find_by_id(id.0).one(&db.pool).await?;
    row.map(|row| Ok((dispute_value(row.payload)?, ShopperId(row.shopper_id)))).transpose()
}

/// How many disputes wait for a store's staff.
pub async fn open_disputes(db: &Db, store: StoreId) -> Result<u32, DbError> {
    use sea_orm::PaginatorTrait;
    let of_store = dispute::Entity::find().filter(dispute::Column::StoreId.eq(store.0));
    let count = of_store.filter(dispute::Column::State.eq("open")).count(&db.pool).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Orders with everything about them, in the order of the rows: three statements for each [`FILES_AT_ONCE`].
pub(crate) async fn files(db: &Db, rows: Vec<order::Model>) -> Result<Vec<OrderFile>, DbError> {
    let mut files = Vec::with_capacity(rows.len());
    for rows in rows.chunks(FILES_AT_ONCE) {
        files.extend(some_files(db, rows).await?);
    }
    Ok(files)
}

async fn some_files(db: &Db, rows: &[order::Model]) -> Result<Vec<OrderFile>, DbError> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let lines = order_line::Entity::find()
        .filter(order_line::Column::OrderId.is_in(ids.clone()))
        .order_by_asc(order_line::Column::Place)
        .all(&db.pool)
        .await?;
    let disputes = dispute::Entity::find()
        .filter(dispute::Column::OrderId.is_in(ids.clone()))
        .order_by_asc(dispute::Column::OpenedAt)
        .all(&db.pool)
        .await?;
    let refunds = refund::Entity::find().filter(refund::Column::OrderId.is_in(ids)).all(&db.pool).await?;
    let mut files: HashMap<Uuid, OrderFile> = HashMap::with_capacity(rows.len());
    for row in rows {
        files.insert(row.id, OrderFile { order: order_from_row(row)?, disputes: Vec::new(), refunds: Vec::new() });
    }
    for line in lines {
        if let Some(file) = files.get_mut(&line.order_id) {
            file.order.lines.push(line_from_row(&line));
        }
    }
    for row in disputes {
        if let Some(file) = files.get_mut(&row.order_id) {
            file.disputes.push(dispute_value(row.payload)?);
        }
    }
    for row in refunds {
        if let Some(file) = files.get_mut(&row.order_id) {
            let refund = serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("refund", why))?;
            file.refunds.push(refund);
        }
    }
    Ok(rows.iter().filter_map(|row| files.remove(&row.id)).collect())
}

fn order_from_row(row: &order::Model) -> Result<Order, DbError> {
    let zone = Zone::parse(&row.time_zone).map_err(|why| DbError::unreadable("order", why))?;
    Ok(Order {
        id: OrderId(row.id),
        number: OrderNumber(unsigned(row.number)),
        session: ShoppingSessionId(row.session_id),
        shopper: ShopperId(row.shopper_id),
        placed_at: from_micros(row.placed_at),
        clock: StoreClock { zone, offset_s: row.utc_offset_s },
        lines: Vec::new(),
        currency: Currency::of_record(&row.currency).map_err(|why| DbError::unreadable("order", why))?,
    })
}

fn line_from_row(row: &order_line::Model) -> OrderLine {
    OrderLine {
        sku: Sku(row.sku.clone()),
        name: row.name.clone(),
        quantity: unsigned(row.quantity),
        unit_price: Minor(row.unit_price_minor),
        tax_rate: BasisPoints(unsigned(row.tax_rate_bp)),
    }
}

pub(crate) fn dispute_value(payload: serde_json::Value) -> Result<Dispute, DbError> {
    serde_json::from_value(payload).map_err(|why| DbError::unreadable("dispute", why))
}
