//! Signing up, logging in and out, and the shopper's own account.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::accounts::{Audience, Inserted, ShopperRow};
use domain::ids::ShopperId;
use protocol::account::{EnrolmentWay, FaceEnrolment, LogIn, ShopperLoggedIn, ShopperProfile, SignUp};
use protocol::error_code::ErrorCode;
use shop::command::Refusal;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::accounts;
use crate::app::App;
use crate::caller::{ShopperCaller, bearer_or_cookie};
use crate::http::command_id::CommandId;
use crate::http::cookies::set_cookie;
use crate::http::extract::CallerAddress;
use crate::http::login::{self, Login};
use crate::problem::{ApiError, ApiResult};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_up)).routes(routes!(log_in)).routes(routes!(log_out)).routes(routes!(me))
}

/// Makes an account and logs it in.
#[utoipa::path(post, path = "/shopper/sign-up", tag = "shopper", request_body = SignUp,
    responses((status = CREATED, body = ShopperLoggedIn), (status = CONFLICT), (status = TOO_MANY_REQUESTS)))]
async fn sign_up(
    State(app): State<App>,
    CallerAddress(address): CallerAddress,
    CommandId(command): CommandId,
    body: Result<Json<SignUp>, JsonRejection>,
) -> ApiResult<Response> {
    let Json(body) = body?;
    let (name, email) = (accounts::checked_name(&body.name)?, accounts::checked_email(&body.email)?);
    accounts::check_new_password(&body.password)?;
    if !app.limits.allows(&email, address) {
        return Err(login::too_many());
    }
    let password = body.password.clone();
    let row = ShopperRow {
        id: Uuid::new_v5(&command, b"shopper"),
        store_id: app.store.id.0,
        name,
        email,
        password_hash: accounts::hash_password(body.password).await?,
        created_at: db::micros(app.clock.now()),
    };
    let (id, keep) = (ShopperId(row.id), body.keep);
    match db::accounts::insert_shopper(&app.db, row.clone()).await? {
        Inserted::Done => tracing::info!(shopper.id = %id, "a shopper signed up"),
        Inserted::Taken => {
            let known = db::accounts::shopper(&app.db, id).await?.ok_or_else(|| {
                let detail = "There is an account with this e-mail address already. Log in instead.";
                ApiError::new(ErrorCode::Conflict, detail)
            })?;
            // This very request made it, and only the answer was lost.
            let is_same = (&known.name, &known.email) == (&row.name, &row.email);
            if !is_same || accounts::check_password(Some(known.password_hash), password).await.is_err() {
                return Err(Refusal::IdUsed.into());
            }
        }
    }
    let login = login::start(&app, Audience::Shopper, id.0, keep).await?;
    logged_in(&app, id, login, StatusCode::CREATED).await
}

/// Logs in.
#[utoipa::path(post, path = "/shopper/login", tag = "shopper", request_body = LogIn,
    responses((status = OK, body = ShopperLoggedIn), (status = UNAUTHORIZED), (status = TOO_MANY_REQUESTS)))]
async fn log_in(
    State(app): State<App>,
    CallerAddress(address): CallerAddress,
    body: Result<Json<LogIn>, JsonRejection>,
) -> ApiResult<Response> {
    let Json(body) = body?;
    let email = accounts::normal_email(&body.email);
    if !app.limits.allows(&email, address) {
        return Err(login::too_many());
    }
    let row = db::accounts::shopper_by_email(&app.db, &email).await?;
    let hash = row.as_ref().map(|row| row.password_hash.clone());
    accounts::check_password(hash, body.password).await?;
    let row = row.ok_or_else(accounts::wrong)?;
    let login = login::start(&app, Audience::Shopper, row.id, body.keep).await?;
    logged_in(&app, ShopperId(row.id), login, StatusCode::OK).await
}

/// Logs out.
#[utoipa::path(post, path = "/shopper/logout", tag = "shopper", responses((status = NO_CONTENT)))]
async fn log_out(State(app): State<App>, headers: HeaderMap) -> ApiResult<Response> {
    login::end(&app, bearer_or_cookie(&headers, ShopperCaller::COOKIE)).await?;
    let cookie = set_cookie(&app, ShopperCaller::COOKIE, "", 0);
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}

/// The caller's account.
#[utoipa::path(get, path = "/me", tag = "shopper", responses((status = OK, body = ShopperProfile)))]
async fn me(State(app): State<App>, caller: ShopperCaller) -> ApiResult<Json<ShopperProfile>> {
    Ok(Json(profile(&app, caller.id).await?))
}

async fn logged_in(app: &App, id: ShopperId, login: Login, status: StatusCode) -> ApiResult<Response> {
    let (token, cookie) = login.split(app, ShopperCaller::COOKIE);
    let body = ShopperLoggedIn { shopper: profile(app, id).await?, token };
    Ok((status, cookie, Json(body)).into_response())
}

/// An account with what is held about its face.
pub async fn profile(app: &App, id: ShopperId) -> ApiResult<ShopperProfile> {
    let row = db::accounts::shopper(&app.db, id).await?.ok_or_else(ApiError::not_found)?;
    let face = enrolment(app, id).await?;
    Ok(ShopperProfile { id: row.id, name: row.name, email: row.email, face })
}

/// What is held about a shopper's face.
pub async fn enrolment(app: &App, id: ShopperId) -> ApiResult<Option<FaceEnrolment>> {
    Ok(db::faces::held(&app.db, id).await?.map(|held| FaceEnrolment {
        templates: held.templates,
        consent_version: held.consent_version,
        enrolled_at: db::from_micros(held.enrolled_at).to_string(),
        expires_at: db::from_micros(held.expires_at).to_string(),
        learns: held.learns,
        from_visits: held.from_visits,
        way: if held.by_film { EnrolmentWay::Film } else { EnrolmentWay::Photographs },
    }))
}
