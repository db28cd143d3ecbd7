//! Machine-readable error codes, the same on HTTP (RFC 9457 problem details) and in socket acknowledgements.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// What went wrong, for programs; the sentence for people stands beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is logged in, or the token is not (or no longer) valid.
    NotAuthenticated,
    /// Logged in, but not allowed to do this.
    NotAllowed,
    /// There is no such thing, or it is not the caller's.
    NotFound,
    /// The request cannot be read or breaks a rule; the sentence says which.
    InvalidInput,
    /// It clashes with what is there: the e-mail address is taken, the case is already decided.
    Conflict,
    /// E-mail address and password do not belong together.
    WrongCredentials,
    /// Too many attempts; try again later.
    TooManyAttempts,
    /// The body or picture is larger than allowed.
    TooLarge,
    /// The picture is empty, damaged or neither JPEG nor PNG.
    NotAnImage,
    /// The photographs do not make an enrolment; `problems` says why, for each one.
    PhotosRejected,
    /// The film of an enrolment is not believed or cannot be used; begin another.
    FilmFailed,
    /// Consent was not given to the text that is in force.
    ConsentRequired,
    /// The device has not the role for this.
    WrongRole,
    /// The slot is in no planogram.
    UnknownSlot,
    /// The time is outside of what can be believed.
    TimeOutOfRange,
    /// The link or code has expired.
    Expired,
    /// The link or code has been altered or was never ours.
    InvalidLink,
    /// The link or code was used before.
    AlreadyUsed,
    /// A newer frame took its place; nothing is wrong.
    Superseded,
    /// The store is busy or its database is away for a while; the same request may go through later.
    TryAgainLater,
    /// A fault of ours; it is in the log under the request's id.
    Internal,
}

/// An error as RFC 9457 problem details, and as an error acknowledgement on a socket.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct Problem {
    /// `https://smartmart.dev/problems/<code>`; a name, not an address to fetch.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short and the same for every occurrence.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// For programs.
    pub code: ErrorCode,
    /// One sentence for the person.
    pub detail: String,
    /// Each thing to mend, where there are several (photographs, fields).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FieldProblem>,
    /// The request's id in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One thing to mend.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FieldProblem {
    /// Which field: `email`, `photo-2`.
    pub field: String,
    /// One sentence for the person.
    pub detail: String,
}
