//! What stands before every route: forgery protection, security headers, the request's span in the log.

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::error_code::ErrorCode;

use crate::app::App;
use crate::problem::ApiError;

/// The header that our pages send with every change. Another site's page cannot send it without asking first, and is
/// refused when it asks.
pub const OUR_PAGES: &str = "x-smartmart";

/// Lets a change through only from our own pages or from programs that bring a token.
pub async fn only_from_our_pages(request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    if changes && !headers.contains_key(OUR_PAGES) && !headers.contains_key(AUTHORIZATION) {
        let detail = "Send the header x-smartmart: 1 with every change.";
        return ApiError::new(ErrorCode::NotAllowed, detail).into_response();
    }
    next.run(request).await
}

/// No page of another site may frame us, no script but ours runs, nothing of the API is cached.
pub async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/v1");
    let docs = request.uri().path().starts_with("/api/docs");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !docs {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
    if api {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if app.config.secure_cookies() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
    connect-src 'self' ws: wss:; frame-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'self'";

/// The span of a request: method and path, never the query.
pub fn span<B>(request: &axum::http::Request<B>) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("");
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request.id = id)
}
