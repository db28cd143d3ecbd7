//! The shopper's routes: account, face, code, visit, orders, disputes.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use db::orders::list::{OrderFilter, OrderPosition};
use domain::ids::{OrderId, ReviewId};
use protocol::order::{DisputeView, NewDispute, OrderSummary, OrderView};
use protocol::paging::Page;
use protocol::shopper::{Answer, CurrentVisit, EntryCode};
use shop::command::on_the_floor::FloorAsk;
use shop::command::{Caller, Command};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::command_id::CommandId;
use super::disputes;
use super::paging::{Listing, NoFilters, PageQuery};
use crate::app::App;
use crate::caller::ShopperCaller;
use crate::problem::ApiResult;
use crate::{entry_codes, views};

pub mod account;
pub mod export;
pub mod face;
pub mod film;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(account::routes())
        .merge(export::routes())
        .merge(face::routes())
        .merge(film::routes())
        .routes(routes!(entry_code))
        .routes(routes!(visit))
        .routes(routes!(answer))
        .routes(routes!(orders))
        .routes(routes!(order))
        .routes(routes!(dispute))
}

/// The content of the QR code, valid for a short time.
#[utoipa::path(get, path = "/me/code", tag = "shopper", responses((status = OK, body = EntryCode)))]
async fn entry_code(State(app): State<App>, caller: ShopperCaller) -> Json<EntryCode> {
    let epoch = app.desk.snapshot().clock;
    Json(entry_codes::issue(&app.keys, caller.id, caller.since, app.clock.now(), epoch))
}

/// Answers a question of the staff: was it the caller?
#[utoipa::path(post, path = "/me/questions/{id}", tag = "shopper", request_body = Answer,
    responses((status = NO_CONTENT), (status = CONFLICT)))]
async fn answer(
    State(app): State<App>,
    caller: ShopperCaller,
    CommandId(id): CommandId,
    review: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<Answer>, JsonRejection>,
) -> ApiResult<StatusCode> {
    let (review, it_was_them) = (ReviewId(review?.0), body?.0.it_was_me);
    let ask = FloorAsk::AnswerQuestion { review, it_was_them }.into();
    app.desk.carry_out(Command { id, by: Caller::Shopper(caller.id), ask }).await?;
    tracing::info!(review.id = %review, shopper.id = %caller.id, it_was_them, "a shopper answered");
    Ok(StatusCode::NO_CONTENT)
}

/// The visit under way, with its cart.
#[utoipa::path(get, path = "/me/visit", tag = "shopper", responses((status = OK, body = CurrentVisit)))]
async fn visit(State(app): State<App>, caller: ShopperCaller) -> ApiResult<Json<CurrentVisit>> {
    let currency = app.store.currency;
    let (visit, seq) = app
        .desk
        .ask(move |floor, seq| {
            let session = floor.session_of(caller.id);
            (session.map(|session| views::visit(floor, session, currency)), seq)
        })
        .await?;
    Ok(Json(CurrentVisit { visit, seq }))
}

/// The shopper's orders, newest first.
#[utoipa::path(get, path = "/me/orders", tag = "shopper", params(PageQuery),
    responses((status = OK, body = Page<OrderSummary>)))]
async fn orders(
    State(app): State<App>,
    caller: ShopperCaller,
    list: Listing<NoFilters, OrderPosition>,
) -> ApiResult<Json<Page<OrderSummary>>> {
    let name = app.people.name(caller.id).await?;
    let filter = OrderFilter { shopper: Some(caller.id), ..OrderFilter::default() };
    let found = db::orders::list::page(&app.db, app.store.id, &filter, &list.window).await?;
    let total = if list.is_first() { db::orders::list::count(&app.db, app.store.id, &filter).await? } else { None };
    list.page(found, total, |file| views::order_summary(&file, &name))
}

/// One order of the shopper.
#[utoipa::path(get, path = "/me/orders/{id}", tag = "shopper", responses((status = OK, body = OrderView), (status = NOT_FOUND)))]
async fn order(
    State(app): State<App>,
    caller: ShopperCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<OrderView>> {
    let file = disputes::own_order(&app, OrderId(id?.0), Some(caller.id)).await?;
    Ok(Json(disputes::order_view(&app, &file).await?))
}

/// Contests lines of one of the shopper's orders.
#[utoipa::path(post, path = "/me/orders/{id}/disputes", tag = "shopper", request_body = NewDispute,
    responses((status = CREATED, body = DisputeView), (status = NOT_FOUND), (status = UNPROCESSABLE_ENTITY)))]
async fn dispute(
    State(app): State<App>,
    caller: ShopperCaller,
    command: CommandId,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<NewDispute>, JsonRejection>,
) -> ApiResult<(StatusCode, Json<DisputeView>)> {
    let view = disputes::open(&app, command, Caller::Shopper(caller.id), OrderId(id?.0), body?.0).await?;
    Ok((StatusCode::CREATED, Json(view)))
}
