//! The shelf in words: what a sensor reads, and the debounced changes that come of it. How one becomes the other is `sensing`.

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
    /// When the change began: the likeliest moment.
    pub occurred_at: Timestamp,
    /// When it may have begun, where that is not known to about a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<Between>,
    /// Units more (put back, filled up) or fewer (taken) than before, of the product that belongs there. Zero only where load
    /// cells felt something else.
    pub delta_units: i32,
    /// Units standing there afterwards, where the sensor can tell.
    pub units_after: Option<u32>,
    /// What noticed it.
    pub sensor: SensorKind,
    /// The readings that it rests on, in the sensor's unit, oldest first: at most [`ShelfEvent::MAX_TRACE`].
    pub trace: Vec<f32>,
    /// What load cells felt, where that is more than whole units of one product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighed: Option<Weighed>,
}

/// The moments at which something may have happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Between {
    /// Not before this. None where nothing is known of that: the clock by which it was stamped is gone.
    pub earliest: Option<Timestamp>,
    /// Not after this.
    pub latest: Timestamp,
}

/// What load cells felt of a change: what says which product it was, whether or not it belongs there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Weighed {
    /// Milliseconds from [`ShelfEvent::occurred_at`] to the last reading that still moved.
    pub lasted_ms: u32,
    /// The plates that moved, left to right: 1 to [`Weighed::MAX_PLATES`]; that of [`ShelfEvent::slot`] is one of them.
    pub plates: Vec<PlateStep>,
}

/// How much more or less one plate carries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PlateStep {
    /// Which plate.
    pub slot: SlotId,
    /// Grams more (put back) or less (taken).
    pub grams: f32,
    /// Standard deviation of that, grams, from the plate's own noise.
    pub spread_g: f32,
}

impl Weighed {
    /// The most plates that one movement is felt by: a crate is as wide as these.
    pub const MAX_PLATES: usize = 16;
    /// More grams than this lie on no plate.
    pub const MAX_G: f32 = 100_000.0;
    /// No movement at a shelf goes on for longer, milliseconds.
    pub const MAX_MS: u32 = 600_000;

    /// Grams over all plates.
    pub fn grams(&self) -> f64 {
        self.plates.iter().map(|plate| f64::from(plate.grams)).sum()
    }

    /// Whether numbers and counts are such as load cells give.
    pub fn is_possible(&self) -> bool {
        let possible = |plate: &PlateStep| {
            plate.grams.abs() <= Self::MAX_G
                && (0.0..=Self::MAX_G).contains(&plate.spread_g)
                && !plate.slot.0.is_empty()
        };
        self.lasted_ms <= Self::MAX_MS
            && (1..=Self::MAX_PLATES).contains(&self.plates.len())
            && self.plates.iter().all(possible)
            && self.grams() != 0.0
    }
}

impl ShelfEvent {
    /// The most readings kept as evidence: some hundred bytes an event.
    pub const MAX_TRACE: usize = 32;
    /// More units than this in one movement are a refill or a fault, not a hand.
    pub const MAX_UNITS: u32 = 1_000;

    /// Whether something was taken, rather than put there.
    pub fn is_pick(&self) -> bool {
        match &self.weighed {
            Some(weighed) => weighed.grams() < 0.0,
            None => self.delta_units < 0,
        }
    }
}
