//! The planogram: edited slot by slot or by a file, with its history.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use db::planogram::{ChangeMeans, Made};
use domain::catalog::Product;
use domain::floor::FloorInput;
use domain::ids::{Sku, SlotId, ZoneId};
use domain::planogram::{Facing, FacingChange};
use protocol::admin::{ChangeMeansName, FacingChangeView, FacingView, PlanogramChange, PlanogramImported};
use protocol::error_code::{ErrorCode, FieldProblem};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::catalog::label;
use crate::app::App;
use crate::http::caller::{AdminCaller, OwnerCaller};
use crate::http::error::{ApiError, ApiResult};
use crate::http::limits::MAX_PLANOGRAM_BYTES;
use crate::planogram_file::{self, Extent, ImportError, Refused};

/// The most units at one slot.
pub const MOST_CAPACITY: u32 = 10_000;
/// Changes that are shown.
const CHANGES_SHOWN: u64 = 50;
/// Words of the API that stand where a slot's name stands.
const RESERVED: [&str; 2] = ["import", "history"];

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(MAX_PLANOGRAM_BYTES))
        .routes(routes!(planogram))
        .routes(routes!(history))
        .routes(routes!(save_facing, remove_facing))
}

/// What stands where.
#[utoipa::path(get, path = "/planogram", tag = "admin", responses((status = OK, body = Vec<FacingView>)))]
async fn planogram(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<FacingView>>> {
    let planogram = db::planogram::planogram(&app.db, app.store.id).await?;
    Ok(Json(planogram.0.values().map(facing_view).collect()))
}

/// Puts a product at a slot.
#[utoipa::path(put, path = "/planogram/{slot}", tag = "admin", request_body = FacingView,
    responses((status = OK, body = FacingView), (status = UNPROCESSABLE_ENTITY)))]
async fn save_facing(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
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
    if db::catalog::catalog(&app.db, app.store.id).await?.get(&facing.sku).is_none() {
        return Err(ApiError::invalid("There is no product with this SKU yet."));
    }
    db::planogram::put_facing(&app.db, app.store.id, &facing, &made(&app, &owner, ChangeMeans::Page)).await?;
    planogram_changed(&app).await?;
    Ok(Json(facing_view(&facing)))
}

/// Empties a slot.
#[utoipa::path(delete, path = "/planogram/{slot}", tag = "admin", responses((status = NO_CONTENT), (status = NOT_FOUND)))]
async fn remove_facing(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    slot: Result<Path<String>, PathRejection>,
) -> ApiResult<StatusCode> {
    if !db::planogram::clear_slot(&app.db, app.store.id, &SlotId(slot?.0), &made(&app, &owner, ChangeMeans::Page))
        .await?
    {
        return Err(ApiError::not_found());
    }
    planogram_changed(&app).await?;
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
    let extent = if dry_run { Extent::DryRun } else { Extent::Real };
    let made = made(&app, &owner, ChangeMeans::Import);
    let imported = planogram_file::import(&app.db, &app.store.now(), &body, &made, extent).await?;
    if extent == Extent::Real {
        if !(imported.new_products.is_empty() && imported.changed_products.is_empty()) {
            let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
            app.floor.input(FloorInput::CatalogReplaced(catalog)).await?;
        }
        planogram_changed(&app).await?;
    }
    let skus = |products: &[Product]| products.iter().map(|product| product.sku.0.clone()).collect();
    Ok(Json(PlanogramImported {
        dry_run,
        changes: imported.changes.iter().map(change_view).collect(),
        new_products: skus(&imported.new_products),
        changed_products: skus(&imported.changed_products),
    }))
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Refused(refused) => refused.into(),
            ImportError::Overtaken => Self::new(
                ErrorCode::Conflict,
                "Somebody else changed the planogram at the same moment. Nothing of the file was taken in; try again.",
            ),
            ImportError::Db(error) => error.into(),
        }
    }
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

/// The newest changes, newest first.
#[utoipa::path(get, path = "/planogram/history", tag = "admin", responses((status = OK, body = Vec<PlanogramChange>)))]
async fn history(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<PlanogramChange>>> {
    let changes = db::planogram::newest_changes(&app.db, app.store.id, CHANGES_SHOWN).await?;
    let mut names = BTreeMap::new();
    let admins: BTreeSet<_> = changes.iter().filter_map(|change| change.made.by).collect();
    for admin in admins {
        names.insert(admin, db::accounts::admin(&app.db, admin).await?.map(|row| row.name));
    }
    let view = |found: &db::planogram::MadeChange| PlanogramChange {
        at: found.made.at.to_string(),
        by: found.made.by.and_then(|admin| names.get(&admin).cloned().flatten()),
        means: match found.made.means {
            ChangeMeans::Page => ChangeMeansName::Page,
            ChangeMeans::Import => ChangeMeansName::Import,
            ChangeMeans::Command => ChangeMeansName::Command,
        },
        change: change_view(&found.change),
    };
    Ok(Json(changes.iter().map(view).collect()))
}

fn made(app: &App, owner: &AdminCaller, means: ChangeMeans) -> Made {
    Made { by: Some(owner.id), at: app.clock.now(), means }
}

async fn planogram_changed(app: &App) -> ApiResult<()> {
    let planogram = db::planogram::planogram(&app.db, app.store.id).await?;
    app.floor.input(FloorInput::PlanogramReplaced(planogram)).await?;
    Ok(())
}

fn facing_view(facing: &Facing) -> FacingView {
    FacingView {
        slot: facing.slot.0.clone(),
        sku: facing.sku.0.clone(),
        zone: facing.zone.0.clone(),
        x: facing.x,
        capacity: facing.capacity,
    }
}

fn change_view(change: &FacingChange) -> FacingChangeView {
    FacingChangeView {
        slot: change.slot.0.clone(),
        before: change.before.as_ref().map(facing_view),
        after: change.after.as_ref().map(facing_view),
    }
}

/// A slot's name: a label that is no word of the API.
pub fn slot_label(text: &str) -> ApiResult<String> {
    if RESERVED.contains(&text) {
        return Err(ApiError::invalid(format!("A slot cannot be called {text}; please give it another name.")));
    }
    label("slot", text)
}
