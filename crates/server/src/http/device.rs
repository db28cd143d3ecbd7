//! What devices ask over HTTP: joining with a one-time code, and what they are.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use db::devices::{DeviceRow, Join};
use domain::ids::DeviceId;
use jiff::SignedDuration;
use protocol::account::Keep;
use protocol::device::{DeviceJoined, JoinDevice};
use protocol::error_code::ErrorCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::command_id::CommandId;
use super::cookies::set_cookie;
use super::extract::CallerAddress;
use super::login;
use crate::app::App;
use crate::caller::DeviceCaller;
use crate::device_news::tell_admins;
use crate::keys::{normal_join_code, token_hash};
use crate::problem::{ApiError, ApiResult};
use crate::views::names;

/// A device stays joined until it is revoked; browsers forget cookies after 400 days at the latest.
const COOKIE_LIFE: SignedDuration = SignedDuration::from_hours(24 * 400);

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(join)).routes(routes!(me))
}

/// Uses up a one-time code from the admin page; the device gets a token of its own.
#[utoipa::path(post, path = "/device/join", tag = "device", request_body = JoinDevice,
    responses((status = OK, body = DeviceJoined), (status = FORBIDDEN), (status = GONE), (status = TOO_MANY_REQUESTS)))]
async fn join(
    State(app): State<App>,
    CallerAddress(address): CallerAddress,
    CommandId(command): CommandId,
    body: Result<Json<JoinDevice>, JsonRejection>,
) -> ApiResult<Response> {
    let Json(body) = body?;
    let code = normal_join_code(&body.code);
    if !app.limits.allows(&code, address) {
        return Err(login::too_many());
    }
    let token = app.keys.token_of(command, &code);
    let row = match db::devices::join(&app.db, &token_hash(&code), token_hash(&token), app.clock.now()).await? {
        Join::Joined(row) => *row,
        // It is used up where this very request did that, and only the answer was lost.
        Join::UnknownCode => db::devices::by_token(&app.db, &token_hash(&token)).await?.ok_or_else(|| {
            let detail = "This code is not right, or was used before. Ask for a new one on the admin page.";
            ApiError::new(ErrorCode::InvalidLink, detail)
        })?,
        Join::Expired => {
            let detail = "This code has expired. Ask for a new one on the admin page.";
            return Err(ApiError::new(ErrorCode::Expired, detail));
        }
    };
    tracing::info!(device.id = %row.id, role = row.role, "a device joined");
    tell_admins(&app, DeviceId(row.id)).await;
    let mut joined = described(&app, &row);
    Ok(match body.keep {
        Keep::Token => {
            joined.token = Some(token);
            Json(joined).into_response()
        }
        Keep::Cookie => {
            let cookie = set_cookie(&app, DeviceCaller::COOKIE, &token, COOKIE_LIFE.as_secs());
            (cookie, Json(joined)).into_response()
        }
    })
}

/// What the calling device is.
#[utoipa::path(get, path = "/device/me", tag = "device", responses((status = OK, body = DeviceJoined)))]
async fn me(State(app): State<App>, caller: DeviceCaller) -> ApiResult<Json<DeviceJoined>> {
    let row = db::devices::one(&app.db, caller.id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(described(&app, &row)))
}

fn described(app: &App, row: &DeviceRow) -> DeviceJoined {
    let (online, _) = app.presence.of(DeviceId(row.id));
    DeviceJoined { device: names::device(row, online), store_name: app.store.now().settings.name.clone(), token: None }
}
