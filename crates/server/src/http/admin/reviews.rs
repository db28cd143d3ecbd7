//! Reviews: cases that staff decide.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use db::reviews::ReviewFile;
use domain::ids::{ReviewId, ShoppingSessionId, Sku};
use domain::review::ReviewError;
use floor::{FloorInput, Refused};
use protocol::admin::{AskShopper, DecideReview, ReviewView};
use protocol::error_code::ErrorCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::MOST_ROWS;
use crate::app::App;
use crate::http::caller::AdminCaller;
use crate::http::error::{ApiError, ApiResult};
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reviews)).routes(routes!(decide)).routes(routes!(ask))
}

/// Which cases.
#[derive(Deserialize, utoipa::IntoParams)]
struct Which {
    /// `open` (unless told otherwise) or `decided`.
    #[serde(default)]
    state: CaseState,
}

#[derive(Deserialize, Default, PartialEq, Eq, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum CaseState {
    #[default]
    Open,
    Decided,
}

/// Open or decided cases, newest first.
#[utoipa::path(get, path = "/reviews", tag = "admin", params(Which), responses((status = OK, body = Vec<ReviewView>)))]
async fn reviews(
    State(app): State<App>,
    _: AdminCaller,
    which: Result<Query<Which>, QueryRejection>,
) -> ApiResult<Json<Vec<ReviewView>>> {
    let open = which?.state == CaseState::Open;
    let files = db::reviews::list(&app.db, app.store.id, open, MOST_ROWS).await?;
    Ok(Json(in_words(&app, files).await?))
}

/// Decides a case: whose it is, or nobody's.
#[utoipa::path(post, path = "/reviews/{id}", tag = "admin", request_body = DecideReview,
    responses((status = OK, body = ReviewView), (status = CONFLICT), (status = NOT_FOUND)))]
async fn decide(
    State(app): State<App>,
    caller: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DecideReview>, JsonRejection>,
) -> ApiResult<Json<ReviewView>> {
    let review = ReviewId(id?.0);
    db::reviews::one(&app.db, review).await?.ok_or_else(ApiError::not_found)?;
    let DecideReview { session_id, sku } = body?.0;
    let (session, sku) = (session_id.map(ShoppingSessionId), sku.map(Sku));
    let reply = app.floor.input(FloorInput::DecideReview { review, session, sku, by: caller.id }).await?;
    carried_out(reply.refused)?;
    tracing::info!(review.id = %review, by = %caller.id, "a review was decided");
    as_it_is_now(&app, review).await
}

/// Asks a shopper's phone whether it was them.
#[utoipa::path(post, path = "/reviews/{id}/ask", tag = "admin", request_body = AskShopper,
    responses((status = OK, body = ReviewView), (status = CONFLICT), (status = NOT_FOUND)))]
async fn ask(
    State(app): State<App>,
    caller: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<AskShopper>, JsonRejection>,
) -> ApiResult<Json<ReviewView>> {
    let review = ReviewId(id?.0);
    db::reviews::one(&app.db, review).await?.ok_or_else(ApiError::not_found)?;
    let session = ShoppingSessionId(body?.0.session_id);
    let reply = app.floor.input(FloorInput::AskShopper { review, session, by: caller.id }).await?;
    carried_out(reply.refused)?;
    tracing::info!(review.id = %review, by = %caller.id, "a shopper was asked");
    as_it_is_now(&app, review).await
}

/// The answer to a command about a review that was not carried out.
pub fn carried_out(refused: Option<Refused>) -> ApiResult<()> {
    match refused {
        None => Ok(()),
        Some(
            refused @ Refused::Review(ReviewError::NothingToBill | ReviewError::NotHeld | ReviewError::OtherProduct),
        ) => Err(ApiError::invalid(format!("{refused}."))),
        Some(Refused::NoSuchZone) => Err(ApiError::not_found()),
        Some(refused) => Err(ApiError::new(ErrorCode::Conflict, format!("{refused}."))),
    }
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
