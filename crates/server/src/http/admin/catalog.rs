//! Products and the planogram.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::catalog::{Gtin, Product};
use domain::floor::FloorInput;
use domain::ids::{Sku, SlotId, ZoneId};
use domain::money::Minor;
use domain::planogram::Facing;
use protocol::admin::{FacingView, ProductView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::caller::{AdminCaller, OwnerCaller};
use crate::http::error::{ApiError, ApiResult};
use crate::views::names;

/// The highest price, in minor units: a slip of the hand is dearer than any groceries.
const HIGHEST_PRICE: i64 = 10_000_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(products))
        .routes(routes!(save_product))
        .routes(routes!(planogram))
        .routes(routes!(save_facing, remove_facing))
}

/// All products.
#[utoipa::path(get, path = "/products", tag = "admin", responses((status = OK, body = Vec<ProductView>)))]
async fn products(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<ProductView>>> {
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    Ok(Json(catalog.0.values().map(names::product).collect()))
}

/// Makes or changes a product.
#[utoipa::path(put, path = "/products/{sku}", tag = "admin", request_body = ProductView,
    responses((status = OK, body = ProductView), (status = UNPROCESSABLE_ENTITY)))]
async fn save_product(
    State(app): State<App>,
    _: OwnerCaller,
    sku: Result<Path<String>, PathRejection>,
    body: Result<Json<ProductView>, JsonRejection>,
) -> ApiResult<Json<ProductView>> {
    let (Path(sku), Json(body)) = (sku?, body?);
    let product = checked_product(&sku, body)?;
    db::catalog::save_product(&app.db, app.store.id, &product, app.clock.now()).await?;
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    app.floor.input(FloorInput::CatalogReplaced(catalog)).await?;
    Ok(Json(names::product(&product)))
}

fn checked_product(sku: &str, body: ProductView) -> ApiResult<Product> {
    if body.sku != sku {
        return Err(ApiError::invalid("The SKU in the address and in the body differ."));
    }
    let name = body.name.trim();
    if name.is_empty() || name.chars().count() > 120 {
        return Err(ApiError::invalid("The name must have 1 to 120 characters."));
    }
    if body.price_minor.is_some_and(|price| !(1..=HIGHEST_PRICE).contains(&price)) {
        return Err(ApiError::invalid("The price must be above zero. Leave it out if it is not known yet."));
    }
    let weight = body.unit_weight_g.map(|grams| f64::from(grams) * 1_000.0);
    if weight.is_some_and(|milligrams| !(1.0..=1e8).contains(&milligrams)) {
        return Err(ApiError::invalid("The weight must be above 0 and at most 100,000 grams."));
    }
    let gtin = body.gtin.filter(|gtin| !gtin.is_empty()).map(|gtin| Gtin::parse(&gtin)).transpose();
    Ok(Product {
        sku: Sku(label("SKU", sku)?),
        gtin: gtin.map_err(|why| ApiError::invalid(format!("{why}.")))?,
        name: name.to_owned(),
        price: body.price_minor.map(Minor),
        tax_class: names::to_tax_class(body.tax_class),
        unit_weight_mg: weight.map(|milligrams| milligrams.round() as u32),
    })
}

/// What stands where.
#[utoipa::path(get, path = "/planogram", tag = "admin", responses((status = OK, body = Vec<FacingView>)))]
async fn planogram(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<FacingView>>> {
    let planogram = db::catalog::planogram(&app.db, app.store.id).await?;
    Ok(Json(planogram.0.values().map(facing_view).collect()))
}

/// Puts a product at a slot.
#[utoipa::path(put, path = "/planogram/{slot}", tag = "admin", request_body = FacingView,
    responses((status = OK, body = FacingView), (status = UNPROCESSABLE_ENTITY)))]
async fn save_facing(
    State(app): State<App>,
    _: OwnerCaller,
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
    if !(1..=10_000).contains(&body.capacity) {
        return Err(ApiError::invalid("The capacity must be 1 to 10,000 units."));
    }
    let facing = Facing {
        slot: SlotId(label("slot", &slot)?),
        sku: Sku(label("SKU", &body.sku)?),
        zone: ZoneId(label("zone", &body.zone)?),
        x: body.x,
        capacity: body.capacity,
    };
    if db::catalog::catalog(&app.db, app.store.id).await?.get(&facing.sku).is_none() {
        return Err(ApiError::invalid("There is no product with this SKU yet."));
    }
    db::catalog::save_facing(&app.db, app.store.id, &facing, app.clock.now()).await?;
    planogram_changed(&app).await?;
    Ok(Json(facing_view(&facing)))
}

/// Empties a slot.
#[utoipa::path(delete, path = "/planogram/{slot}", tag = "admin", responses((status = NO_CONTENT), (status = NOT_FOUND)))]
async fn remove_facing(
    State(app): State<App>,
    _: OwnerCaller,
    slot: Result<Path<String>, PathRejection>,
) -> ApiResult<StatusCode> {
    if !db::catalog::remove_facing(&app.db, app.store.id, &SlotId(slot?.0), app.clock.now()).await? {
        return Err(ApiError::not_found());
    }
    planogram_changed(&app).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn planogram_changed(app: &App) -> ApiResult<()> {
    let planogram = db::catalog::planogram(&app.db, app.store.id).await?;
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

/// A label such as a slot or zone: 1 to 40 letters, digits, `-`, `_`, `.`.
pub fn label(what: &str, text: &str) -> ApiResult<String> {
    let good = (1..=40).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if good {
        return Ok(text.to_owned());
    }
    Err(ApiError::invalid(format!("The {what} must have 1 to 40 letters, digits, dots, dashes or underscores.")))
}
