//! What was set aside, for staff.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// An input that could not be stored, kept for staff.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SetAsideView {
    /// Its id.
    pub id: Uuid,
    /// What it was: `shelf_event`, `input`, `command`, or `due` for what follows by itself.
    pub kind: String,
    /// Why it could not be stored.
    pub cause: String,
    /// The input, as JSON text.
    pub input: String,
    /// RFC 3339: when it was set aside.
    pub at: String,
    /// RFC 3339: when somebody of the staff saw to it.
    pub seen_at: Option<String>,
}
