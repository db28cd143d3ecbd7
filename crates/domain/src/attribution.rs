//! Attribution, first version: who stood at the shelf when it changed.
//!
//! For every visit the sightings at the shelf's camera around the event are weighed by how near they are in time and
//! place; the probability is a visit's share of all weight, where strangers in the picture and a constant for "somebody
//! unseen" have their share too.

pub mod belief;
pub mod clash;
pub mod contents;
pub mod doors;
pub mod engine;
pub mod hypotheses;
pub mod layout;
pub mod numbers;
pub mod presence;
pub mod receipt;
pub mod rules;
pub mod tracks;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{ShopperId, ShoppingSessionId, SightingId};
use crate::interaction::{Basis, Candidate};
use crate::planogram::Facing;
use crate::sighting::{Identity, Means, Seen, Sighting};

/// How sightings are weighed. The numbers are first guesses, checked on the scenarios only; replaying recorded stores
/// will replace them.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct AttributionPolicy {
    /// Sightings this long before the event count.
    pub before: SignedDuration,
    /// The event waits this long for sightings after it.
    pub after: SignedDuration,
    /// A sighting's weight falls to 1/e in this time from the event.
    pub decay: SignedDuration,
    /// A face this far from the slot across the picture (0 to 1) weighs 1/e of one right before it.
    pub reach: f32,
    /// Place tells mostly who of several it was: the face nearest to the slot is weighed by its own nearness to this
    /// power only (0: not at all, 1: fully), for arms are long and a lone shopper stands anywhere in the picture.
    pub loneliness: f32,
    /// The weight of "somebody unseen": one perfect sighting weighs 1.
    pub unseen: f32,
    /// A stranger alone in a picture may be the shopper with the face turned, so it weighs only this much.
    pub lone_stranger: f32,
    /// From this probability on the cart moves at once, without waiting for sightings after the event.
    pub sure_now: f32,
    /// From this probability on the shopper is billed; below it staff decide.
    pub bill: f32,
    /// The probability of the only shopper in the store where no stranger was seen.
    pub alone: f32,
}

impl Default for AttributionPolicy {
    fn default() -> Self {
        Self {
            before: SignedDuration::from_secs(4),
            after: SignedDuration::from_millis(1_500),
            decay: SignedDuration::from_millis(1_500),
            reach: 0.25,
            loneliness: 0.3,
            unseen: 0.15,
            lone_stranger: 0.3,
            sure_now: 0.85,
            bill: 0.75,
            alone: 0.8,
        }
    }
}

/// A visit that could have done it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Suspect {
    /// The visit.
    pub session: ShoppingSessionId,
    /// Whose it is.
    pub shopper: ShopperId,
}

/// What the sightings say.
#[derive(Clone, PartialEq, Debug)]
pub struct Opinion {
    /// Likeliest first; only those with something that speaks for them.
    pub candidates: Vec<Candidate>,
    /// What spoke.
    pub sightings: Vec<SightingId>,
    /// Which rule gave the first candidate.
    pub basis: Basis,
}

impl Opinion {
    /// The likeliest, with its probability.
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first()
    }
}

/// Weighs `sightings` (all of the shelf's zone) for a change at `facing` that began at `at`.
///
/// `suspects` are the visits that could have done it at all: in the store at that time and, for a put-back, holding
/// the product. `strangers_about` tells that an unknown face was seen anywhere in the store lately.
pub fn weigh<'a>(
    at: Timestamp,
    facing: &Facing,
    sightings: impl Iterator<Item = &'a Sighting>,
    suspects: &[Suspect],
    strangers_about: bool,
    policy: &AttributionPolicy,
) -> Opinion {
    let mut weights = vec![(0.0_f32, 0_u32); suspects.len()];
    let mut strangers = 0.0_f32;
    let mut spoke = Vec::new();
    for sighting in sightings {
        let Some(nearness) = nearness_in_time(sighting.occurred_at, at, policy) else { continue };
        let crowded = sighting.seen.len() > 1;
        let place = |seen: &Seen| nearness_in_place(seen, facing, policy);
        let best = sighting.seen.iter().map(place).fold(f32::MIN_POSITIVE, f32::max);
        for seen in &sighting.seen {
            let weight = nearness * place(seen) / best * best.powf(policy.loneliness);
            match seen.identity {
                Identity::Known { shopper, .. } => {
                    let suspect = suspects.iter().position(|suspect| suspect.shopper == shopper);
                    if let Some(index) = suspect {
                        weights[index].0 += weight;
                        weights[index].1 += 1;
                        spoke.push(sighting.id);
                    }
                }
                Identity::Unknown | Identity::Ambiguous if crowded => strangers += weight,
                Identity::Unknown | Identity::Ambiguous => strangers += weight * policy.lone_stranger,
            }
        }
    }
    spoke.dedup();
    let all = weights.iter().map(|(weight, _)| weight).sum::<f32>() + strangers + policy.unseen;
    let mut candidates: Vec<_> = suspects
        .iter()
        .zip(&weights)
        .filter(|(_, (weight, _))| *weight > 0.0)
        .map(|(suspect, &(weight, sightings))| Candidate {
            session: suspect.session,
            probability: weight / all,
            sightings,
        })
        .collect();
    candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.session.cmp(&b.session)));
    let mut basis = if candidates.is_empty() { Basis::None } else { Basis::SeenAtShelf };
    if let ([only], false) = (suspects, strangers_about || strangers > 0.0)
        && candidates.first().is_none_or(|candidate| candidate.probability < policy.alone)
    {
        let sightings = weights[0].1;
        candidates = vec![Candidate { session: only.session, probability: policy.alone, sightings }];
        basis = Basis::AloneInStore;
    }
    Opinion { candidates, sightings: spoke, basis }
}

fn nearness_in_time(seen_at: Timestamp, at: Timestamp, policy: &AttributionPolicy) -> Option<f32> {
    let apart = seen_at.duration_since(at);
    let counts = apart >= -policy.before && apart <= policy.after;
    counts.then(|| (-apart.abs().as_secs_f32() / policy.decay.as_secs_f32()).exp())
}

fn nearness_in_place(seen: &Seen, facing: &Facing, policy: &AttributionPolicy) -> f32 {
    match (seen.means, seen.x, facing.x) {
        (Means::Face, Some(face), Some(slot)) => (-(face - slot).abs() / policy.reach).exp(),
        // A code is held before the scanner at the shelf, and an unmeasured slot may be anywhere.
        (Means::Face | Means::Code | Means::Staff, _, _) => 1.0,
    }
}
