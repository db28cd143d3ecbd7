//! How the service says no.

use std::time::Duration;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::galleries::Trouble;
use crate::wire::{ErrorBody, ErrorCode, ImageError};

/// A documented error, with what it is about.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Which.
    pub code: ErrorCode,
    /// For the client's programmer: the documented words, and which parameter.
    pub message: String,
    /// When to come back, where it passes.
    pub again_in: Option<Duration>,
}

impl Refusal {
    /// In the documented words.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, message: code.message().to_owned(), again_in: None }
    }

    /// About something: a parameter, by its name on the wire.
    pub fn about(code: ErrorCode, what: impl std::fmt::Display) -> Self {
        Self { message: format!("{}: {what}", code.message()), ..Self::new(code) }
    }
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Url => {
                Self::about(ErrorCode::UrlNotFetched, "images are not fetched here, send them as base64")
            }
            ImageError::NotAnImage => Self::new(ErrorCode::NotAnImage),
        }
    }
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self::new(match trouble {
            Trouble::NotAnImage => ErrorCode::NotAnImage,
            Trouble::NoFace => ErrorCode::NoFace,
            Trouble::TooManyFaces => ErrorCode::TooManyFaces,
            Trouble::CorruptFace => ErrorCode::CorruptFace,
            Trouble::SubjectNotFound => ErrorCode::SubjectNotFound,
            Trouble::GalleryNotFound => ErrorCode::GalleryNotFound,
            Trouble::NoMatch => ErrorCode::NoMatch,
            Trouble::Invalid { parameter, reason } => {
                return Self::about(ErrorCode::InvalidParameter, format_args!("{parameter}: {reason}"));
            }
            Trouble::Down => ErrorCode::Down,
        })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.http_status()).expect("documented statuses are statuses");
        let mut response = (status, Json(ErrorBody::of(self.code, self.message))).into_response();
        if let Some(again_in) = self.again_in {
            // Whole seconds, and never so few that the caller comes back too early.
            let seconds = again_in.as_secs() + u64::from(again_in.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
