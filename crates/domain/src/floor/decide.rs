//! The floor at its shelves: from a shelf event to an interaction or a review.

use jiff::Timestamp;

use super::{Floor, FloorOutput, Undecided};
use crate::attribution::{Opinion, Suspect, weigh};
use crate::clock::shift;
use crate::event::DomainEvent;
use crate::ids::{AdminId, ReviewId, ShopperId, ShoppingSessionId, Sku};
use crate::interaction::{Basis, Candidate, Evidence, Interaction, InteractionKind};
use crate::planogram::Facing;
use crate::review::{Review, ReviewDecision, ReviewError, ReviewReason};
use crate::session::ShoppingSession;
use crate::shelf::ShelfEvent;
use crate::sighting::Sighting;

impl Floor {
    /// Takes in a shelf event: decides it now if the sightings so far are clear, else keeps it for a moment.
    pub(super) fn shelf_changed(&mut self, now: Timestamp, event: ShelfEvent, output: &mut FloorOutput) {
        if self.knows(event.id) {
            return;
        }
        self.remember(event.id);
        let decide_at = shift(event.occurred_at, self.policy.attribution.after);
        let waits_behind = self.waits_behind(&event);
        if !waits_behind && (now >= decide_at || self.is_clear(now, &event)) {
            self.decide(now, event, &mut output.events);
        } else {
            output.events.push(DomainEvent::ShelfEventKept { event: event.clone(), at: now });
            self.wait_for_sightings(event);
        }
    }

    pub(super) fn wait_for_sightings(&mut self, event: ShelfEvent) {
        let decide_at = shift(event.occurred_at, self.policy.attribution.after);
        self.undecided.push(Undecided { event, decide_at });
        self.undecided.sort_by_key(|undecided| (undecided.event.occurred_at, undecided.event.id));
    }

    /// Decides, in order, every kept event whose time has come or whose evidence has become clear.
    pub(super) fn decide_due(&mut self, now: Timestamp, events: &mut Vec<DomainEvent>) {
        let mut place = 0;
        while let Some(undecided) = self.undecided.get(place) {
            let blocked =
                self.undecided[..place].iter().any(|earlier| self.same_product(&earlier.event, &undecided.event));
            if !blocked && (now >= undecided.decide_at || self.is_clear(now, &undecided.event)) {
                let event = self.undecided.remove(place).event;
                self.decide(now, event, events);
            } else {
                place += 1;
            }
        }
    }

    /// Carries out what staff decided.
    pub(super) fn decide_review(
        &mut self,
        now: Timestamp,
        id: ReviewId,
        session: Option<ShoppingSessionId>,
        by: AdminId,
    ) -> Result<DomainEvent, ReviewError> {
        let review = self.reviews.get(&id).ok_or(ReviewError::NotOpen)?;
        let decision = ReviewDecision { review: id, session, by, decided_at: now };
        let interaction = match session {
            None => None,
            Some(session) => {
                let visit = self.sessions.get(&session).ok_or(ReviewError::VisitSettled)?;
                let sku = review.sku.clone().ok_or(ReviewError::NothingToBill)?;
                self.catalog.get(&sku).and_then(|p| p.price).ok_or(ReviewError::NothingToBill)?;
                if review.kind == InteractionKind::PutBack && visit.cart.held(&sku) < review.quantity {
                    return Err(ReviewError::NotHeld);
                }
                let evidence = Evidence { basis: Basis::Staff, ..review.evidence.clone() };
                Some(Interaction {
                    // Part of the same event may have been attributed without staff, so this is another id.
                    id: crate::ids::InteractionId::derived(id.0, "interaction"),
                    session,
                    kind: review.kind,
                    sku,
                    quantity: review.quantity,
                    occurred_at: review.evidence.shelf_event.occurred_at,
                    confidence: 1.0,
                    evidence,
                })
            }
        };
        if let Some(interaction) = &interaction {
            self.apply(interaction);
        }
        self.reviews.remove(&id);
        Ok(DomainEvent::ReviewDecided { decision, interaction })
    }

    /// A put-back must not overtake the pick that it undoes.
    fn waits_behind(&self, event: &ShelfEvent) -> bool {
        self.undecided.iter().any(|undecided| self.same_product(&undecided.event, event))
    }

    fn same_product(&self, a: &ShelfEvent, b: &ShelfEvent) -> bool {
        let sku = |event: &ShelfEvent| self.planogram.facing(&event.slot).map(|facing| &facing.sku);
        sku(a) == sku(b)
    }

    fn is_clear(&self, now: Timestamp, event: &ShelfEvent) -> bool {
        let Some(facing) = self.planogram.facing(&event.slot) else { return true };
        let opinion = self.opinion(now, event, facing);
        opinion.basis == Basis::SeenAtShelf
            && opinion.best().is_some_and(|best| best.probability >= self.policy.attribution.sure_now)
    }

    fn opinion(&self, now: Timestamp, event: &ShelfEvent, facing: &Facing) -> Opinion {
        let inside = |session: &&ShoppingSession| session.covers(event.occurred_at);
        let mut suspects: Vec<_> = self
            .sessions
            .values()
            .filter(inside)
            .filter(|session| kind_of(event) == InteractionKind::Pick || session.cart.held(&facing.sku) > 0)
            .map(|session| Suspect { session: session.id, shopper: session.shopper })
            .collect();
        let at_shelf = || self.watch.of(&facing.zone);
        // Whoever was seen there and has settled since may have done it too: their share must not fall to those who
        // are left.
        let mut gone: Vec<_> = at_shelf().flat_map(Sighting::known).map(|(shopper, _)| shopper).collect();
        gone.sort();
        gone.dedup();
        gone.retain(|shopper| !self.sessions.values().filter(inside).any(|visit| visit.shopper == *shopper));
        let nobodys = |shopper: &ShopperId| ShoppingSessionId::derived(shopper.0, "has no visit");
        suspects.extend(gone.iter().map(|shopper| Suspect { session: nobodys(shopper), shopper: *shopper }));
        let others = self.watch.strangers() || self.others_may_have(now, event, facing);
        let policy = &self.policy.attribution;
        let mut opinion = weigh(event.occurred_at, facing, at_shelf(), &suspects, others, policy);
        opinion.candidates.retain(|candidate| self.sessions.contains_key(&candidate.session));
        opinion
    }

    /// Somebody may have done it whom the open visits and their carts do not show, so that being the only one left
    /// proves nothing: an event this late may be of a visit that has settled, and what staff have not decided yet is in
    /// nobody's cart though somebody holds it.
    fn others_may_have(&self, now: Timestamp, event: &ShelfEvent, facing: &Facing) -> bool {
        let is_late = now >= shift(event.occurred_at, self.policy.settling);
        let held_by_somebody = || {
            let undecided_pick =
                |review: &Review| review.kind == InteractionKind::Pick && review.sku.as_ref() == Some(&facing.sku);
            self.reviews.values().any(undecided_pick)
        };
        is_late || (kind_of(event) == InteractionKind::PutBack && held_by_somebody())
    }

    fn decide(&mut self, now: Timestamp, event: ShelfEvent, events: &mut Vec<DomainEvent>) {
        let kind = kind_of(&event);
        let quantity = event.delta_units.unsigned_abs();
        let Some(facing) = self.planogram.facing(&event.slot).cloned() else {
            let evidence = no_evidence(event);
            return self.review(now, ReviewReason::UnknownSlot, None, quantity, evidence, events);
        };
        let opinion = self.opinion(now, &event, &facing);
        let evidence = Evidence {
            shelf_event: event,
            candidates: opinion.candidates.clone(),
            sightings: opinion.sightings.clone(),
            basis: opinion.basis,
        };
        let sku = facing.sku.clone();
        match self.verdict(kind, quantity, &facing, &evidence, &opinion) {
            Ok(best) => {
                let held = match kind {
                    InteractionKind::Pick => quantity,
                    InteractionKind::PutBack => {
                        self.sessions.get(&best.session).map_or(0, |session| session.cart.held(&sku))
                    }
                };
                let attributed = quantity.min(held);
                let interaction = Interaction {
                    id: Interaction::id_for(evidence.shelf_event.id),
                    session: best.session,
                    kind,
                    sku: sku.clone(),
                    quantity: attributed,
                    occurred_at: evidence.shelf_event.occurred_at,
                    confidence: best.probability,
                    evidence: evidence.clone(),
                };
                self.apply(&interaction);
                events.push(DomainEvent::InteractionRecorded { interaction });
                if attributed < quantity {
                    let rest = quantity - attributed;
                    let reason = ReviewReason::NobodyHoldsIt;
                    self.review(now, reason, Some(sku), rest, evidence, events);
                }
            }
            Err(reason) => self.review(now, reason, Some(sku), quantity, evidence, events),
        }
    }

    fn verdict(
        &self,
        kind: InteractionKind,
        quantity: u32,
        facing: &Facing,
        evidence: &Evidence,
        opinion: &Opinion,
    ) -> Result<Candidate, ReviewReason> {
        let Some(product) = self.catalog.get(&facing.sku) else {
            return Err(ReviewReason::UnknownSlot);
        };
        if product.price.is_none() {
            return Err(ReviewReason::NoPrice);
        }
        if quantity > self.policy.most_units {
            return Err(ReviewReason::TooMany);
        }
        let occurred_at = evidence.shelf_event.occurred_at;
        let somebody_holds =
            self.sessions.values().any(|session| session.covers(occurred_at) && session.cart.held(&facing.sku) > 0);
        if kind == InteractionKind::PutBack && !somebody_holds {
            return Err(ReviewReason::NobodyHoldsIt);
        }
        // Whoever was seen in the part that is forgotten cannot speak against the one who is left.
        if !self.watch.covers(&facing.zone, shift(occurred_at, -self.policy.attribution.before)) {
            return Err(ReviewReason::TooLate);
        }
        let is_doubted = |session| self.session(session).is_some_and(|visit| visit.doubted_at.is_some());
        match opinion.best() {
            Some(best) if is_doubted(best.session) => Err(ReviewReason::IdentityDoubted),
            Some(best) if best.probability >= self.policy.attribution.bill => Ok(*best),
            Some(_) => Err(ReviewReason::Unsure),
            None => Err(ReviewReason::NobodySeen),
        }
    }

    fn review(
        &mut self,
        now: Timestamp,
        reason: ReviewReason,
        sku: Option<Sku>,
        quantity: u32,
        evidence: Evidence,
        events: &mut Vec<DomainEvent>,
    ) {
        let event = &evidence.shelf_event;
        let (id, kind) = (Review::id_for(event.id), kind_of(event));
        let review = Review { id, reason, kind, sku, quantity, evidence, opened_at: now };
        self.reviews.insert(id, review.clone());
        events.push(DomainEvent::ReviewOpened { review });
    }

    fn apply(&mut self, interaction: &Interaction) {
        if let Some(session) = self.sessions.get_mut(&interaction.session) {
            session.cart.apply(interaction);
        }
    }
}

fn kind_of(event: &ShelfEvent) -> InteractionKind {
    if event.delta_units < 0 { InteractionKind::Pick } else { InteractionKind::PutBack }
}

fn no_evidence(event: ShelfEvent) -> Evidence {
    Evidence { shelf_event: event, candidates: Vec::new(), sightings: Vec::new(), basis: Basis::None }
}
