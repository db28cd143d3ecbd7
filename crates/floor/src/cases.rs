//! The open cases, found by whom they may concern: staff may leave thousands open, and every look at a visit asks for its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{ReviewId, ShoppingSessionId};
use domain::review::Review;

/// Whoever is this likely to have done it may be asked about a case, and their receipt waits for it.
const MAY_BE_THEIRS: f32 = 0.2;

/// Everything that staff have not decided.
#[derive(Clone, Debug, Default)]
pub(super) struct Cases {
    open: BTreeMap<ReviewId, Review>,
    /// Visits and the cases that may concern them.
    by_visit: BTreeSet<(ShoppingSessionId, ReviewId)>,
}

impl Cases {
    /// Keeps a case, or what it has become.
    pub fn keep(&mut self, review: Review) {
        self.close(review.id);
        self.by_visit.extend(concerned(&review).map(|session| (session, review.id)));
        self.open.insert(review.id, review);
    }

    /// Takes a case out.
    pub fn close(&mut self, id: ReviewId) -> Option<Review> {
        let review = self.open.remove(&id)?;
        for session in concerned(&review) {
            self.by_visit.remove(&(session, id));
        }
        Some(review)
    }

    /// One case.
    pub fn get(&self, id: ReviewId) -> Option<&Review> {
        self.open.get(&id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Review> {
        self.open.values()
    }

    /// Those that may concern a visit: its shopper is likely enough, or is being asked.
    pub fn of(&self, session: ShoppingSessionId) -> impl Iterator<Item = &Review> {
        let own = (session, ReviewId(uuid::Uuid::nil()))..=(session, ReviewId(uuid::Uuid::max()));
        self.by_visit.range(own).filter_map(|(_, id)| self.open.get(id))
    }
}

/// The visits that a case may concern; some may come twice.
fn concerned(review: &Review) -> impl Iterator<Item = ShoppingSessionId> {
    let likely = review.evidence.candidates.iter().filter(|one| one.probability >= MAY_BE_THEIRS);
    likely.map(|one| one.session).chain(review.waits_for())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use domain::ids::{AdminId, ShelfEventId, SlotId};
    use domain::interaction::{Basis, Candidate, Evidence};
    use domain::review::{Asked, ReviewReason};
    use domain::shelf::{SensorKind, ShelfEvent};

    fn visit(number: u128) -> ShoppingSessionId {
        ShoppingSessionId(Uuid::from_u128(number))
    }

    fn case(number: u128, candidates: &[(u128, f32)]) -> Review {
        let shelf_event = ShelfEvent {
            id: ShelfEventId(Uuid::from_u128(number)),
            slot: SlotId::from("s1"),
            occurred_at: Timestamp::UNIX_EPOCH,
            delta_units: -1,
            units_after: None,
            sensor: SensorKind::Beam,
            trace: Vec::new(),
            weighed: None,
            between: None,
        };
        let candidate = |&(who, probability): &(u128, f32)| Candidate {
            session: visit(who),
            probability,
            sightings: 1,
            hand_m: None,
        };
        let candidates = candidates.iter().map(candidate).collect();
        let evidence =
            Evidence { shelf_event, contents: Vec::new(), candidates, sightings: Vec::new(), basis: Basis::None };
        Review::of(evidence, ReviewReason::Unsure, None, 1, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_case_concerns_the_likely_and_whoever_is_asked() {
        let mut cases = Cases::default();
        let mut review = case(1, &[(1, 0.6), (2, 0.3), (3, 0.1)]);
        cases.keep(review.clone());
        cases.keep(case(2, &[(1, 0.9)]));
        let count = |cases: &Cases| [1, 2, 3].map(|who| cases.of(visit(who)).count());
        assert_eq!(count(&cases), [2, 1, 0]);
        let asked = Asked { session: visit(3), by: AdminId(Uuid::nil()), at: Timestamp::UNIX_EPOCH, answer: None };
        review.asked.push(asked);
        cases.keep(review.clone());
        assert_eq!(count(&cases), [2, 1, 1]);
        review.asked[0].answer = Some(false);
        cases.keep(review.clone());
        assert_eq!(count(&cases), [2, 1, 0], "who has answered is not waited for");
        assert_eq!(cases.close(review.id), Some(review));
        assert_eq!(count(&cases), [1, 0, 0]);
        assert_eq!(cases.by_visit.len(), 1);
    }
}
