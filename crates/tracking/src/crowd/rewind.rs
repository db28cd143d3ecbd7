//! The last seconds, to be played once more: whoever comes in beside somebody was there before two were seen, and both may
//! have changed places by then.

use std::collections::VecDeque;

use super::newcomers::Newcomer;
use super::{Crowd, Figures};
use crate::group::Group;
use crate::person::Person;
use crate::room::{Gate, Place};
use crate::shares::Shares;
use crate::tracker::TrackId;

/// One step as it was.
#[derive(Debug, Clone, PartialEq)]
struct Past {
    at_ms: i64,
    /// After the step.
    groups: Vec<Group>,
    figures: Figures,
}

/// Steps of the last seconds, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rewind(VecDeque<Past>);

/// Steps are kept for this long (ms).
const KEPT_MS: i64 = 4_000;
/// Somebody who comes in was there this long (ms) before the tracker saw two, or as long as somebody passed the gate, but no
/// longer than this.
const UNSEEN_MS: i64 = 500;
const HIDDEN_MS: i64 = 1_200;
/// People further than this (m) from whoever came in were not taken for them.
const BESIDE_M: f64 = 0.8;
/// After that, somebody is this near (m) to where whoever came in is seen now.
const HERE_M: f64 = 0.5;
/// How unsure it is where within a gate somebody comes in, in parts of its radius.
const WITHIN: f64 = 0.7;

impl Rewind {
    pub(super) fn keep(&mut self, at_ms: i64, groups: &[Group], figures: Figures) {
        self.0.push_back(Past { at_ms, groups: groups.to_vec(), figures });
        while self.0.front().is_some_and(|past| at_ms - past.at_ms > KEPT_MS) {
            self.0.pop_front();
        }
    }

    /// Where in the steps somebody came in who was seen first then: before whoever hid them passed the gate.
    fn began(&self, first_ms: i64, gate: &Gate) -> Option<usize> {
        let by_gate =
            |past: &&Past| past.groups.iter().flat_map(Group::places).any(|place| gate.distance(place) <= 0.0);
        let since = self.0.iter().filter(|past| (first_ms - HIDDEN_MS..=first_ms).contains(&past.at_ms));
        let passed = since.filter(by_gate).map(|past| past.at_ms).next_back().unwrap_or(first_ms);
        let at = self.0.partition_point(|past| past.at_ms <= passed.min(first_ms - UNSEEN_MS));
        (at > 0).then(|| at - 1)
    }
}

impl Crowd {
    /// Plays the last second once more with somebody who comes in at its beginning, where somebody else was beside the gate
    /// then. Whether that was so and both were found.
    pub(super) fn rewind_for(&mut self, track: TrackId, newcomer: &Newcomer, at_ms: i64) -> bool {
        let Some(gate) = self.room.entry_at(newcomer.first) else { return false };
        let Some(began) = self.rewind.began(newcomer.first_ms, gate) else { return false };
        let past: Vec<Past> = self.rewind.0.iter().skip(began).cloned().collect();
        let near = |place: Place| (place - newcomer.first).norm() < BESIDE_M || gate.distance(place) <= 0.0;
        let beside = |group: &Group| group.places().any(near);
        let tracks = |groups: &[Group]| -> Vec<TrackId> {
            let mut tracks: Vec<_> = groups.iter().flat_map(|group| group.tracks.clone()).collect();
            tracks.sort_unstable();
            tracks
        };
        if !past.iter().flat_map(|one| &one.groups).any(beside) || tracks(&past[0].groups) != tracks(&self.groups) {
            return false;
        }
        let now = std::mem::replace(&mut self.groups, past[0].groups.clone());
        let person = Person::new(gate.centre, gate.radius_m * WITHIN, past[0].at_ms);
        self.groups.push(Group::of_one(track, person, Shares::one(track)));
        for one in &past[1..] {
            self.follow(one.at_ms, &one.figures);
        }
        let members: Vec<_> = self.groups.iter().flat_map(|group| &group.likeliest().members).collect();
        let found = members.iter().all(|member| at_ms - member.person.seen_ms <= UNSEEN_MS);
        // Otherwise both follow the figures of the one who passed, and whoever is at the gate comes in once more.
        let here = newcomer.person.place();
        let is_somebody = members.iter().any(|member| (member.person.place() - here).norm() < HERE_M);
        if !found || !is_somebody {
            self.groups = now;
            return false;
        }
        true
    }
}
