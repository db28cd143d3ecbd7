//! The floor at its shelves: from a shelf event to an interaction or a review.

use jiff::{SignedDuration, Timestamp};

use super::contents::{self, Moved};
use super::undecided::Undecided;
use super::{Floor, FloorOutput};
use attribution::engine::Sensed;
use attribution::receipt::Attributed;
use attribution::rules::Verdict;
use domain::clock::shift;
use domain::event::DomainEvent;
use domain::ids::{ShoppingSessionId, Sku, ZoneId};
use domain::interaction::{Basis, Candidate, Evidence, Interaction, InteractionKind};
use domain::price::Priced;
use domain::review::{Review, ReviewReason};
use domain::session::ShoppingSession;
use domain::shelf::ShelfEvent;
use domain::sighting::Sighting;
use sensing::weight_change::WeightChange;

/// Whoever was seen this long before a change is evidence for it; where that is not known any more, staff decide.
pub(super) const BEFORE: SignedDuration = SignedDuration::from_secs(4);
/// Likewise for this long after it.
pub(super) const AFTER: SignedDuration = SignedDuration::from_millis(1_500);
/// Clocks of devices and server agree to this.
const CLOCKS: SignedDuration = SignedDuration::from_secs(1);
/// Who is this likely to have put something back is believed. Less than a bill asks for: not to believe it leaves the unit on the bill.
const PUT_BACK: f64 = 0.75;
/// Probability from which the product of a put-back is believed: two apples weigh as much as one can, and a wrong product is
/// given back to whoever goes on paying for the right one.
const PUT_BACK_PRODUCT: f64 = 0.8;
/// Less likely people and products are no help to staff.
const MENTIONED: f32 = 0.01;
/// Where it is at most this likely that load cells felt anything that somebody pays for, nobody is asked.
const NOTHING: f64 = 0.2;
/// A product this likely among what moved is decided by itself.
const LIKELY: f64 = 0.5;

/// What of a change is being decided.
struct About {
    sku: Sku,
    quantity: u32,
    /// Of the same change, a likelier product is decided too.
    is_further: bool,
}

impl About {
    fn further(&self) -> Option<&Sku> {
        Some(&self.sku).filter(|_| self.is_further)
    }
}

impl Floor {
    /// Takes in a shelf event. What nobody can be billed for is a case for staff at once; the rest is kept until the sightings after it
    /// are in, and shown where it probably belongs.
    pub(super) fn shelf_changed(&mut self, now: Timestamp, event: ShelfEvent, output: &mut FloorOutput) {
        if self.knows(event.id) {
            return;
        }
        self.remember(event.id);
        if self.hardly_dated(&event) || self.is_to_come(&event) {
            self.review_unseen(now, ReviewReason::TimeUnsure, event, output);
            return;
        }
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
        let parts = match change.units {
            Some(_) => vec![(facing.sku.clone(), event.delta_units.unsigned_abs())],
            None => self.engine.what_at_first_sight(&change),
        };
        let undecided = Undecided { sku: facing.sku.clone(), zone: facing.zone.clone(), event, parts, likely: None };
        self.tell(undecided.event.occurred_at, Sensed::Changed(change));
        self.undecided.insert(undecided);
    }

    fn is_to_come(&self, event: &ShelfEvent) -> bool {
        event.occurred_at > shift(self.latest, CLOCKS)
    }

    /// Why no sighting could settle whose an event is.
    pub(super) fn cannot_be_decided(&self, event: &ShelfEvent) -> Option<ReviewReason> {
        let Some(facing) = self.planogram.facing(&event.slot) else { return Some(ReviewReason::UnknownSlot) };
        if self.prices.at(&facing.sku, event.occurred_at).is_none() {
            return Some(ReviewReason::UnknownSlot);
        }
        if self.priced(&facing.sku, event.occurred_at).is_none() {
            return Some(ReviewReason::NoPrice);
        }
        if event.delta_units.unsigned_abs() > self.policy.most_units {
            return Some(ReviewReason::TooMany);
        }
        // It has a time that has not come: a clock was set.
        if self.is_to_come(event) {
            return Some(ReviewReason::TimeUnsure);
        }
        // Whoever was seen in the part that is forgotten cannot speak against the one who is left.
        let earliest = event.between.and_then(|between| between.earliest).unwrap_or(event.occurred_at);
        let watched = self.watch.covers(&facing.zone, shift(earliest, -BEFORE));
        (!watched).then_some(ReviewReason::TooLate)
    }

    /// Decides an event that the engine has weighed: about each product that was likely moved, by itself.
    pub(super) fn decide(&mut self, now: Timestamp, attributed: Attributed, output: &mut FloorOutput) {
        let Some(undecided) = attributed.change.event.and_then(|event| self.undecided.remove(event)) else { return };
        output.moved.extend(undecided.likely.map(|(session, _)| session));
        let Undecided { event, sku, zone, .. } = undecided;
        let anything = contents::anything(&attributed);
        let mut products = contents::moved(&attributed);
        let mut listed = Vec::new();
        if attributed.change.units.is_none() {
            if anything <= NOTHING {
                output.events.push(DomainEvent::ShelfEventDismissed { event, at: now });
                return;
            }
            listed = contents::listed(&products, anything, f64::from(MENTIONED));
            // What more likely than not was moved; or the one that is likeliest, and the others stand beside it in the case.
            let likely = products.iter().take_while(|(_, one)| one.probability() >= anything * LIKELY).count();
            products.truncate(likely.max(1));
        } else if products.is_empty() {
            products.push((sku, Moved::default()));
        }
        let suspects = self.suspects_at_other_times(&event);
        for (place, (sku, moved)) in products.into_iter().enumerate() {
            let quantity = match attributed.change.units {
                Some(units) => units.unsigned_abs(),
                None => moved.quantity(),
            };
            let evidence =
                Evidence { contents: listed.clone(), ..self.evidence(&attributed.change, &event, &zone, &moved) };
            let about = About { sku, quantity, is_further: place > 0 };
            match &suspects {
                None => self.decide_product(now, &attributed.change, about, &moved, evidence, output),
                Some(suspects) => {
                    let id = Review::id_for(event.id, about.further());
                    let evidence = Evidence { candidates: suspects.clone(), ..evidence };
                    let review = Review::of(evidence, ReviewReason::TimeUnsure, Some(about.sku), quantity, now);
                    self.open(Review { id, ..review }, output);
                }
            }
        }
    }

    fn decide_product(
        &mut self,
        now: Timestamp,
        change: &WeightChange,
        about: About,
        moved: &Moved,
        evidence: Evidence,
        output: &mut FloorOutput,
    ) {
        let event = &evidence.shelf_event;
        let kind = InteractionKind::of(event);
        let (reason, left) = match self.verdict(kind, &about, &evidence, moved) {
            Ok((best, units)) => {
                let interaction = Interaction {
                    id: Interaction::id_for(event.id, about.further()),
                    session: best.session,
                    kind,
                    sku: about.sku.clone(),
                    quantity: units,
                    occurred_at: event.occurred_at,
                    price: self.price_of_pick(kind, &about.sku, event.occurred_at),
                    confidence: best.probability,
                    evidence: evidence.clone(),
                };
                let price = interaction.price.clone().or_else(|| self.dearest_held(interaction.session, &about.sku));
                self.apply(&interaction);
                self.remember_decision(change, &interaction, price, about.further());
                output.moved.insert(interaction.session);
                output.events.push(DomainEvent::InteractionRecorded { interaction });
                let reason = match kind {
                    InteractionKind::Pick => ReviewReason::Unsure,
                    InteractionKind::PutBack => ReviewReason::NobodyHoldsIt,
                };
                (reason, about.quantity - units)
            }
            Err(reason) => (reason, about.quantity),
        };
        let left = match reason {
            ReviewReason::NobodyHoldsIt => self.take_back_from_reviews(now, &about.sku, left, &evidence, output),
            _ => left,
        };
        if left > 0 {
            let id = Review::id_for(evidence.shelf_event.id, about.further());
            let review = Review::of(evidence, reason, Some(about.sku.clone()), left, now);
            self.open(Review { id, ..review }, output);
        }
    }

    /// Who may have moved a product, with the sightings that speak for each.
    fn evidence(&self, change: &WeightChange, event: &ShelfEvent, zone: &ZoneId, moved: &Moved) -> Evidence {
        let (from, to) = (shift(event.occurred_at, -BEFORE), shift(event.occurred_at, AFTER));
        let around = |sighting: &&Sighting| (from..=to).contains(&sighting.occurred_at);
        let sightings: Vec<_> = self.watch.of(zone).filter(around).collect();
        let hands = self.engine.hands_near(change);
        let candidate = |(session, at_least): (&ShoppingSessionId, &Vec<f64>)| {
            let visit = self.sessions.get(session)?;
            let seen = sightings.iter().filter(|one| one.known().any(|(shopper, _)| shopper == visit.shopper));
            let sightings = u32::try_from(seen.count()).unwrap_or(u32::MAX);
            let probability = at_least.first().copied().unwrap_or(0.0) as f32;
            let hand_m = hands.get(session).map(|metres| *metres as f32);
            Some(Candidate { session: visit.id, probability, sightings, hand_m })
        };
        let mut candidates: Vec<Candidate> = moved.by_visit.iter().filter_map(candidate).collect();
        likeliest_first(&mut candidates);
        let shopper_of = |candidate: &Candidate| self.sessions.get(&candidate.session).map(|visit| visit.shopper);
        let shoppers: Vec<_> = candidates.iter().filter_map(shopper_of).collect();
        let speaks = |sighting: &&&Sighting| sighting.known().any(|(shopper, _)| shoppers.contains(&shopper));
        let others = self.sessions.values().filter(|visit| visit.covers(event.occurred_at)).nth(1).is_some();
        let basis = match candidates.first() {
            None => Basis::None,
            Some(best) if best.sightings > 0 => Basis::SeenAtShelf,
            Some(best) if best.hand_m.is_some() => Basis::HandSeen,
            Some(_) if others => Basis::Whereabouts,
            Some(_) => Basis::AloneInStore,
        };
        let sightings = sightings.iter().filter(speaks).map(|sighting| sighting.id).collect();
        Evidence { shelf_event: event.clone(), contents: Vec::new(), candidates, sightings, basis }
    }

    /// Whose it surely is, and how many units of it.
    fn verdict(
        &self,
        kind: InteractionKind,
        about: &About,
        evidence: &Evidence,
        moved: &Moved,
    ) -> Result<(Candidate, u32), ReviewReason> {
        let sku = &about.sku;
        // What it cost at that moment counts, whatever has become of the catalogue since.
        let occurred_at = evidence.shelf_event.occurred_at;
        if self.priced(sku, occurred_at).is_none() {
            return Err(ReviewReason::NoPrice);
        }
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
        let at_least = moved.by_visit.get(&best.session).map_or(&[][..], Vec::as_slice);
        let units = match kind {
            InteractionKind::Pick => {
                let billed = |likely: &&f64| self.policy.attribution.policy.verdict(**likely) == Verdict::Bill;
                let sure = at_least.iter().take_while(billed).count();
                u32::try_from(sure).unwrap_or(u32::MAX).min(about.quantity)
            }
            InteractionKind::PutBack if moved.probability() < PUT_BACK_PRODUCT => 0,
            InteractionKind::PutBack if f64::from(best.probability) / moved.probability() >= PUT_BACK => {
                let held = self.sessions.get(&best.session).map_or(0, |session| session.cart.held(sku));
                if held == 0 {
                    return Err(ReviewReason::NobodyHoldsIt);
                }
                about.quantity.min(held)
            }
            InteractionKind::PutBack => 0,
        };
        if units > 0 {
            let likely = at_least.get(units as usize - 1).copied().unwrap_or(0.0) as f32;
            let probability = if kind == InteractionKind::Pick { likely } else { best.probability };
            Ok((Candidate { probability, ..*best }, units))
        } else if evidence.candidates.iter().all(|one| one.sightings == 0 && one.hand_m.is_none()) {
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
        let change = self.change(&event);
        let own = self.planogram.facing(&event.slot).map(|facing| facing.sku.clone());
        let own = own.filter(|_| reason != ReviewReason::UnknownSlot);
        let felt = change.as_ref().filter(|change| change.units.is_none());
        let (sku, quantity) = match (event.delta_units.unsigned_abs(), felt) {
            // Something, of which nobody has counted how much.
            (0, None) => (None, 1),
            (0, Some(change)) => match self.engine.what_at_first_sight(change).into_iter().next() {
                Some((sku, units)) => (Some(sku), units),
                None => (None, 1),
            },
            (units, _) => (own, units),
        };
        // Whoever stands there when it comes in is no likelier than anybody.
        let is_dated = reason != ReviewReason::TimeUnsure;
        let candidates = match change.filter(|_| is_dated) {
            Some(change) => self.engine.at_first_sight(&change),
            None => Vec::new(),
        };
        let candidate = |(session, probability): (ShoppingSessionId, f64)| Candidate {
            session,
            probability: probability as f32,
            sightings: 0,
            hand_m: None,
        };
        let mut candidates: Vec<_> = candidates.into_iter().map(candidate).collect();
        likeliest_first(&mut candidates);
        let (contents, sightings) = (Vec::new(), Vec::new());
        let evidence = Evidence { shelf_event: event, contents, candidates, sightings, basis: Basis::None };
        self.open(Review::of(evidence, reason, sku, quantity, now), output);
    }

    pub(super) fn open(&mut self, review: Review, output: &mut FloorOutput) {
        self.reviews.keep(review.clone());
        output.events.push(DomainEvent::ReviewOpened { review });
    }

    /// What a unit is sold as that was taken at a moment. What comes back was priced when it was taken.
    pub(super) fn price_of_pick(&self, kind: InteractionKind, sku: &Sku, at: Timestamp) -> Option<Priced> {
        match kind {
            InteractionKind::Pick => self.priced(sku, at),
            InteractionKind::PutBack => None,
        }
    }

    /// What the unit of a product was sold as that leaves a cart first.
    fn dearest_held(&self, session: ShoppingSessionId, sku: &Sku) -> Option<Priced> {
        let units = self.sessions.get(&session)?.cart.units().find(|(one, _)| *one == sku)?.1;
        units.iter().filter_map(|unit| unit.price.clone()).max_by_key(|price| price.unit_price)
    }

    pub(super) fn apply(&mut self, interaction: &Interaction) {
        if let Some(session) = self.sessions.get_mut(&interaction.session) {
            session.cart.apply(interaction);
        }
    }
}

/// In the order in which they are shown, without those who are hardly worth a look.
pub(super) fn likeliest_first(candidates: &mut Vec<Candidate>) {
    candidates.retain(|candidate| candidate.probability >= MENTIONED);
    candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.session.cmp(&b.session)));
}
