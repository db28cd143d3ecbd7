//! Health, readiness and metrics, for operators' tools.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process can do its work: the database answers and the store's task takes questions.
async fn ready(State(app): State<App>) -> Response {
    let database = app.db.ping().await;
    let floor = app.floor.ask(|_, _| ()).await;
    match (database, floor) {
        (Ok(()), Ok(())) => "ready".into_response(),
        (database, floor) => {
            tracing::warn!(?database, ?floor, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
        }
    }
}

/// Prometheus text. It tells numbers, no names.
async fn metrics(State(app): State<App>) -> Response {
    let Some(recorder) = &app.metrics else {
        return (StatusCode::NOT_FOUND, "metrics are off").into_response();
    };
    metrics::gauge!("smartmart_face_templates").set(app.recogniser.templates() as f64);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], recorder.render()).into_response()
}
