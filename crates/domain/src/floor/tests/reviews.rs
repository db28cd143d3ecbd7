//! What staff and shoppers say about a case.

use super::*;

#[test]
fn staff_assign_a_case_to_a_visit_or_to_nobody_but_never_to_a_settled_one() {
    let (mut store, cases) = two_cases();
    let session = store.floor.session_of(shopper(BOB)).unwrap().id;
    let by = AdminId(Uuid::nil());
    let decide = |review, session| FloorInput::DecideReview { review, session, by };
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
