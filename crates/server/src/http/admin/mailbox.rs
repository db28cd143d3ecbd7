//! The local mailbox: what a store that sends no mail would have sent.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use db::mailbox::MailRow;
use protocol::admin::{MailSummary, MailView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::MOST_ROWS;
use crate::app::App;
use crate::http::caller::AdminCaller;
use crate::http::error::{ApiError, ApiResult};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mails)).routes(routes!(mail))
}

/// Mails, newest first.
#[utoipa::path(get, path = "/mailbox", tag = "admin", responses((status = OK, body = Vec<MailSummary>)))]
async fn mails(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<MailSummary>>> {
    let rows = db::mailbox::newest(&app.db, MOST_ROWS).await?;
    Ok(Json(rows.iter().map(summary).collect()))
}

/// One mail.
#[utoipa::path(get, path = "/mailbox/{id}", tag = "admin", responses((status = OK, body = MailView), (status = NOT_FOUND)))]
async fn mail(
    State(app): State<App>,
    _: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<MailView>> {
    let row = db::mailbox::one(&app.db, id?.0).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(MailView { summary: summary(&row), html: row.html, text: row.text }))
}

fn summary(row: &MailRow) -> MailSummary {
    MailSummary {
        id: row.id,
        to: row.to_address.clone(),
        subject: row.subject.clone(),
        sent_at: db::from_micros(row.sent_at).to_string(),
    }
}
