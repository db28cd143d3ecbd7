//! What was set aside: inputs that could not be stored, for staff to see to.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use db::set_aside::{SetAsidePosition, SetAsideRow};
use protocol::paging::Page;
use protocol::set_aside::SetAsideView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::caller::AdminCaller;
use crate::http::paging::{Listing, NoFilters, PageQuery};
use crate::problem::{ApiError, ApiResult};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(seen))
}

/// Inputs that could not be stored, with the cause, newest first.
#[utoipa::path(get, path = "/set-aside", tag = "admin", params(PageQuery),
    responses((status = OK, body = Page<SetAsideView>)))]
async fn list(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<NoFilters, SetAsidePosition>,
) -> ApiResult<Json<Page<SetAsideView>>> {
    let found = db::set_aside::page(&app.db, app.store.id, &list.window).await?;
    list.page(found, None, view)
}

/// Notes that somebody has seen to it.
#[utoipa::path(post, path = "/set-aside/{id}/seen", tag = "admin", responses((status = NO_CONTENT), (status = NOT_FOUND)))]
async fn seen(
    State(app): State<App>,
    caller: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<StatusCode> {
    let id = id?.0;
    if !db::set_aside::seen(&app.db, app.store.id, id, caller.id, app.clock.now()).await? {
        return Err(ApiError::not_found());
    }
    tracing::info!(set_aside.id = %id, by = %caller.id, "somebody has seen to what was set aside");
    Ok(StatusCode::NO_CONTENT)
}

fn view(row: SetAsideRow) -> SetAsideView {
    SetAsideView {
        id: row.id,
        kind: row.kind,
        cause: row.cause,
        input: row.payload,
        at: db::from_micros(row.set_aside_at).to_string(),
        seen_at: row.seen_at.map(|at| db::from_micros(at).to_string()),
    }
}
