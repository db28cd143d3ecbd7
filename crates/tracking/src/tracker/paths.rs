//! Where everybody was in the last seconds: whoever comes in may have been taken for somebody who passed the gate just then.

use std::collections::{BTreeMap, VecDeque};

use nalgebra::Vector2;

use super::TrackId;
use super::newcomers::Newcomer;
use crate::room::{Place, Room};

/// Somebody at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Past {
    at_ms: i64,
    place: Place,
    velocity: Vector2<f64>,
}

/// By track, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Paths(BTreeMap<TrackId, VecDeque<Past>>);

/// Paths go back so far (ms).
const KEPT_MS: i64 = 2_500;
/// Somebody who comes in was there this long (ms) before the tracker saw two.
const UNSEEN_MS: i64 = 500;
/// People further than this (m) from whoever came in were not taken for them.
const BESIDE_M: f64 = 0.8;
/// How sure it is where somebody is who walks on, metres, and how that grows, m/s.
const SURE_M: f64 = 0.2;
const GROWS: f64 = 0.4;
/// No more than this (natural logarithm) can be said for or against.
const MOST: f64 = 4.0;

impl Paths {
    pub(super) fn add(&mut self, track: TrackId, at_ms: i64, place: Place, velocity: Vector2<f64>) {
        self.0.entry(track).or_default().push_back(Past { at_ms, place, velocity });
    }

    pub(super) fn forget(&mut self, at_ms: i64) {
        for path in self.0.values_mut() {
            while path.front().is_some_and(|past| at_ms - past.at_ms > KEPT_MS) {
                path.pop_front();
            }
        }
        self.0.retain(|_, path| !path.is_empty());
    }

    /// Who passed the gate when a newcomer came in, and for each how likely each of both is who they are taken for: the
    /// one who was there before would have walked on.
    pub(super) fn beside(&self, newcomer: &Newcomer, at_ms: i64, room: &Room) -> Vec<(TrackId, f64)> {
        let came_ms = newcomer.first_ms - UNSEEN_MS;
        let here = newcomer.person.place();
        let mut beside = Vec::new();
        for (track, path) in &self.0 {
            let since: Vec<&Past> = path.iter().filter(|past| past.at_ms >= came_ms).collect();
            let (Some(before), Some(now)) = (since.first(), since.last()) else { continue };
            let gate = |past: &&&Past| {
                (past.place - newcomer.first).norm() < BESIDE_M || room.to_entry(past.place) <= 0.0
            };
            if at_ms - now.at_ms > UNSEEN_MS || !since.iter().any(|past| gate(&past)) {
                continue;
            }
            let seconds = (now.at_ms - before.at_ms) as f64 / 1000.0;
            let walks_on = before.place + before.velocity * seconds;
            let spread = SURE_M + GROWS * seconds;
            let far = |place: Place| {
                let on = (place - walks_on).norm() / spread;
                0.5 * on * on
            };
            let by_gate = |place: Place| {
                let off = room.to_entry(place) / spread;
                0.5 * off * off
            };
            let keeps = far(here) + by_gate(now.place) - far(now.place) - by_gate(here);
            let keeps = keeps.clamp(-MOST, MOST);
            beside.push((*track, 1.0 / (1.0 + (-keeps).exp())));
        }
        beside
    }
}
