//! Pages of lists: every list of the API comes in pages that are asked for one after the other.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct Page<T> {
    /// Entries in the list's order, at most as many as `limit` asked for.
    pub items: Vec<T>,
    /// Cursor of the next page: to be sent back as `cursor` with the same filters. None: this is the last page.
    pub next: Option<String>,
    /// Number of entries with these filters; on the first page only, and only where counting costs little.
    pub total: Option<u32>,
}

impl<T> Page<T> {
    /// Entries a page has where the caller does not say.
    pub const DEFAULT_LIMIT: u16 = 50;
    /// Most entries a page can have.
    pub const MAX_LIMIT: u16 = 200;
}
