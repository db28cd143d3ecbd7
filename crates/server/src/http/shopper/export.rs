//! Everything that is held about a shopper, as one document.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::IntoResponse;
use db::faces::Source;
use db::from_micros;
use domain::ids::ShoppingSessionId;
use jiff::Timestamp;
use protocol::privacy::{
    ConsentRecord, InteractionRecord, LogInRecord, MailRecord, ShopperExport, TemplateRecord, VisitRecord,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::account::profile;
use crate::app::App;
use crate::caller::ShopperCaller;
use crate::http::disputes;
use crate::problem::{ApiError, ApiResult};
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

/// Everything that is held about the caller.
#[utoipa::path(get, path = "/me/export", tag = "shopper", responses((status = OK, body = ShopperExport)))]
async fn export(State(app): State<App>, caller: ShopperCaller) -> ApiResult<impl IntoResponse> {
    let (db, id, now) = (&app.db, caller.id, app.clock.now());
    let store = app.store.now();
    let zone = store.settings.calendar.zone;
    let local = |at: Timestamp| zone.rfc3339(at);
    let account = db::accounts::shopper(db, id).await?.ok_or_else(ApiError::not_found)?;
    let mut visits = Vec::new();
    for row in db::sessions::of_shopper(db, id).await? {
        let interactions = db::sessions::interactions(db, ShoppingSessionId(row.id)).await?;
        let session = db::sessions::with_cart(db, row).await?;
        visits.push(VisitRecord {
            session_id: session.id.0,
            opened_at: local(session.opened_at),
            opened_by: views::seen_by(session.opened_by),
            exited_at: session.exited_at.map(local),
            doubted_at: session.doubted_at.map(local),
            interactions: interactions
                .into_iter()
                .map(|one| InteractionRecord {
                    kind: views::interaction_name(one.kind),
                    sku: one.sku.0,
                    quantity: one.quantity,
                    occurred_at: local(one.occurred_at),
                    confidence: one.confidence,
                })
                .collect(),
        });
    }
    let mut orders = Vec::new();
    for file in db::orders::of_shopper(db, id).await? {
        orders.push(disputes::order_view(&app, &file).await?);
    }
    let export = ShopperExport {
        made_at: local(now),
        store_name: store.settings.name.clone(),
        time_zone: zone.name().to_owned(),
        profile: profile(&app, id).await?,
        signed_up_at: local(from_micros(account.created_at)),
        consents: db::faces::consents(db, id)
            .await?
            .into_iter()
            .map(|row| ConsentRecord {
                version: row.version,
                given_at: local(from_micros(row.given_at)),
                withdrawn_at: row.withdrawn_at.map(|at| local(from_micros(at))),
                learns_since: row.learns_since.map(|at| local(from_micros(at))),
                by_film: row.by_film,
            })
            .collect(),
        templates: db::faces::of_shopper(db, id)
            .await?
            .into_iter()
            .map(|row| TemplateRecord {
                id: row.id,
                model: row.model,
                created_at: local(from_micros(row.created_at)),
                expires_at: local(from_micros(row.expires_at)),
                from_visit: row.source == Source::Visit,
                sealed_bytes: u32::try_from(row.sealed.len()).unwrap_or(u32::MAX),
            })
            .collect(),
        log_ins: db::accounts::log_ins(db, id, now)
            .await?
            .into_iter()
            .map(|(since, expires_at)| LogInRecord { since: local(since), expires_at: local(expires_at) })
            .collect(),
        visits,
        orders,
        mails: db::mailbox::to(db, store.id, &account.email)
            .await?
            .into_iter()
            .map(|mail| MailRecord {
                subject: mail.subject,
                sent_at: local(from_micros(mail.sent_at)),
                text: mail.text,
            })
            .collect(),
    };
    let name = [(CONTENT_DISPOSITION, "attachment; filename=\"smart-mart-my-data.json\"")];
    Ok((name, Json(export)))
}
