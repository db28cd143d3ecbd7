//! Disputes in pages: those that wait for staff first, then the others, each the newest first.

use std::collections::HashMap;

use domain::dispute::Dispute;
use domain::ids::StoreId;
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use uuid::Uuid;

use super::list::PrintedNumber;
use super::{OrderFile, dispute_value, files};
use crate::connection::{Db, DbError};
use crate::entity::{dispute, order, shopper};
use crate::paging::{Search, Slice, Window, below};

/// Which disputes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DisputeFilter {
    /// How they stand; none: all of them.
    pub state: Option<DisputeState>,
    /// The order's number as printed, or text in the shopper's name or address.
    pub search: Option<Search>,
}

/// How a dispute stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DisputeState {
    /// It waits for staff.
    Open,
    /// Money went back.
    Accepted,
    /// Staff saw it differently.
    Rejected,
}

impl DisputeState {
    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

/// Where a dispute stands in the list: whether it is decided, when it was opened, in microseconds, and its id.
pub type DisputePosition = (bool, i64, Uuid);

/// A page of disputes with their orders.
pub async fn page(
    db: &Db,
    store: StoreId,
    filter: &DisputeFilter,
    window: &Window<DisputePosition>,
) -> Result<Slice<(Dispute, OrderFile), DisputePosition>, DbError> {
    let engine = db.pool.get_database_backend();
    let mut rows = Vec::new();
    for part in parts(filter, window) {
        let left = window.to_read().saturating_sub(rows.len() as u64);
        if left > 0 {
            rows.extend(select(store, filter, part, engine).limit(left).all(&db.pool).await?);
        }
    }
    let position = |row: &dispute::Model| (row.state != DisputeState::Open.name(), row.opened_at, row.id);
    let slice = Slice::cut(rows, window, position);
    let ids = slice.rows.iter().map(|row| row.order_id);
    let orders = order::Entity::find().filter(order::Column::Id.is_in(ids)).all(&db.pool).await?;
    let files: HashMap<Uuid, OrderFile> =
        files(db, orders).await?.into_iter().map(|file| (file.order.id.0, file)).collect();
    slice.try_map(|row| {
        let file = files.get(&row.order_id).cloned();
        let file = file.ok_or_else(|| DbError::unreadable("dispute", "its order is gone"))?;
        Ok((dispute_value(row.payload)?, file))
    })
}

/// How many disputes a store has with these filters; nothing where counting would cost as much as reading them.
pub async fn count(db: &Db, store: StoreId, filter: &DisputeFilter) -> Result<Option<u64>, DbError> {
    if filter.search.is_some() {
        return Ok(None);
    }
    let state = filter.state.map(|state| dispute::Column::State.eq(state.name()));
    let of_store = Condition::all().add(dispute::Column::StoreId.eq(store.0));
    let all = dispute::Entity::find().filter(of_store.add_option(state));
    Ok(Some(all.count(&db.pool).await?))
}

/// The open or the decided ones, from a position on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    decided: bool,
    after: Option<(i64, Uuid)>,
}

/// The open ones, then the decided ones, as far as the filter and the window want them.
pub(crate) fn parts(filter: &DisputeFilter, window: &Window<DisputePosition>) -> Vec<Part> {
    let wanted = |decided: bool| filter.state.is_none_or(|state| (state != DisputeState::Open) == decided);
    let part = |decided: bool| match window.after {
        None => Some(Part { decided, after: None }),
        Some((reached, at, id)) if reached == decided => Some(Part { decided, after: Some((at, id)) }),
        Some((reached, ..)) => (decided && !reached).then_some(Part { decided, after: None }),
    };
    [false, true].into_iter().filter(|decided| wanted(*decided)).filter_map(part).collect()
}

pub(crate) fn select(store: StoreId, filter: &DisputeFilter, part: Part, engine: DbBackend) -> Select<dispute::Entity> {
    let state = match (filter.state, part.decided) {
        (Some(state), _) => dispute::Column::State.eq(state.name()),
        (None, false) => dispute::Column::State.eq(DisputeState::Open.name()),
        (None, true) => dispute::Column::State.ne(DisputeState::Open.name()),
    };
    let after = |(opened_at, id): (i64, Uuid)| {
        below([dispute::Column::OpenedAt, dispute::Column::Id], [opened_at.into(), id.into()])
    };
    let condition = Condition::all()
        .add(dispute::Column::StoreId.eq(store.0))
        .add(state)
        .add_option(part.after.map(after))
        .add_option(filter.search.as_ref().map(|search| searched(store, search, engine)));
    dispute::Entity::find()
        .filter(condition)
        .order_by_desc(dispute::Column::OpenedAt)
        .order_by_desc(dispute::Column::Id)
}

fn searched(store: StoreId, search: &Search, engine: DbBackend) -> Condition {
    let shoppers = crate::accounts::list::matching(store, search, engine);
    let shoppers = shoppers.select_only().column(shopper::Column::Id).into_query();
    let numbered = PrintedNumber::parse(search.text()).map(|printed| {
        let of_store = order::Entity::find().filter(order::Column::StoreId.eq(store.0));
        let orders = of_store.filter(printed.condition()).select_only().column(order::Column::Id).into_query();
        dispute::Column::OrderId.in_subquery(orders)
    });
    Condition::any().add(dispute::Column::ShopperId.in_subquery(shoppers)).add_option(numbered)
}
