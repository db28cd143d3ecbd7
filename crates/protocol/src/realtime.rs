//! Socket.IO: namespaces, event names and what the server sends.
//!
//! | namespace | who connects | with |
//! | --- | --- | --- |
//! | `/shopper` | a shopper's phone | cookie `smartmart_shopper` or `auth.token` |
//! | `/admin` | staff and owners | cookie `smartmart_admin` or `auth.token` |
//! | `/device` | kiosks and shelf nodes | cookie `smartmart_device` or `auth.token` |
//!
//! A refused handshake ends in `connect_error` with [`Refusal`] as its message. Everything that the server sends to
//! shoppers and admins is one event, [`LIVE`], whose payload is a [`ShopperLive`] or an [`AdminLive`]. Messages are
//! hints: each carries its number in the event log, and a client that was away refetches over HTTP.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::admin::{Activity, FloorVisit, ReviewView};
use crate::device::{DeviceView, NodeStatus};
use crate::order::{DisputeView, OrderSummary};
use crate::shopper::Visit;

/// The phones' namespace.
pub const SHOPPER_NAMESPACE: &str = "/shopper";
/// The admins' namespace.
pub const ADMIN_NAMESPACE: &str = "/admin";
/// The devices' namespace.
pub const DEVICE_NAMESPACE: &str = "/device";

/// Server to shoppers and admins.
pub const LIVE: &str = "live";
/// Device to server: a camera frame, `FrameMeta` and the bytes; acknowledged with `LookAck`.
pub const FRAME: &str = "frame";
/// Device to server: a scanned code, `CodeScan`; acknowledged with `LookAck`.
pub const CODE: &str = "code";
/// Device to server: `ShelfEventBatch`; acknowledged with `ShelfEventsAck`.
pub const SHELF_EVENTS: &str = "shelf_events";
/// Device to server: `NodeStatus`; acknowledged with an empty object.
pub const NODE_STATUS: &str = "node_status";
/// Device to server: whom a room camera sees, [`BodiesSeen`](crate::room::BodiesSeen); acknowledged with
/// [`BodiesAck`](crate::room::BodiesAck).
pub const BODIES: &str = "bodies";
/// Server to admins: where people stand, [`PeopleLive`](crate::room::PeopleLive).
pub const PEOPLE: &str = "people";
/// A device asks for the time; answered by a [`ClockAnswer`](crate::device::ClockAnswer).
pub const CLOCK: &str = "clock";
/// Server to device: the token is no longer valid; the connection closes.
pub const REVOKED: &str = "revoked";

/// Why a handshake was refused: the `message` of `connect_error`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No valid token for this namespace.
    NotAuthenticated,
    /// The server cannot look it up now; try again later.
    TryAgainLater,
}

/// What a phone is told.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ShopperLive {
    /// Number in the event log.
    pub seq: i64,
    /// What changed.
    pub change: ShopperChange,
}

/// What changed for a shopper.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShopperChange {
    /// The visit as it is now: walked in, took something, put it back, walked out, settled.
    Visit {
        /// All of it, cart included.
        visit: Visit,
    },
    /// An order was placed or corrected.
    Order {
        /// Its summary.
        order: OrderSummary,
    },
    /// A dispute was opened or decided.
    Dispute {
        /// All of it.
        dispute: DisputeView,
    },
}

/// What admins are told.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct AdminLive {
    /// Number in the event log; the last known one for changes that are not in it (devices).
    pub seq: i64,
    /// What changed.
    pub change: AdminChange,
    /// The entry for the activity feed, if it makes one.
    pub activity: Option<Activity>,
}

/// What changed in the store.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AdminChange {
    /// A visit as it is now.
    Visit {
        /// All of it, cart included.
        visit: FloorVisit,
    },
    /// A visit is over and leaves the floor.
    VisitSettled {
        /// Which.
        session_id: Uuid,
        /// The order that came of it, if anything was bought.
        order: Option<OrderSummary>,
    },
    /// A case for staff came up or was decided.
    Review {
        /// All of it.
        review: ReviewView,
    },
    /// An order was corrected.
    Order {
        /// Its summary.
        order: OrderSummary,
    },
    /// A dispute was opened or decided.
    Dispute {
        /// All of it.
        dispute: DisputeView,
    },
    /// Staff began or ended to refill a zone, or refilled something.
    Stock {
        /// Which zone.
        zone: String,
    },
    /// A device came, went, joined or was revoked.
    Device {
        /// How it stands.
        device: DeviceView,
        /// What it last reported of itself.
        status: Option<NodeStatus>,
    },
}
