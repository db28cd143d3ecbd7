//! Events of which it is not known well enough when they happened: who fits then, at any of these times.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Floor;
use super::decide::likeliest_first;
use domain::clock::shift;
use domain::ids::ShoppingSessionId;
use domain::interaction::Candidate;
use domain::shelf::ShelfEvent;

/// What may have happened at any time within more than this is not attributed: in that time everybody has been everywhere.
const HARDLY_DATED: SignedDuration = SignedDuration::from_secs(20);
/// How far the moments are apart at which it is asked who stood there: people stand longer before a shelf.
const STEP: SignedDuration = SignedDuration::from_millis(500);
/// Who is this likely at one of these moments fits then.
const FITS: f64 = 0.1;
/// Whoever alone fits is this likely at every moment; or somebody was there who is not known.
const ALWAYS: f64 = 0.5;

impl Floor {
    /// Is so little known of when it happened that nobody can be asked who stood there?
    pub(super) fn hardly_dated(&self, event: &ShelfEvent) -> bool {
        event.between.is_some_and(|between| {
            between.earliest.is_none_or(|earliest| between.latest.duration_since(earliest) > HARDLY_DATED)
        })
    }

    /// Whoever may have done it at one of the moments at which it may have happened, where that is not one and the same shopper at all of
    /// them. None where it is, or the time is known.
    pub(super) fn suspects_at_other_times(&self, event: &ShelfEvent) -> Option<Vec<Candidate>> {
        let between = event.between?;
        let mut likeliest: BTreeMap<ShoppingSessionId, f64> = BTreeMap::new();
        let mut always_the_same = true;
        for at in moments(between.earliest?, between.latest) {
            let change = self.change(&ShelfEvent { occurred_at: at, ..event.clone() })?;
            let fitting: Vec<_> = self.engine.by_sight_of_all(&change);
            always_the_same &= fitting.iter().any(|(_, probability)| *probability >= ALWAYS);
            for (session, probability) in fitting {
                let best = likeliest.entry(session).or_default();
                *best = best.max(probability);
            }
        }
        likeliest.retain(|_, probability| *probability >= FITS);
        if likeliest.len() == 1 && always_the_same {
            return None;
        }
        let candidate = |(session, probability): (ShoppingSessionId, f64)| {
            self.sessions.contains_key(&session).then_some(Candidate {
                session,
                probability: probability as f32,
                sightings: 0,
                hand_m: None,
            })
        };
        let mut candidates = likeliest.into_iter().filter_map(candidate).collect();
        likeliest_first(&mut candidates);
        Some(candidates)
    }
}

fn moments(from: Timestamp, to: Timestamp) -> impl Iterator<Item = Timestamp> {
    let steps = to.duration_since(from).as_millis() / STEP.as_millis();
    (0..=i32::try_from(steps).unwrap_or(0)).map(move |step| shift(from, STEP * step)).chain([to])
}
