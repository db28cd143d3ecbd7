//! The local mailbox: what a store that sends no mail would have sent.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use db::mailbox::{MailHead, MailPosition};
use protocol::admin::{MailSummary, MailView};
use protocol::paging::Page;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::caller::AdminCaller;
use crate::http::paging::{Listing, PageQuery, SearchOnly, searched};
use crate::problem::{ApiError, ApiResult};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mails)).routes(routes!(mail))
}

/// Mails, newest first; `search` looks in the subject and the address.
#[utoipa::path(get, path = "/mailbox", tag = "admin", params(PageQuery, SearchOnly),
    responses((status = OK, body = Page<MailSummary>)))]
async fn mails(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<SearchOnly, MailPosition>,
) -> ApiResult<Json<Page<MailSummary>>> {
    let search = searched(list.filters.search.as_deref())?;
    let found = db::mailbox::page(&app.db, app.store.id, search.as_ref(), &list.window).await?;
    let counts = list.is_first() && search.is_none();
    let total = if counts { Some(db::mailbox::count(&app.db, app.store.id).await?) } else { None };
    list.page(found, total, summary)
}

/// One mail.
#[utoipa::path(get, path = "/mailbox/{id}", tag = "admin", responses((status = OK, body = MailView), (status = NOT_FOUND)))]
async fn mail(
    State(app): State<App>,
    _: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<MailView>> {
    let row = db::mailbox::one(&app.db, id?.0).await?.ok_or_else(ApiError::not_found)?;
    let head = MailHead { id: row.id, to_address: row.to_address, subject: row.subject, sent_at: row.sent_at };
    Ok(Json(MailView { summary: summary(head), html: row.html, text: row.text }))
}

fn summary(head: MailHead) -> MailSummary {
    MailSummary {
        id: head.id,
        to: head.to_address,
        subject: head.subject,
        sent_at: db::from_micros(head.sent_at).to_string(),
    }
}
