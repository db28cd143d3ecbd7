//! A tracker's tracks, and whose they are: it may exchange people who stand close, and faces tell who is who.

pub mod identities;

use std::collections::BTreeMap;

use crate::numbers::{ln, ln_sum};
use crate::presence::standing::Stillness;
use crate::presence::{Look, Moment, Whereabouts};
use crate::rules::PresenceRules;
use domain::ids::ShoppingSessionId;
use identities::Identities;

/// Under which name a tracker follows somebody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TrackName {
    /// A tracker that names its tracks after the visit that it believes in.
    Visit(ShoppingSessionId),
    /// A tracker that numbers its tracks and tells apart who may be whom.
    Number(u32),
}

/// Where the tracker saw somebody.
#[derive(Clone, PartialEq, Debug)]
pub struct Tracked {
    /// Milliseconds, store clock.
    pub at_ms: i64,
    /// Head, metres.
    pub head: [f64; 2],
    /// Hands, metres, with their heights.
    pub hands: Vec<[f64; 3]>,
    /// How likely it is each visit, as the tracker says; empty where it does not.
    pub whose: Vec<(ShoppingSessionId, f64)>,
}

/// Everything that the tracker said under one name; oldest first.
pub type Track = Vec<Tracked>;

/// The tracks of a store, by the names that the tracker gives them. A visit's name may live on after the visit is over:
/// under it walks whoever it was exchanged with.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tracks {
    tracks: BTreeMap<TrackName, Track>,
    identities: Identities,
}

/// Positions this old (ms) are forgotten.
const REMEMBERED_MS: i64 = 90_000;
/// Tracked hands count this long (ms) before and after the change at the shelf.
const HAND_MS: i64 = 150;
/// How much a tracked head jumps from one position to the next, metres: so it is in the development traces.
const HEAD_JITTER_M: f64 = 0.11;
/// Tracks this far apart (m) cannot be exchanged.
const EXCHANGE_M: f64 = 1.0;
/// A track without a position for this long (ms) is not there.
const SILENT_MS: i64 = 700;
/// Faces further than this (ms) from the moment say nothing about whose the track is.
const FACES_MS: i64 = 30_000;
/// At most so many faces before the moment, and so many after it, speak: neighbouring frames say the same.
const FACES: usize = 6;
/// Standard deviation between a face's place and its tracked head, metres: both have about 0.1 m along each axis.
const FACE_HEAD_M: f64 = 0.17;
/// What one face says at most for or against (natural logarithm): it may be somebody else's after all.
const FACE_SAYS: f64 = 2.0;
/// What a face still says if the track met another in between.
const AFTER_MEETING: f64 = 0.4;
/// Hands further from a slot than this (m) took nothing there.
const ARM_M: f64 = 0.8;
/// A hand may be a visit's from this share of its track on.
const MAY_BE: f64 = 0.2;
/// Share of a track that every visit has, whatever the tracker says.
const TOLD_AT_LEAST: f64 = 0.002;
/// Tracks this much less likely (natural logarithm) than the best to have been at the slot are left out.
const WORST: f64 = 12.0;

impl Tracks {
    /// Takes a position in, keeping their order, and forgets old ones.
    pub fn take(&mut self, name: TrackName, tracked: Tracked) {
        let newest = tracked.at_ms;
        let track = self.tracks.entry(name).or_default();
        let place = track.partition_point(|other| other.at_ms <= tracked.at_ms);
        track.insert(place, tracked);
        // Forgetting costs a move of all the rest, so it is done a few hundred at a time.
        if track.first().is_some_and(|first| first.at_ms < newest - 2 * REMEMBERED_MS) {
            let old = track.partition_point(|other| other.at_ms < newest - REMEMBERED_MS);
            track.drain(..old);
            self.tracks.retain(|_, track| track.last().is_some_and(|last| last.at_ms >= newest - REMEMBERED_MS));
        }
    }

    /// Whether no track is known.
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Takes in who walks where until `to_ms`; what is asked later builds on it.
    pub fn advance(&mut self, to_ms: i64, visitors: &[(ShoppingSessionId, &Whereabouts)]) {
        self.identities.advance(to_ms, &self.tracks, visitors);
    }

    /// How far the nearest hand that may be each visit's was from the moment's slot, metres; of hands nearer than an arm's length.
    pub fn hands_near(&self, moment: &Moment) -> BTreeMap<ShoppingSessionId, f64> {
        let mut near: BTreeMap<ShoppingSessionId, f64> = BTreeMap::new();
        for (name, track) in &self.tracks {
            let Some(away) = hand_away(track, moment).map(f64::sqrt).filter(|away| *away <= ARM_M) else { continue };
            let own = match name {
                TrackName::Visit(session) => vec![(*session, 1.0)],
                TrackName::Number(_) => Vec::new(),
            };
            let whose = told_at(track, moment.middle_ms()).unwrap_or(&own);
            for (session, _) in whose.iter().filter(|(_, share)| *share >= MAY_BE) {
                near.entry(*session).and_modify(|other| *other = other.min(away)).or_insert(away);
            }
        }
        near
    }

    /// For each visitor, the logarithm of how well the tracks put them at the moment's slot; empty where no track says
    /// anything about it.
    pub fn ln_at_slot(
        &self,
        moment: &Moment,
        visitors: &[(ShoppingSessionId, &Whereabouts)],
        rules: &PresenceRules,
    ) -> Vec<f64> {
        let mut at_slot: Vec<_> = self
            .tracks
            .iter()
            .filter_map(|(name, track)| Some((name, track, ln_hand(track, moment, rules)?)))
            .collect();
        let Some(best) = at_slot.iter().map(|one| one.2).reduce(f64::max) else { return Vec::new() };
        at_slot.retain(|one| one.2 >= best - WORST);
        let at_ms = moment.middle_ms();
        let since_ms = self.identities.at_ms.unwrap_or(i64::MIN);
        let mut whose: Vec<Vec<f64>> = Vec::new();
        for (name, track, _) in &at_slot {
            // What the tracker says of a moment it says of all faces at gates before; those at shelves it has not seen.
            let told = told_at(track, at_ms);
            let since_ms = if told.is_some() { at_ms - FACES_MS } else { since_ms };
            let meetings = self.meetings(name, track, since_ms.min(at_ms), at_ms);
            let logs: Vec<_> = visitors
                .iter()
                .map(|(session, whereabouts)| {
                    let share = match told {
                        Some(told) => share_of(told, session),
                        None => self.identities.whose(name, session),
                    };
                    ln(share) + faces_say(track, whereabouts, since_ms, at_ms, &meetings)
                })
                .collect();
            let all = ln_sum(logs.iter().copied());
            whose.push(logs.iter().map(|log| log - all).collect());
        }
        (0..visitors.len())
            .map(|visitor| ln_sum(at_slot.iter().zip(&whose).map(|(one, whose)| one.2 + whose[visitor])))
            .collect()
    }

    /// When this track was near another one, since a time and after the moment.
    fn meetings(&self, name: &TrackName, track: &Track, since_ms: i64, at_ms: i64) -> Vec<i64> {
        let from = track.partition_point(|one| one.at_ms < since_ms);
        let mut meetings = Vec::new();
        // Twice a second is often enough to see a meeting.
        let mut next_ms = i64::MIN;
        for one in &track[from..] {
            if one.at_ms < next_ms || one.at_ms > at_ms + FACES_MS {
                continue;
            }
            next_ms = one.at_ms + 500;
            let others = self.tracks.iter().filter(|(other, _)| *other != name);
            if others.filter_map(|(_, other)| head_at(other, one.at_ms)).any(|head| apart(head, one.head) < EXCHANGE_M)
            {
                meetings.push(one.at_ms);
            }
        }
        meetings
    }
}

/// What a visitor's faces after `since_ms` say about whether a track is theirs at the moment, as a logarithm.
fn faces_say(track: &Track, whereabouts: &Whereabouts, since_ms: i64, at_ms: i64, meetings: &[i64]) -> f64 {
    let looks = whereabouts.looks.as_slice();
    let from = looks.partition_point(|look| look.at_ms <= since_ms);
    let middle = looks.partition_point(|look| look.at_ms <= at_ms).max(from);
    let before = looks[from..middle].iter().rev().take(FACES);
    let after = looks[middle..].iter().take(FACES);
    let mut said = 0.0;
    for look in before.chain(after).filter(|look| look.is_face && (look.at_ms - at_ms).abs() <= FACES_MS) {
        let Some(head) = head_at(track, look.at_ms) else { continue };
        let (from, to) = (look.at_ms.min(at_ms), look.at_ms.max(at_ms));
        let met = meetings.iter().any(|&meeting| (from..=to).contains(&meeting));
        let says = face_says(head, look);
        said += if met { says * AFTER_MEETING } else { says };
    }
    said
}

/// What one face says about whether its person walks on the track whose head was there, as a logarithm.
fn face_says(head: [f64; 2], look: &Look) -> f64 {
    let far = apart(head, look.place) / FACE_HEAD_M;
    (FACE_SAYS - 0.5 * far * far).max(-FACE_SAYS) * look.sure
}

/// What was tracked around a moment, while the hand may have been at the slot.
fn during<'a>(track: &'a Track, moment: &Moment) -> &'a [Tracked] {
    let from = track.partition_point(|one| one.at_ms < moment.began_ms - HAND_MS);
    let to = track.partition_point(|one| one.at_ms <= moment.ended_ms + HAND_MS);
    &track[from..to.max(from)]
}

/// The square of how far a track's hands were from the moment's slot, m²; none where no hand was seen.
fn hand_away(track: &Track, moment: &Moment) -> Option<f64> {
    let mut hands = Vec::new();
    for one in during(track, moment) {
        let nearest = one.hands.iter().map(|hand| {
            let height = moment.z_m.map_or(0.0, |z| hand[2] - z);
            let away = apart([hand[0], hand[1]], moment.slot);
            away * away + height * height
        });
        hands.extend(nearest.reduce(f64::min));
    }
    // The hand stays at the slot for about half a second: the better half of the looks must fit.
    hands.sort_by(f64::total_cmp);
    let fitting = &hands[..hands.len().div_ceil(2)];
    (!fitting.is_empty()).then(|| fitting.iter().sum::<f64>() / fitting.len() as f64)
}

/// The logarithm of how well a track's hands and head fit the moment, as a density per square metre.
fn ln_hand(track: &Track, moment: &Moment, rules: &PresenceRules) -> Option<f64> {
    let density = |far: f64, deviation: f64| -0.5 * far / (deviation * deviation) - 2.0 * ln(deviation) - 1.84;
    let ln_stands = ln_stands(track, moment, rules);
    if let Some(far) = hand_away(track, moment) {
        return Some(density(far.min(9.0), rules.hand_m) + ln_stands);
    }
    let heads = during(track, moment).iter().map(|one| apart(one.head, moment.stand));
    heads.reduce(f64::min).map(|far| density(far * far, rules.reach_m + 0.2) + ln_stands)
}

/// The logarithm of how much likelier a track is if its person stood there at the moment, against walking or drifting.
fn ln_stands(track: &Track, moment: &Moment, rules: &PresenceRules) -> f64 {
    let at_ms = moment.middle_ms();
    let around_ms = (rules.still_s * 1000.0) as i64;
    let from = track.partition_point(|one| one.at_ms < at_ms - around_ms);
    let to = track.partition_point(|one| one.at_ms <= at_ms + around_ms);
    let points = track[from..to].iter().map(|one| ((one.at_ms - at_ms) as f64 / 1000.0, one.head));
    Stillness::of(rules).ln_still(points, HEAD_JITTER_M)
}

/// Whose a track is at a time, as its tracker says; `None` where it says nothing about then.
fn told_at(track: &Track, at_ms: i64) -> Option<&[(ShoppingSessionId, f64)]> {
    let told = track.iter().filter(|one| !one.whose.is_empty() && (one.at_ms - at_ms).abs() <= SILENT_MS);
    told.min_by_key(|one| (one.at_ms - at_ms).abs()).map(|one| one.whose.as_slice())
}

/// A visit's share of a track. Never nothing: a tracker may be surely wrong, and faces must be able to say so.
fn share_of(told: &[(ShoppingSessionId, f64)], session: &ShoppingSessionId) -> f64 {
    told.iter().find(|(other, _)| other == session).map_or(0.0, |(_, share)| *share).clamp(TOLD_AT_LEAST, 1.0)
}

/// Where the track's head was, if it was seen about then.
fn head_at(track: &Track, at_ms: i64) -> Option<[f64; 2]> {
    let after = track.partition_point(|one| one.at_ms <= at_ms);
    let near = |one: &&Tracked| (one.at_ms - at_ms).abs() <= SILENT_MS;
    let before = after.checked_sub(1).and_then(|index| track.get(index)).filter(near);
    before.or_else(|| track.get(after).filter(near)).map(|one| one.head)
}

fn apart(one: [f64; 2], two: [f64; 2]) -> f64 {
    let (dx, dy) = (one[0] - two[0], one[1] - two[1]);
    (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests;
