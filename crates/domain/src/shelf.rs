//! The shelf: raw readings of a sensor, and the debounced changes that come of them.

pub mod counting;
pub mod debounce;
pub mod faults;
pub mod meter;
pub mod plate;
pub mod plates;
pub mod units;
pub mod weight_change;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{ShelfEventId, SlotId};

/// What kind of sensor watches a slot, and so which unit its readings have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensorKind {
    /// Ultrasonic ranger: distance to the first unit, in millimetres.
    Distance,
    /// Load cell: weight on the plate, in grams.
    LoadCell,
    /// Beam or switch: 1 while broken or pressed, 0 otherwise.
    Beam,
}

/// One raw sample.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// When it was taken, on the shelf node's clock.
    pub at: Timestamp,
    /// In the sensor kind's unit; `None` where the sensor gave nothing (no echo, a spike code, a time-out).
    pub value: Option<f32>,
}

/// A debounced change at one slot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShelfEvent {
    /// Made by the shelf node, so that a repeated delivery is known.
    pub id: ShelfEventId,
    /// Where.
    pub slot: SlotId,
    /// When the change began.
    pub occurred_at: Timestamp,
    /// Units more (put back, filled up) or fewer (taken) than before; never zero.
    pub delta_units: i32,
    /// Units standing there afterwards, where the sensor can tell.
    pub units_after: Option<u32>,
    /// What noticed it.
    pub sensor: SensorKind,
    /// The readings that it rests on, in the sensor's unit, oldest first: at most [`ShelfEvent::MAX_TRACE`].
    pub trace: Vec<f32>,
}

impl ShelfEvent {
    /// The most readings kept as evidence: some hundred bytes an event.
    pub const MAX_TRACE: usize = 32;
    /// More units than this in one movement are a refill or a fault, not a hand.
    pub const MAX_UNITS: u32 = 1_000;
}
