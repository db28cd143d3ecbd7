//! The planogram and its history in pages.

use domain::ids::{AdminId, SlotId, StoreId, ZoneId};
use domain::planogram::{Facing, FacingChange};
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Made, MadeChange, facing_from_row, means_from};
use crate::connection::{Db, DbError};
use crate::entity::{facing, facing_change, product};
use crate::paging::{Search, Slice, Window, below};
use crate::time::from_micros;

/// Which slots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FacingFilter {
    /// Seen by this zone's camera.
    pub zone: Option<ZoneId>,
    /// Text in the slot's name, the zone, the SKU or the product's name.
    pub search: Option<Search>,
}

/// Where a change stands in the history: when it was made, in microseconds, and its row.
pub type ChangePosition = (i64, Uuid);

/// A page of what stands where now, by slot.
pub async fn page(
    db: &Db,
    store: StoreId,
    filter: &FacingFilter,
    window: &Window<SlotId>,
) -> Result<Slice<Facing, SlotId>, DbError> {
    let rows = select(store, filter, window, db.pool.get_database_backend()).all(&db.pool).await?;
    let slice = Slice::cut(rows, window, |row| SlotId(row.slot.clone()));
    Ok(Slice { rows: slice.rows.into_iter().map(facing_from_row).collect(), next: slice.next })
}

pub(crate) fn select(
    store: StoreId,
    filter: &FacingFilter,
    window: &Window<SlotId>,
    engine: DbBackend,
) -> Select<facing::Entity> {
    let condition = standing(store)
        .add_option(filter.zone.as_ref().map(|zone| facing::Column::Zone.eq(zone.0.clone())))
        .add_option(filter.search.as_ref().map(|search| searched(store, search, engine)))
        .add_option(window.after.as_ref().map(|slot| facing::Column::Slot.gt(slot.0.clone())));
    facing::Entity::find().filter(condition).order_by_asc(facing::Column::Slot).limit(window.to_read())
}

/// How many slots have something.
pub async fn count(db: &Db, store: StoreId) -> Result<u64, DbError> {
    Ok(facing::Entity::find().filter(standing(store)).count(&db.pool).await?)
}

fn standing(store: StoreId) -> Condition {
    Condition::all().add(facing::Column::StoreId.eq(store.0)).add(facing::Column::ValidTo.is_null())
}

fn searched(store: StoreId, search: &Search, engine: DbBackend) -> SimpleExpr {
    let products = product::Entity::find()
        .select_only()
        .column(product::Column::Sku)
        .filter(product::Column::StoreId.eq(store.0))
        .filter(crate::catalog::matches(search, engine));
    [facing::Column::Slot, facing::Column::Zone, facing::Column::Sku]
        .into_iter()
        .fold(facing::Column::Sku.in_subquery(products.into_query()), |any, column| {
            any.or(search.is_in((facing::Entity, column), engine))
        })
}

/// A page of the changes, newest first; `slot`: of this slot alone.
pub async fn history(
    db: &Db,
    store: StoreId,
    slot: Option<&SlotId>,
    window: &Window<ChangePosition>,
) -> Result<Slice<MadeChange, ChangePosition>, DbError> {
    let rows = select_history(store, slot, window).all(&db.pool).await?;
    Slice::cut(rows, window, |row| (row.made_at, row.id)).try_map(change_from_row)
}

pub(crate) fn select_history(
    store: StoreId,
    slot: Option<&SlotId>,
    window: &Window<ChangePosition>,
) -> Select<facing_change::Entity> {
    let after = |(made_at, id): ChangePosition| {
        below([facing_change::Column::MadeAt, facing_change::Column::Id], [made_at.into(), id.into()])
    };
    let condition = Condition::all()
        .add(facing_change::Column::StoreId.eq(store.0))
        .add_option(slot.map(|slot| facing_change::Column::Slot.eq(slot.0.clone())))
        .add_option(window.after.map(after));
    facing_change::Entity::find()
        .filter(condition)
        .order_by_desc(facing_change::Column::MadeAt)
        .order_by_desc(facing_change::Column::Id)
        .limit(window.to_read())
}

fn change_from_row(row: facing_change::Model) -> Result<MadeChange, DbError> {
    let facing = |value: Option<Value>| {
        value.map(serde_json::from_value).transpose().map_err(|why| DbError::unreadable("change of a facing", why))
    };
    let by = row.made_by.map(AdminId);
    let made = Made { by, at: from_micros(row.made_at), means: means_from(&row.means)? };
    let change = FacingChange { slot: SlotId(row.slot), before: facing(row.before)?, after: facing(row.after)? };
    Ok(MadeChange { made, change })
}
