//! The room of the simulated store: who is where in it, and whom its cameras see.

use std::sync::Mutex as SyncMutex;

use domain::room::RoomPlan;
use jiff::Timestamp;
use tracking::camera::Camera;

use crate::clock::Pace;
use crate::store::Slot;

mod body;
mod camera;
mod places;
mod plan;
pub mod sending;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tests;
mod walk;

pub use camera::VirtualCamera;
pub use plan::of_view;
pub use walk::OUT_MS;

use places::Places;
use walk::{Build, Walkers};

/// Bodies are hurried no more than this: a tracker that sees five pictures a second loses whoever runs.
pub const FASTEST: f64 = 2.0;
/// Nobody comes in while another stands this near (m) to the gate.
const GATE_M: f64 = 0.6;
/// Nobody goes to a place before a slot while another stands this near (m) to it.
const TAKEN_M: f64 = 0.5;

/// Somewhere to go in the room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal<'a> {
    /// On from the gate, so that the next one can come in.
    Inside,
    /// To a slot, or behind whoever stands there.
    Near(&'a Slot),
    /// To a slot.
    Before(&'a Slot),
    /// To where people wait for the exit.
    BeforeExit,
    /// To the exit.
    Exit,
}

/// The room with everybody in it.
pub struct Room {
    plan: RoomPlan,
    seed: u64,
    walkers: SyncMutex<Walkers>,
}

impl Room {
    /// An empty room of a plan that was checked. People are as the seed says, and walk as much faster than in life as the
    /// shop goes, but no more than [`FASTEST`].
    pub fn new(plan: RoomPlan, seed: u64, pace: Pace) -> Self {
        let walkers = Walkers::new(Places::of(&plan), pace.speed().min(FASTEST));
        Self { plan, seed, walkers: SyncMutex::new(walkers) }
    }

    /// The plan.
    pub fn plan(&self) -> &RoomPlan {
        &self.plan
    }

    /// The cameras of the plan, in its order.
    pub fn cameras(&self) -> Vec<VirtualCamera> {
        let camera = |(number, camera)| VirtualCamera::new(Camera::from(camera), self.seed.wrapping_add(number as u64));
        self.plan.cameras.iter().enumerate().map(camera).collect()
    }

    /// Somebody comes in where nobody stands at the entry; whether they did. Who is inside stays where they are.
    pub fn enter(&self, shopper: usize, at: Timestamp) -> bool {
        self.with(at, |walkers| {
            let is_free = walkers.is_free(walkers.places().entry(), GATE_M, shopper);
            if is_free {
                walkers.enter(shopper, Build::of(shopper, self.seed));
            }
            is_free
        })
    }

    /// Somebody is not in the room any more.
    pub fn leave(&self, shopper: usize, at: Timestamp) {
        self.with(at, |walkers| walkers.leave(shopper));
    }

    /// Somebody sets out. To a slot that the plan does not place nobody goes.
    pub fn go(&self, shopper: usize, goal: Goal<'_>, at: Timestamp) {
        self.with(at, |walkers| {
            let places = walkers.places();
            let slot = |slot: &Slot| places.slot(&slot.zone, slot.x);
            let (to, looks_at) = match goal {
                Goal::Inside => (places.inside(), None),
                Goal::BeforeExit => (places.before_exit(), Some(places.exit())),
                Goal::Exit => (places.exit(), None),
                Goal::Before(before) => match slot(before) {
                    Some(slot) => (slot.before, Some(slot.hand.xy())),
                    None => return,
                },
                Goal::Near(near) => match slot(near) {
                    Some(slot) if walkers.is_free(slot.before, TAKEN_M, shopper) => (slot.before, Some(slot.hand.xy())),
                    Some(slot) => (slot.behind, Some(slot.hand.xy())),
                    None => return,
                },
            };
            walkers.go(shopper, to, looks_at);
        });
    }

    /// Whether nobody else stands too near to where a slot is taken from, or is about to; so also where the plan does not place it.
    pub fn is_free(&self, shopper: usize, slot: &Slot, at: Timestamp) -> bool {
        self.with(at, |walkers| {
            let place = walkers.places().slot(&slot.zone, slot.x);
            place.is_none_or(|place| walkers.is_free(place.before, TAKEN_M, shopper))
        })
    }

    /// Whether somebody is where they went.
    pub fn has_arrived(&self, shopper: usize, at: Timestamp) -> bool {
        self.with(at, |walkers| walkers.has_arrived(shopper))
    }

    /// Somebody's hand goes to a slot: it is there after [`OUT_MS`].
    pub fn reach(&self, shopper: usize, slot: &Slot, at: Timestamp) {
        self.with(at, |walkers| {
            if let Some(place) = walkers.places().slot(&slot.zone, slot.x) {
                walkers.reach(shopper, place.hand);
            }
        });
    }

    /// Every joint of everybody.
    pub fn people(&self, at: Timestamp) -> Vec<camera::Somebody> {
        let stances = self.with(at, |walkers| walkers.stances());
        stances.into_iter().map(|(shopper, stance)| (shopper, body::joints(&stance))).collect()
    }

    fn with<T>(&self, at: Timestamp, does: impl FnOnce(&mut Walkers) -> T) -> T {
        let mut walkers = self.walkers.lock().expect("no holder panics");
        walkers.advance(at.as_millisecond());
        does(&mut walkers)
    }
}
