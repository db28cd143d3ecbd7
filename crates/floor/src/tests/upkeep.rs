//! Restarts, edits of the store, late ticks, erasure, and the same bytes twice.

use super::*;

#[test]
fn staff_can_end_a_visit_that_nobody_saw_leave() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    let session = store.floor.session_of(shopper(ADA)).unwrap().id;
    assert_eq!(store.input(5.0, FloorInput::CloseVisit(session)).refused, None);
    let again = store.input(6.0, FloorInput::CloseVisit(session)).refused;
    assert_eq!(again, Some(Refused::NoSuchVisit));
    store.tick(20.0);
    assert_eq!(store.floor.sessions().count(), 0);
}

#[test]
fn a_restored_floor_goes_on_where_it_stopped() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    let taken = store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    let kept = ShelfEvent { id: ShelfEventId(Uuid::from_u128(500)), occurred_at: time(18.9), ..taken.clone() };
    let memory = FloorMemory {
        sessions: store.floor.sessions().cloned().collect(),
        undecided: vec![kept.clone()],
        reviews: Vec::new(),
        recent_events: vec![taken.id],
        last_order: 7,
        restored_at: time(19.0),
        ..FloorMemory::default()
    };
    let mut store = Store::restored(memory);
    store.tick(20.0);
    assert_eq!(store.reasons(), [ReviewReason::TooLate], "nobody knows any more who stood there");
    assert_eq!(store.input(20.1, FloorInput::Shelf(taken)).events, []);
    assert_eq!(store.input(20.1, FloorInput::Shelf(kept)).events, []);
    store.tick(22.0);
    assert_eq!(store.cart(ADA), 1);
    store.exit(23.0, ADA);
    store.tick(30.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
    assert!(store.events.iter().any(|event| matches!(event,
        DomainEvent::SessionSettled { order: Some(order), .. } if order.number == OrderNumber(8))));
}

#[test]
fn what_happened_while_nobody_watched_is_asked_about() {
    let mut before = Store::new();
    before.enter(0.0, ADA);
    before.look(19.9, "g1", vec![face(ADA, 0.3)]);
    before.enter(0.0, BOB);
    before.exit(18.0, BOB);
    let memory = FloorMemory {
        sessions: before.floor.sessions().cloned().collect(),
        restored_at: time(40.0),
        ..FloorMemory::default()
    };
    let mut store = Store::restored(memory);
    store.tick(41.0);
    assert_eq!(store.orders(), [], "what was on its way when the floor stopped is still waited for");
    let late = ShelfEvent { occurred_at: time(17.0), ..store.shelf(41.0, "s9", -1) };
    store.input(
        41.5,
        FloorInput::Shelf(ShelfEvent { id: ShelfEventId(Uuid::from_u128(77)), slot: "s1".into(), ..late }),
    );
    store.look(42.0, "g1", vec![face(ADA, 0.3)]);
    store.shelf(42.1, "s1", -1);
    store.tick(45.0);
    assert_eq!(store.reasons(), [ReviewReason::TooLate, ReviewReason::UnknownSlot, ReviewReason::TooLate]);
    assert_eq!(store.cart(ADA), 0);
    assert_eq!(store.floor.sessions().count(), 1, "Bob has settled");

    store.look(49.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(50.0, "s1", -1);
    assert_eq!(store.cart(ADA), 1);
}

#[test]
fn a_new_price_judges_nothing_early_and_a_new_place_judges_by_the_old_one() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    let mut catalog = store.floor.catalog().clone();
    catalog.0.get_mut(&Sku::from("cola")).unwrap().price = Some(Minor(99));
    let output = store.input(10.2, FloorInput::CatalogReplaced(catalog));
    assert!(output.events.is_empty() && !output.rearranged);
    let mut planogram = store.floor.planogram().clone();
    planogram.0.remove(&SlotId::from("s1"));
    let output = store.input(10.4, FloorInput::PlanogramReplaced(planogram));
    assert!(matches!(output.events[..], [DomainEvent::InteractionRecorded { .. }]) && output.rearranged);
    store.exit(12.0, ADA);
    store.tick(20.0);
    assert_eq!(store.orders(), [(shopper(ADA), 99)]);
}

#[test]
fn a_put_back_is_believed_by_a_likelihood_of_its_own_whatever_a_review_costs() {
    let mut store = Store::new();
    store.floor.policy.attribution.policy = Policy::LeastCost(Costs { overcharge: 20.0, unbilled: 1.0, review: 1.0 });
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.look(19.9, "g1", vec![face(BOB, 0.3), face(ADA, 0.4)]);
    store.shelf(20.0, "s1", 1);
    store.tick(22.0);
    assert_eq!((store.cart(ADA), store.reasons()), (0, vec![]));
}

#[test]
fn what_was_due_is_done_at_its_time_however_late_the_tick() {
    let play = |ticks: &[f64]| {
        let mut store = Store::new();
        store.enter(0.0, ADA);
        store.enter(0.0, BOB);
        store.shelf(10.0, "s1", -1);
        store.look(10.5, "g1", vec![face(ADA, 0.3)]);
        for at in ticks {
            store.tick(*at);
        }
        // Too late to speak for the event, unless it were decided only now.
        store.look(12.0, "g1", vec![face(BOB, 0.3)]);
        store.exit(13.0, ADA);
        for at in ticks {
            store.tick(*at + 8.0);
        }
        store.enter(30.0, ADA);
        store.events
    };
    assert_eq!(play(&[]), play(&[10.6, 11.5, 11.9]));
}

#[test]
fn a_clock_that_steps_back_does_no_harm() {
    let mut store = Store::new();
    store.enter(100.0, ADA);
    store.exit(110.0, ADA);
    store.tick(50.0);
    store.tick(114.9);
    assert_eq!(store.floor.sessions().count(), 1);
    store.tick(115.0);
    assert_eq!(store.floor.sessions().count(), 0);
}

#[test]
fn a_forgotten_shopper_is_a_stranger_in_what_was_seen() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.input(10.0, FloorInput::Forget(shopper(ADA)));
    store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    assert_eq!(store.reasons().len(), 1);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let play = || {
        let mut store = Store::new();
        store.enter(0.0, ADA);
        store.enter(1.0, BOB);
        store.look(9.9, "g1", vec![face(ADA, 0.3), face(BOB, 0.7)]);
        store.shelf(10.0, "s1", -1);
        store.tick(12.0);
        store.exit(13.0, ADA);
        store.exit(13.5, BOB);
        store.tick(30.0);
        serde_json::to_string(&store.events).unwrap()
    };
    assert_eq!(play(), play());
}
