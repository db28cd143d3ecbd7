//! Disputes as admins decide them, with the evidence of what is contested.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use db::orders::OrderFile;
use domain::dispute::Dispute;
use domain::event::DomainEvent;
use domain::ids::DisputeId;
use protocol::admin::DisputeDetail;
use protocol::order::{DisputeDecision, DisputeView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::MOST_ROWS;
use crate::app::App;
use crate::http::caller::AdminCaller;
use crate::http::disputes::{order_view, own_order};
use crate::http::error::{ApiError, ApiResult};
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(disputes))
        .routes(routes!(dispute))
        .routes(routes!(accept))
        .routes(routes!(reject))
}

/// Disputes, the open ones first.
#[utoipa::path(get, path = "/disputes", tag = "admin", responses((status = OK, body = Vec<DisputeView>)))]
async fn disputes(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<DisputeView>>> {
    let mut found = Vec::new();
    for (dispute, file) in db::orders::disputes(&app.db, MOST_ROWS).await? {
        let name = app.people.name(file.order.shopper).await?;
        found.push(views::dispute(&dispute, &file, &name));
    }
    Ok(Json(found))
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
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DisputeDecision>, JsonRejection>,
) -> ApiResult<Json<DisputeView>> {
    decide(&app, &caller, id, body, true).await
}

/// Rejects a dispute with an answer.
#[utoipa::path(post, path = "/disputes/{id}/reject", tag = "admin", request_body = DisputeDecision,
    responses((status = OK, body = DisputeView), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn reject(
    State(app): State<App>,
    caller: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DisputeDecision>, JsonRejection>,
) -> ApiResult<Json<DisputeView>> {
    decide(&app, &caller, id, body, false).await
}

async fn decide(
    app: &App,
    caller: &AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<DisputeDecision>, JsonRejection>,
    accepted: bool,
) -> ApiResult<Json<DisputeView>> {
    let _one_at_a_time = app.disputes.lock().await;
    let answer = body?.0.answer;
    let (mut dispute, mut file) = find(app, id).await?;
    let was_open = dispute.verdict.is_none();
    let refund = if accepted {
        Some(dispute.accept(&file.order, &answer, caller.id, app.clock.now())?)
    } else {
        dispute.reject(&answer, caller.id, app.clock.now())?;
        None
    };
    let shopper = file.order.shopper;
    if was_open {
        let event = DomainEvent::DisputeDecided { dispute: dispute.clone(), shopper, refund: refund.clone() };
        app.floor.append(vec![event]).await?;
        file.refunds.extend(refund);
        tracing::info!(dispute.id = %dispute.id, accepted, by = %caller.id, "a dispute was decided");
    }
    Ok(Json(views::dispute(&dispute, &file, &app.people.name(shopper).await?)))
}

async fn find(app: &App, id: Result<Path<Uuid>, PathRejection>) -> ApiResult<(Dispute, OrderFile)> {
    let id = DisputeId(id?.0);
    let found = db::orders::dispute(&app.db, id).await?;
    let (dispute, _) = found.ok_or_else(ApiError::not_found)?;
    let file = own_order(app, dispute.order, None).await?;
    Ok((dispute, file))
}
