//! What staff and shoppers say about a case.

use super::*;
use crate::interaction::InteractionKind;

#[test]
fn staff_assign_a_case_to_a_visit_or_to_nobody_but_never_to_a_settled_one() {
    let (mut store, cases) = two_cases();
    let session = store.floor.session_of(shopper(BOB)).unwrap().id;
    let by = AdminId(Uuid::nil());
    let decide = |review, session| FloorInput::DecideReview { review, session, sku: None, by };
    store.input(15.0, decide(cases[0], Some(session)));
    assert_eq!(store.cart(BOB), 1);
    let again = store.input(15.0, decide(cases[0], None)).refused;
    assert_eq!(again, Some(Refused::Review(ReviewError::NotOpen)));
    store.exit(16.0, BOB);
    store.tick(30.0);
    let late = store.input(31.0, decide(cases[1], Some(session))).refused;
    assert_eq!(late, Some(Refused::Review(ReviewError::VisitSettled)));
    store.input(32.0, decide(cases[1], None));
    assert_eq!(store.reasons(), []);
    assert_eq!(store.orders(), [(shopper(BOB), 149)]);
}

#[test]
fn a_shopper_who_is_asked_says_yes_or_no_and_nobody_else_can() {
    let (mut store, cases) = two_cases();
    let of = |store: &Store, who| store.floor.session_of(shopper(who)).unwrap().id;
    let (ada, bob) = (of(&store, ADA), of(&store, BOB));
    let by = AdminId(Uuid::nil());
    let ask = |review, session| FloorInput::AskShopper { review, session, by };
    let answer = |review, who, it_was_them| FloorInput::AnswerQuestion { review, shopper: shopper(who), it_was_them };
    let refused = |output: FloorOutput| match output.refused {
        Some(Refused::Review(error)) => error,
        other => panic!("{other:?}"),
    };

    assert_eq!(refused(store.input(15.0, answer(cases[0], ADA, true))), ReviewError::NotAsked);
    assert_eq!(store.input(15.0, ask(cases[0], ada)).refused, None);
    assert_eq!(store.floor.questions_to(ada).count(), 1);
    assert_eq!(refused(store.input(15.1, ask(cases[0], bob))), ReviewError::AlreadyAsked);
    assert_eq!(refused(store.input(15.2, answer(cases[0], BOB, true))), ReviewError::NotAsked);
    assert_eq!(store.input(16.0, answer(cases[0], ADA, false)).refused, None);
    assert_eq!((store.cart(ADA), store.floor.questions_to(ada).count()), (0, 0));
    assert_eq!(refused(store.input(16.1, answer(cases[0], ADA, true))), ReviewError::NotAsked);

    store.input(17.0, ask(cases[0], bob));
    let events = store.input(18.0, answer(cases[0], BOB, true)).events;
    assert!(
        matches!(&events[..], [DomainEvent::ReviewAnswered { .. }, DomainEvent::ReviewDecided { interaction: Some(one), .. }]
        if one.evidence.basis == crate::interaction::Basis::Shopper)
    );
    assert_eq!(store.cart(BOB), 1);

    store.input(19.0, ask(cases[1], ada));
    store.exit(20.0, ADA);
    store.tick(40.0);
    assert_eq!(refused(store.input(41.0, answer(cases[1], ADA, true))), ReviewError::VisitSettled);
    assert_eq!(store.input(42.0, ask(cases[1], bob)).refused, None, "who did not answer in time is not waited for");
}

#[test]
fn what_comes_back_need_not_be_decided() {
    let (mut store, _) = two_cases();
    store.shelf(20.0, "s1", 1);
    store.tick(25.0);
    let open: Vec<_> = store.floor.reviews().map(|review| review.evidence.shelf_event.occurred_at).collect();
    assert_eq!(open, [time(10.0)], "the later pick is undone, and the put-back is no case of its own");
    let undone = store.events.iter().filter(|event| matches!(event, DomainEvent::UnitsCameBack { .. }));
    assert_eq!(undone.count(), 1);

    store.shelf(30.0, "s1", 2);
    store.tick(35.0);
    let open: Vec<_> = store.floor.reviews().map(|review| (review.kind, review.left())).collect();
    assert_eq!(open, [(InteractionKind::PutBack, 1)], "of two, one was never seen to be taken");
    store.exit(40.0, ADA);
    store.exit(40.0, BOB);
    store.tick(60.0);
    assert_eq!(store.orders(), []);
}

#[test]
fn of_two_units_one_comes_back_and_one_is_left_to_decide() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -2);
    store.tick(14.0);
    store.shelf(20.0, "s1", 1);
    store.tick(25.0);
    let case = store.floor.reviews().next().unwrap().clone();
    assert_eq!((case.quantity, case.came_back, case.left()), (2, 1, 1));
    let session = store.floor.session_of(shopper(ADA)).unwrap().id;
    let (by, session) = (AdminId(Uuid::nil()), Some(session));
    store.input(26.0, FloorInput::DecideReview { review: case.id, session, sku: None, by });
    assert_eq!(store.cart(ADA), 1);
}

#[test]
fn what_was_taken_by_others_is_not_undone() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    // Two who stand side by side: one of them took it.
    for tenths in 80..120 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(ADA, 0.25), face(BOB, 0.35)]);
        if tenths == 100 {
            store.shelf(10.0, "s1", -1);
        }
    }
    store.tick(14.0);
    assert_eq!(store.reasons(), [ReviewReason::Unsure]);
    // A third, who came later, puts one down.
    store.exit(15.0, BOB);
    store.exit(15.0, ADA);
    store.tick(40.0);
    store.enter(41.0, 0xC0C0);
    for tenths in 500..540 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(0xC0C0, 0.3)]);
    }
    store.shelf(52.0, "s1", 1);
    store.tick(60.0);
    assert_eq!(store.reasons(), [ReviewReason::Unsure, ReviewReason::NobodyHoldsIt]);
}
