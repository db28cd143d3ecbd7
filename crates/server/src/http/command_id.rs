//! The id of a changing request, made by its client: the same id again gets the same answer and changes nothing twice.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use crate::problem::ApiError;

/// The header that carries it, as the IETF's draft on idempotent requests names it (draft-ietf-httpapi-idempotency-key-header).
pub const HEADER: &str = "idempotency-key";

/// A changing request's id. A client that sends none cannot repeat the request safely; it gets an id of our own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CommandId(pub Uuid);

impl<S: Sync> FromRequestParts<S> for CommandId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(HEADER) else { return Ok(Self(Uuid::now_v7())) };
        // The draft has it as a structured string, in quotation marks; many send it bare.
        let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
        let id = Uuid::try_parse(text).ok().filter(|id| !id.is_nil());
        id.map(Self).ok_or_else(|| {
            ApiError::invalid("The header Idempotency-Key must be a UUID that you make for each change.")
        })
    }
}
