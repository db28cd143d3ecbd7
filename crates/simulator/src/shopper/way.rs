//! A shopper's ways through the room: the body is where its hand is about to be.

use std::time::Duration;

use rand::Rng;

use super::{Gate, Shopper};
use crate::clock::now;
use crate::room::{Goal, OUT_MS};
use crate::store::{Slot, Store};

/// How often it is looked whether somebody is there.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Somebody who is not there by then (s, in life) acts from where they are: others stand in the way.
const PATIENCE_S: f64 = 30.0;
/// Somebody waits for so long (s, in life) until there is room before a slot, then squeezes in.
const POLITE_S: f64 = 10.0;
/// How much sooner or later a hand takes something than it is there, milliseconds.
const GRASPS_MS: std::ops::RangeInclusive<i64> = -250..=250;

impl Shopper {
    /// Steps into a gate as soon as nobody else's body is there.
    pub(super) async fn step_into(&mut self, store: &Store, gate: Gate) {
        let Some(room) = &store.room else { return };
        match gate {
            Gate::Entry => {
                let is_in = || room.enter(self.who.number, now());
                self.until(store, PATIENCE_S, is_in).await;
            }
            Gate::Exit => self.walk(store, Goal::Exit, 0.0).await,
        }
    }

    /// Goes on from a gate that opened.
    pub(super) fn step_through(&self, store: &Store, gate: Gate) {
        let Some(room) = &store.room else { return };
        match gate {
            Gate::Entry => room.go(self.who.number, Goal::Inside, now()),
            Gate::Exit => room.leave(self.who.number, now()),
        }
    }

    /// Goes somewhere, and is not there before so many seconds have gone by. Without room cameras, this is all that it takes.
    pub(super) async fn walk(&self, store: &Store, goal: Goal<'_>, at_least_s: f64) {
        if let Some(room) = &store.room {
            room.go(self.who.number, goal, now());
        }
        self.pause(store, at_least_s).await;
        if let Some(room) = &store.room {
            self.until(store, PATIENCE_S, || room.has_arrived(self.who.number, now())).await;
        }
    }

    /// Steps before a slot as soon as there is room, and looks at it for so many seconds at least.
    pub(super) async fn step_before(&self, store: &Store, slot: &Slot, at_least_s: f64) {
        if let Some(room) = &store.room {
            self.until(store, POLITE_S, || room.is_free(self.who.number, slot, now())).await;
        }
        self.walk(store, Goal::Before(slot), at_least_s).await;
    }

    /// A hand goes out to a slot; afterwards it is about there.
    pub(super) async fn reach(&mut self, store: &Store, slot: &Slot) {
        let Some(room) = &store.room else { return };
        room.reach(self.who.number, slot, now());
        let grasps_ms = OUT_MS + self.sways.random_range(GRASPS_MS);
        tokio::time::sleep(Duration::from_millis(grasps_ms.unsigned_abs())).await;
    }

    /// Waits for something to come about in the room, but no longer than this (s, in life), and not while the store closes.
    async fn until(&self, store: &Store, patience_s: f64, comes_about: impl Fn() -> bool) {
        let patience = tokio::time::sleep(store.pace.duration(patience_s));
        let waits = async {
            while !comes_about() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = waits => {}
            () = patience => tracing::debug!(shopper = self.who.number, "does not wait any longer"),
            () = store.closing.cancelled() => {}
        }
    }
}
