//! Orders in pages, newest first: filtered, and searched by number, shopper and product.

use domain::ids::{ShopperId, Sku, StoreId};
use domain::money::Minor;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::{OrderFile, files};
use crate::connection::{Db, DbError};
use crate::entity::{dispute, order, order_line, product, refund, shopper};
use crate::paging::{Search, Slice, Window, below};
use crate::time::micros;

/// Which orders.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrderFilter {
    /// Whose.
    pub shopper: Option<ShopperId>,
    /// Placed then or later.
    pub from: Option<Timestamp>,
    /// Placed before then.
    pub before: Option<Timestamp>,
    /// At least so much as placed, tax included.
    pub least: Option<Minor>,
    /// At most so much as placed, tax included.
    pub most: Option<Minor>,
    /// What became of them.
    pub state: Option<OrderState>,
    /// Text that the number, the shopper's name or address, or one of the products answers to.
    pub search: Option<Search>,
}

/// What became of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderState {
    /// A dispute about it waits for staff.
    Contested,
    /// Money was given back.
    Refunded,
}

/// Where an order stands in the list: when it was placed, in microseconds, and its number.
pub type OrderPosition = (i64, i32);

/// Matches up to which shoppers, lines and states are looked up one by one; of more, orders are walked through from the newest on
/// until the page is full, which is soon where so many match.
const FEW_SHOPPERS: u64 = 1_000;
const FEW_PRODUCTS: u64 = 500;
const FEW_LINES: u64 = 20_000;

/// A page of a store's orders, newest first.
pub async fn page(
    db: &Db,
    store: StoreId,
    filter: &OrderFilter,
    window: &Window<OrderPosition>,
) -> Result<Slice<OrderFile, OrderPosition>, DbError> {
    let rows = match &filter.search {
        None if few_in_state(db, store, filter).await? => {
            in_window(order::Entity::find().filter(of_store_and_shopper(store, filter)), store, filter, window)
                .all(&db.pool)
                .await?
        }
        None => select(store, filter, window).all(&db.pool).await?,
        Some(search) => search_for(db, store, filter, search, window).await?,
    };
    let Slice { rows, next } = Slice::cut(rows, window, |row| (row.placed_at, row.number));
    Ok(Slice { rows: files(db, rows).await?, next })
}

/// How many orders there are with these filters; nothing where counting would cost as much as reading them.
pub async fn count(db: &Db, store: StoreId, filter: &OrderFilter) -> Result<Option<u64>, DbError> {
    if filter.search.is_some() || filter.state.is_some() {
        return Ok(None);
    }
    let everything = order::Entity::find().filter(of_store(store, filter)).filter(restricted(store, filter));
    Ok(Some(everything.count(&db.pool).await?))
}

/// The orders after the window's position that the filter lets through, whatever is searched for.
pub(crate) fn select(store: StoreId, filter: &OrderFilter, window: &Window<OrderPosition>) -> Select<order::Entity> {
    in_window(order::Entity::find().filter(of_store(store, filter)), store, filter, window)
}

fn in_window(
    query: Select<order::Entity>,
    store: StoreId,
    filter: &OrderFilter,
    window: &Window<OrderPosition>,
) -> Select<order::Entity> {
    let mut query = query.filter(restricted(store, filter));
    if let Some((placed_at, number)) = window.after {
        let columns = [order::Column::PlacedAt, order::Column::Number];
        query = query.filter(below(columns, [placed_at.into(), number.into()]));
    }
    query.order_by_desc(order::Column::PlacedAt).order_by_desc(order::Column::Number).limit(window.to_read())
}

/// Whose orders, so that an index in the list's order serves: a shopper belongs to one store.
fn of_store(store: StoreId, filter: &OrderFilter) -> SimpleExpr {
    match filter.shopper {
        Some(shopper) => order::Column::ShopperId.eq(shopper.0).and(not_by_index(order::Column::StoreId, store.0)),
        None => order::Column::StoreId.eq(store.0),
    }
}

/// Whether so few orders are in the wanted state that looking them up costs less than walking through all of them.
async fn few_in_state(db: &Db, store: StoreId, filter: &OrderFilter) -> Result<bool, DbError> {
    match filter.state {
        Some(state) => Ok(counted_up_to(db, in_state(store, state), FEW_LINES).await? <= FEW_LINES),
        None => Ok(false),
    }
}

/// How many rows a statement finds, counted no further than one beyond `most`.
async fn counted_up_to(db: &Db, statement: SelectStatement, most: u64) -> Result<u64, DbError> {
    let some = statement.clone().limit(most + 1).to_owned();
    let counted = Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(some, "some").to_owned();
    let counted = db.pool.query_one(&counted).await?;
    let rows: i64 = counted.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(rows.unsigned_abs())
}

/// The ids of a store's orders in a state.
fn in_state(store: StoreId, state: OrderState) -> SelectStatement {
    match state {
        OrderState::Contested => {
            let of_store = dispute::Entity::find().filter(dispute::Column::StoreId.eq(store.0));
            let open = of_store.filter(dispute::Column::State.eq("open"));
            open.select_only().column(dispute::Column::OrderId).into_query()
        }
        OrderState::Refunded => {
            let of_store = refund::Entity::find().filter(refund::Column::StoreId.eq(store.0));
            of_store.select_only().column(refund::Column::OrderId).into_query()
        }
    }
}

fn restricted(store: StoreId, filter: &OrderFilter) -> Condition {
    let state = filter.state.map(|state| in_state(store, state));
    Condition::all()
        .add_option(filter.from.map(|from| order::Column::PlacedAt.gte(micros(from))))
        .add_option(filter.before.map(|before| order::Column::PlacedAt.lt(micros(before))))
        .add_option(filter.least.map(|least| order::Column::TotalMinor.gte(least.0)))
        .add_option(filter.most.map(|most| order::Column::TotalMinor.lte(most.0)))
        .add_option(state.map(|orders| order::Column::Id.in_subquery(orders)))
}

/// The same where another index finds the rows.
fn of_store_and_shopper(store: StoreId, filter: &OrderFilter) -> Condition {
    Condition::all()
        .add(not_by_index(order::Column::StoreId, store.0))
        .add_option(filter.shopper.map(|shopper| not_by_index(order::Column::ShopperId, shopper.0)))
}

/// `column = value` that no index is chosen for: where another finds far fewer rows.
fn not_by_index(column: order::Column, value: Uuid) -> SimpleExpr {
    SimpleExpr::from(Func::coalesce([Expr::col(column), Expr::col(column)])).eq(value)
}

/// Asks three ways in the list's order, each for a whole page, and merges what they find.
async fn search_for(
    db: &Db,
    store: StoreId,
    filter: &OrderFilter,
    search: &Search,
    window: &Window<OrderPosition>,
) -> Result<Vec<order::Model>, DbError> {
    let mut rows = Vec::new();
    if let Some(printed) = PrintedNumber::parse(search.text()) {
        let numbered = select(store, filter, window).filter(printed.condition());
        rows.extend(numbered.all(&db.pool).await?);
    }
    for query in by_shopper(db, store, filter, search, window).await?.into_iter() {
        rows.extend(query.all(&db.pool).await?);
    }
    for query in by_product(db, store, filter, search, window).await?.into_iter() {
        rows.extend(query.all(&db.pool).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.placed_at, row.number)));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(window.to_read()).unwrap_or(usize::MAX));
    Ok(rows)
}

async fn by_shopper(
    db: &Db,
    store: StoreId,
    filter: &OrderFilter,
    search: &Search,
    window: &Window<OrderPosition>,
) -> Result<Option<Select<order::Entity>>, DbError> {
    let engine = db.pool.get_database_backend();
    let matching = crate::accounts::list::matching(store, search, engine);
    let some: Vec<Uuid> = matching
        .clone()
        .select_only()
        .column(shopper::Column::Id)
        .limit(FEW_SHOPPERS + 1)
        .into_tuple()
        .all(&db.pool)
        .await?;
    Ok(match some.len() as u64 {
        0 => None,
        1..=FEW_SHOPPERS => {
            let theirs = order::Entity::find()
                .filter(order::Column::ShopperId.is_in(some))
                .filter(of_store_and_shopper(store, filter));
            Some(in_window(theirs, store, filter, window))
        }
        _ => {
            let ids = matching.select_only().column(shopper::Column::Id).into_query();
            Some(select(store, filter, window).filter(order::Column::ShopperId.in_subquery(ids)))
        }
    })
}

async fn by_product(
    db: &Db,
    store: StoreId,
    filter: &OrderFilter,
    search: &Search,
    window: &Window<OrderPosition>,
) -> Result<Option<Select<order::Entity>>, DbError> {
    let engine = db.pool.get_database_backend();
    let skus: Vec<String> = product::Entity::find()
        .select_only()
        .column(product::Column::Sku)
        .filter(product::Column::StoreId.eq(store.0))
        .filter(crate::catalog::matches(search, engine))
        .limit(FEW_PRODUCTS)
        .into_tuple()
        .all(&db.pool)
        .await?;
    let skus: Vec<Sku> = skus.into_iter().map(Sku).collect();
    if skus.is_empty() {
        return Ok(None);
    }
    let lines = counted_up_to(db, lines_of(store, &skus), FEW_LINES).await?;
    Ok(Some(if lines <= FEW_LINES {
        let with_it = order::Entity::find()
            .filter(order::Column::Id.in_subquery(lines_of(store, &skus)))
            .filter(of_store_and_shopper(store, filter));
        in_window(with_it, store, filter, window)
    } else {
        let holds = lines_of(store, &skus)
            .and_where(
                Expr::col((order_line::Entity, order_line::Column::OrderId)).equals((order::Entity, order::Column::Id)),
            )
            .to_owned();
        select(store, filter, window).filter(Expr::exists(holds))
    }))
}

fn lines_of(store: StoreId, skus: &[Sku]) -> SelectStatement {
    let mut lines = Query::select();
    lines
        .column((order_line::Entity, order_line::Column::OrderId))
        .from(order_line::Entity)
        .and_where(order_line::Column::StoreId.eq(store.0))
        .and_where(order_line::Column::Sku.is_in(skus.iter().map(|sku| sku.as_str())));
    lines
}

/// A number as receipts print it, such as `2026-000042`, or without the year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PrintedNumber {
    year: Option<i16>,
    number: i32,
}

impl PrintedNumber {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (year, number) = match text.split_once('-') {
            Some((year, number)) if digits(year) => (Some(year.parse().ok()?), number),
            Some(_) => return None,
            None => (None, text),
        };
        if digits(number) { Some(Self { year, number: number.parse().ok()? }) } else { None }
    }

    /// Numbers count up over the years, so the year only has to fit; a store's clock is less than a day from UTC's.
    pub(crate) fn condition(self) -> Condition {
        let new_year = |year: i16| {
            let day = civil::Date::new(year, 1, 1).ok()?;
            day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        };
        let day = SignedDuration::from_hours(24);
        let from = self.year.and_then(new_year).map(|at| domain::clock::shift(at, -day));
        let until = self.year.and_then(|year| new_year(year.saturating_add(1))).map(|at| domain::clock::shift(at, day));
        Condition::all()
            .add(order::Column::Number.eq(self.number))
            .add_option(from.map(|from| order::Column::PlacedAt.gte(micros(from))))
            .add_option(until.map(|until| order::Column::PlacedAt.lt(micros(until))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_printed() {
        let read = |text| PrintedNumber::parse(text).map(|printed| (printed.year, printed.number));
        assert_eq!(read("2026-000042"), Some((Some(2026), 42)));
        assert_eq!(read("000042"), Some((None, 42)));
        assert_eq!(read("42"), Some((None, 42)));
        for other in ["", "-", "2026-", "-42", "oat-42", "4 2", "99999999999", "2026-42-1"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
