//! The monitor: the store as it is now, one visit with its evidence, shoppers.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::floor::{Floor, FloorInput};
use domain::ids::{ShopperId, ShoppingSessionId};
use protocol::admin::{Activity, FloorView, FloorVisit, SessionDetail, ShopperSummary};
use protocol::shopper::VisitState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::MOST_ROWS;
use crate::app::App;
use crate::http::caller::AdminCaller;
use crate::http::error::{ApiError, ApiResult};
use crate::realtime::activity;
use crate::views;

/// Entries of the activity feed.
const MOST_ACTIVITY: u64 = 50;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(floor))
        .routes(routes!(session))
        .routes(routes!(close_session))
        .routes(routes!(shoppers))
}

/// The store as it is now.
#[utoipa::path(get, path = "/floor", tag = "admin", responses((status = OK, body = FloorView)))]
async fn floor(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<FloorView>> {
    let currency = app.store.currency;
    let (visits, open_reviews, seq) = app
        .floor
        .ask(move |floor, seq| {
            let visits: Vec<_> = floor
                .sessions()
                .map(|session| {
                    let doubted_at = session.doubted_at.map(|at| at.to_string());
                    (session.shopper, views::visit(floor, session, currency), doubted_at)
                })
                .collect();
            (visits, floor.reviews().count(), seq)
        })
        .await?;
    let mut floor_visits = Vec::with_capacity(visits.len());
    for (shopper, visit, doubted_at) in visits {
        let shopper_name = app.people.name(shopper).await?.to_string();
        floor_visits.push(FloorVisit { shopper_id: shopper.0, shopper_name, visit, doubted_at });
    }
    floor_visits.sort_by(|a, b| a.visit.opened_at.cmp(&b.visit.opened_at));
    let (store, now) = (app.store.now(), app.clock.now());
    let zone = store.settings.calendar.zone;
    let (orders_today, sales_today) = db::orders::since(&app.db, app.store.id, zone.start_of_day(now)).await?;
    Ok(Json(FloorView {
        store_name: store.settings.name.clone(),
        currency: currency.to_string(),
        time_zone: zone.name().to_owned(),
        today: zone.date(now).to_string(),
        visits: floor_visits,
        open_reviews: u32::try_from(open_reviews).unwrap_or(u32::MAX),
        open_disputes: db::orders::open_disputes(&app.db).await?,
        orders_today,
        sales_today_minor: sales_today.0,
        activity: recent_activity(&app).await?,
        seq,
    }))
}

async fn recent_activity(app: &App) -> ApiResult<Vec<Activity>> {
    // Some facts make no entry, so a few more are read.
    let recorded = db::event_log::newest(&app.db, app.store.id, MOST_ACTIVITY * 2).await?;
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let mut entries = Vec::new();
    for one in &recorded {
        let entry = activity::describe(one, &catalog, app.store.currency, &app.people, |_| None).await?;
        entries.extend(entry);
        if entries.len() >= MOST_ACTIVITY as usize {
            break;
        }
    }
    Ok(entries)
}

/// One visit with its interactions and their evidence.
#[utoipa::path(get, path = "/sessions/{id}", tag = "admin", responses((status = OK, body = SessionDetail), (status = NOT_FOUND)))]
async fn session(
    State(app): State<App>,
    _: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<SessionDetail>> {
    let id = ShoppingSessionId(id?.0);
    let row = db::sessions::one(&app.db, id).await?.ok_or_else(ApiError::not_found)?;
    let settled = row.state == "settled";
    let shopper = ShopperId(row.shopper_id);
    let session = db::sessions::with_cart(&app.db, row).await?;
    let interactions = db::sessions::interactions(&app.db, id).await?;
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let mut visit = views::visit_with(&session, &session.cart, &catalog, app.store.currency);
    if settled {
        visit.state = VisitState::Settled;
        visit.order_id = db::orders::of_session(&app.db, id).await?.map(|file| file.order.id.0);
    }
    let named = interactions.iter().flat_map(|one| views::sessions_in(&one.evidence));
    let names = app.people.names_of(named).await?;
    let left_out = db::event_log::left_out(&app.db, shopper, id).await?;
    let shopper_name = app.people.name(shopper).await?.to_string();
    let doubted_at = session.doubted_at.map(|at| at.to_string());
    Ok(Json(SessionDetail {
        visit: FloorVisit { shopper_id: shopper.0, shopper_name, visit, doubted_at },
        interactions: interactions.iter().map(|one| views::interaction(one, &catalog, &names)).collect(),
        left_out: left_out.iter().map(|(sku, units)| views::left_out(sku, *units, &catalog)).collect(),
    }))
}

/// Ends a visit: the shopper left unseen.
#[utoipa::path(post, path = "/sessions/{id}/close", tag = "admin", responses((status = NO_CONTENT), (status = NOT_FOUND)))]
async fn close_session(
    State(app): State<App>,
    caller: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<StatusCode> {
    let id = ShoppingSessionId(id?.0);
    let whose = move |floor: &Floor| floor.sessions().find(|session| session.id == id).map(|session| session.shopper);
    let shopper = app.floor.ask(move |floor, _| whose(floor)).await?.ok_or_else(ApiError::not_found)?;
    let reply = app.floor.input(FloorInput::CloseVisit(id)).await?;
    if reply.refused.is_some() {
        return Err(ApiError::not_found());
    }
    app.recogniser.left(shopper);
    tracing::info!(session.id = %id, by = %caller.id, "staff ended a visit");
    Ok(StatusCode::NO_CONTENT)
}

/// The newest shoppers.
#[utoipa::path(get, path = "/shoppers", tag = "admin", responses((status = OK, body = Vec<ShopperSummary>)))]
async fn shoppers(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<Vec<ShopperSummary>>> {
    let inside: BTreeSet<ShopperId> =
        app.floor.ask(|floor, _| floor.sessions().map(|session| session.shopper).collect()).await?;
    let enrolled: BTreeSet<_> =
        db::faces::all(&app.db, app.clock.now()).await?.into_iter().map(|row| row.shopper_id).collect();
    let rows = db::accounts::shoppers(&app.db, app.store.id, MOST_ROWS).await?;
    Ok(Json(
        rows.into_iter()
            .map(|row| ShopperSummary {
                id: row.id,
                face_enrolled: enrolled.contains(&row.id),
                signed_up_at: db::from_micros(row.created_at).to_string(),
                inside: inside.contains(&ShopperId(row.id)),
                name: row.name,
                email: row.email,
            })
            .collect(),
    ))
}
