//! Admin accounts: logging in and out, and staff.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::accounts::{AdminRow, Audience};
use db::devices::MadePosition;
use protocol::account::{AdminLoggedIn, AdminProfile, AdminRole, LogIn, NewAdmin};
use protocol::paging::Page;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::accounts;
use crate::app::App;
use crate::caller::{AdminCaller, OwnerCaller, bearer_or_cookie};
use crate::http::command_id::CommandId;
use crate::http::cookies::set_cookie;
use crate::http::extract::CallerAddress;
use crate::http::login;
use crate::http::paging::{Listing, PageQuery, SearchOnly, searched};
use crate::problem::ApiResult;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(me))
        .routes(routes!(staff, add_staff))
}

/// Logs in.
#[utoipa::path(post, path = "/login", tag = "admin", request_body = LogIn,
    responses((status = OK, body = AdminLoggedIn), (status = UNAUTHORIZED), (status = TOO_MANY_REQUESTS)))]
async fn log_in(
    State(app): State<App>,
    CallerAddress(address): CallerAddress,
    body: Result<Json<LogIn>, JsonRejection>,
) -> ApiResult<Response> {
    let Json(body) = body?;
    let email = accounts::normal_email(&body.email);
    if !app.limits.allows(&format!("admin {email}"), address) {
        return Err(login::too_many());
    }
    let row = db::accounts::admin_by_email(&app.db, &email).await?;
    let hash = row.as_ref().map(|row| row.password_hash.clone());
    accounts::check_password(hash, body.password).await?;
    let row = row.ok_or_else(accounts::wrong)?;
    let login = login::start(&app, Audience::Admin, row.id, body.keep).await?;
    let (token, cookie) = login.split(&app, AdminCaller::COOKIE);
    Ok((cookie, Json(AdminLoggedIn { admin: profile(row), token })).into_response())
}

/// Logs out.
#[utoipa::path(post, path = "/logout", tag = "admin", responses((status = NO_CONTENT)))]
async fn log_out(State(app): State<App>, headers: HeaderMap) -> ApiResult<Response> {
    login::end(&app, bearer_or_cookie(&headers, AdminCaller::COOKIE)).await?;
    let cookie = set_cookie(&app, AdminCaller::COOKIE, "", 0);
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}

/// The caller's account.
#[utoipa::path(get, path = "/me", tag = "admin", responses((status = OK, body = AdminProfile)))]
async fn me(caller: AdminCaller) -> Json<AdminProfile> {
    Json(AdminProfile { id: caller.id.0, name: caller.name, email: caller.email, role: caller.role })
}

/// Admin accounts, oldest first; `search` looks in the name and the e-mail address.
#[utoipa::path(get, path = "/staff", tag = "admin", params(PageQuery, SearchOnly),
    responses((status = OK, body = Page<AdminProfile>), (status = FORBIDDEN)))]
async fn staff(
    State(app): State<App>,
    _: OwnerCaller,
    list: Listing<SearchOnly, MadePosition>,
) -> ApiResult<Json<Page<AdminProfile>>> {
    let search = searched(list.filters.search.as_deref())?;
    let found = db::accounts::list::admins(&app.db, app.store.id, search.as_ref(), &list.window).await?;
    list.page(found, None, profile)
}

/// Makes an admin account.
#[utoipa::path(post, path = "/staff", tag = "admin", request_body = NewAdmin,
    responses((status = CREATED, body = AdminProfile), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn add_staff(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(command): CommandId,
    body: Result<Json<NewAdmin>, JsonRejection>,
) -> ApiResult<(StatusCode, Json<AdminProfile>)> {
    let id = Uuid::new_v5(&command, b"admin");
    let made = accounts::create_admin(&app.db, app.store.id, id, body?.0, app.clock.now()).await?;
    tracing::info!(admin.id = %made.id, by = %owner.id, "an admin account was made");
    Ok((StatusCode::CREATED, Json(profile(made))))
}

fn profile(row: AdminRow) -> AdminProfile {
    let role = if row.role == "owner" { AdminRole::Owner } else { AdminRole::Staff };
    AdminProfile { id: row.id, name: row.name, email: row.email, role }
}
