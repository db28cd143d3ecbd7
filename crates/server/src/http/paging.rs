//! Lists in pages over HTTP: `limit`, `cursor` and the list's own filters come in the query, a [`Page`] goes out.
//!
//! A cursor is the position of the page's last row, signed together with the list's path and filters: an altered one, and one
//! of another list or of other filters, is refused.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use db::paging::{Search, Slice, Window};
use protocol::paging::Page;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::keys::Purpose;
use crate::problem::{ApiError, ApiResult};

/// Which page of a list.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Most entries of the page: 1 to 200, 50 where it is left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before, with the same filters; the first page where it is left out.
    cursor: Option<String>,
}

/// The filters of a list that has none.
#[derive(Deserialize, Serialize)]
pub struct NoFilters {}

/// A list's only filter, where it is searched and no more.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchOnly {
    /// Text to look for, whatever its case.
    pub search: Option<String>,
}

/// A request for a page: `F` are the list's filters, `P` is a position in it.
pub struct Listing<F, P> {
    /// What to leave out.
    pub filters: F,
    /// Which part.
    pub window: Window<P>,
    app: App,
    /// What a cursor is bound to: the list's path and its filters.
    scope: [u8; SCOPE_BYTES],
}

/// Enough that two lists differ; what keeps a cursor from being made up is its signature.
const SCOPE_BYTES: usize = 8;
/// Longest cursor, in characters: a SKU of 40 letters and all around it has fewer.
const LONGEST_CURSOR: usize = 512;

impl<F, P> FromRequestParts<App> for Listing<F, P>
where
    F: DeserializeOwned + Serialize + Send,
    P: DeserializeOwned + Send,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Query(page) = Query::<PageQuery>::try_from_uri(&parts.uri)?;
        let Query(filters) = Query::<F>::try_from_uri(&parts.uri)?;
        let limit = page.limit.unwrap_or(Page::<()>::DEFAULT_LIMIT);
        if !(1..=Page::<()>::MAX_LIMIT).contains(&limit) {
            return Err(ApiError::invalid(format!("The limit must be 1 to {}.", Page::<()>::MAX_LIMIT)));
        }
        let scope = scope(parts.uri.path(), &filters)?;
        let after = page.cursor.map(|cursor| position(app, &scope, &cursor)).transpose()?;
        Ok(Self { filters, window: Window { after, limit: limit.into() }, app: app.clone(), scope })
    }
}

fn scope(path: &str, filters: &impl Serialize) -> ApiResult<[u8; SCOPE_BYTES]> {
    let filters = serde_json::to_vec(filters).map_err(anyhow::Error::from)?;
    let hash = Sha256::new().chain_update(path).chain_update([0]).chain_update(filters).finalize();
    let mut scope = [0; SCOPE_BYTES];
    scope.copy_from_slice(&hash[..SCOPE_BYTES]);
    Ok(scope)
}

fn position<P: DeserializeOwned>(app: &App, scope: &[u8; SCOPE_BYTES], cursor: &str) -> ApiResult<P> {
    let signed = Some(cursor).filter(|cursor| cursor.len() <= LONGEST_CURSOR);
    let payload = signed.and_then(|cursor| app.keys.verify(Purpose::Cursor, cursor));
    let position = payload.as_deref().and_then(|payload| payload.strip_prefix(scope));
    position.and_then(|position| serde_json::from_slice(position).ok()).ok_or_else(|| {
        ApiError::invalid(
            "This cursor does not belong to this list with these filters: leave it out to begin at the first page.",
        )
    })
}

impl<F, P: Serialize> Listing<F, P> {
    /// Whether this is the first page: the one that tells the total.
    pub fn is_first(&self) -> bool {
        self.window.after.is_none()
    }

    /// The answer: what was found as it is shown, and the cursor of what follows.
    pub fn page<T, U>(
        &self,
        slice: Slice<T, P>,
        total: Option<u64>,
        show: impl FnMut(T) -> U,
    ) -> ApiResult<axum::Json<Page<U>>> {
        let next = slice.next.map(|next| serde_json::to_vec(&next)).transpose().map_err(anyhow::Error::from)?;
        let next = next.map(|next| self.app.keys.sign(Purpose::Cursor, &[self.scope.as_slice(), &next].concat()));
        let total = total.map(|total| u32::try_from(total).unwrap_or(u32::MAX));
        Ok(axum::Json(Page { items: slice.rows.into_iter().map(show).collect(), next, total }))
    }
}

/// The text that a list is searched for.
pub fn searched(text: Option<&str>) -> ApiResult<Option<Search>> {
    Search::parse(text.unwrap_or_default()).map_err(|why| ApiError::invalid(format!("{}.", sentence(&why.to_string()))))
}

/// A filter's word as it is compared: one that no name can be is refused.
pub fn word(what: &str, text: Option<String>) -> ApiResult<Option<String>> {
    match text {
        Some(text) if text.chars().any(char::is_control) || text.chars().count() > Search::MAX_CHARS => {
            Err(ApiError::invalid(format!("There cannot be such a {what}.")))
        }
        text => Ok(text.filter(|text| !text.is_empty())),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
