//! Health, readiness and metrics, for operators' tools.

use std::time::Duration;

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

/// How long readiness may take to find out: whoever asks has a time-out too.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The process can do its work: the database answers and the store's task takes questions.
async fn ready(State(app): State<App>) -> Response {
    let checks = async { (app.db.ping().await, app.desk.ask(|_, _| ()).await) };
    match tokio::time::timeout(READY_WITHIN, checks).await {
        Ok((Ok(()), Ok(()))) => "ready".into_response(),
        answers => {
            tracing::warn!(?answers, "not ready");
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
