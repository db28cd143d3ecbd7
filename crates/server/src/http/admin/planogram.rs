//! The planogram: edited slot by slot or by a file, with its history.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use db::planogram::list::{ChangePosition, FacingFilter};
use db::planogram::{ChangeMeans, MadeChange};
use domain::catalog::Product;
use domain::ids::{Sku, SlotId, ZoneId};
use domain::planogram::{Facing, FacingChange};
use protocol::admin::{ChangeMeansName, FacingChangeView, FacingEntry, FacingView, PlanogramChange, PlanogramImported};
use protocol::error_code::{ErrorCode, FieldProblem};
use protocol::paging::Page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shop::command::version::Version;
use shop::command::{Ask, Caller, Command, Done, repeated};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::caller::{AdminCaller, OwnerCaller};
use crate::http::command_id::CommandId;
use crate::http::paging::{Listing, PageQuery, searched, word};
use crate::keys::hex;
use crate::limits::MAX_PLANOGRAM_BYTES;
use crate::planogram_file::{self, Refused};
use crate::planogram_rules::{MOST_CAPACITY, label, slot_label};
use crate::problem::{ApiError, ApiResult};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(MAX_PLANOGRAM_BYTES))
        .routes(routes!(planogram))
        .routes(routes!(history))
        .routes(routes!(save_facing, remove_facing))
}

/// Which slots.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct FacingFilters {
    /// Seen by this zone's camera.
    zone: Option<String>,
    /// Text in the slot's name, the zone, the SKU or the product's name.
    search: Option<String>,
}

/// What stands where, by slot.
#[utoipa::path(get, path = "/planogram", tag = "admin", params(PageQuery, FacingFilters),
    responses((status = OK, body = Page<FacingEntry>)))]
async fn planogram(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<FacingFilters, SlotId>,
) -> ApiResult<Json<Page<FacingEntry>>> {
    let (store, wanted) = (app.store.id, &list.filters);
    let zone = word("zone", wanted.zone.clone())?.map(ZoneId);
    let filter = FacingFilter { zone, search: searched(wanted.search.as_deref())? };
    let found = db::planogram::list::page(&app.db, store, &filter, &list.window).await?;
    let counts = list.is_first() && filter == FacingFilter::default();
    let total = if counts { Some(db::planogram::list::count(&app.db, store).await?) } else { None };
    let skus = found.rows.iter().map(|facing| facing.sku.clone()).collect();
    let catalog = db::catalog::some(&app.db, store, &skus).await?;
    list.page(found, total, |facing| FacingEntry {
        product_name: catalog.get(&facing.sku).map(|product| product.name.clone()),
        facing: facing_view(&facing),
    })
}

/// Puts a product at a slot.
#[utoipa::path(put, path = "/planogram/{slot}", tag = "admin", request_body = FacingView,
    responses((status = OK, body = FacingView), (status = UNPROCESSABLE_ENTITY)))]
async fn save_facing(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    slot: Result<Path<String>, PathRejection>,
    body: Result<Json<FacingView>, JsonRejection>,
) -> ApiResult<Json<FacingView>> {
    let (Path(slot), Json(body)) = (slot?, body?);
    if body.slot != slot {
        return Err(ApiError::invalid("The slot in the address and in the body differ."));
    }
    if body.x.is_some_and(|x| !(0.0..=1.0).contains(&x)) {
        return Err(ApiError::invalid("x must be 0 (left) to 1 (right)."));
    }
    if !(1..=MOST_CAPACITY).contains(&body.capacity) {
        return Err(ApiError::invalid("The capacity must be 1 to 10,000 units."));
    }
    let facing = Facing {
        slot: SlotId(slot_label(&slot)?),
        sku: Sku(label("SKU", &body.sku)?),
        zone: ZoneId(label("zone", &body.zone)?),
        x: body.x,
        capacity: body.capacity,
    };
    let ask = Ask::PutFacing { facing: facing.clone(), version: body.version.map(Version) };
    app.desk.carry_out(Command { id, by: Caller::Admin(owner.id), ask }).await?;
    Ok(Json(facing_view(&facing)))
}

/// Which state of a slot the caller has read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SlotQuery {
    /// Its version; a slot that somebody else has changed meanwhile stays as it is. Without it, whatever stands there goes.
    version: Option<String>,
}

/// Empties a slot.
#[utoipa::path(delete, path = "/planogram/{slot}", tag = "admin", params(SlotQuery),
    responses((status = NO_CONTENT), (status = CONFLICT), (status = NOT_FOUND)))]
async fn remove_facing(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    slot: Result<Path<String>, PathRejection>,
    query: Result<Query<SlotQuery>, QueryRejection>,
) -> ApiResult<StatusCode> {
    let ask = Ask::ClearSlot { slot: SlotId(slot?.0), version: query?.0.version.map(Version) };
    app.desk.carry_out(Command { id, by: Caller::Admin(owner.id), ask }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a file is only tried.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Tells what would change, and changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Makes a CSV file the planogram: slots that it does not name are emptied. A file with anything wrong changes nothing;
/// `problems` says what, by row and column. The format is described in docs/planogram.md.
#[utoipa::path(post, path = "/planogram/import", tag = "admin", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = OK, body = PlanogramImported), (status = CONFLICT), (status = PAYLOAD_TOO_LARGE),
        (status = UNPROCESSABLE_ENTITY)))]
async fn import(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    query: Result<Query<ImportQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<Json<PlanogramImported>> {
    let Query(ImportQuery { dry_run }) = query?;
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media_type.split(';').next().is_none_or(|name| !name.trim().eq_ignore_ascii_case("text/csv")) {
        return Err(ApiError::invalid("Send the file as text/csv."));
    }
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(ErrorCode::TooLarge, format!("The file is larger than {} KiB.", MAX_PLANOGRAM_BYTES / 1024))
        }
        _ => ApiError::invalid(rejection.body_text()),
    })?;
    let command = |products, changes| {
        let file = hex(&Sha256::digest(&body));
        let ask = Ask::ImportPlanogram { file, products, changes, means: ChangeMeans::Import };
        Command { id, by: Caller::Admin(owner.id), ask }
    };
    if !dry_run && let Some(done) = repeated(&app.db, &command(Vec::new(), Vec::new())).await? {
        return imported(done);
    }
    let planogram = db::planogram::planogram(&app.db, app.store.id).await?;
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let read = planogram_file::read(&body, &planogram, &catalog, &app.store.now())?;
    if dry_run {
        return Ok(Json(PlanogramImported {
            dry_run,
            changes: read.changes.iter().map(change_view).collect(),
            new_products: read.new_products.into_iter().map(|product| product.sku.0).collect(),
            changed_products: read.changed_products.into_iter().map(|product| product.sku.0).collect(),
        }));
    }
    let products = read.new_products.into_iter().chain(read.changed_products);
    let with_before = |product: Product| {
        let before = catalog.get(&product.sku).cloned();
        (product, before)
    };
    imported(app.desk.carry_out(command(products.map(with_before).collect(), read.changes)).await?)
}

fn imported(done: Done) -> ApiResult<Json<PlanogramImported>> {
    let Done::Planogram { changes, new_products, changed_products } = done else {
        return Err(anyhow::anyhow!("a command about the planogram was answered by something else").into());
    };
    let skus = |skus: Vec<Sku>| skus.into_iter().map(|sku| sku.0).collect();
    Ok(Json(PlanogramImported {
        dry_run: false,
        changes: changes.iter().map(change_view).collect(),
        new_products: skus(new_products),
        changed_products: skus(changed_products),
    }))
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let problem = |complaint: &planogram_file::Complaint| FieldProblem {
            field: complaint.place(),
            detail: complaint.why.clone(),
        };
        let problems = refused.shown.iter().map(problem).collect();
        Self::with_problems(ErrorCode::InvalidInput, refused.summary(), problems)
    }
}

/// Which changes.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ChangeFilters {
    /// Of this slot alone.
    slot: Option<String>,
}

/// The planogram's changes, newest first.
#[utoipa::path(get, path = "/planogram/history", tag = "admin", params(PageQuery, ChangeFilters),
    responses((status = OK, body = Page<PlanogramChange>)))]
async fn history(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<ChangeFilters, ChangePosition>,
) -> ApiResult<Json<Page<PlanogramChange>>> {
    let store = app.store.id;
    let slot = word("slot", list.filters.slot.clone())?.map(SlotId);
    let found = db::planogram::list::history(&app.db, store, slot.as_ref(), &list.window).await?;
    let mut names = BTreeMap::new();
    let admins: BTreeSet<_> = found.rows.iter().filter_map(|change| change.made.by).collect();
    for admin in admins {
        names.insert(admin, db::accounts::admin(&app.db, admin).await?.map(|row| row.name));
    }
    let stood = found.rows.iter().flat_map(|row| [&row.change.before, &row.change.after]).flatten();
    let catalog = db::catalog::some(&app.db, store, &stood.map(|facing| facing.sku.clone()).collect()).await?;
    let product_name = |facing: &Option<Facing>| Some(catalog.get(&facing.as_ref()?.sku)?.name.clone());
    list.page(found, None, |MadeChange { made, change }| PlanogramChange {
        at: made.at.to_string(),
        by: made.by.and_then(|admin| names.get(&admin).cloned().flatten()),
        means: match made.means {
            ChangeMeans::Page => ChangeMeansName::Page,
            ChangeMeans::Import => ChangeMeansName::Import,
            ChangeMeans::Command => ChangeMeansName::Command,
        },
        before_name: product_name(&change.before),
        after_name: product_name(&change.after),
        change: change_view(&change),
    })
}

fn facing_view(facing: &Facing) -> FacingView {
    FacingView {
        slot: facing.slot.0.clone(),
        sku: facing.sku.0.clone(),
        zone: facing.zone.0.clone(),
        x: facing.x,
        capacity: facing.capacity,
        version: Some(Version::of_facing(facing).0),
    }
}

fn change_view(change: &FacingChange) -> FacingChangeView {
    FacingChangeView {
        slot: change.slot.0.clone(),
        before: change.before.as_ref().map(facing_view),
        after: change.after.as_ref().map(facing_view),
    }
}
