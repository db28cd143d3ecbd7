//! `truth.json` and the receipts that a replay writes: the same form.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Receipts of one trace.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Receipts {
    /// By session.
    pub receipts: Vec<SessionReceipt>,
    /// What really happened at the shelves, where a simulated trace says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interactions: Vec<TrueInteraction>,
}

/// What one session bought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionReceipt {
    /// Whose.
    pub session: String,
    /// What.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Whether something on it waits for a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub review: bool,
}

/// One product on a receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// What.
    pub sku: String,
    /// Units.
    pub quantity: u32,
}

/// A pick (positive) or a put-back (negative) as it really was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TrueInteraction {
    /// Milliseconds since the start of the trace.
    pub t_ms: i64,
    /// Whose.
    pub session: String,
    /// What.
    pub sku: String,
    /// Units.
    pub quantity: i32,
    /// Where.
    pub sensors: Vec<String>,
}

/// Reads `truth.json` of a trace; `None` where it has none. Nothing may call this before the receipts are final.
///
/// # Errors
///
/// Where the file is there and is no truth.
pub fn read(trace: &Path) -> Result<Option<Receipts>> {
    let path = trace.join("truth.json");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let truth = serde_json::from_str(&text).with_context(|| format!("{} holds no receipts", path.display()))?;
    Ok(Some(truth))
}
