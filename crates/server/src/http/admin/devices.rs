//! Devices: inviting, listing, revoking.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use db::devices::{DeviceRow, INVITED, MadePosition};
use db::gallery_faces::Which;
use domain::ids::DeviceId;
use jiff::SignedDuration;
use protocol::device::{DeviceInvitation, DeviceView, NewDevice};
use protocol::error_code::ErrorCode;
use protocol::paging::Page;
use shop::command::Refusal;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::accounts::checked_name;
use crate::app::App;
use crate::caller::{AdminCaller, OwnerCaller};
use crate::device_news::{self, tell_admins};
use crate::http::command_id::CommandId;
use crate::http::paging::{Listing, PageQuery, SearchOnly, searched};
use crate::keys::token_hash;
use crate::planogram_rules::label;
use crate::problem::{ApiError, ApiResult};
use crate::views::names;

/// Time to walk to the device and type the code.
const CODE_VALIDITY: SignedDuration = SignedDuration::from_mins(30);

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(devices, invite)).routes(routes!(revoke_device))
}

/// Devices, oldest first; `search` looks in the name, the zone and the role.
#[utoipa::path(get, path = "/devices", tag = "admin", params(PageQuery, SearchOnly),
    responses((status = OK, body = Page<DeviceView>)))]
async fn devices(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<SearchOnly, MadePosition>,
) -> ApiResult<Json<Page<DeviceView>>> {
    let search = searched(list.filters.search.as_deref())?;
    let found = db::devices::page(&app.db, app.store.id, search.as_ref(), &list.window).await?;
    list.page(found, None, |row| names::device(&row, app.presence.of(DeviceId(row.id)).0))
}

/// Invites a device; the answer holds the one-time code, which is shown once.
#[utoipa::path(post, path = "/devices", tag = "admin", request_body = NewDevice,
    responses((status = CREATED, body = DeviceInvitation), (status = UNPROCESSABLE_ENTITY)))]
async fn invite(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(command): CommandId,
    body: Result<Json<NewDevice>, JsonRejection>,
) -> ApiResult<(StatusCode, Json<DeviceInvitation>)> {
    let Json(body) = body?;
    let (code, now) = (app.keys.join_code_of(command), app.clock.now());
    let row = DeviceRow {
        id: Uuid::new_v5(&command, b"device"),
        store_id: app.store.id.0,
        name: checked_name(&body.name)?,
        role: names::role_name(body.role).to_owned(),
        zone: label("zone", &body.zone)?,
        state: INVITED.to_owned(),
        code_hash: Some(token_hash(&code)),
        code_expires_at: Some(db::micros(domain::clock::shift(now, CODE_VALIDITY))),
        token_hash: None,
        last_seen_at: None,
        created_at: db::micros(now),
    };
    let asked = (row.name.clone(), row.role.clone(), row.zone.clone());
    let row = db::devices::insert(&app.db, row).await?;
    if asked != (row.name.clone(), row.role.clone(), row.zone.clone()) {
        return Err(Refusal::IdUsed.into());
    }
    let Some(expires_at) = row.code_expires_at.filter(|_| row.state == INVITED).map(db::from_micros) else {
        return Err(ApiError::new(ErrorCode::Conflict, "This device has joined or was revoked: invite another one."));
    };
    if expires_at < now {
        return Err(ApiError::new(
            ErrorCode::Conflict,
            "The code of this invitation has expired: invite the device anew.",
        ));
    }
    tracing::info!(device.id = %row.id, role = row.role, by = %owner.id, "a device was invited");
    tell_admins(&app, DeviceId(row.id)).await;
    let device = names::device(&row, false);
    let expires_at = expires_at.to_string();
    Ok((StatusCode::CREATED, Json(DeviceInvitation { device, code, expires_at })))
}

/// Makes a device's token invalid and closes its connections.
#[utoipa::path(post, path = "/devices/{id}/revoke", tag = "admin", responses((status = NO_CONTENT), (status = NOT_FOUND)))]
async fn revoke_device(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<StatusCode> {
    let id = DeviceId(id?.0);
    // What a program enrols meanwhile comes before this, and is deleted, or after, and is refused.
    let _one_at_a_time = app.enrolments.lock().await;
    db::devices::revoke(&app.db, id).await?.ok_or_else(ApiError::not_found)?;
    device_news::revoke(&app, id).await;
    // Nobody is left who could ask for them to be deleted.
    db::gallery_faces::delete(&app.db, id, &Which::All).await?;
    app.programs.remove(id, |_, _, _| true);
    tracing::info!(device.id = %id, by = %owner.id, "a device was revoked");
    Ok(StatusCode::NO_CONTENT)
}
