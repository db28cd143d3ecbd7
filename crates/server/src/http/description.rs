//! What the API's description says of every route alike: who may call it, and which refusals it can answer with. A route names
//! what is its own; the rest follows from where it stands and what it takes.

use axum::http::StatusCode;
use protocol::error_code::Problem;
use utoipa::IntoResponses;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::response::Response;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi, RefOr};

use crate::caller::{AdminCaller, DeviceCaller, ShopperCaller};

/// Every refusal that there is; the sentence for the person is in the body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "handlers refuse with `ApiError`; this describes what becomes of it")]
enum Refusals {
    /// Nobody is logged in, or the token is not valid (any more).
    #[response(status = UNAUTHORIZED, content_type = "application/problem+json")]
    NotAuthenticated(Problem),
    /// Not for this caller, or a change without the header `x-smartmart`.
    #[response(status = FORBIDDEN, content_type = "application/problem+json")]
    NotAllowed(Problem),
    /// There is no such thing, or it is not the caller's.
    #[response(status = NOT_FOUND, content_type = "application/problem+json")]
    NotFound(Problem),
    /// It clashes with what is there.
    #[response(status = CONFLICT, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The link or code has expired.
    #[response(status = GONE, content_type = "application/problem+json")]
    Expired(Problem),
    /// The body is larger than allowed.
    #[response(status = PAYLOAD_TOO_LARGE, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// It cannot be read or breaks a rule; `detail` says which, `problems` where.
    #[response(status = UNPROCESSABLE_ENTITY, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Too many attempts; `Retry-After` says when to try again.
    #[response(status = TOO_MANY_REQUESTS, content_type = "application/problem+json")]
    TooManyAttempts(Problem),
    /// A fault of ours; it stands in the log under `request_id`.
    #[response(status = INTERNAL_SERVER_ERROR, content_type = "application/problem+json")]
    Internal(Problem),
    /// The store is busy or its database is away; the same request may go through after `Retry-After`.
    #[response(status = SERVICE_UNAVAILABLE, content_type = "application/problem+json")]
    Busy(Problem),
}

/// Who is checked before a route does anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Shopper,
    Admin,
    Device,
}

impl Audience {
    fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        match path {
            "/admin/login" | "/admin/logout" => None,
            "/device/me" => Some(Self::Device),
            _ if path.starts_with("/admin/") => Some(Self::Admin),
            _ if path == "/me" || path.starts_with("/me/") => Some(Self::Shopper),
            _ => None,
        }
    }

    /// Name and cookie of its scheme.
    fn scheme(self) -> (&'static str, &'static str) {
        match self {
            Self::Shopper => ("shopper_cookie", ShopperCaller::COOKIE),
            Self::Admin => ("admin_cookie", AdminCaller::COOKIE),
            Self::Device => ("device_cookie", DeviceCaller::COOKIE),
        }
    }
}

/// The scheme of programs.
const BEARER: &str = "token";

/// Completes the description that the routes give.
pub fn complete(api: &mut OpenApi) {
    let refusals = Refusals::responses();
    for (path, item) in &mut api.paths.paths {
        let read = [item.get.as_mut()].into_iter().flatten().map(|operation| (operation, false));
        let changes = [item.put.as_mut(), item.post.as_mut(), item.delete.as_mut(), item.patch.as_mut()];
        for (operation, changes) in read.chain(changes.into_iter().flatten().map(|operation| (operation, true))) {
            let audience = Audience::of(path);
            if let Some(audience) = audience {
                let bearer = SecurityRequirement::new(BEARER, Vec::<String>::new());
                let cookie = SecurityRequirement::new(audience.scheme().0, Vec::<String>::new());
                operation.security = Some(vec![bearer, cookie]);
            }
            for status in statuses(operation, audience, path, changes) {
                let status = status.as_u16().to_string();
                let answer = refusals.get(&status).cloned();
                operation.responses.responses.entry(status).or_insert_with(|| answer.expect("a refusal that there is"));
            }
            // What a route names by its status alone says the same as everywhere.
            for (status, answer) in &mut operation.responses.responses {
                if let (RefOr::T(named), Some(RefOr::T(known))) = (answer, refusals.get(status)) {
                    fill(named, known);
                }
            }
        }
    }
    let components = api.components.get_or_insert_default();
    components
        .add_security_scheme(BEARER, SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    for audience in [Audience::Shopper, Audience::Admin, Audience::Device] {
        let (name, cookie) = audience.scheme();
        components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie))));
    }
}

/// The refusals that follow from where a route stands and what it takes.
fn statuses(operation: &Operation, audience: Option<Audience>, path: &str, changes: bool) -> Vec<StatusCode> {
    let is_in_query = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query);
    let takes_query = operation.parameters.iter().flatten().any(is_in_query);
    let takes_body = operation.request_body.is_some();
    let mut statuses = vec![StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];
    statuses.extend(audience.map(|_| StatusCode::UNAUTHORIZED));
    statuses.extend(changes.then_some(StatusCode::FORBIDDEN));
    statuses.extend(path.contains('{').then_some(StatusCode::NOT_FOUND));
    statuses.extend((takes_query || takes_body).then_some(StatusCode::UNPROCESSABLE_ENTITY));
    statuses.extend(takes_body.then_some(StatusCode::PAYLOAD_TOO_LARGE));
    statuses
}

fn fill(named: &mut Response, known: &Response) {
    if named.content.is_empty() {
        named.content = known.content.clone();
    }
    if named.description.is_empty() {
        named.description = known.description.clone();
    }
}
