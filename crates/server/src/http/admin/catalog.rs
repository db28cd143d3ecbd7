//! Products.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use domain::catalog::{Gtin, Product};
use domain::ids::Sku;
use domain::money::Minor;
use protocol::admin::ProductView;
use protocol::paging::Page;
use shop::command::version::Version;
use shop::command::{Ask, Caller, Command, Done};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::caller::{AdminCaller, OwnerCaller};
use crate::http::command_id::CommandId;
use crate::http::paging::{Listing, PageQuery, SearchOnly, searched};
use crate::planogram_rules::{HEAVIEST_MG, HIGHEST_PRICE, label, product_name};
use crate::problem::{ApiError, ApiResult};
use crate::views::names;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(products, create_product)).routes(routes!(edit_product))
}

/// Products, by SKU; `search` looks in the SKU, the name and the barcode number.
#[utoipa::path(get, path = "/products", tag = "admin", params(PageQuery, SearchOnly),
    responses((status = OK, body = Page<ProductView>)))]
async fn products(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<SearchOnly, Sku>,
) -> ApiResult<Json<Page<ProductView>>> {
    let search = searched(list.filters.search.as_deref())?;
    let found = db::catalog::page(&app.db, app.store.id, search.as_ref(), &list.window).await?;
    let counts = list.is_first() && search.is_none();
    let total = if counts { Some(db::catalog::count(&app.db, app.store.id).await?) } else { None };
    list.page(found, total, |product| names::product(&product))
}

/// Makes a product with a new SKU.
#[utoipa::path(post, path = "/products", tag = "admin", request_body = ProductView,
    responses((status = OK, body = ProductView), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn create_product(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    body: Result<Json<ProductView>, JsonRejection>,
) -> ApiResult<Json<ProductView>> {
    let product = checked_product(body?.0)?;
    saved(&app, Command { id, by: Caller::Admin(owner.id), ask: Ask::CreateProduct { product } }).await
}

/// Changes a product. `version` is the one that was read: a product that somebody else has changed meanwhile stays as it is, and
/// the answer says what is otherwise.
#[utoipa::path(put, path = "/products/{sku}", tag = "admin", request_body = ProductView,
    responses((status = OK, body = ProductView), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn edit_product(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    sku: Result<Path<String>, PathRejection>,
    body: Result<Json<ProductView>, JsonRejection>,
) -> ApiResult<Json<ProductView>> {
    let (Path(sku), Json(body)) = (sku?, body?);
    if body.sku != sku {
        return Err(ApiError::invalid("The SKU in the address and in the body differ."));
    }
    let version = body.version.clone().map(Version);
    let version = version.ok_or_else(|| ApiError::invalid("Send the version of the product that you have read."))?;
    let product = checked_product(body)?;
    saved(&app, Command { id, by: Caller::Admin(owner.id), ask: Ask::EditProduct { product, version } }).await
}

async fn saved(app: &App, command: Command) -> ApiResult<Json<ProductView>> {
    match app.desk.carry_out(command).await? {
        Done::Product { product } => Ok(Json(names::product(&product))),
        _ => Err(anyhow::anyhow!("a command about a product was answered by something else").into()),
    }
}

fn checked_product(body: ProductView) -> ApiResult<Product> {
    let name = product_name(&body.name)?;
    if body.price_minor.is_some_and(|price| !(1..=HIGHEST_PRICE).contains(&price)) {
        return Err(ApiError::invalid("The price must be above zero. Leave it out if it is not known yet."));
    }
    let weight = body.unit_weight_g.map(|grams| f64::from(grams) * 1_000.0);
    if weight.is_some_and(|milligrams| !(1.0..=HEAVIEST_MG).contains(&milligrams)) {
        return Err(ApiError::invalid("The weight must be above 0 and at most 100,000 grams."));
    }
    let gtin = body.gtin.filter(|gtin| !gtin.trim().is_empty()).map(|gtin| Gtin::parse(&gtin)).transpose();
    Ok(Product {
        sku: Sku(label("SKU", &body.sku)?),
        gtin: gtin.map_err(|why| ApiError::invalid(format!("{why}.")))?,
        name,
        price: body.price_minor.map(Minor),
        tax_class: names::to_tax_class(body.tax_class),
        unit_weight_mg: weight.map(|milligrams| milligrams.round() as u32),
    })
}
