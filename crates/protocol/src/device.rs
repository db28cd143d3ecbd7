//! Kiosks and shelf nodes: joining, frames, codes and shelf events.

use domain::ids::{ShelfEventId, SlotId};
use domain::shelf::{PlateStep, SensorKind, ShelfEvent, Weighed};
use domain::skew::{Skew, SkewEstimate};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error_code::Problem;

/// What a device is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRole {
    /// The camera (and code scanner) at the entry.
    Entry,
    /// The camera (and code scanner) at the exit.
    Exit,
    /// A camera (and code scanner) at shelves.
    ShelfCamera,
    /// A computer with shelf sensors.
    ShelfNode,
    /// A program that calls the Kairos API over galleries of its own.
    Program,
}

/// A device as admins see it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct DeviceView {
    /// The device's id.
    pub id: Uuid,
    /// Such as "Entry, left door".
    pub name: String,
    /// What it is for.
    pub role: DeviceRole,
    /// What it covers: the gate, or the gondola.
    pub zone: String,
    /// Where it stands.
    pub state: DeviceState,
    /// RFC 3339: when it was last heard of.
    pub last_seen_at: Option<String>,
    /// Connected at this moment.
    pub online: bool,
}

/// Where a device stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// The one-time code was not used yet.
    Invited,
    /// It has a token of its own.
    Joined,
    /// Its token is no longer valid.
    Revoked,
}

/// `POST /api/v1/admin/devices`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct NewDevice {
    /// 1 to 80 characters.
    pub name: String,
    /// What it is for.
    pub role: DeviceRole,
    /// What it covers, 1 to 40 letters, digits, `-` and `_`.
    pub zone: String,
}

/// The answer to a new device: the code is shown once.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct DeviceInvitation {
    /// The device that may now join.
    pub device: DeviceView,
    /// To be typed in at the device, such as `K7QF-2M9X`.
    pub code: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// `POST /api/v1/device/join`.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct JoinDevice {
    /// The one-time code; case and dashes do not matter.
    pub code: String,
    /// Kiosk pages want the cookie, programs the token.
    #[serde(default)]
    #[ts(as = "Option<crate::account::Keep>", optional)]
    pub keep: crate::account::Keep,
}

/// A device that has joined.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct DeviceJoined {
    /// What it is.
    pub device: DeviceView,
    /// The store's name, for the screen.
    pub store_name: String,
    /// Only where `keep` is `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// The answer to a `clock` event, by which a device asks for the time: when it connects, and with each status.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ClockAnswer {
    /// RFC 3339, the server's clock.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Which clock that is: another one after a restart, and after somebody has set the clock.
    pub epoch: Uuid,
}

/// What a device knows of its clock from asking for the time. Messages of devices that have not asked go without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DeviceClock {
    /// Of the answers that it rests on.
    pub epoch: Uuid,
    /// The server's clock is ahead of the device's by at least so many microseconds …
    #[ts(type = "number")]
    pub least_us: i64,
    /// … and at most so many.
    #[ts(type = "number")]
    pub most_us: i64,
}

impl DeviceClock {
    /// As it stands on the wire.
    pub fn new(epoch: Uuid, skew: Skew) -> Self {
        let micros = |by: SignedDuration| i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        Self { epoch, least_us: micros(skew.least), most_us: micros(skew.most) }
    }

    /// How far the server's clock is ahead.
    pub fn skew(self) -> Skew {
        Skew { least: SignedDuration::from_micros(self.least_us), most: SignedDuration::from_micros(self.most_us) }
    }
}

/// What a device has been told of the server's clock, answer by answer.
#[derive(Clone, Debug, Default)]
pub struct ToldTime {
    epoch: Option<Uuid>,
    estimate: SkewEstimate,
}

impl ToldTime {
    /// The server gave `answer` to what was asked at `asked` and heard at `heard`, both by the device's clock. What another epoch's
    /// answers told is forgotten: that clock is gone.
    pub fn note(&mut self, asked: Timestamp, answer: ClockAnswer, heard: Timestamp) {
        if self.epoch.replace(answer.epoch) != Some(answer.epoch) {
            self.estimate = SkewEstimate::default();
        }
        self.estimate.note(heard, Skew::of_exchange(asked, answer.at, heard));
    }

    /// What the device knows of its clock at `now`, if it was told anything.
    pub fn at(&self, now: Timestamp) -> Option<DeviceClock> {
        Some(DeviceClock::new(self.epoch?, self.estimate.at(now)?))
    }
}

/// Beside the bytes of a `frame` event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct FrameMeta {
    /// Made by the device.
    pub id: Uuid,
    /// RFC 3339, the device's clock when the frame was taken.
    #[ts(type = "string")]
    pub captured_at: Timestamp,
    /// RFC 3339, the device's clock when it was sent.
    #[ts(type = "string")]
    pub sent_at: Timestamp,
    /// What the device knows of its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub clock: Option<DeviceClock>,
}

/// A `code` event: a QR code that a scanner read.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct CodeScan {
    /// Made by the device.
    pub id: Uuid,
    /// What the code says.
    pub code: String,
    /// RFC 3339, the device's clock when it was read.
    #[ts(type = "string")]
    pub scanned_at: Timestamp,
    /// RFC 3339, the device's clock when it was sent.
    #[ts(type = "string")]
    pub sent_at: Timestamp,
    /// What the device knows of its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub clock: Option<DeviceClock>,
}

/// The acknowledgement of `frame` and `code`: what was seen, and what came of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum LookAck {
    /// It was looked at.
    Seen {
        /// How many faces the frame had.
        faces: u32,
        /// What to tell the person.
        outcome: GateOutcome,
    },
    /// It was not.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// What came of a look, for the kiosk's screen and voice.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GateOutcome {
    /// Nobody is in the picture.
    NoFace,
    /// A face, but too small, dark, blurred or turned.
    PoorFace {
        /// What to do about it, one sentence.
        hint: String,
    },
    /// Somebody known; more frames must agree.
    KeepLooking {
        /// Frames that agree so far.
        votes: u32,
        /// Frames needed.
        needed: u32,
    },
    /// Walked in.
    Welcome {
        /// To greet with.
        name: String,
    },
    /// Known, and already in the store.
    AlreadyInside {
        /// To greet with.
        name: String,
    },
    /// Walked out.
    Goodbye {
        /// To greet with.
        name: String,
    },
    /// At the exit, but never seen to come in.
    NotInside {
        /// To greet with.
        name: String,
    },
    /// A face that resembles nobody enough, or two shoppers alike.
    NotRecognised,
    /// Somebody known, who shows by a turn of the head that this is no picture.
    TurnHead {
        /// What to do now.
        prompt: TurnPrompt,
        /// Which turn this is, from 1: after a failure there is another.
        attempt: u32,
    },
    /// The face is not enough: the code on the phone is needed.
    CodeNeeded {
        /// What to do, one sentence.
        hint: String,
    },
    /// The code has expired or is not one of ours.
    CodeRefused {
        /// What to do about it, one sentence.
        hint: String,
    },
    /// At a shelf: somebody of the staff held up a badge, and refills it from now on, or is done.
    Restocking {
        /// From now on.
        on: bool,
    },
    /// At a shelf: seen, nothing to say.
    Noted,
}

/// What somebody who turns their head does now. Sides are the person's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnPrompt {
    /// Look at the camera.
    LookStraight,
    /// Turn the head to the left.
    ToTheLeft,
    /// Turn the head to the right.
    ToTheRight,
    /// Stay so for a moment.
    HoldStill,
}

/// A `shelf_events` event: a batch from a shelf node, oldest first, at most [`ShelfEventBatch::MAX`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ShelfEventBatch {
    /// RFC 3339, the node's clock when it was sent.
    #[ts(type = "string")]
    pub sent_at: Timestamp,
    /// What the node knows of its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub clock: Option<DeviceClock>,
    /// By which start of the node's clock `sent_at` counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub boot: Option<Uuid>,
    /// The changes.
    pub events: Vec<ShelfEventMessage>,
}

impl ShelfEventBatch {
    /// The most events in one batch.
    pub const MAX: usize = 256;
}

/// One change at one slot, on the wire.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ShelfEventMessage {
    /// Made by the node; safe to send twice.
    pub id: Uuid,
    /// Where.
    pub slot: String,
    /// RFC 3339, the node's clock.
    #[ts(type = "string")]
    pub occurred_at: Timestamp,
    /// By which start of the node's clock that counts. A computer without a clock that runs on without power starts another one each
    /// time, and nobody can tell how far both are apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub boot: Option<Uuid>,
    /// Units more or fewer than before, of the product that belongs there; zero only where `weighed` says what it was.
    pub delta_units: i32,
    /// Units standing there afterwards, where the sensor can tell.
    pub units_after: Option<u32>,
    /// What noticed it.
    pub sensor: SensorKindName,
    /// Readings that it rests on: at most 32.
    #[serde(default)]
    pub trace: Vec<f32>,
    /// What load cells felt; none from sensors that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighed: Option<WeighedMessage>,
}

/// What load cells felt of a change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct WeighedMessage {
    /// Milliseconds from `occurred_at` to the last reading that still moved: at most 600000.
    pub lasted_ms: u32,
    /// The plates that moved, left to right: 1 to 16; that of `slot` is one of them.
    pub plates: Vec<PlateStepMessage>,
}

/// How much more or less one plate carries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct PlateStepMessage {
    /// Which plate.
    pub slot: String,
    /// Grams more (put back) or less (taken).
    pub grams: f32,
    /// Standard deviation of that, grams.
    pub spread_g: f32,
}

/// What kind of sensor noticed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SensorKindName {
    /// Ultrasonic ranger, readings in millimetres.
    Distance,
    /// Load cell, readings in grams.
    LoadCell,
    /// Beam or switch, readings 1 and 0.
    Beam,
}

impl From<SensorKindName> for SensorKind {
    fn from(name: SensorKindName) -> Self {
        match name {
            SensorKindName::Distance => Self::Distance,
            SensorKindName::LoadCell => Self::LoadCell,
            SensorKindName::Beam => Self::Beam,
        }
    }
}

impl From<SensorKind> for SensorKindName {
    fn from(kind: SensorKind) -> Self {
        match kind {
            SensorKind::Distance => Self::Distance,
            SensorKind::LoadCell => Self::LoadCell,
            SensorKind::Beam => Self::Beam,
        }
    }
}

impl From<ShelfEvent> for ShelfEventMessage {
    fn from(event: ShelfEvent) -> Self {
        Self {
            id: event.id.0,
            slot: event.slot.0,
            occurred_at: event.occurred_at,
            boot: None,
            delta_units: event.delta_units,
            units_after: event.units_after,
            sensor: event.sensor.into(),
            trace: event.trace,
            weighed: event.weighed.map(Into::into),
        }
    }
}

impl From<ShelfEventMessage> for ShelfEvent {
    fn from(message: ShelfEventMessage) -> Self {
        Self {
            id: ShelfEventId(message.id),
            slot: SlotId(message.slot),
            occurred_at: message.occurred_at,
            between: None,
            delta_units: message.delta_units,
            units_after: message.units_after,
            sensor: message.sensor.into(),
            trace: message.trace,
            weighed: message.weighed.map(Into::into),
        }
    }
}

impl From<Weighed> for WeighedMessage {
    fn from(weighed: Weighed) -> Self {
        let plate =
            |plate: PlateStep| PlateStepMessage { slot: plate.slot.0, grams: plate.grams, spread_g: plate.spread_g };
        Self { lasted_ms: weighed.lasted_ms, plates: weighed.plates.into_iter().map(plate).collect() }
    }
}

impl From<WeighedMessage> for Weighed {
    fn from(message: WeighedMessage) -> Self {
        let plate = |plate: PlateStepMessage| PlateStep {
            slot: SlotId(plate.slot),
            grams: plate.grams,
            spread_g: plate.spread_g,
        };
        Self { lasted_ms: message.lasted_ms, plates: message.plates.into_iter().map(plate).collect() }
    }
}

/// The acknowledgement of `shelf_events`: every event is either kept for good or refused for good. A batch without an
/// acknowledgement is sent again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ShelfEventsAck {
    /// The batch was taken in.
    Taken {
        /// Durably stored, now or before.
        accepted: Vec<Uuid>,
        /// Refused for good: sending them again is of no use.
        rejected: Vec<RejectedEvent>,
    },
    /// Nothing was taken in; `code` `try_again_later` asks to send it again.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// An event that was refused for good.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct RejectedEvent {
    /// Which.
    pub id: Uuid,
    /// Why.
    pub problem: Problem,
}

/// A `node_status` event of a shelf node, each 30 s and at every change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct NodeStatus {
    /// Events on disk that are not acknowledged yet.
    pub spooled: u64,
    /// Sensors that gave nothing usable for a while, by slot.
    pub faulty_slots: Vec<String>,
    /// Events that could not be kept because the disk was full; 0 is what it should be.
    pub lost: u64,
    /// The node's room cameras; none where it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<CameraStatus>>", optional)]
    pub cameras: Vec<CameraStatus>,
}

/// How one room camera of a shelf node does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct CameraStatus {
    /// The camera's name, as in the room's plan.
    pub name: String,
    /// What its pictures are like.
    pub condition: CameraCondition,
    /// Pictures that came, a second; over the last ten seconds.
    pub came_per_s: f32,
    /// Pictures in which people were looked for, a second; over the last ten seconds. Fewer than came where the machine is too slow.
    pub looked_at_per_s: f32,
    /// Milliseconds from a picture to the server's acknowledgement, the median of the last ten seconds; none where nothing was acknowledged.
    #[serde(default)]
    pub delay_ms: Option<u32>,
    /// Width and height of its last picture as it is looked at, pixels.
    #[serde(default)]
    pub size: Option<[u32; 2]>,
    /// Why the server does not take what this camera sees, one sentence; none where it does.
    #[serde(default)]
    pub refused: Option<String>,
}

/// What a room camera's pictures are like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CameraCondition {
    /// It has just been started, and there was no picture yet.
    Starting,
    /// As they should be.
    Well,
    /// Too dark to see anybody, for five seconds.
    Dark,
    /// Nearly without detail, for five seconds: something hangs before the lens, or it is out of focus.
    Covered,
    /// The same picture again and again, for five seconds.
    Frozen,
    /// There are none, for five seconds.
    Gone,
    /// Of another shape than the first: another camera, or another setting of it.
    OtherShape,
}

/// The auth payload of a Socket.IO handshake for programs; browsers send their cookie instead.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SocketAuth {
    /// The token, where there is no cookie.
    #[serde(default)]
    pub token: Option<String>,
}
