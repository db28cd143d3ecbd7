//! Orders as admins see them.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use domain::ids::OrderId;
use protocol::order::{OrderSummary, OrderView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::MOST_ROWS;
use crate::app::App;
use crate::http::caller::AdminCaller;
use crate::http::disputes;
use crate::http::error::ApiResult;
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(orders)).routes(routes!(order))
}

/// Orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "admin", responses((status = OK, body = Vec<OrderSummary>)))]
async fn orders(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<OrderSummary>>> {
    let mut summaries = Vec::new();
    for file in db::orders::newest(&app.db, app.store.id, MOST_ROWS).await? {
        let name = app.people.name(file.order.shopper).await?;
        summaries.push(views::order_summary(&file, &name));
    }
    Ok(Json(summaries))
}

/// One order.
#[utoipa::path(get, path = "/orders/{id}", tag = "admin", responses((status = OK, body = OrderView), (status = NOT_FOUND)))]
async fn order(
    State(app): State<App>,
    _: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<OrderView>> {
    let file = disputes::own_order(&app, OrderId(id?.0), None).await?;
    Ok(Json(disputes::order_view(&app, &file).await?))
}
