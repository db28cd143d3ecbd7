//! HTTP: the routes under `/api/v1`, the pages, health, metrics and the API's description.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_request};
use protocol::error_code::Problem;
use socketioxide::layer::SocketIoLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::app::App;
use crate::{limits, to_the_end};

pub mod admin;
pub mod command_id;
mod cookies;
mod description;
pub mod device;
pub mod disputes;
mod extract;
pub mod guard;
pub mod login;
pub mod paging;
pub mod problems;
pub mod public;
mod rejections;
pub mod shopper;
pub mod system;
pub mod web;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Smart Mart",
        description = "The store without check-outs. Errors are RFC 9457 problem details. Browsers are logged in by cookie \
                   and send the header `x-smartmart: 1` with every change; programs send `Authorization: Bearer …`. \
                   Live data comes over Socket.IO on the same port: see crates/protocol/src/realtime.rs.",
        license(name = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem))
)]
struct Description;

/// Every route with its description.
pub fn api() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut described) = OpenApiRouter::with_openapi(Description::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .merge(public::routes())
                .merge(shopper::routes())
                .merge(device::routes())
                .nest("/admin", admin::routes()),
        )
        .split_for_parts();
    description::complete(&mut described);
    (router, described)
}

/// How long a request may take: longer than the database is waited for.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole service; `kairos` are the routes of the Kairos API.
pub fn router(app: App, kairos: Router, sockets: SocketIoLayer) -> Router {
    let (api, description) = api();
    let routes = api
        .layer(from_fn_with_state(app.clone(), to_the_end::changes))
        .layer(from_fn(guard::only_from_our_pages))
        .merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", description))
        .merge(system::routes())
        .nest_service("/kairos", kairos)
        .fallback(web::page);
    referenced(around(app, routes, REQUEST_TIMEOUT).layer(sockets))
}

/// What every answer passes on its way out, whichever route gave it: none is left without an answer, and no refusal without
/// words.
fn around(app: App, routes: Router<App>, timeout: Duration) -> Router {
    routes
        .layer(DefaultBodyLimit::max(limits::MAX_JSON_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(from_fn(problems::with_reference))
        .layer(from_fn_with_state(app.clone(), guard::security_headers))
        .layer(CompressionLayer::new())
        .with_state(app)
}

/// Each request gets an id, which stands in the log with whatever is logged about it.
fn referenced(routes: Router) -> Router {
    routes
        .layer(TraceLayer::new_for_http().make_span_with(guard::span))
        .layer(PropagateRequestIdLayer::new(problems::REQUEST_ID))
        .layer(SetRequestIdLayer::new(problems::REQUEST_ID, MakeRequestUuid))
        .layer(map_request(problems::only_plain_ids))
}

#[cfg(test)]
mod tests;
