//! Who is let in and out, and what a doubted visit takes.

use super::*;

#[test]
fn where_a_face_is_not_enough_the_code_opens_and_the_face_still_lets_out() {
    let mut store = Store::new();
    store.floor.policy.gate.face = FaceTrust::WithCode;
    for at in [0.0, 0.2] {
        assert!(matches!(store.look(at, "entry", vec![face(ADA, 0.5)]), GateDecision::KeepLooking { .. }));
    }
    assert_eq!(store.look(0.4, "entry", vec![face(ADA, 0.5)]), GateDecision::CodeNeeded(shopper(ADA)));
    assert_eq!(store.look(0.6, "entry", vec![code(ADA)]), GateDecision::Opened(shopper(ADA)));
    for at in [9.0, 9.2] {
        store.look(at, "exit", vec![face(ADA, 0.5)]);
    }
    assert_eq!(store.look(9.4, "exit", vec![face(ADA, 0.5)]), GateDecision::Exited(shopper(ADA)));
}

#[test]
fn what_a_doubted_visit_takes_is_for_staff_also_after_a_restart() {
    let mut store = Store::new();
    for at in [0.0, 0.2, 0.4] {
        store.look(at, "entry", vec![face(ADA, 0.5)]);
    }
    let doubt = FloorInput::Doubt { shopper: shopper(ADA), at: time(1.0), sighting: SightingId(Uuid::from_u128(7)) };
    store.look(5.0, "g1", vec![face(ADA, 0.3)]);
    store.shelf(5.0, "s1", -1);
    assert_eq!((store.cart(ADA), store.reasons()), (1, vec![]));
    let doubted = |output: FloorOutput| matches!(output.events[..], [DomainEvent::IdentityDoubted { .. }]);
    store.tick(6.6);
    assert!(doubted(store.input(6.7, doubt.clone())));
    assert!(store.input(6.8, doubt.clone()).events.is_empty(), "once is enough");
    store.look(7.0, "g1", vec![face(ADA, 0.3)]);
    store.shelf(7.0, "s1", -1);
    store.tick(9.0);
    assert_eq!((store.cart(ADA), store.reasons()), (1, vec![ReviewReason::IdentityDoubted]));

    let sessions = store.floor.sessions().cloned().collect();
    let mut restored = Store::restored(FloorMemory { sessions, restored_at: time(20.0), ..FloorMemory::default() });
    restored.look(30.0, "g1", vec![face(ADA, 0.3)]);
    restored.shelf(30.0, "s1", -1);
    restored.tick(32.0);
    assert_eq!((restored.cart(ADA), restored.reasons()), (1, vec![ReviewReason::IdentityDoubted]));

    let mut by_code = Store::new();
    assert!(by_code.input(0.0, doubt.clone()).events.is_empty(), "nobody came in");
    by_code.enter(1.0, ADA);
    assert!(by_code.input(2.0, doubt).events.is_empty(), "a code proves who it is");
}

#[test]
fn a_face_needs_several_looks_that_agree_and_opens_one_visit() {
    let mut store = Store::new();
    assert_eq!(store.look(0.0, "entry", vec![]), GateDecision::NoFace);
    assert_eq!(store.look(0.1, "entry", vec![stranger(0.5)]), GateDecision::NotRecognised);
    let counting = |votes| GateDecision::KeepLooking { votes, needed: 3 };
    assert_eq!(store.look(0.2, "entry", vec![face(ADA, 0.5)]), counting(1));
    assert_eq!(store.look(0.4, "entry", vec![face(ADA, 0.5), stranger(0.9)]), counting(2));
    assert_eq!(store.look(0.6, "entry", vec![face(ADA, 0.5)]), GateDecision::Opened(shopper(ADA)));
    for at in [0.8, 1.0] {
        store.look(at, "entry", vec![face(ADA, 0.5)]);
    }
    let again = store.look(1.2, "entry", vec![face(ADA, 0.5)]);
    assert_eq!(again, GateDecision::AlreadyInside(shopper(ADA)));
    assert_eq!(store.floor.sessions().count(), 1);
}

#[test]
fn looks_that_lie_far_apart_or_disagree_do_not_add_up() {
    let mut store = Store::new();
    for at in [0.0, 5.0, 10.0, 15.0] {
        let counting = GateDecision::KeepLooking { votes: 1, needed: 3 };
        assert_eq!(store.look(at, "entry", vec![face(ADA, 0.5)]), counting);
    }
    for n in 0..8 {
        let who = if n % 2 == 0 { ADA } else { BOB };
        let decision = store.look(30.0 + 0.2 * f64::from(n), "entry", vec![face(who, 0.5)]);
        assert!(matches!(decision, GateDecision::KeepLooking { .. }), "{decision:?}");
    }
}

#[test]
fn an_exit_without_an_entry_closes_nothing() {
    let mut store = Store::new();
    assert_eq!(store.look(0.0, "exit", vec![code(ADA)]), GateDecision::NotInside(shopper(ADA)));
    assert_eq!(store.events, []);
}
