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
use domain::ids::{InteractionId, ReviewId, ShoppingSessionId, Sku, ZoneId};
use domain::interaction::{Basis, Candidate, Evidence, Interaction, InteractionKind};
use domain::price::Priced;
use domain::review::{Review, ReviewReason};
use domain::sighting::Sighting;
use sensing::weight_change::WeightChange;

/// What was decided is looked at again for this long: as long as sightings are kept.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(30);
/// At most so many decisions are remembered: thirty seconds of a store in which everybody takes something.
const MOST: usize = 512;
/// Whoever is at most this likely in the light of a late sighting put nothing back: the unit is in their cart again. Lower than for a
/// pick: it goes on the bill of somebody who was believed to have given it back.
const PUT_NOTHING_BACK: f64 = 0.05;
/// A late sighting speaks against somebody if it makes them less likely by this much.
const SPEAKS_AGAINST: f64 = 0.1;

/// An interaction that the floor decided by itself lately.
#[derive(Clone, PartialEq, Debug)]
struct Decided {
    change: WeightChange,
    interaction: Interaction,
    /// What the unit was sold as that was put back; the same as the interaction's for a pick.
    price: Option<Priced>,
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
    ///
    /// `price`: what the unit was sold as.
    pub(super) fn remember_decision(
        &mut self,
        change: &WeightChange,
        interaction: &Interaction,
        price: Option<Priced>,
        further: Option<&Sku>,
    ) {
        let horizon = shift(self.latest, -REMEMBERED);
        let lately = &mut self.lately.0;
        while lately.front().is_some_and(|one| one.interaction.occurred_at < horizon) || lately.len() >= MOST {
            lately.pop_front();
        }
        let (change, interaction, further) = (change.clone(), interaction.clone(), further.cloned());
        lately.push_back(Decided { change, interaction, price, further });
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
            let is_believed = match self.lately.0[place].interaction.kind {
                InteractionKind::Pick => self.policy.attribution.policy.verdict(now_likely) == Verdict::Bill,
                InteractionKind::PutBack => now_likely > PUT_NOTHING_BACK,
            };
            if is_believed || probability - now_likely < SPEAKS_AGAINST {
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

    /// What was decided is undone: a pick leaves the cart, what was put back is in it again. Whose it was is a case.
    fn take_back(&mut self, decided: Decided, output: &mut FloorOutput) {
        let Decided { change, interaction, price, further } = decided;
        let Some(visit) = self.sessions.get(&interaction.session) else { return };
        let Some(zone) = self.planogram.facing(interaction.slot()).map(|facing| facing.zone.clone()) else { return };
        let (kind, units) = match interaction.kind {
            InteractionKind::Pick => {
                (InteractionKind::PutBack, interaction.quantity.min(visit.cart.held(&interaction.sku)))
            }
            InteractionKind::PutBack => (InteractionKind::Pick, interaction.quantity),
        };
        if units == 0 {
            return;
        }
        let (now, session, sku) = (self.latest, interaction.session, interaction.sku.clone());
        let evidence = Evidence { basis: Basis::SeenLater, ..self.evidence_now(&change, &zone, &interaction) };
        let event = evidence.shelf_event.id;
        let undone = Interaction {
            id: InteractionId::derived(event.0, &named("undone", further.as_ref())),
            kind,
            quantity: units,
            price: price.filter(|_| kind == InteractionKind::Pick),
            evidence: evidence.clone(),
            ..interaction
        };
        self.apply(&undone);
        let taken = i32::try_from(units).unwrap_or(i32::MAX);
        let taken = if kind == InteractionKind::Pick { taken } else { -taken };
        self.engine.give(session, &sku, taken);
        if kind == InteractionKind::Pick {
            self.add_to_deferred(session, &sku, units);
        }
        let given = sku.clone();
        self.note(now, || What::Decided { session, sku: given, units: taken });
        output.moved.insert(session);
        output.events.push(DomainEvent::InteractionRecorded { interaction: undone });
        let id = ReviewId::derived(event.0, &named("seen later", further.as_ref()));
        let review = Review::of(evidence, ReviewReason::SeenLater, Some(sku), units, now);
        self.open(Review { id, ..review }, output);
    }

    /// Who may have done it by all that was seen until now, with the sightings around it.
    fn evidence_now(&self, change: &WeightChange, zone: &ZoneId, interaction: &Interaction) -> Evidence {
        let around = shift(interaction.occurred_at, -BEFORE)..=shift(interaction.occurred_at, AFTER);
        let sightings = self.watch.of(zone).filter(|sighting| around.contains(&sighting.occurred_at));
        let sightings: Vec<_> = sightings.collect();
        let hands = self.engine.hands_near(change);
        let candidate = |(session, probability): (ShoppingSessionId, f64)| {
            let shopper = self.sessions.get(&session)?.shopper;
            let of_them = |sighting: &&&Sighting| sighting.known().any(|(known, _)| known == shopper);
            Some(Candidate {
                session,
                probability: probability as f32,
                sightings: u32::try_from(sightings.iter().filter(of_them).count()).unwrap_or(u32::MAX),
                hand_m: hands.get(&session).map(|metres| *metres as f32),
            })
        };
        let mut candidates = self.engine.in_hindsight(change).into_iter().filter_map(candidate).collect();
        likeliest_first(&mut candidates);
        let sightings = sightings.iter().map(|sighting| sighting.id).collect();
        Evidence { candidates, sightings, ..interaction.evidence.clone() }
    }
}

fn named(what: &str, further: Option<&Sku>) -> String {
    further.map_or_else(|| what.to_owned(), |sku| format!("{what} {sku}"))
}
