//! Errors as RFC 9457 problem details, over HTTP and on sockets: the only place that chooses status codes.

use std::any::Any;

use axum::http::StatusCode;
use db::{DbError, Fault};
use domain::dispute::DisputeError;
use domain::review::ReviewError;
use floor::Refused;
use protocol::error_code::{ErrorCode, FieldProblem, Problem};
use shop::command::{Changed, NotDecided, Refusal};
use shop::desk::{NotDone, NotTaken};

/// What can be answered instead of what was asked for.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    detail: String,
    problems: Vec<FieldProblem>,
}

/// What handlers return, and the rules that they ask.
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

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self { problems: error.problems, ..problem(error.code, &error.detail) }
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

/// What a rule says, which begins small and without a full stop, as a sentence for the person.
pub fn sentence(why: &dyn std::fmt::Display) -> String {
    let text = why.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

impl From<NotDone> for ApiError {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::NotTaken(not_taken) => not_taken.into(),
            NotDone::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<NotDecided> for ApiError {
    fn from(undecided: NotDecided) -> Self {
        match undecided {
            NotDecided::Refused(refusal) => refusal.into(),
            NotDecided::Db(error) => error.into(),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::Dispute(error) => error.into(),
            Refusal::NoSuchProduct(_) | Refusal::IdUsed => Self::invalid(sentence(&refusal)),
            Refusal::Taxes(_)
            | Refusal::Room(_)
            | Refusal::Floor(Refused::Review(
                ReviewError::NothingToBill | ReviewError::NotHeld | ReviewError::OtherProduct,
            )) => Self::invalid(sentence(&refusal)),
            Refusal::Floor(Refused::NoSuchZone) => Self::not_found(),
            Refusal::SkuTaken(_)
            | Refusal::GtinTaken(_)
            | Refusal::Overtaken
            | Refusal::StaleSettings
            | Refusal::StaleRoom
            | Refusal::Floor(_) => Self::new(ErrorCode::Conflict, sentence(&refusal)),
            Refusal::Stale { ref changed } => {
                let problem =
                    |one: &Changed| FieldProblem { field: one.field.to_owned(), detail: format!("is now {}", one.now) };
                let problems = changed.iter().map(problem).collect();
                Self::with_problems(ErrorCode::Conflict, sentence(&refusal), problems)
            }
        }
    }
}

impl From<DisputeError> for ApiError {
    fn from(error: DisputeError) -> Self {
        match error {
            DisputeError::Decided => Self::new(ErrorCode::Conflict, "This dispute is already decided."),
            DisputeError::NoLines
            | DisputeError::NotInOrder(_)
            | DisputeError::BadLine(_)
            | DisputeError::TooManyUnits { .. }
            | DisputeError::TooLong
            | DisputeError::NotPlain(_)
            | DisputeError::NoAnswer => Self::invalid(format!("{error}.")),
        }
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "a request failed");
        Self::new(ErrorCode::Internal, "Something went wrong on our side.")
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

/// What a panic says.
pub fn panic_text<'a>(panic: &'a (dyn Any + Send + 'static)) -> &'a str {
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    panic.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("no text")
}
