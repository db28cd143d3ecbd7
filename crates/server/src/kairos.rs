//! The Kairos API over galleries of our own, for programs that were written for that cloud.
//!
//! A device with the role "program" calls it: its id is the `app_id`, its token the `app_key`. It has galleries of its own,
//! apart from the shoppers': whoever enrols people there answers for their consent.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use tokio::sync::Semaphore;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::to_the_end;

mod service;

/// How long a call may take, its body included.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Calls at a time: each may hold a picture of 16 MiB, and recognition has no more threads than cores anyway.
const AT_A_TIME: usize = 4;

/// The routes, to be nested at `/kairos`.
pub fn router(app: &App) -> Router {
    kairos::service::router(Arc::new(service::Service::new(app.clone())))
        .layer(from_fn_with_state(app.clone(), to_the_end::changes))
        .layer(from_fn_with_state(Arc::new(Semaphore::new(AT_A_TIME)), to_the_end::one_of_few))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
}
