//! The floor at its shelves: from a shelf event to an interaction or a review.

use jiff::{SignedDuration, Timestamp};

use super::undecided::Undecided;
use super::{Floor, FloorOutput};
use crate::attribution::engine::Sensed;
use crate::attribution::receipt::Attributed;
use crate::attribution::rules::Verdict;
use crate::clock::shift;
use crate::event::DomainEvent;
use crate::ids::{ShoppingSessionId, Sku, ZoneId};
use crate::interaction::{Basis, Candidate, Evidence, Interaction, InteractionKind};
use crate::review::{Review, ReviewReason};
use crate::session::ShoppingSession;
use crate::shelf::ShelfEvent;
use crate::sighting::Sighting;

/// Whoever was seen this long before a change is evidence for it; where that is not known any more, staff decide.
const BEFORE: SignedDuration = SignedDuration::from_secs(4);
/// Likewise for this long after it.
const AFTER: SignedDuration = SignedDuration::from_millis(1_500);
/// Who is this likely to have put something back is believed. Less than a bill asks for: not to believe it leaves the unit on the bill.
const PUT_BACK: f64 = 0.75;
/// Less likely people are no help to staff.
const MENTIONED: f32 = 0.01;

impl Floor {
    /// Takes in a shelf event. What nobody can be billed for is a case for staff at once; the rest is kept until the sightings after it
    /// are in, and shown where it probably belongs.
    pub(super) fn shelf_changed(&mut self, now: Timestamp, event: ShelfEvent, output: &mut FloorOutput) {
        if self.knows(event.id) {
            return;
        }
        self.remember(event.id);
        if self.refilled(&event, output) {
            return;
        }
        match self.cannot_be_decided(&event) {
            Some(reason) => self.review_unseen(now, reason, event, output),
            None => {
                output.events.push(DomainEvent::ShelfEventKept { event: event.clone(), at: now });
                let id = event.id;
                self.await_sightings(event);
                self.guess(id, output);
            }
        }
    }

    /// Hands an event to the engine, if its slot has a place.
    pub(super) fn await_sightings(&mut self, event: ShelfEvent) {
        let Some(facing) = self.planogram.facing(&event.slot) else { return };
        let Some(change) = self.change(&event) else { return };
        let undecided = Undecided { sku: facing.sku.clone(), zone: facing.zone.clone(), event, likely: None };
        self.tell(undecided.event.occurred_at, Sensed::Changed(change));
        self.undecided.insert(undecided);
    }

    /// Why no sighting could settle whose an event is.
    pub(super) fn cannot_be_decided(&self, event: &ShelfEvent) -> Option<ReviewReason> {
        let Some(facing) = self.planogram.facing(&event.slot) else { return Some(ReviewReason::UnknownSlot) };
        let Some(product) = self.catalog.get(&facing.sku) else { return Some(ReviewReason::UnknownSlot) };
        if product.price.is_none() {
            return Some(ReviewReason::NoPrice);
        }
        if event.delta_units.unsigned_abs() > self.policy.most_units {
            return Some(ReviewReason::TooMany);
        }
        // Whoever was seen in the part that is forgotten cannot speak against the one who is left.
        let watched = self.watch.covers(&facing.zone, shift(event.occurred_at, -BEFORE));
        (!watched).then_some(ReviewReason::TooLate)
    }

    /// Decides an event that the engine has weighed.
    pub(super) fn decide(&mut self, now: Timestamp, attributed: Attributed, output: &mut FloorOutput) {
        let Some(undecided) = attributed.change.event.and_then(|event| self.undecided.remove(event)) else { return };
        output.moved.extend(undecided.likely.map(|(session, _)| session));
        let Undecided { event, sku, zone, .. } = undecided;
        let (kind, quantity) = (InteractionKind::of(event.delta_units), event.delta_units.unsigned_abs());
        let evidence = self.evidence(event, &zone, &attributed);
        let moved = attributed.answers.iter().filter(|answer| !answer.parts.is_empty());
        let moved: f64 = moved.map(|answer| answer.probability).sum();
        match self.verdict(kind, &sku, &evidence, moved) {
            Ok(best) => {
                let held = match kind {
                    InteractionKind::Pick => quantity,
                    InteractionKind::PutBack => {
                        self.sessions.get(&best.session).map_or(0, |session| session.cart.held(&sku))
                    }
                };
                let moved = quantity.min(held);
                let interaction = Interaction {
                    id: Interaction::id_for(evidence.shelf_event.id),
                    session: best.session,
                    kind,
                    sku: sku.clone(),
                    quantity: moved,
                    occurred_at: evidence.shelf_event.occurred_at,
                    confidence: best.probability,
                    evidence: evidence.clone(),
                };
                self.apply(&interaction);
                output.moved.insert(interaction.session);
                output.events.push(DomainEvent::InteractionRecorded { interaction });
                if moved < quantity {
                    self.review(now, ReviewReason::NobodyHoldsIt, Some(sku), quantity - moved, evidence, output);
                }
            }
            Err(reason) => self.review(now, reason, Some(sku), quantity, evidence, output),
        }
    }

    /// What the engine's answers come to, by visit, with the sightings that speak for each.
    fn evidence(&self, event: ShelfEvent, zone: &ZoneId, attributed: &Attributed) -> Evidence {
        let (from, to) = (shift(event.occurred_at, -BEFORE), shift(event.occurred_at, AFTER));
        let around = |sighting: &&Sighting| (from..=to).contains(&sighting.occurred_at);
        let sightings: Vec<_> = self.watch.of(zone).filter(around).collect();
        let mut candidates: Vec<Candidate> = Vec::new();
        for answer in attributed.answers.iter().filter(|answer| !answer.parts.is_empty()) {
            let Some(visit) = answer.session.and_then(|session| self.sessions.get(&session)) else { continue };
            let probability = answer.probability as f32;
            match candidates.iter_mut().find(|candidate| candidate.session == visit.id) {
                Some(candidate) => candidate.probability += probability,
                None => {
                    let seen = sightings.iter().filter(|one| one.known().any(|(shopper, _)| shopper == visit.shopper));
                    let sightings = u32::try_from(seen.count()).unwrap_or(u32::MAX);
                    candidates.push(Candidate { session: visit.id, probability, sightings });
                }
            }
        }
        likeliest_first(&mut candidates);
        let shopper_of = |candidate: &Candidate| self.sessions.get(&candidate.session).map(|visit| visit.shopper);
        let shoppers: Vec<_> = candidates.iter().filter_map(shopper_of).collect();
        let speaks = |sighting: &&&Sighting| sighting.known().any(|(shopper, _)| shoppers.contains(&shopper));
        let others = self.sessions.values().filter(|visit| visit.covers(event.occurred_at)).nth(1).is_some();
        let basis = match candidates.first() {
            None => Basis::None,
            Some(best) if best.sightings > 0 => Basis::SeenAtShelf,
            Some(_) if others => Basis::Whereabouts,
            Some(_) => Basis::AloneInStore,
        };
        let sightings = sightings.iter().filter(speaks).map(|sighting| sighting.id).collect();
        Evidence { shelf_event: event, candidates, sightings, basis }
    }

    /// `moved`: how likely something was taken or put back at all.
    fn verdict(
        &self,
        kind: InteractionKind,
        sku: &Sku,
        evidence: &Evidence,
        moved: f64,
    ) -> Result<Candidate, ReviewReason> {
        // The catalogue may have changed while the event waited.
        if self.catalog.get(sku).and_then(|product| product.price).is_none() {
            return Err(ReviewReason::NoPrice);
        }
        let occurred_at = evidence.shelf_event.occurred_at;
        let holds = |visit: &ShoppingSession| visit.covers(occurred_at) && visit.cart.held(sku) > 0;
        // Whoever is likely to have put it back mostly held it; only otherwise is everybody looked at.
        let likely = || evidence.candidates.iter().filter_map(|candidate| self.sessions.get(&candidate.session));
        if kind == InteractionKind::PutBack && !likely().chain(self.sessions.values()).any(holds) {
            return Err(ReviewReason::NobodyHoldsIt);
        }
        let best = evidence.candidates.first().ok_or(ReviewReason::NobodySeen)?;
        let is_doubted = |session| self.session(session).is_some_and(|visit| visit.doubted_at.is_some());
        if kind == InteractionKind::Pick && is_doubted(best.session) {
            return Err(ReviewReason::IdentityDoubted);
        }
        let probability = f64::from(best.probability);
        let believed = match kind {
            InteractionKind::Pick => self.policy.attribution.policy.verdict(probability) == Verdict::Bill,
            InteractionKind::PutBack => probability / moved.max(1e-9) >= PUT_BACK,
        };
        if believed {
            Ok(*best)
        } else if evidence.candidates.iter().all(|candidate| candidate.sightings == 0) {
            Err(ReviewReason::NobodySeen)
        } else {
            Err(ReviewReason::Unsure)
        }
    }

    /// A case for staff about an event of which no sighting can speak.
    pub(super) fn review_unseen(
        &mut self,
        now: Timestamp,
        reason: ReviewReason,
        event: ShelfEvent,
        output: &mut FloorOutput,
    ) {
        let sku = self.planogram.facing(&event.slot).map(|facing| facing.sku.clone());
        let sku = sku.filter(|_| reason != ReviewReason::UnknownSlot);
        let quantity = event.delta_units.unsigned_abs();
        let candidates = match self.change(&event) {
            Some(change) => self.engine.at_first_sight(&change),
            None => Vec::new(),
        };
        let candidate = |(session, probability): (ShoppingSessionId, f64)| Candidate {
            session,
            probability: probability as f32,
            sightings: 0,
        };
        let mut candidates: Vec<_> = candidates.into_iter().map(candidate).collect();
        likeliest_first(&mut candidates);
        let evidence = Evidence { shelf_event: event, candidates, sightings: Vec::new(), basis: Basis::None };
        self.review(now, reason, sku, quantity, evidence, output);
    }

    fn review(
        &mut self,
        now: Timestamp,
        reason: ReviewReason,
        sku: Option<Sku>,
        quantity: u32,
        evidence: Evidence,
        output: &mut FloorOutput,
    ) {
        let event = &evidence.shelf_event;
        let (id, kind) = (Review::id_for(event.id), InteractionKind::of(event.delta_units));
        let review = Review { id, reason, kind, sku, quantity, evidence, opened_at: now, asked: Vec::new() };
        self.reviews.insert(id, review.clone());
        output.events.push(DomainEvent::ReviewOpened { review });
    }

    pub(super) fn apply(&mut self, interaction: &Interaction) {
        if let Some(session) = self.sessions.get_mut(&interaction.session) {
            session.cart.apply(interaction);
        }
    }
}

/// In the order in which they are shown, without those who are hardly worth a look.
fn likeliest_first(candidates: &mut Vec<Candidate>) {
    candidates.retain(|candidate| candidate.probability >= MENTIONED);
    candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.session.cmp(&b.session)));
}
