//! The monitor: the store as it is now, one visit with its evidence, shoppers.

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use db::commit::Recorded;
use db::devices::MadePosition;
use db::paging::{Slice, Window};
use domain::cart::Unit;
use domain::catalog::Catalog;
use domain::ids::{ShopperId, ShoppingSessionId, Sku};
use domain::money::BasisPoints;
use domain::price::Priced;
use domain::session::ShoppingSession;
use floor::{Floor, Refused};
use protocol::admin::{Activity, FloorView, FloorVisit, SessionDetail, SettleVisit, ShopperSummary};
use protocol::paging::Page;
use protocol::shopper::VisitState;
use shop::command::on_the_floor::FloorAsk;
use shop::command::{Caller, Command, Refusal};
use shop::desk::NotDone;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::caller::AdminCaller;
use crate::http::command_id::CommandId;
use crate::http::paging::{Listing, NoFilters, PageQuery, SearchOnly, searched};
use crate::problem::{ApiError, ApiResult};
use crate::views::{self, activity};

/// Entries of the activity feed.
const MOST_ACTIVITY: u64 = 50;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(floor))
        .routes(routes!(activity_feed))
        .routes(routes!(session))
        .routes(routes!(close_session))
        .routes(routes!(settle_session))
        .routes(routes!(shoppers))
}

/// The store as it is now.
#[utoipa::path(get, path = "/floor", tag = "admin", responses((status = OK, body = FloorView)))]
async fn floor(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<FloorView>> {
    let currency = app.store.currency;
    let (visits, open_reviews, seq) = app
        .desk
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
        open_disputes: db::orders::open_disputes(&app.db, app.store.id).await?,
        set_aside: u32::try_from(db::set_aside::unseen(&app.db, app.store.id).await?).unwrap_or(u32::MAX),
        orders_today,
        sales_today_minor: sales_today.0,
        activity: recent_activity(&app).await?,
        seq,
    }))
}

/// What happened, newest first.
#[utoipa::path(get, path = "/activity", tag = "admin", params(PageQuery),
    responses((status = OK, body = Page<Activity>)))]
async fn activity_feed(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<NoFilters, i64>,
) -> ApiResult<Json<Page<Activity>>> {
    let found = db::event_log::told(&app.db, app.store.id, &list.window).await?;
    let rows = in_words(&app, &found.rows).await?;
    list.page(Slice { rows, next: found.next }, None, |entry| entry)
}

async fn recent_activity(app: &App) -> ApiResult<Vec<Activity>> {
    let newest = Window { after: None, limit: MOST_ACTIVITY };
    in_words(app, &db::event_log::told(&app.db, app.store.id, &newest).await?.rows).await
}

async fn in_words(app: &App, recorded: &[Recorded]) -> ApiResult<Vec<Activity>> {
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let sessions = recorded.iter().filter_map(|one| activity::session_of(&one.event)).collect();
    let shoppers: HashMap<_, _> = db::sessions::shoppers_of(&app.db, &sessions).await?.into_iter().collect();
    // All at once, so that the entries find them in the cache.
    app.people.names(shoppers.values().copied()).await?;
    let mut entries = Vec::with_capacity(recorded.len());
    for one in recorded {
        let shopper_of = |session| shoppers.get(&session).copied();
        entries.extend(activity::describe(one, &catalog, app.store.currency, &app.people, shopper_of).await?);
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
    let mut visit =
        views::visit_with(&session, &session.cart, &|sku, unit| as_taken(sku, unit, &catalog), app.store.currency);
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

/// What a unit was sold as when it was taken; one from before prices were kept with picks, as it is sold now.
fn as_taken(sku: &Sku, unit: &Unit, catalog: &Catalog) -> Option<Priced> {
    let now = || {
        let product = catalog.get(sku)?;
        Some(Priced { unit_price: product.price?, tax_rate: BasisPoints(0), name: product.name.clone() })
    };
    unit.price.clone().or_else(now)
}

/// Ends a visit: the shopper left unseen.
#[utoipa::path(post, path = "/sessions/{id}/close", tag = "admin", responses((status = NO_CONTENT), (status = NOT_FOUND)))]
async fn close_session(
    State(app): State<App>,
    caller: AdminCaller,
    CommandId(command): CommandId,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<StatusCode> {
    let session = ShoppingSessionId(id?.0);
    let ask = FloorAsk::CloseVisit { session }.into();
    carry_out(&app, Command { id: command, by: Caller::Admin(caller.id), ask }).await?;
    tracing::info!(session.id = %session, by = %caller.id, "staff ended a visit");
    Ok(StatusCode::NO_CONTENT)
}

/// Decides what a visit is billed for whose shopper nobody had seen leave before the store closed.
#[utoipa::path(post, path = "/sessions/{id}/settle", tag = "admin", request_body = SettleVisit,
    responses((status = NO_CONTENT), (status = NOT_FOUND), (status = CONFLICT)))]
async fn settle_session(
    State(app): State<App>,
    caller: AdminCaller,
    CommandId(command): CommandId,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<SettleVisit>, JsonRejection>,
) -> ApiResult<StatusCode> {
    let (session, bill) = (ShoppingSessionId(id?.0), body?.0.bill);
    let ask = FloorAsk::SettleVisit { session, bill }.into();
    carry_out(&app, Command { id: command, by: Caller::Admin(caller.id), ask }).await?;
    tracing::info!(session.id = %session, bill, by = %caller.id, "staff decided about a visit that nobody had ended");
    Ok(StatusCode::NO_CONTENT)
}

/// Has a command about a visit carried out; one that is not under way is none that could be asked about.
async fn carry_out(app: &App, command: Command) -> ApiResult<()> {
    match app.desk.carry_out(command).await {
        Ok(_) => Ok(()),
        Err(NotDone::Refused(Refusal::Floor(Refused::NoSuchVisit))) => Err(ApiError::not_found()),
        Err(not_done) => Err(not_done.into()),
    }
}

fn not_forgotten(floor: &Floor) -> impl Iterator<Item = &ShoppingSession> {
    floor.sessions().filter(|session| !session.is_forgotten())
}

/// Shoppers, the newest first; `search` looks in the name and the e-mail address.
#[utoipa::path(get, path = "/shoppers", tag = "admin", params(PageQuery, SearchOnly),
    responses((status = OK, body = Page<ShopperSummary>)))]
async fn shoppers(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<SearchOnly, MadePosition>,
) -> ApiResult<Json<Page<ShopperSummary>>> {
    let search = searched(list.filters.search.as_deref())?;
    let inside: BTreeSet<ShopperId> =
        app.desk.ask(|floor, _| not_forgotten(floor).map(|session| session.shopper).collect()).await?;
    let found = db::accounts::list::shoppers(&app.db, app.store.id, search.as_ref(), &list.window).await?;
    let counts = list.is_first() && search.is_none();
    let total = if counts { Some(db::accounts::list::count_shoppers(&app.db, app.store.id).await?) } else { None };
    let enrolled = db::accounts::list::enrolled(&app.db, &found.rows, app.clock.now()).await?;
    list.page(found, total, |row| ShopperSummary {
        id: row.id,
        face_enrolled: enrolled.contains(&row.id),
        signed_up_at: db::from_micros(row.created_at).to_string(),
        inside: inside.contains(&ShopperId(row.id)),
        name: row.name,
        email: row.email,
    })
}
