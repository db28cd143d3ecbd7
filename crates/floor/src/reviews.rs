//! The floor and its reviews: what staff decide, and what they ask shoppers.

use jiff::Timestamp;

use super::tape::What;
use super::{Floor, FloorOutput};
use domain::event::DomainEvent;
use domain::ids::{AdminId, InteractionId, ReviewId, ShopperId, ShoppingSessionId, Sku};
use domain::interaction::{Basis, Evidence, Interaction, InteractionKind};
use domain::review::{Asked, Review, ReviewDecision, ReviewError};

impl Floor {
    /// Carries out what staff decided.
    pub(super) fn decide_review(
        &mut self,
        now: Timestamp,
        id: ReviewId,
        session: Option<ShoppingSessionId>,
        sku: Option<Sku>,
        by: AdminId,
    ) -> Result<DomainEvent, ReviewError> {
        self.close_review(now, id, session, sku.as_ref(), by, Basis::Staff)
    }

    /// Asks the shopper of a visit whether it was them.
    pub(super) fn ask_shopper(
        &mut self,
        now: Timestamp,
        id: ReviewId,
        session: ShoppingSessionId,
        by: AdminId,
    ) -> Result<DomainEvent, ReviewError> {
        let review = self.reviews.get(id).ok_or(ReviewError::NotOpen)?;
        if review.waits_for().is_some_and(|asked| self.sessions.contains_key(&asked)) {
            return Err(ReviewError::AlreadyAsked);
        }
        // Nobody is asked what a yes could not change.
        self.interaction_of(review, session, None, Basis::Shopper)?;
        let mut review = review.clone();
        review.asked.push(Asked { session, by, at: now, answer: None });
        self.reviews.keep(review.clone());
        Ok(DomainEvent::ReviewAsked { review })
    }

    /// Takes a shopper's answer. A yes decides the case, in the name of whoever asked; a no leaves it to staff.
    pub(super) fn answer_question(
        &mut self,
        now: Timestamp,
        id: ReviewId,
        shopper: ShopperId,
        it_was_them: bool,
    ) -> Result<Vec<DomainEvent>, ReviewError> {
        let mut review = self.reviews.get(id).ok_or(ReviewError::NotAsked)?.clone();
        let session = review.waits_for().ok_or(ReviewError::NotAsked)?;
        let asked = review.asked.last_mut().ok_or(ReviewError::NotAsked)?;
        match self.sessions.get(&session) {
            Some(visit) if visit.shopper == shopper => {}
            Some(_) => return Err(ReviewError::NotAsked),
            None => return Err(ReviewError::VisitSettled),
        }
        asked.answer = Some(it_was_them);
        let by = asked.by;
        self.reviews.keep(review.clone());
        let mut events = vec![DomainEvent::ReviewAnswered { review }];
        if it_was_them {
            // It may have become impossible since the question; then the answer is kept and staff decide.
            events.extend(self.close_review(now, id, Some(session), None, by, Basis::Shopper));
        }
        Ok(events)
    }

    /// Cases in which this visit's shopper is being asked.
    pub fn questions_to(&self, session: ShoppingSessionId) -> impl Iterator<Item = &Review> {
        self.reviews.of(session).filter(move |review| review.waits_for() == Some(session))
    }

    fn close_review(
        &mut self,
        now: Timestamp,
        id: ReviewId,
        session: Option<ShoppingSessionId>,
        sku: Option<&Sku>,
        by: AdminId,
        basis: Basis,
    ) -> Result<DomainEvent, ReviewError> {
        let review = self.reviews.get(id).ok_or(ReviewError::NotOpen)?;
        let interaction = session.map(|session| self.interaction_of(review, session, sku, basis)).transpose()?;
        if let Some(interaction) = &interaction {
            self.apply(interaction);
            let units = i32::try_from(interaction.quantity).unwrap_or(i32::MAX);
            let taken = if interaction.kind == InteractionKind::Pick { units } else { -units };
            let (session, sku) = (interaction.session, interaction.sku.clone());
            self.engine.give(session, &sku, taken);
            if interaction.kind == InteractionKind::Pick {
                self.add_to_deferred(session, &sku, interaction.quantity);
            }
            self.note(now, || What::Decided { session, sku, units: taken });
        }
        self.reviews.close(id);
        let decision = ReviewDecision { review: id, session, by, decided_at: now };
        Ok(DomainEvent::ReviewDecided { decision, interaction })
    }

    /// Units that came back and that nobody's cart holds were taken in picks that staff have not decided: there is nothing to decide
    /// about these any more. The latest first, and only picks by somebody who may have put them back. Gives the units that
    /// are left.
    pub(super) fn take_back_from_reviews(
        &mut self,
        now: Timestamp,
        sku: &Sku,
        mut units: u32,
        evidence: &Evidence,
        output: &mut FloorOutput,
    ) -> u32 {
        let put_back = &evidence.shelf_event;
        let may_be_theirs = |review: &&Review| {
            let (takers, returners) = (&review.evidence.candidates, &evidence.candidates);
            takers.is_empty()
                || returners.is_empty()
                || takers.iter().any(|one| returners.iter().any(|other| other.session == one.session))
        };
        let picks = self.reviews.iter().filter(|review| {
            review.kind == InteractionKind::Pick
                && review.sku.as_ref() == Some(sku)
                && review.evidence.shelf_event.occurred_at <= put_back.occurred_at
        });
        let mut picks: Vec<_> = picks.filter(may_be_theirs).cloned().collect();
        picks.sort_by_key(|review| std::cmp::Reverse((review.evidence.shelf_event.occurred_at, review.id)));
        for mut review in picks {
            let back = units.min(review.left());
            if back == 0 {
                break;
            }
            units -= back;
            review.came_back += back;
            match review.left() {
                0 => drop(self.reviews.close(review.id)),
                _ => self.reviews.keep(review.clone()),
            }
            output.events.push(DomainEvent::UnitsCameBack { review, put_back: put_back.clone(), at: now });
        }
        units
    }

    /// What a case would do to a visit's cart, if it was theirs.
    fn interaction_of(
        &self,
        review: &Review,
        session: ShoppingSessionId,
        sku: Option<&Sku>,
        basis: Basis,
    ) -> Result<Interaction, ReviewError> {
        let visit = self.sessions.get(&session).ok_or(ReviewError::VisitSettled)?;
        let sku = sku.or(review.sku.as_ref()).ok_or(ReviewError::NothingToBill)?.clone();
        let quantity = review.units_of(&sku).ok_or(ReviewError::OtherProduct)?;
        let occurred_at = review.evidence.shelf_event.occurred_at;
        self.priced(&sku, occurred_at).ok_or(ReviewError::NothingToBill)?;
        if review.kind == InteractionKind::PutBack && visit.cart.held(&sku) < quantity {
            return Err(ReviewError::NotHeld);
        }
        Ok(Interaction {
            // Part of the same event may have been attributed without staff, so this is another id.
            id: InteractionId::derived(review.id.0, "interaction"),
            price: self.price_of_pick(review.kind, &sku, occurred_at),
            session,
            kind: review.kind,
            sku,
            quantity,
            occurred_at,
            confidence: 1.0,
            evidence: Evidence { basis, ..review.evidence.clone() },
        })
    }
}
