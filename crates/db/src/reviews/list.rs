//! Cases in pages, newest first.

use domain::ids::{Sku, StoreId, ZoneId};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use uuid::Uuid;

use super::{ReviewFile, from_row};
use crate::connection::{Db, DbError};
use crate::entity::{facing, product, review};
use crate::paging::{Search, Slice, Window, below};

/// Which cases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewFilter {
    /// Waiting for staff, or decided.
    pub open: Open,
    /// About a slot that stands, or once stood, in this zone.
    pub zone: Option<ZoneId>,
    /// Why it came up, by its name in the stored case.
    pub reason: Option<domain::review::ReviewReason>,
    /// What it is likeliest about.
    pub sku: Option<Sku>,
    /// Text in the slot's name, the SKU or the product's name.
    pub search: Option<Search>,
}

/// Whether a case waits for staff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {
    /// It does.
    Yes,
    /// It is decided.
    No,
}

/// Where a case stands in the list: when it came up, in microseconds, and its id.
pub type ReviewPosition = (i64, Uuid);

/// The same words on both engines, and in the indexes of migration m0009.
const REASON: &str = "payload ->> 'reason'";
const SKU: &str = "payload ->> 'sku'";
const SLOT: &str = "payload -> 'evidence' -> 'shelf_event' ->> 'slot'";

/// A page of a store's cases, newest first.
pub async fn page(
    db: &Db,
    store: StoreId,
    filter: &ReviewFilter,
    window: &Window<ReviewPosition>,
) -> Result<Slice<ReviewFile, ReviewPosition>, DbError> {
    let rows = select(store, filter, window, db.pool.get_database_backend())?.all(&db.pool).await?;
    Slice::cut(rows, window, |row| (row.opened_at, row.id)).try_map(from_row)
}

/// How many cases there are with these filters; nothing where counting would cost as much as reading them.
pub async fn count(db: &Db, store: StoreId, filter: &ReviewFilter) -> Result<Option<u64>, DbError> {
    if filter.search.is_some() {
        return Ok(None);
    }
    Ok(Some(filtered(store, filter, db.pool.get_database_backend())?.count(&db.pool).await?))
}

pub(crate) fn select(
    store: StoreId,
    filter: &ReviewFilter,
    window: &Window<ReviewPosition>,
    engine: DbBackend,
) -> Result<Select<review::Entity>, DbError> {
    let mut query = filtered(store, filter, engine)?;
    if let Some((opened_at, id)) = window.after {
        query = query.filter(below([review::Column::OpenedAt, review::Column::Id], [opened_at.into(), id.into()]));
    }
    Ok(query.order_by_desc(review::Column::OpenedAt).order_by_desc(review::Column::Id).limit(window.to_read()))
}

fn filtered(store: StoreId, filter: &ReviewFilter, engine: DbBackend) -> Result<Select<review::Entity>, DbError> {
    let reason = filter.reason.map(serde_json::to_value).transpose();
    let reason = reason.map_err(|why| DbError::unreadable("reason of a review", why))?;
    let reason = reason.as_ref().and_then(|reason| reason.as_str());
    let in_zone = filter.zone.as_ref().map(|zone| {
        let slots = facing::Entity::find()
            .select_only()
            .column(facing::Column::Slot)
            .filter(facing::Column::StoreId.eq(store.0))
            .filter(facing::Column::Zone.eq(zone.0.clone()));
        Expr::cust(SLOT).in_subquery(slots.into_query())
    });
    let condition = Condition::all()
        .add(review::Column::StoreId.eq(store.0))
        .add(review::Column::Open.eq(filter.open == Open::Yes))
        .add_option(reason.map(|reason| Expr::cust(REASON).eq(reason)))
        .add_option(filter.sku.as_ref().map(|sku| Expr::cust(SKU).eq(sku.0.clone())))
        .add_option(in_zone)
        .add_option(filter.search.as_ref().map(|search| searched(store, search, engine)));
    Ok(review::Entity::find().filter(condition))
}

fn searched(store: StoreId, search: &Search, engine: DbBackend) -> SimpleExpr {
    let products = product::Entity::find()
        .select_only()
        .column(product::Column::Sku)
        .filter(product::Column::StoreId.eq(store.0))
        .filter(crate::catalog::matches(search, engine));
    let by_product = Expr::cust(SKU).in_subquery(products.into_query());
    by_product.or(search.is_in_text(Expr::cust(SLOT), engine))
}
