//! Reviews: cases that staff decide.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use db::paging::Slice;
use db::reviews::ReviewFile;
use db::reviews::list::{Open, ReviewFilter, ReviewPosition};
use domain::ids::{ReviewId, ShoppingSessionId, Sku, ZoneId};
use protocol::admin::{AskShopper, DecideReview, ReviewReason, ReviewView};
use protocol::paging::Page;
use serde::{Deserialize, Serialize};
use shop::command::on_the_floor::FloorAsk;
use shop::command::{Caller, Command};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::caller::AdminCaller;
use crate::http::command_id::CommandId;
use crate::http::paging::{Listing, PageQuery, searched, word};
use crate::problem::{ApiError, ApiResult};
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reviews)).routes(routes!(decide)).routes(routes!(ask))
}

/// Which cases.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ReviewFilters {
    /// `open` (unless told otherwise) or `decided`.
    #[serde(default)]
    #[param(inline)]
    state: CaseState,
    /// About a slot that stands, or once stood, in this zone.
    zone: Option<String>,
    /// Why it came up.
    #[param(inline)]
    reason: Option<ReviewReason>,
    /// Which product it is likeliest about.
    sku: Option<String>,
    /// Text in the slot's name, the SKU or the product's name.
    search: Option<String>,
}

#[derive(Deserialize, Serialize, Default, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum CaseState {
    #[default]
    Open,
    Decided,
}

/// Open or decided cases, newest first.
#[utoipa::path(get, path = "/reviews", tag = "admin", params(PageQuery, ReviewFilters),
    responses((status = OK, body = Page<ReviewView>)))]
async fn reviews(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<ReviewFilters, ReviewPosition>,
) -> ApiResult<Json<Page<ReviewView>>> {
    let wanted = &list.filters;
    let filter = ReviewFilter {
        open: if wanted.state == CaseState::Open { Open::Yes } else { Open::No },
        zone: word("zone", wanted.zone.clone())?.map(ZoneId),
        reason: wanted.reason.map(views::to_review_reason),
        sku: word("SKU", wanted.sku.clone())?.map(Sku),
        search: searched(wanted.search.as_deref())?,
    };
    let found = db::reviews::list::page(&app.db, app.store.id, &filter, &list.window).await?;
    let total = if list.is_first() { db::reviews::list::count(&app.db, app.store.id, &filter).await? } else { None };
    let rows = in_words(&app, found.rows).await?;
    list.page(Slice { rows, next: found.next }, total, |review| review)
}

/// Decides a case: whose it is, or nobody's.
#[utoipa::path(post, path = "/reviews/{id}", tag = "admin", request_body = DecideReview,
    responses((status = OK, body = ReviewView), (status = CONFLICT), (status = NOT_FOUND)))]
async fn decide(
    State(app): State<App>,
    caller: AdminCaller,
    CommandId(command): CommandId,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DecideReview>, JsonRejection>,
) -> ApiResult<Json<ReviewView>> {
    let review = ReviewId(id?.0);
    db::reviews::one(&app.db, review).await?.ok_or_else(ApiError::not_found)?;
    let DecideReview { session_id, sku } = body?.0;
    let (session, sku) = (session_id.map(ShoppingSessionId), sku.map(Sku));
    let ask = FloorAsk::DecideReview { review, session, sku }.into();
    app.desk.carry_out(Command { id: command, by: Caller::Admin(caller.id), ask }).await?;
    tracing::info!(review.id = %review, by = %caller.id, "a review was decided");
    as_it_is_now(&app, review).await
}

/// Asks a shopper's phone whether it was them.
#[utoipa::path(post, path = "/reviews/{id}/ask", tag = "admin", request_body = AskShopper,
    responses((status = OK, body = ReviewView), (status = CONFLICT), (status = NOT_FOUND)))]
async fn ask(
    State(app): State<App>,
    caller: AdminCaller,
    CommandId(command): CommandId,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<AskShopper>, JsonRejection>,
) -> ApiResult<Json<ReviewView>> {
    let review = ReviewId(id?.0);
    db::reviews::one(&app.db, review).await?.ok_or_else(ApiError::not_found)?;
    let session = ShoppingSessionId(body?.0.session_id);
    let ask = FloorAsk::AskShopper { review, session }.into();
    app.desk.carry_out(Command { id: command, by: Caller::Admin(caller.id), ask }).await?;
    tracing::info!(review.id = %review, by = %caller.id, "a shopper was asked");
    as_it_is_now(&app, review).await
}

async fn as_it_is_now(app: &App, review: ReviewId) -> ApiResult<Json<ReviewView>> {
    let file = db::reviews::one(&app.db, review).await?.ok_or_else(ApiError::not_found)?;
    in_words(app, vec![file]).await?.pop().map(Json).ok_or_else(ApiError::not_found)
}

async fn in_words(app: &App, files: Vec<ReviewFile>) -> ApiResult<Vec<ReviewView>> {
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let named = files.iter().flat_map(|file| {
        let decided = file.decided.and_then(|(session, _)| session);
        views::sessions_of(&file.review).chain(decided)
    });
    let names = app.people.names_of(named).await?;
    Ok(files.iter().map(|file| views::review(file, &catalog, &names)).collect())
}
