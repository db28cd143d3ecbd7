//! Disputes as admins decide them, with the evidence of what is contested.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use db::orders::OrderFile;
use db::orders::disputes::{DisputeFilter, DisputePosition, DisputeState as Stored};
use domain::dispute::Dispute;
use domain::ids::DisputeId;
use protocol::admin::DisputeDetail;
use protocol::order::{DisputeDecision, DisputeState, DisputeView};
use protocol::paging::Page;
use serde::{Deserialize, Serialize};
use shop::command::{Ask, Caller, Command, Ruling};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::caller::AdminCaller;
use crate::http::command_id::CommandId;
use crate::http::disputes::{carried_out, order_view, own_order};
use crate::http::paging::{Listing, PageQuery, searched};
use crate::problem::{ApiError, ApiResult};
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(disputes))
        .routes(routes!(dispute))
        .routes(routes!(accept))
        .routes(routes!(reject))
}

/// Which disputes.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DisputeFilters {
    /// Where they stand; all of them where it is left out.
    #[param(inline)]
    state: Option<DisputeState>,
    /// The order's number as printed, or text in the shopper's name or e-mail address.
    search: Option<String>,
}

/// Disputes: those that wait for staff first, each the newest first.
#[utoipa::path(get, path = "/disputes", tag = "admin", params(PageQuery, DisputeFilters),
    responses((status = OK, body = Page<DisputeView>)))]
async fn disputes(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<DisputeFilters, DisputePosition>,
) -> ApiResult<Json<Page<DisputeView>>> {
    let state = list.filters.state.map(|state| match state {
        DisputeState::Open => Stored::Open,
        DisputeState::Accepted => Stored::Accepted,
        DisputeState::Rejected => Stored::Rejected,
    });
    let filter = DisputeFilter { state, search: searched(list.filters.search.as_deref())? };
    let found = db::orders::disputes::page(&app.db, app.store.id, &filter, &list.window).await?;
    let total = if list.is_first() { db::orders::disputes::count(&app.db, app.store.id, &filter).await? } else { None };
    let names = app.people.names(found.rows.iter().map(|(_, file)| file.order.shopper)).await?;
    list.page(found, total, |(dispute, file)| views::dispute(&dispute, &file, &names[&file.order.shopper]))
}

/// One dispute, with its order and the evidence of what is contested.
#[utoipa::path(get, path = "/disputes/{id}", tag = "admin", responses((status = OK, body = DisputeDetail), (status = NOT_FOUND)))]
async fn dispute(
    State(app): State<App>,
    _: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<DisputeDetail>> {
    let (dispute, file) = find(&app, id).await?;
    let mut interactions = db::sessions::interactions(&app.db, file.order.session).await?;
    interactions.retain(|one| dispute.lines.iter().any(|line| line.sku == one.sku));
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let named = interactions.iter().flat_map(|one| views::sessions_in(&one.evidence));
    let names = app.people.names_of(named).await?;
    let name = app.people.name(file.order.shopper).await?;
    Ok(Json(DisputeDetail {
        dispute: views::dispute(&dispute, &file, &name),
        order: order_view(&app, &file).await?,
        interactions: interactions.iter().map(|one| views::interaction(one, &catalog, &names)).collect(),
    }))
}

/// Accepts a dispute: the contested units are refunded and the corrected receipt is mailed.
#[utoipa::path(post, path = "/disputes/{id}/accept", tag = "admin", request_body = DisputeDecision,
    responses((status = OK, body = DisputeView), (status = CONFLICT), (status = NOT_FOUND)))]
async fn accept(
    State(app): State<App>,
    caller: AdminCaller,
    command: CommandId,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DisputeDecision>, JsonRejection>,
) -> ApiResult<Json<DisputeView>> {
    decide(&app, &caller, command, DisputeId(id?.0), body?.0, Ruling::Accept).await
}

/// Rejects a dispute with an answer.
#[utoipa::path(post, path = "/disputes/{id}/reject", tag = "admin", request_body = DisputeDecision,
    responses((status = OK, body = DisputeView), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn reject(
    State(app): State<App>,
    caller: AdminCaller,
    command: CommandId,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DisputeDecision>, JsonRejection>,
) -> ApiResult<Json<DisputeView>> {
    decide(&app, &caller, command, DisputeId(id?.0), body?.0, Ruling::Reject).await
}

async fn decide(
    app: &App,
    caller: &AdminCaller,
    CommandId(id): CommandId,
    dispute: DisputeId,
    DisputeDecision { answer }: DisputeDecision,
    ruling: Ruling,
) -> ApiResult<Json<DisputeView>> {
    let ask = Ask::DecideDispute { dispute, ruling, answer };
    carried_out(app, Command { id, by: Caller::Admin(caller.id), ask }).await.map(Json)
}

async fn find(app: &App, id: Result<Path<Uuid>, PathRejection>) -> ApiResult<(Dispute, OrderFile)> {
    let id = DisputeId(id?.0);
    let found = db::orders::dispute(&app.db, id).await?;
    let (dispute, _) = found.ok_or_else(ApiError::not_found)?;
    let file = own_order(app, dispute.order, None).await?;
    Ok((dispute, file))
}
