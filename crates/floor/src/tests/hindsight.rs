//! A sighting that comes after the decision: what it speaks against is taken back while the visit has not settled.

use super::*;
use domain::interaction::{Basis, InteractionKind};

impl Store {
    /// A look that arrives later than it was made.
    fn look_late(&mut self, at: f64, arrives: f64, seen: Vec<Seen>) {
        let sighting = Sighting {
            id: SightingId(self.id()),
            device: DeviceId(Uuid::nil()),
            zone: ZoneId::from("g1"),
            occurred_at: time(at),
            seen,
        };
        self.input(arrives, FloorInput::Look { place: Place::Shelf, sighting });
    }
}

/// Bob takes a cola unseen: his frames are late. Ada's face is seen there just afterwards, so that it is hers.
fn decided_for_ada() -> Store {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    for tenths in 0..4 {
        store.look(5.0 + f64::from(tenths) / 5.0, "g1", vec![face(BOB, 0.9)]);
    }
    store.shelf(10.0, "s1", -1);
    for tenths in 0..4 {
        store.look(10.8 + f64::from(tenths) / 5.0, "g1", vec![face(ADA, 0.3)]);
    }
    store.tick(12.0);
    assert_eq!((store.cart(ADA), store.cart(BOB), store.reasons()), (1, 0, vec![]));
    store
}

fn bobs_frames(store: &mut Store, arrive: f64) {
    for tenths in 0..4 {
        store.look_late(9.6 + f64::from(tenths) / 5.0, arrive, vec![face(BOB, 0.3)]);
    }
}

#[test]
fn what_a_late_sighting_speaks_against_is_taken_off_the_bill_and_left_to_staff() {
    let mut store = decided_for_ada();
    bobs_frames(&mut store, 13.0);
    assert_eq!((store.cart(ADA), store.reasons()), (0, vec![ReviewReason::SeenLater]));
    let review = store.floor.reviews().next().unwrap().clone();
    let bob = store.floor.session_of(shopper(BOB)).unwrap().id;
    assert_eq!((review.quantity, review.evidence.basis), (1, Basis::SeenLater));
    assert_eq!(review.evidence.candidates.first().map(|one| (one.session, one.sightings > 0)), Some((bob, true)));
    // Staff say whose it was, and each pays for what they took.
    store.input(
        14.0,
        FloorInput::DecideReview { review: review.id, session: Some(bob), sku: None, by: AdminId(Uuid::nil()) },
    );
    store.exit(15.0, ADA);
    store.exit(15.0, BOB);
    store.tick(60.0);
    assert_eq!(store.orders(), [(shopper(BOB), 149)]);
}

#[test]
fn staff_may_still_say_that_it_was_the_one_who_was_billed() {
    let mut store = decided_for_ada();
    store.exit(12.5, ADA);
    bobs_frames(&mut store, 13.0);
    let review = store.floor.reviews().next().unwrap().id;
    let ada = store.floor.session_of(shopper(ADA)).unwrap().id;
    store.input(14.0, FloorInput::DecideReview { review, session: Some(ada), sku: None, by: AdminId(Uuid::nil()) });
    store.tick(60.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
}

#[test]
fn a_late_sighting_that_changes_nothing_takes_nothing_back() {
    let mut store = decided_for_ada();
    store.look_late(10.4, 13.0, vec![face(ADA, 0.3)]);
    store.look_late(9.8, 13.1, vec![face(BOB, 0.9)]);
    assert_eq!((store.cart(ADA), store.reasons()), (1, vec![]));
}

#[test]
fn a_settled_visit_stays_as_it_is() {
    let mut store = decided_for_ada();
    store.exit(12.5, ADA);
    store.tick(18.0);
    bobs_frames(&mut store, 18.5);
    assert_eq!((store.orders(), store.reasons()), (vec![(shopper(ADA), 149)], vec![]));
}

#[test]
fn after_the_shelves_were_rearranged_nothing_of_before_is_judged_by_the_new_ones() {
    let mut store = decided_for_ada();
    store.input(12.6, FloorInput::PlanogramReplaced(Planogram::default()));
    bobs_frames(&mut store, 13.0);
    assert_eq!(store.cart(ADA), 1);
}

/// Ada and Bob have taken a cola each; one is put back at 40 s, and it is Ada's face that is seen there afterwards.
fn put_back_by_ada() -> Store {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    for (at, who) in [(5.0, ADA), (20.0, BOB)] {
        for tenths in 0..6 {
            store.look(at - 0.4 + f64::from(tenths) / 5.0, "g1", vec![face(who, 0.3)]);
        }
        store.shelf(at + 0.1, "s1", -1);
        store.tick(at + 5.0);
    }
    assert_eq!((store.cart(ADA), store.cart(BOB), store.reasons()), (1, 1, vec![]));
    store.shelf(40.0, "s1", 1);
    for tenths in 0..4 {
        store.look(40.6 + f64::from(tenths) / 5.0, "g1", vec![face(ADA, 0.3)]);
    }
    store.tick(42.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (0, 1));
    store
}

#[test]
fn a_put_back_stays_in_its_shoppers_favour_while_it_may_have_been_theirs() {
    let mut store = put_back_by_ada();
    for tenths in 0..4 {
        store.look_late(39.6 + f64::from(tenths) / 5.0, 43.0, vec![face(BOB, 0.3)]);
    }
    assert_eq!((store.cart(ADA), store.cart(BOB), store.reasons()), (0, 1, vec![]));
}

#[test]
fn what_somebody_elsewhere_cannot_have_put_back_is_theirs_again_at_its_price() {
    let mut store = put_back_by_ada();
    for tenths in 0..4 {
        let at = 39.6 + f64::from(tenths) / 5.0;
        store.look_late(at, 43.0, vec![face(BOB, 0.3), face(ADA, 0.95)]);
    }
    assert_eq!((store.cart(ADA), store.cart(BOB), store.reasons()), (1, 1, vec![ReviewReason::SeenLater]));
    let review = store.floor.reviews().next().unwrap();
    assert_eq!((review.kind, review.left()), (InteractionKind::PutBack, 1));
    let (id, bob) = (review.id, store.floor.session_of(shopper(BOB)).unwrap().id);
    store.input(44.0, FloorInput::DecideReview { review: id, session: Some(bob), sku: None, by: AdminId(Uuid::nil()) });
    store.exit(45.0, ADA);
    store.exit(45.0, BOB);
    store.tick(90.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
}
