//! What was decided, in the light of a sighting that comes late: a frame may have waited longer on its way than a shelf event
//! waits for it.

use std::collections::VecDeque;

use jiff::SignedDuration;

use super::decide::{AFTER, BEFORE, likeliest_first};
use super::tape::What;
use super::{Floor, FloorOutput};
use attribution::rules::Verdict;
use domain::clock::shift;
use domain::event::DomainEvent;
use domain::ids::{InteractionId, ReviewId, ShelfEventId, Sku};
use domain::interaction::{Basis, Candidate, Evidence, Interaction, InteractionKind};
use domain::review::{Review, ReviewReason};
use domain::sighting::Sighting;
use sensing::weight_change::WeightChange;

/// What was decided is looked at again for this long: as long as sightings are kept.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(30);
/// At most so many decisions are remembered: thirty seconds of a store in which everybody takes something.
const MOST: usize = 512;
/// A late sighting speaks against somebody if it makes them less likely by this much.
const SPEAKS_AGAINST: f64 = 0.1;

/// An interaction that the floor decided by itself lately.
#[derive(Clone, PartialEq, Debug)]
struct Decided {
    change: WeightChange,
    interaction: Interaction,
    /// Of the same change, a likelier product was decided too.
    further: Option<Sku>,
}

/// The decisions of the last seconds, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Lately(VecDeque<Decided>);

/// How likely the one of a decision is, by sight, before a late sighting is taken in.
pub(super) struct Before(Vec<(InteractionId, f64)>);

impl Floor {
    /// Keeps a decision for sightings that are still on their way.
    pub(super) fn remember_decision(&mut self, change: &WeightChange, interaction: &Interaction, further: Option<&Sku>) {
        let horizon = shift(self.latest, -REMEMBERED);
        let lately = &mut self.lately.0;
        while lately.front().is_some_and(|one| one.interaction.occurred_at < horizon) || lately.len() >= MOST {
            lately.pop_front();
        }
        let (change, interaction, further) = (change.clone(), interaction.clone(), further.cloned());
        lately.push_back(Decided { change, interaction, further });
    }

    /// What a sighting may change our minds about. Nothing, mostly: what happened around it is not decided yet.
    pub(super) fn before_late(&self, sighting: &Sighting) -> Before {
        let around = shift(sighting.occurred_at, -AFTER)..=shift(sighting.occurred_at, BEFORE);
        let concerned = self.lately.0.iter().filter(|one| around.contains(&one.interaction.occurred_at));
        Before(concerned.map(|one| (one.interaction.id, self.in_hindsight(one))).collect())
    }

    /// Takes back what would not have been decided so had a sighting come in time, and leaves it to staff.
    pub(super) fn reconsider(&mut self, before: Before, output: &mut FloorOutput) {
        for (id, probability) in before.0 {
            let Some(place) = self.lately.0.iter().position(|one| one.interaction.id == id) else { continue };
            let now_likely = self.in_hindsight(&self.lately.0[place]);
            let is_sure = self.policy.attribution.policy.verdict(now_likely) == Verdict::Bill;
            if is_sure || probability - now_likely < SPEAKS_AGAINST {
                continue;
            }
            if let Some(decided) = self.lately.0.remove(place) {
                self.take_back(decided, output);
            }
        }
    }

    /// How likely whoever a decision is about was there, by all that was seen until now.
    fn in_hindsight(&self, decided: &Decided) -> f64 {
        let everybody = self.engine.in_hindsight(&decided.change);
        let own = everybody.iter().find(|(session, _)| *session == decided.interaction.session);
        own.map_or(0.0, |(_, probability)| *probability)
    }

    /// A pick leaves the cart again. A put-back stays in its shopper's favour: only staff can say that it is somebody else's.
    fn take_back(&mut self, decided: Decided, output: &mut FloorOutput) {
        let Decided { change, interaction, further } = decided;
        let Some(visit) = self.sessions.get(&interaction.session) else { return };
        let is_pick = interaction.kind == InteractionKind::Pick;
        let units = if is_pick { interaction.quantity.min(visit.cart.held(&interaction.sku)) } else { interaction.quantity };
        if units == 0 {
            return;
        }
        let (now, session) = (self.latest, interaction.session);
        let Some(zone) = self.planogram.facing(interaction.slot()).map(|facing| facing.zone.clone()) else { return };
        let around = shift(interaction.occurred_at, -BEFORE)..=shift(interaction.occurred_at, AFTER);
        let sightings = self.watch.of(&zone).filter(|sighting| around.contains(&sighting.occurred_at));
        let sightings: Vec<_> = sightings.collect();
        let hands = self.engine.hands_near(&change);
        let may_be = |(one, probability): (_, f64)| {
            let shopper = self.sessions.get(&one)?.shopper;
            let of_them = |sighting: &&&Sighting| sighting.known().any(|(known, _)| known == shopper);
            let seen = u32::try_from(sightings.iter().filter(of_them).count()).unwrap_or(u32::MAX);
            // Who has been given a put-back already cannot be given it twice.
            let candidate = Candidate {
                session: one,
                probability: probability as f32,
                sightings: seen,
                hand_m: hands.get(&one).map(|metres| *metres as f32),
            };
            (is_pick || one != session).then_some(candidate)
        };
        let mut candidates = self.engine.in_hindsight(&change).into_iter().filter_map(may_be).collect();
        likeliest_first(&mut candidates);
        let sightings = sightings.iter().map(|sighting| sighting.id).collect();
        let evidence = Evidence { candidates, sightings, basis: Basis::SeenLater, ..interaction.evidence.clone() };
        if is_pick {
            let taken_back = Interaction {
                id: taken_back_id(evidence.shelf_event.id, further.as_ref()),
                kind: InteractionKind::PutBack,
                quantity: units,
                price: None,
                evidence: evidence.clone(),
                ..interaction.clone()
            };
            self.apply(&taken_back);
            let less = -i32::try_from(units).unwrap_or(i32::MAX);
            self.engine.give(session, &interaction.sku, less);
            let sku = interaction.sku.clone();
            self.note(now, || What::Decided { session, sku, units: less });
            output.moved.insert(session);
            output.events.push(DomainEvent::InteractionRecorded { interaction: taken_back });
        }
        let id = reopened_id(evidence.shelf_event.id, further.as_ref());
        let review = Review::of(evidence, ReviewReason::SeenLater, Some(interaction.sku), units, now);
        self.open(Review { id, ..review }, output);
    }
}

fn taken_back_id(event: ShelfEventId, further: Option<&Sku>) -> InteractionId {
    InteractionId::derived(event.0, &named("taken back", further))
}

fn reopened_id(event: ShelfEventId, further: Option<&Sku>) -> ReviewId {
    ReviewId::derived(event.0, &named("seen later", further))
}

fn named(what: &str, further: Option<&Sku>) -> String {
    further.map_or_else(|| what.to_owned(), |sku| format!("{what} {sku}"))
}
