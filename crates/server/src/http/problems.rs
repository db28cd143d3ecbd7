//! Refusals on their way out: each is problem details, also where no handler wrote it, and carries the id under which the log
//! has the request.

use std::any::Any;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::error_code::{ErrorCode, Problem};

use crate::problem::{ApiError, panic_text, problem};

/// The header that carries a request's id, both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that a proxy may give a request, in characters.
const LONGEST_ID: usize = 64;

/// Drops an id that is none, so that nobody writes what they like into the log; a new one is made then.
pub async fn only_plain_ids(mut request: Request) -> Request {
    let is_plain = |id: &HeaderValue| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().copied().all(plain)
    };
    if !request.headers().get(REQUEST_ID).is_some_and(is_plain) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Problem::from(self);
        let code = body.code;
        let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&body)).into_response();
        // On the way out it gets the request's id: see `with_reference`.
        response.extensions_mut().insert(body);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if code == ErrorCode::TryAgainLater || code == ErrorCode::TooManyAttempts {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// Makes each refusal problem details with the request's id, and notes it in the log under that id. Pages and what operators'
/// tools ask for keep the text that they answer with, and the Kairos API its own words.
pub async fn with_reference(request: Request, next: Next) -> Response {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = match parts.extensions.remove::<Problem>() {
        Some(problem) => problem,
        None if api || !parts.headers.contains_key(CONTENT_TYPE) => of_status(parts.status),
        None => return Response::from_parts(parts, body),
    };
    tracing::info!(status = problem.status, code = ?problem.code, "refused");
    let problem = Problem { request_id: id, ..problem };
    let body = serde_json::to_vec(&problem).expect("a problem is plain text and numbers");
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if problem.code == ErrorCode::TryAgainLater {
        parts.headers.entry(RETRY_AFTER).or_insert(HeaderValue::from_static("5"));
    }
    Response::from_parts(parts, Body::from(body))
}

/// What a status says that came without words: of the router, or of a layer around it.
fn of_status(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::UNAUTHORIZED => (ErrorCode::NotAuthenticated, "Please log in."),
        StatusCode::FORBIDDEN => (ErrorCode::NotAllowed, "This is not allowed."),
        StatusCode::NOT_FOUND => (ErrorCode::NotFound, "There is no such thing here."),
        StatusCode::METHOD_NOT_ALLOWED => (ErrorCode::NotFound, "This cannot be done here."),
        StatusCode::PAYLOAD_TOO_LARGE => (ErrorCode::TooLarge, "The request is too large."),
        StatusCode::TOO_MANY_REQUESTS => (ErrorCode::TooManyAttempts, "Too many attempts. Try again later."),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            (ErrorCode::TryAgainLater, "The store took too long to answer. Please try again.")
        }
        other if other.is_client_error() => (ErrorCode::InvalidInput, "The request cannot be read."),
        _ => (ErrorCode::Internal, "Something went wrong on our side."),
    };
    Problem { status: status.as_u16(), ..problem(code, detail) }
}

/// The answer where a handler panicked: the caller gets one, and the log the cause.
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!(panic = panic_text(&*panic), "a handler panicked");
    ApiError::new(ErrorCode::Internal, "Something went wrong on our side.").into_response()
}
