//! The plan of the room: read by staff, saved by its owner.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use domain::ids::ZoneId;
use domain::room::{GateWay, Gondola, RoomCamera, RoomGate, RoomPlan};
use protocol::room::{
    GateWayName, GondolaView, RoomCameraView, RoomGateView, RoomPlanView, RoomView, SaveRoom, SlotPlace, ZonePlace,
};
use shop::command::{Ask, Caller, Command};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::caller::{AdminCaller, OwnerCaller};
use crate::http::command_id::CommandId;
use crate::problem::ApiResult;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(room, save_room))
}

/// The plan of the room, with the slots of each gondola.
#[utoipa::path(get, path = "/room", tag = "admin", responses((status = OK, body = RoomView)))]
async fn room(State(app): State<App>, _: AdminCaller) -> ApiResult<Json<RoomView>> {
    Ok(Json(view(&app).await?))
}

/// Saves the plan of the room. People are followed by it from then on; older plans stay in the history.
#[utoipa::path(put, path = "/room", tag = "admin", request_body = SaveRoom,
    responses((status = OK, body = RoomView), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn save_room(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    body: Result<Json<SaveRoom>, JsonRejection>,
) -> ApiResult<Json<RoomView>> {
    let Json(SaveRoom { version, plan }) = body?;
    let ask = Ask::SaveRoom { plan: to_plan(plan), version };
    app.desk.carry_out(Command { id, by: Caller::Admin(owner.id), ask }).await?;
    let view = view(&app).await?;
    tracing::info!(version = view.version, by = %owner.id, "the plan of the room was saved");
    Ok(Json(view))
}

async fn view(app: &App) -> ApiResult<RoomView> {
    let saved = db::room_plans::latest(&app.db, app.store.id).await?;
    let planogram = db::catalog::planogram(&app.db, app.store.id).await?;
    let catalog = db::catalog::catalog(&app.db, app.store.id).await?;
    let mut zones: BTreeMap<String, Vec<SlotPlace>> = BTreeMap::new();
    for facing in planogram.0.values() {
        let product = catalog.get(&facing.sku).map_or_else(|| facing.sku.0.clone(), |product| product.name.clone());
        let slot = SlotPlace { slot: facing.slot.0.clone(), product, x: facing.x };
        zones.entry(facing.zone.0.clone()).or_default().push(slot);
    }
    let place = |slot: &SlotPlace| slot.x.unwrap_or(0.5);
    for slots in zones.values_mut() {
        slots.sort_by(|a, b| place(a).total_cmp(&place(b)).then_with(|| a.slot.cmp(&b.slot)));
    }
    Ok(RoomView {
        version: saved.as_ref().map_or(0, |(_, version)| *version),
        plan: saved.map(|(plan, _)| from_plan(plan)),
        zones: zones.into_iter().map(|(zone, slots)| ZonePlace { zone, slots }).collect(),
    })
}

fn to_plan(view: RoomPlanView) -> RoomPlan {
    let camera = |RoomCameraView { name, rotation, centre_m, focal_px, k1, principal_px, size_px }| RoomCamera {
        name,
        rotation,
        centre_m,
        focal_px,
        k1,
        principal_px,
        size_px,
    };
    let way = |name| match name {
        GateWayName::Entry => GateWay::Entry,
        GateWayName::Exit => GateWay::Exit,
        GateWayName::Both => GateWay::Both,
    };
    let gate = |gate: RoomGateView| RoomGate { centre_m: gate.centre_m, radius_m: gate.radius_m, way: way(gate.way) };
    let gondola = |GondolaView { zone, from_m, to_m, height_m }| Gondola { zone: ZoneId(zone), from_m, to_m, height_m };
    RoomPlan {
        cameras: view.cameras.into_iter().map(camera).collect(),
        gates: view.gates.into_iter().map(gate).collect(),
        gondolas: view.gondolas.into_iter().map(gondola).collect(),
    }
}

fn from_plan(plan: RoomPlan) -> RoomPlanView {
    let camera = |RoomCamera { name, rotation, centre_m, focal_px, k1, principal_px, size_px }| RoomCameraView {
        name,
        rotation,
        centre_m,
        focal_px,
        k1,
        principal_px,
        size_px,
    };
    let way = |way| match way {
        GateWay::Entry => GateWayName::Entry,
        GateWay::Exit => GateWayName::Exit,
        GateWay::Both => GateWayName::Both,
    };
    let gate = |gate: RoomGate| RoomGateView { centre_m: gate.centre_m, radius_m: gate.radius_m, way: way(gate.way) };
    let gondola = |Gondola { zone, from_m, to_m, height_m }| GondolaView { zone: zone.0, from_m, to_m, height_m };
    RoomPlanView {
        cameras: plan.cameras.into_iter().map(camera).collect(),
        gates: plan.gates.into_iter().map(gate).collect(),
        gondolas: plan.gondolas.into_iter().map(gondola).collect(),
    }
}
