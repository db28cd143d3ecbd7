//! Whose track is whose, followed through time: faces on a track say who walks there, tracks that meet may be exchanged,
//! and nobody walks on two tracks.

use std::collections::BTreeMap;

use super::{REMEMBERED_MS, Track, TrackName, apart, face_says, head_at};
use crate::numbers::exp;
use crate::presence::Whereabouts;
use domain::ids::ShoppingSessionId;

/// What is believed of every track at one moment.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Identities {
    /// Until when tracks and faces have been taken in, milliseconds; `None` before the first.
    pub at_ms: Option<i64>,
    visitors: Vec<ShoppingSessionId>,
    /// By the track's name: how likely each of the visitors walks there.
    tracks: BTreeMap<TrackName, Vec<f64>>,
}

/// Time goes on in steps of this length (ms): nobody comes near and leaves again within it.
const STEP_MS: i64 = 500;
/// Tracks this near (m) may be exchanged: heads of two who stand side by side, and the tracker's error.
const NEAR_M: f64 = 0.5;
/// How likely tracks that are near each other are exchanged in one step. The development traces show one exchange in half
/// a minute of such nearness, which is 0.01 a step at most; from 0.001 to 0.005 made crowds cost least.
const EXCHANGED: f64 = 0.002;
/// How likely a track is anybody's, in each step: faces may have been wrong all along.
const ANYBODY: f64 = 0.0002;
/// How likely a new track is of whose name it has: the tracker sees them come through the door.
const NAMED: f64 = 0.995;
/// What each of a row of faces counts: pictures that follow each other err in the same way.
const FACE_WEIGHT: f64 = 0.7;
/// Rounds in which tracks and visitors find each other.
const ROUNDS: usize = 4;

impl Identities {
    /// Takes in what tracks and faces say until `to_ms`.
    pub fn advance(
        &mut self,
        to_ms: i64,
        tracks: &BTreeMap<TrackName, Track>,
        visitors: &[(ShoppingSessionId, &Whereabouts)],
    ) {
        if tracks.is_empty() {
            return;
        }
        self.admit(tracks, visitors);
        let first = || tracks.values().filter_map(|track| track.first()).map(|one| one.at_ms).min();
        let oldest = to_ms - REMEMBERED_MS;
        let mut from_ms = self.at_ms.or_else(first).unwrap_or(to_ms).max(oldest);
        while from_ms < to_ms {
            let until_ms = (from_ms + STEP_MS).min(to_ms);
            self.step(from_ms, until_ms, tracks, visitors);
            from_ms = until_ms;
        }
        self.at_ms = Some(self.at_ms.map_or(to_ms, |at_ms| at_ms.max(to_ms)));
    }

    /// How likely a visitor walks on a track.
    pub fn whose(&self, name: &TrackName, visitor: &ShoppingSessionId) -> f64 {
        let index = self.visitors.iter().position(|other| other == visitor);
        index.zip(self.tracks.get(name)).map_or(0.0, |(index, belief)| belief[index]).max(ANYBODY)
    }

    /// Lets tracks and visitors in who are new, and those go who are gone.
    fn admit(&mut self, tracks: &BTreeMap<TrackName, Track>, visitors: &[(ShoppingSessionId, &Whereabouts)]) {
        let now: Vec<_> = visitors.iter().map(|(session, _)| *session).collect();
        if now != self.visitors {
            let places: Vec<_> =
                now.iter().map(|session| self.visitors.iter().position(|other| other == session)).collect();
            for belief in self.tracks.values_mut() {
                *belief = places.iter().map(|place| place.map_or(0.0, |place| belief[place])).collect();
                normalise(belief);
            }
            self.visitors = now;
        }
        self.tracks.retain(|name, _| tracks.contains_key(name));
        let others = (1.0 - NAMED) / self.visitors.len().max(1) as f64;
        for name in tracks.keys() {
            let of = |visitor: &ShoppingSessionId| if *name == TrackName::Visit(*visitor) { NAMED } else { others };
            self.tracks.entry(*name).or_insert_with(|| {
                let mut belief: Vec<_> = self.visitors.iter().map(of).collect();
                normalise(&mut belief);
                belief
            });
        }
    }

    fn step(
        &mut self,
        from_ms: i64,
        until_ms: i64,
        tracks: &BTreeMap<TrackName, Track>,
        visitors: &[(ShoppingSessionId, &Whereabouts)],
    ) {
        for (visitor, (_, whereabouts)) in visitors.iter().enumerate() {
            let looks = whereabouts.looks.as_slice();
            let from = looks.partition_point(|look| look.at_ms <= from_ms);
            let faces = looks[from..].iter().take_while(|look| look.at_ms <= until_ms).filter(|look| look.is_face);
            for look in faces {
                for (name, belief) in &mut self.tracks {
                    if let Some(head) = tracks.get(name).and_then(|track| head_at(track, look.at_ms)) {
                        belief[visitor] *= exp(FACE_WEIGHT * face_says(head, look));
                    }
                }
            }
        }
        let heads: Vec<_> =
            tracks.iter().filter_map(|(name, track)| Some((*name, head_at(track, until_ms)?))).collect();
        self.settle(&heads);
        for (index, (one, head)) in heads.iter().enumerate() {
            for (two, other) in &heads[index + 1..] {
                if apart(*head, *other) < NEAR_M {
                    self.meet(one, two);
                }
            }
        }
    }

    /// Nobody walks on two tracks, and every track is somebody's.
    fn settle(&mut self, heads: &[(TrackName, [f64; 2])]) {
        let anybody = ANYBODY / self.visitors.len().max(1) as f64;
        for belief in self.tracks.values_mut() {
            normalise(belief);
            belief.iter_mut().for_each(|share| *share = *share * (1.0 - ANYBODY) + anybody);
        }
        for _ in 0..ROUNDS {
            for visitor in 0..self.visitors.len() {
                let all: f64 = heads.iter().filter_map(|(name, _)| self.tracks.get(name)).map(|one| one[visitor]).sum();
                if all > 1.0 {
                    for (name, _) in heads {
                        if let Some(belief) = self.tracks.get_mut(name) {
                            belief[visitor] /= all;
                        }
                    }
                }
            }
            self.tracks.values_mut().for_each(|belief| normalise(belief));
        }
    }

    /// Two tracks came near each other: each may be the other's now.
    fn meet(&mut self, one: &TrackName, two: &TrackName) {
        let Some(mut first) = self.tracks.remove(one) else { return };
        if let Some(second) = self.tracks.get_mut(two) {
            for (mine, theirs) in first.iter_mut().zip(second) {
                let exchanged = EXCHANGED * (*theirs - *mine);
                *mine += exchanged;
                *theirs -= exchanged;
            }
        }
        self.tracks.insert(*one, first);
    }
}

fn normalise(belief: &mut [f64]) {
    let all: f64 = belief.iter().sum();
    let even = 1.0 / belief.len().max(1) as f64;
    belief.iter_mut().for_each(|share| *share = if all > 0.0 { *share / all } else { even });
}

#[cfg(test)]
mod tests;
