//! HTTP: the routes under `/api/v1`, the pages, health, metrics and the API's description.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use socketioxide::layer::SocketIoLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::app::App;
use crate::kairos;

pub mod admin;
pub mod caller;
pub mod command_id;
pub mod device;
pub mod disputes;
pub mod error;
pub mod guard;
pub mod limits;
pub mod login;
pub mod public;
pub mod shopper;
pub mod system;
pub mod web;

#[derive(OpenApi)]
#[openapi(info(
    title = "Smart Mart",
    description = "The store without check-outs. Errors are RFC 9457 problem details. Browsers are logged in by cookie \
                   and send the header `x-smartmart: 1` with every change; programs send `Authorization: Bearer …`. \
                   Live data comes over Socket.IO on the same port: see crates/protocol/src/realtime.rs.",
    license(name = "MIT OR Apache-2.0"),
))]
struct Description;

/// Every route with its description.
pub fn api() -> (Router<App>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .merge(public::routes())
                .merge(shopper::routes())
                .merge(device::routes())
                .nest("/admin", admin::routes()),
        )
        .split_for_parts()
}

/// The whole service.
pub fn router(app: App, sockets: SocketIoLayer) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    let (api, description) = api();
    api.layer(from_fn(guard::only_from_our_pages))
        .merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", description))
        .merge(system::routes())
        .nest_service("/kairos", kairos::router(&app))
        .fallback(web::page)
        .layer(DefaultBodyLimit::max(limits::MAX_JSON_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)))
        .layer(from_fn_with_state(app.clone(), guard::security_headers))
        .layer(CompressionLayer::new())
        .with_state(app)
        .layer(sockets)
        .layer(TraceLayer::new_for_http().make_span_with(guard::span))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}
