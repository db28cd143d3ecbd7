//! Stock: what should stand where, counting it, and refilling a zone without billing anybody.

use std::collections::BTreeMap;

use attribution::engine::misplaced::Misplaced;
use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use db::paging::Slice;
use db::stock::Stock;
use domain::catalog::Catalog;
use domain::ids::{AdminId, SlotId, ZoneId};
use domain::planogram::Facing;
use domain::restocking::Restocking;
use jiff::Timestamp;
use protocol::admin::{
    MisplacedView, RestockingView, SetRestocking, SlotStock, StaffBadge, StockCount, StockState, ZoneStock,
};
use protocol::paging::Page;
use serde::{Deserialize, Serialize};
use shop::command::on_the_floor::FloorAsk;
use shop::command::{Ask, Caller, Command};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::badges;
use crate::caller::AdminCaller;
use crate::http::command_id::CommandId;
use crate::http::paging::{Listing, PageQuery, searched, word};
use crate::planogram_rules::MOST_CAPACITY;
use crate::problem::{ApiError, ApiResult};

/// A slot is low from this part of its capacity down.
const LOW: u64 = 4;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(stock))
        .routes(routes!(count))
        .routes(routes!(set_restocking))
        .routes(routes!(badge))
}

/// Which slots.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct StockFilters {
    /// Of this zone alone.
    zone: Option<String>,
    /// Text in the slot's name, the SKU or the product's name.
    search: Option<String>,
    /// What to make of the slot.
    #[param(inline)]
    state: Option<StockState>,
}

/// What should stand where: zones by name, each with all of its slots that the filters let through.
#[utoipa::path(get, path = "/stock", tag = "admin", params(PageQuery, StockFilters),
    responses((status = OK, body = Page<ZoneStock>)))]
async fn stock(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<StockFilters, String>,
) -> ApiResult<Json<Page<ZoneStock>>> {
    let wanted = &list.filters;
    let zone = word("zone", wanted.zone.clone())?;
    let search = searched(wanted.search.as_deref())?;
    let lets_through = |slot: &SlotStock| {
        let named = [&slot.slot, &slot.sku, &slot.name];
        wanted.state.is_none_or(|state| state == slot.state)
            && search.as_ref().is_none_or(|search| named.iter().any(|text| search.is_within(text)))
    };
    let mut zones = as_it_is_now(&app).await?;
    zones.retain_mut(|one| {
        let is_wanted = zone.as_ref().is_none_or(|zone| *zone == one.zone);
        one.slots.retain(|slot| is_wanted && lets_through(slot));
        !one.slots.is_empty()
    });
    let total = list.is_first().then_some(zones.len() as u64);
    let found = Slice::of_sorted(zones, &list.window, |one| one.zone.clone());
    list.page(found, total, |zone| zone)
}

/// Keeps what staff counted at a slot.
#[utoipa::path(put, path = "/stock/{slot}", tag = "admin", request_body = StockCount,
    responses((status = OK, body = Vec<ZoneStock>), (status = NOT_FOUND), (status = UNPROCESSABLE_ENTITY)))]
async fn count(
    State(app): State<App>,
    caller: AdminCaller,
    CommandId(id): CommandId,
    slot: Result<Path<String>, PathRejection>,
    body: Result<Json<StockCount>, JsonRejection>,
) -> ApiResult<Json<Vec<ZoneStock>>> {
    let (slot, units) = (SlotId(slot?.0), body?.0.units);
    if units > MOST_CAPACITY {
        return Err(ApiError::invalid("A slot holds at most 10,000 units."));
    }
    let ask = Ask::CountStock { slot: slot.clone(), units };
    app.desk.carry_out(Command { id, by: Caller::Admin(caller.id), ask }).await?;
    tracing::info!(%slot, units, by = %caller.id, "a slot was counted");
    Ok(Json(as_it_is_now(&app).await?))
}

/// Begins to refill a zone, or ends it. What changes there meanwhile bills nobody; half an hour after the last change it
/// ends by itself.
#[utoipa::path(put, path = "/zones/{zone}/restocking", tag = "admin", request_body = SetRestocking,
    responses((status = OK, body = Vec<ZoneStock>), (status = NOT_FOUND)))]
async fn set_restocking(
    State(app): State<App>,
    caller: AdminCaller,
    CommandId(id): CommandId,
    zone: Result<Path<String>, PathRejection>,
    body: Result<Json<SetRestocking>, JsonRejection>,
) -> ApiResult<Json<Vec<ZoneStock>>> {
    let (zone, on) = (ZoneId(zone?.0), body?.0.on);
    let ask = FloorAsk::Refill { zone: zone.clone(), on }.into();
    app.desk.carry_out(Command { id, by: Caller::Admin(caller.id), ask }).await?;
    tracing::info!(%zone, on, by = %caller.id, "restocking was set");
    Ok(Json(as_it_is_now(&app).await?))
}

/// The caller's badge: held up to the camera or scanner of a zone the first code begins to refill that zone, and the second one ends it.
#[utoipa::path(get, path = "/me/badge", tag = "admin", responses((status = OK, body = StaffBadge)))]
async fn badge(State(app): State<App>, caller: AdminCaller) -> Json<StaffBadge> {
    Json(badges::issue(&app.keys, caller.id, app.clock.now()))
}

async fn as_it_is_now(app: &App) -> ApiResult<Vec<ZoneStock>> {
    let known = db::stock::by_slot(&app.db, app.store.id, app.clock.now()).await?;
    let ask = |floor: &floor::Floor, _| {
        let restocking: Vec<Restocking> = floor.restocking().cloned().collect();
        (floor.planogram().clone(), floor.catalog().clone(), restocking, floor.misplaced())
    };
    let (planogram, catalog, restocking, misplaced) = app.desk.ask(ask).await?;
    let admins = db::accounts::admins(&app.db, app.store.id).await?;
    let names: BTreeMap<AdminId, String> = admins.into_iter().map(|row| (AdminId(row.id), row.name)).collect();
    let mut zones: BTreeMap<&ZoneId, Vec<&Facing>> = BTreeMap::new();
    for facing in planogram.0.values() {
        zones.entry(&facing.zone).or_default().push(facing);
    }
    let zone = |(zone, mut facings): (&ZoneId, Vec<&Facing>)| {
        let left = |facing: &Facing| facing.x.unwrap_or(1.0);
        facings.sort_by(|a, b| left(a).total_cmp(&left(b)).then_with(|| a.slot.cmp(&b.slot)));
        let slots = facings.into_iter().map(|facing| {
            let lying = misplaced.iter().filter(|one| one.slot == facing.slot);
            let stock = slot_stock(facing, known.get(&facing.slot).cloned().unwrap_or_default(), &catalog);
            SlotStock { misplaced: lying.map(|one| misplaced_view(one, &catalog)).collect(), ..stock }
        });
        let restocking = restocking.iter().find(|one| one.zone == *zone).map(|one| RestockingView {
            by: names.get(&one.by).cloned().unwrap_or_else(|| "somebody".to_owned()),
            since: one.since.to_string(),
            until: one.until.to_string(),
        });
        ZoneStock { zone: zone.0.clone(), restocking, slots: slots.collect() }
    };
    Ok(zones.into_iter().map(zone).collect())
}

fn misplaced_view(misplaced: &Misplaced, catalog: &Catalog) -> MisplacedView {
    let sku = misplaced.sku.clone();
    MisplacedView {
        name: catalog.get(&sku).map_or_else(|| sku.0.clone(), |product| product.name.clone()),
        sku: sku.0,
        units: misplaced.units,
        since: Timestamp::from_millisecond(misplaced.since_ms).unwrap_or_default().to_string(),
    }
}

fn slot_stock(facing: &Facing, mut stock: Stock, catalog: &Catalog) -> SlotStock {
    stock.counted = stock.counted.filter(|counted| counted.sku == facing.sku);
    let units = stock.units();
    let state = match units {
        None => StockState::Unknown,
        Some(units) if units < 0 || stock.disagrees() => StockState::Disagrees,
        Some(units) if units.unsigned_abs() * LOW <= u64::from(facing.capacity) => StockState::Low,
        Some(_) => StockState::Fine,
    };
    SlotStock {
        slot: facing.slot.0.clone(),
        sku: facing.sku.0.clone(),
        name: catalog.get(&facing.sku).map_or_else(|| facing.sku.0.clone(), |product| product.name.clone()),
        capacity: facing.capacity,
        units: units.map(|units| u32::try_from(units.max(0)).unwrap_or(u32::MAX)),
        sensed: stock.sensed,
        misplaced: Vec::new(),
        counted_at: stock.counted.map(|counted| counted.at.to_string()),
        state,
    }
}

#[cfg(test)]
mod tests {
    use db::stock::Counted;
    use domain::ids::Sku;

    use super::*;

    fn state_of(product: &str, counted: Option<u32>, moved: i64, sensed: Option<u32>) -> (Option<u32>, StockState) {
        let facing = Facing {
            slot: SlotId::from("s1"),
            sku: Sku::from("cola"),
            zone: ZoneId::from("g1"),
            x: None,
            capacity: 12,
        };
        let sku = Sku::from(product);
        let counted = counted.map(|units| Counted { sku, units, at: Timestamp::UNIX_EPOCH });
        let stock = slot_stock(&facing, Stock { counted, moved, sensed }, &Catalog::default());
        (stock.units, stock.state)
    }

    fn state(counted: Option<u32>, moved: i64, sensed: Option<u32>) -> (Option<u32>, StockState) {
        state_of("cola", counted, moved, sensed)
    }

    #[test]
    fn what_was_counted_of_another_product_says_nothing() {
        assert_eq!(state_of("bread", Some(10), -2, None), (None, StockState::Unknown));
        assert_eq!(state_of("bread", Some(10), -2, Some(4)), (Some(4), StockState::Fine));
    }

    #[test]
    fn what_is_low_or_should_be_counted_is_told() {
        assert_eq!(state(None, 0, None), (None, StockState::Unknown));
        assert_eq!(state(Some(10), -2, None), (Some(8), StockState::Fine));
        assert_eq!(state(Some(10), -7, None), (Some(3), StockState::Low));
        assert_eq!(state(Some(10), -6, Some(3)), (Some(4), StockState::Disagrees));
        assert_eq!(state(Some(2), -3, None), (Some(0), StockState::Disagrees), "more went than was there");
        assert_eq!(state(None, 0, Some(1)), (Some(1), StockState::Low));
        assert_eq!(state(Some(10), 0, Some(10)), (Some(10), StockState::Fine));
    }
}
