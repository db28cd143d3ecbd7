//! Changes go on to their end, also where whoever asked hangs up or is no longer waited for: a handler that is dropped half-way has
//! changed the database, perhaps, and not what is in memory.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::app::App;

/// A place among few, which a request keeps until its change is carried out.
#[derive(Clone, Debug)]
struct Held(#[expect(dead_code, reason = "it is given back when it is dropped")] Arc<OwnedSemaphorePermit>);

/// Waits for a place among few, as long as whoever asks does.
pub async fn one_of_few(State(places): State<Arc<Semaphore>>, mut request: Request, next: Next) -> Response {
    let Ok(place) = places.acquire_owned().await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    request.extensions_mut().insert(Held(Arc::new(place)));
    next.run(request).await
}

/// Runs what changes something in a task of its own, which the server waits for when it stops.
pub async fn changes(State(app): State<App>, request: Request, next: Next) -> Response {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return next.run(request).await;
    }
    let gone = CancellationToken::new();
    // Dropped with this future, and so when nobody waits any longer.
    let _waits = gone.clone().drop_guard();
    let held = request.extensions().get::<Held>().cloned();
    let request = request.map(|body| while_awaited(body, gone));
    let carried_out = async move {
        let response = next.run(request).await;
        drop(held);
        response
    };
    match app.changes.spawn(carried_out.in_current_span()).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            // Whoever stands around this answers panics.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}

/// A body whose rest is not read once nobody waits: what has not arrived by then was not asked for.
fn while_awaited(body: Body, gone: CancellationToken) -> Body {
    let pieces = body.into_data_stream();
    Body::from_stream(futures_util::stream::unfold((pieces, gone), |(mut pieces, gone)| async move {
        let piece = tokio::select! {
            biased;
            piece = pieces.next() => piece?,
            () = gone.cancelled() => Err(axum::Error::new(Gone)),
        };
        Some((piece, (pieces, gone)))
    }))
}

#[derive(Debug, thiserror::Error)]
#[error("whoever asked has gone")]
struct Gone;
