//! What anybody may ask: which store this is, what the consent says, and what a dispute link leads to.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use protocol::account::ConsentText;
use protocol::admin::StoreView;
use protocol::order::{DisputeLink, DisputeView, NewDisputeByLink, OrderView};
use shop::command::Caller;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::command_id::CommandId;
use super::disputes;
use crate::app::App;
use crate::erasure;
use crate::problem::{ApiError, ApiResult};

mod consent;

pub use consent::{version as consent_version, ways as enrolment_ways};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(store))
        .routes(routes!(read_consent))
        .routes(routes!(follow_link))
        .routes(routes!(dispute_by_link))
}

/// Which store this is.
#[utoipa::path(get, path = "/store", tag = "public", responses((status = OK, body = StoreView)))]
async fn store(State(app): State<App>) -> Json<StoreView> {
    let settings = &app.store.now().settings;
    Json(StoreView {
        id: app.store.id.0,
        name: settings.name.clone(),
        currency: app.store.currency.to_string(),
        time_zone: settings.calendar.zone.name().to_owned(),
        erasure_public_key: erasure::public_key(&app.keys),
    })
}

/// The consent text in force.
#[utoipa::path(get, path = "/consent", tag = "public", responses((status = OK, body = ConsentText)))]
async fn read_consent(State(app): State<App>) -> Json<ConsentText> {
    Json(consent::text(&app.store.now().settings.name, &app.config.recognition))
}

/// The order that a mailed dispute link leads to. The token comes in the body, so that no log holds it.
#[utoipa::path(post, path = "/dispute-link", tag = "public", request_body = DisputeLink,
    responses((status = OK, body = OrderView), (status = GONE), (status = FORBIDDEN)))]
async fn follow_link(
    State(app): State<App>,
    body: Result<Json<DisputeLink>, axum::extract::rejection::JsonRejection>,
) -> ApiResult<Json<OrderView>> {
    let order = disputes::order_of_link(&app, &body?.token)?;
    let file = db::orders::file(&app.db, order).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(disputes::order_view(&app, &file).await?))
}

/// Contests lines of the order that a mailed dispute link leads to.
#[utoipa::path(post, path = "/dispute-link/disputes", tag = "public", request_body = NewDisputeByLink,
    responses((status = CREATED, body = DisputeView), (status = GONE), (status = FORBIDDEN)))]
async fn dispute_by_link(
    State(app): State<App>,
    command: CommandId,
    body: Result<Json<NewDisputeByLink>, axum::extract::rejection::JsonRejection>,
) -> ApiResult<(StatusCode, Json<DisputeView>)> {
    let Json(body) = body?;
    let order = disputes::order_of_link(&app, &body.token)?;
    let view = disputes::open(&app, command, Caller::ReceiptLink, order, body.dispute).await?;
    Ok((StatusCode::CREATED, Json(view)))
}
