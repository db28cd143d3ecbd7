//! Errors as RFC 9457 problem details: the only place that chooses status codes.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use db::{DbError, Fault};
use protocol::error_code::{ErrorCode, FieldProblem, Problem};
use shop::command::{Changed, Refusal};
use shop::desk::{NotDone, NotTaken};

/// What a handler can fail with.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    detail: String,
    problems: Vec<FieldProblem>,
}

/// What handlers return.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// With a sentence for the person.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), problems: Vec::new() }
    }

    /// With each thing to mend.
    pub fn with_problems(code: ErrorCode, detail: impl Into<String>, problems: Vec<FieldProblem>) -> Self {
        Self { code, detail: detail.into(), problems }
    }

    /// There is no such thing, or it is not the caller's.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "There is no such thing here.")
    }

    /// The request breaks a rule.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidInput, detail)
    }
}

/// Problem details of a code with a sentence.
pub fn problem(code: ErrorCode, detail: &str) -> Problem {
    let (status, title) = status_and_title(code);
    let name = serde_json::to_value(code).ok();
    let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or("internal");
    Problem {
        kind: format!("https://smartmart.dev/problems/{}", name.replace('_', "-")),
        title: title.to_owned(),
        status: status.as_u16(),
        code,
        detail: detail.to_owned(),
        problems: Vec::new(),
        request_id: None,
    }
}

fn status_and_title(code: ErrorCode) -> (StatusCode, &'static str) {
    match code {
        ErrorCode::NotAuthenticated => (StatusCode::UNAUTHORIZED, "Not logged in"),
        ErrorCode::NotAllowed => (StatusCode::FORBIDDEN, "Not allowed"),
        ErrorCode::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        ErrorCode::InvalidInput => (StatusCode::UNPROCESSABLE_ENTITY, "Invalid input"),
        ErrorCode::Conflict => (StatusCode::CONFLICT, "Conflict"),
        ErrorCode::WrongCredentials => (StatusCode::UNAUTHORIZED, "Wrong credentials"),
        ErrorCode::TooManyAttempts => (StatusCode::TOO_MANY_REQUESTS, "Too many attempts"),
        ErrorCode::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
        ErrorCode::NotAnImage => (StatusCode::UNPROCESSABLE_ENTITY, "Not an image"),
        ErrorCode::PhotosRejected => (StatusCode::UNPROCESSABLE_ENTITY, "Photographs rejected"),
        ErrorCode::FilmFailed => (StatusCode::UNPROCESSABLE_ENTITY, "Film not believed"),
        ErrorCode::ConsentRequired => (StatusCode::UNPROCESSABLE_ENTITY, "Consent required"),
        ErrorCode::WrongRole => (StatusCode::FORBIDDEN, "Wrong role"),
        ErrorCode::UnknownSlot => (StatusCode::UNPROCESSABLE_ENTITY, "Unknown slot"),
        ErrorCode::TimeOutOfRange => (StatusCode::UNPROCESSABLE_ENTITY, "Time out of range"),
        ErrorCode::Expired => (StatusCode::GONE, "Expired"),
        ErrorCode::InvalidLink => (StatusCode::FORBIDDEN, "Invalid link or code"),
        ErrorCode::AlreadyUsed => (StatusCode::CONFLICT, "Already used"),
        ErrorCode::Superseded => (StatusCode::CONFLICT, "Superseded"),
        ErrorCode::TryAgainLater => (StatusCode::SERVICE_UNAVAILABLE, "Try again later"),
        ErrorCode::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "A fault of ours"),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = problem(self.code, &self.detail);
        body.problems = self.problems;
        let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&body)).into_response();
        // On the way out it gets the request's id: see `problems`.
        response.extensions_mut().insert(body);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == ErrorCode::TryAgainLater || self.code == ErrorCode::TooManyAttempts {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error.fault() {
            Fault::Passing | Fault::Deposed => {
                tracing::error!(%error, "the database failed");
                Self::new(ErrorCode::TryAgainLater, "The store cannot look this up right now. Please try again.")
            }
            Fault::Lasting => {
                tracing::error!(%error, "the database refuses or holds something that cannot be");
                Self::new(ErrorCode::Internal, "Something went wrong on our side.")
            }
        }
    }
}

impl From<NotTaken> for ApiError {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::Busy => Self::new(ErrorCode::TryAgainLater, "The store is busy. Please try again in a moment."),
            NotTaken::SetAside => {
                let detail = "This could not be stored and was not carried out. It is kept for the staff.";
                Self::new(ErrorCode::Internal, detail)
            }
        }
    }
}

impl From<NotDone> for ApiError {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::NotTaken(not_taken) => not_taken.into(),
            NotDone::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let sentence = |refusal: &Refusal| {
            let text = refusal.to_string();
            let mut letters = text.chars();
            let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            format!("{first}{}.", letters.as_str())
        };
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::Dispute(error) => error.into(),
            Refusal::NoSuchProduct(_) | Refusal::IdUsed => Self::invalid(sentence(&refusal)),
            Refusal::SkuTaken(_) | Refusal::GtinTaken(_) | Refusal::Overtaken => {
                Self::new(ErrorCode::Conflict, sentence(&refusal))
            }
            Refusal::Stale { ref changed } => {
                let problem =
                    |one: &Changed| FieldProblem { field: one.field.to_owned(), detail: format!("is now {}", one.now) };
                let problems = changed.iter().map(problem).collect();
                Self::with_problems(ErrorCode::Conflict, sentence(&refusal), problems)
            }
        }
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "a request failed");
        Self::new(ErrorCode::Internal, "Something went wrong on our side.")
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(ErrorCode::TooLarge, "The request is too large."),
            _ => Self::invalid(rejection.body_text()),
        }
    }
}

impl From<PathRejection> for ApiError {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}
