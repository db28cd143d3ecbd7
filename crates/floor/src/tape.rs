//! The tape: everything that the floor tells its engine, in order. With the layout it is all that a replay needs.

use super::{Floor, store_layout};
use attribution::engine::{Remembered, Sensed};
use domain::ids::{ShoppingSessionId, Sku, ZoneId};
use jiff::Timestamp;

/// One thing that the floor told its engine.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// When it happened, milliseconds since 1970.
    pub at_ms: i64,
    /// When the floor heard of it.
    pub arrived_ms: i64,
    /// What.
    pub what: What,
}

/// What it was.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// Sensors, cameras and gates.
    Sensed(Sensed),
    /// Staff decided a review: units taken (or, below zero, put back) by a visitor.
    Decided {
        /// Whose.
        session: ShoppingSessionId,
        /// What.
        sku: Sku,
        /// How many.
        units: i32,
    },
    /// A visitor's face was erased.
    Forgot(ShoppingSessionId),
    /// Staff refill this zone, and put away what does not belong there.
    Tidied(ZoneId),
}

impl Floor {
    /// From now on every [`super::FloorOutput`] says what the engine was told.
    pub fn record(&mut self) {
        self.tape.get_or_insert_default();
    }

    /// Visits as a recording that begins now has to know them.
    pub fn remembered(&self) -> Vec<Remembered> {
        self.sessions.values().map(store_layout::remembered).collect()
    }

    /// No shelf event waits for sightings: a recording that begins now loses none.
    pub fn nothing_waits(&self) -> bool {
        self.undecided.is_empty()
    }

    /// Nobody is in the store and nothing waits.
    pub fn is_idle(&self) -> bool {
        self.sessions.is_empty() && self.nothing_waits()
    }

    /// Tells the engine of something that happened at `at`.
    pub(super) fn tell(&mut self, at: Timestamp, sensed: Sensed) {
        self.note(at, || What::Sensed(sensed.clone()));
        self.engine.receive(at.as_millisecond(), sensed);
    }

    pub(super) fn note(&mut self, at: Timestamp, what: impl FnOnce() -> What) {
        let arrived_ms = self.latest.max(at).as_millisecond();
        if let Some(tape) = &mut self.tape {
            tape.push(Told { at_ms: at.as_millisecond(), arrived_ms, what: what() });
        }
    }
}
