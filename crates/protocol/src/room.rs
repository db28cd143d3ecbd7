//! Room cameras: the plan of the room, the bodies that cameras see, and where people stand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::device::DeviceClock;
use crate::error_code::Problem;

/// `GET /api/v1/admin/room`, and the answer to a saved one. All lengths in metres of the store's frame: x and y along the
/// floor, z up.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomView {
    /// Counts up with each save; 0 where none was saved yet.
    pub version: u32,
    /// The plan; none where none was saved.
    #[serde(default)]
    pub plan: Option<RoomPlanView>,
    /// Gondolas with their slots, also those that the plan does not place.
    pub zones: Vec<ZonePlace>,
}

/// Slots of a zone, for drawing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ZonePlace {
    /// Which zone.
    pub zone: String,
    /// Its slots.
    pub slots: Vec<SlotPlace>,
}

/// One slot, for drawing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SlotPlace {
    /// Its name.
    pub slot: String,
    /// What stands there.
    pub product: String,
    /// Where it stands along the gondola, 0 to 1, where that is known.
    pub x: Option<f32>,
}

/// `PUT /api/v1/admin/room`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SaveRoom {
    /// The version that was changed.
    pub version: u32,
    /// The plan as it is to be.
    pub plan: RoomPlanView,
}

/// Where cameras hang, where people come and go, and where gondolas stand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomPlanView {
    /// At most 16.
    pub cameras: Vec<RoomCameraView>,
    /// At most 16; at least one where people come in.
    pub gates: Vec<RoomGateView>,
    /// At most 200.
    pub gondolas: Vec<GondolaView>,
}

/// A camera on the wall, as calibration found it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomCameraView {
    /// As in the configuration of the program that reads it.
    pub name: String,
    /// Rows of the matrix that turns directions of the room into the camera's: x right, y down, z forward.
    pub rotation: [[f64; 3]; 3],
    /// Where its optical centre is.
    pub centre_m: [f64; 3],
    /// Focal length, pixels.
    pub focal_px: f64,
    /// Radial distortion, the first term of Brown's.
    #[serde(default)]
    pub k1: f64,
    /// Where the optical axis meets the picture, pixels.
    pub principal_px: [f64; 2],
    /// Width and height of its pictures, pixels.
    pub size_px: [f64; 2],
}

/// A circle on the floor through which people come or go.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomGateView {
    /// Its middle.
    pub centre_m: [f64; 2],
    /// Its radius.
    pub radius_m: f64,
    /// What people do there.
    pub way: GateWayName,
}

/// What people do at a gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateWayName {
    /// They come in.
    Entry,
    /// They leave.
    Exit,
    /// One door for all.
    Both,
}

/// The line on the floor along which a zone's slots stand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct GondolaView {
    /// Which zone.
    pub zone: String,
    /// Where a slot at x = 0 stands; who goes from here to `to_m` has the shoppers on their right.
    pub from_m: [f64; 2],
    /// Where a slot at x = 1 stands.
    pub to_m: [f64; 2],
    /// How high its slots are.
    #[serde(default)]
    pub height_m: Option<f64>,
}

/// A `bodies` event: whom one room camera sees in one picture. No picture goes with it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct BodiesSeen {
    /// The camera's name, as in the room's plan.
    pub camera: String,
    /// RFC 3339, the device's clock when the picture was taken.
    #[ts(type = "string")]
    pub captured_at: Timestamp,
    /// RFC 3339, the device's clock when this was sent.
    #[ts(type = "string")]
    pub sent_at: Timestamp,
    /// What the device knows of its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub clock: Option<DeviceClock>,
    /// Width and height of the picture, pixels.
    pub size: [u32; 2],
    /// At most [`BodiesSeen::MOST`].
    pub bodies: Vec<SeenBody>,
}

impl BodiesSeen {
    /// Bodies in one picture.
    pub const MOST: usize = 60;
}

/// Somebody in a picture.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct SeenBody {
    /// How sure it is that there is somebody, 0 to 1.
    pub score: f32,
    /// The 17 key points of the COCO data set, in its order: x, y in pixels, and a score from 0 to 1.
    pub points: Vec<[f32; 3]>,
}

/// The acknowledgement of `bodies`. Until it has come the program sends nothing further of that camera: the newest picture
/// waits, older ones are dropped.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum BodiesAck {
    /// It was taken in.
    Taken,
    /// It was not.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// What admins are told of where people stand, a few times a second while somebody is in the room: the payload of `people`.
/// It is kept nowhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct PeopleLive {
    /// RFC 3339.
    pub at: String,
    /// Everybody.
    pub people: Vec<PersonView>,
    /// Every camera of the plan.
    pub cameras: Vec<RoomCameraState>,
}

/// Somebody in the room.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct PersonView {
    /// The track.
    pub track: u32,
    /// Where the head is, metres.
    pub head_m: [f64; 2],
    /// Hands, metres.
    pub hands_m: Vec<[f64; 3]>,
    /// Whose visit it may be, likeliest first; empty for somebody without one, such as staff.
    pub who: Vec<WhoView>,
}

/// A visit that a person may be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct WhoView {
    /// The visit.
    pub session_id: Uuid,
    /// How likely.
    pub probability: f64,
}

/// How a room camera does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomCameraState {
    /// Its name.
    pub name: String,
    /// Milliseconds since its last picture; none where there was none.
    pub silent_ms: Option<u32>,
    /// Why its pictures cannot be used, for staff.
    #[serde(default)]
    pub trouble: Option<String>,
}
