//! What staff and shoppers say about a case.

use super::*;
use domain::interaction::InteractionKind;

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
        if one.evidence.basis == domain::interaction::Basis::Shopper)
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
    store.enter(41.0, CYD);
    for tenths in 500..540 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(CYD, 0.3)]);
    }
    store.shelf(52.0, "s1", 1);
    store.tick(60.0);
    assert_eq!(store.reasons(), [ReviewReason::Unsure, ReviewReason::NobodyHoldsIt]);
}

/// Two stand side by side and one of them took something; both walk out at 20 s, and receipts may wait until 80 s.
fn unsure_and_gone() -> Store {
    let mut store = Store::new();
    store.floor.policy.reviewing = SignedDuration::from_secs(60);
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.enter(0.0, CYD);
    for tenths in 80..120 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(ADA, 0.25), face(BOB, 0.35)]);
        if tenths == 100 {
            store.shelf(10.0, "s1", -1);
        }
    }
    store.exit(20.0, ADA);
    store.exit(20.0, BOB);
    store.exit(20.0, CYD);
    store.tick(30.0);
    store
}

fn open_visits(store: &Store) -> Vec<ShopperId> {
    store.floor.sessions().map(|session| session.shopper).collect()
}

#[test]
fn a_receipt_waits_for_an_open_case_until_staff_have_decided() {
    let mut store = unsure_and_gone();
    let mut waiting = open_visits(&store);
    waiting.sort();
    let mut both = [shopper(ADA), shopper(BOB)];
    both.sort();
    assert_eq!(waiting, both, "whom it does not concern has a receipt");
    let deferred = store.events.iter().filter(|event| matches!(event, DomainEvent::ReceiptDeferred { .. })).count();
    assert_eq!(deferred, 2);
    let case = store.floor.reviews().next().unwrap().id;
    let session = store.floor.sessions().find(|one| one.shopper == shopper(BOB)).map(|one| one.id);
    let decide = FloorInput::DecideReview { review: case, session, sku: None, by: AdminId(Uuid::nil()) };
    assert_eq!(store.input(40.0, decide).refused, None);
    assert_eq!(store.orders(), [(shopper(BOB), 149)], "at once");
    assert_eq!(open_visits(&store), []);
}

#[test]
fn a_receipt_never_waits_longer_than_the_operators_limit() {
    let mut store = unsure_and_gone();
    assert_eq!(store.floor.next_wakeup(), Some(time(80.0)));
    store.tick(79.0);
    assert_eq!(open_visits(&store).len(), 2);
    store.tick(80.0);
    assert_eq!((open_visits(&store).len(), store.orders().len()), (0, 0), "without what is unsure");
    assert_eq!(store.reasons(), [ReviewReason::Unsure], "staff may still say that it was nobody's");
}

#[test]
fn whoever_is_asked_may_answer_after_walking_out() {
    let mut store = unsure_and_gone();
    let case = store.floor.reviews().next().unwrap().id;
    let ada = store.floor.sessions().find(|one| one.shopper == shopper(ADA)).map(|one| one.id).unwrap();
    let ask = FloorInput::AskShopper { review: case, session: ada, by: AdminId(Uuid::nil()) };
    assert_eq!(store.input(31.0, ask).refused, None);
    store.input(50.0, FloorInput::AnswerQuestion { review: case, shopper: shopper(ADA), it_was_them: true });
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
    assert_eq!(open_visits(&store), []);
}

#[test]
fn after_a_restart_a_receipt_waits_no_longer_than_it_would_have() {
    let before = unsure_and_gone();
    let sessions: Vec<_> = before.floor.sessions().cloned().collect();
    assert!(sessions.iter().all(|session| session.settles_at == Some(time(80.0))));
    let reviews = before.floor.reviews().cloned().collect();
    let memory = FloorMemory { sessions, reviews, restored_at: time(60.0), ..FloorMemory::default() };
    let mut store = Store::restored(memory);
    store.floor.policy.reviewing = SignedDuration::from_secs(60);
    store.tick(79.0);
    assert_eq!(open_visits(&store).len(), 2);
    store.tick(81.0);
    assert_eq!(open_visits(&store), []);
}
