//! Everything that is held about a shopper, as one document.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::IntoResponse;
use db::faces::Source;
use db::from_micros;
use domain::ids::ShoppingSessionId;
use protocol::privacy::{
    ConsentRecord, InteractionRecord, LogInRecord, MailRecord, ShopperExport, TemplateRecord, VisitRecord,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::account::profile;
use crate::app::App;
use crate::http::caller::ShopperCaller;
use crate::http::disputes;
use crate::http::error::{ApiError, ApiResult};
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

/// Everything that is held about the caller.
#[utoipa::path(get, path = "/me/export", tag = "shopper", responses((status = OK, body = ShopperExport)))]
async fn export(State(app): State<App>, caller: ShopperCaller) -> ApiResult<impl IntoResponse> {
    let (db, id, now) = (&app.db, caller.id, app.clock.now());
    let account = db::accounts::shopper(db, id).await?.ok_or_else(ApiError::not_found)?;
    let mut visits = Vec::new();
    for row in db::sessions::of_shopper(db, id).await? {
        let interactions = db::sessions::interactions(db, ShoppingSessionId(row.id)).await?;
        let session = db::sessions::with_cart(db, row).await?;
        visits.push(VisitRecord {
            session_id: session.id.0,
            opened_at: session.opened_at.to_string(),
            opened_by: views::seen_by(session.opened_by),
            exited_at: session.exited_at.map(|at| at.to_string()),
            doubted_at: session.doubted_at.map(|at| at.to_string()),
            interactions: interactions
                .into_iter()
                .map(|one| InteractionRecord {
                    kind: views::interaction_name(one.kind),
                    sku: one.sku.0,
                    quantity: one.quantity,
                    occurred_at: one.occurred_at.to_string(),
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
        made_at: now.to_string(),
        store_name: app.store.name.clone(),
        profile: profile(&app, id).await?,
        signed_up_at: from_micros(account.created_at).to_string(),
        consents: db::faces::consents(db, id)
            .await?
            .into_iter()
            .map(|row| ConsentRecord {
                version: row.version,
                given_at: from_micros(row.given_at).to_string(),
                withdrawn_at: row.withdrawn_at.map(|at| from_micros(at).to_string()),
                learns_since: row.learns_since.map(|at| from_micros(at).to_string()),
                by_film: row.by_film,
            })
            .collect(),
        templates: db::faces::of_shopper(db, id)
            .await?
            .into_iter()
            .map(|row| TemplateRecord {
                id: row.id,
                model: row.model,
                created_at: from_micros(row.created_at).to_string(),
                expires_at: from_micros(row.expires_at).to_string(),
                from_visit: row.source == Source::Visit,
                sealed_bytes: u32::try_from(row.sealed.len()).unwrap_or(u32::MAX),
            })
            .collect(),
        log_ins: db::accounts::log_ins(db, id, now)
            .await?
            .into_iter()
            .map(|(since, expires_at)| LogInRecord { since: since.to_string(), expires_at: expires_at.to_string() })
            .collect(),
        visits,
        orders,
        mails: db::mailbox::to(db, &account.email)
            .await?
            .into_iter()
            .map(|mail| MailRecord {
                subject: mail.subject,
                sent_at: from_micros(mail.sent_at).to_string(),
                text: mail.text,
            })
            .collect(),
    };
    let name = [(CONTENT_DISPOSITION, "attachment; filename=\"smart-mart-my-data.json\"")];
    Ok((name, Json(export)))
}
