//! A change on a shelf reaches a cart, or somebody is asked.

use super::*;
use domain::interaction::InteractionKind;

#[test]
fn whoever_is_seen_at_the_shelf_before_it_changes_gets_it_at_once() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.5, "g1", vec![face(ADA, 0.3)]);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -2);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (2, 0));
}

#[test]
fn a_face_that_is_seen_only_afterwards_counts_too() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    assert_eq!(store.cart(ADA), 0, "nobody was seen yet");
    store.look(10.3, "g1", vec![face(ADA, 0.3)]);
    store.look(10.6, "g1", vec![face(ADA, 0.3)]);
    store.tick(11.6);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));
}

#[test]
fn of_two_at_one_shelf_the_one_before_the_slot_is_likelier_and_a_tie_bills_nobody() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.9, "g1", vec![face(ADA, 0.32), face(BOB, 0.95)]);
    store.look(10.1, "g1", vec![face(ADA, 0.32), face(BOB, 0.95)]);
    store.shelf(10.1, "s1", -1);
    store.tick(12.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));

    store.look(19.9, "g1", vec![face(ADA, 0.2), face(BOB, 0.4)]);
    store.shelf(20.0, "s1", -1);
    store.tick(22.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));
    assert_eq!(store.reasons(), [ReviewReason::Unsure]);
}

#[test]
fn a_stranger_in_the_picture_makes_it_unsure() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3), stranger(0.4)]);
    store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    assert_eq!(store.cart(ADA), 0);
    assert_eq!(store.reasons(), [ReviewReason::Unsure]);
}

#[test]
fn the_only_shopper_in_the_store_is_billed_even_with_the_face_hidden() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    assert_eq!(store.cart(ADA), 1);

    store.enter(20.0, BOB);
    store.shelf(30.0, "s1", -1);
    store.tick(32.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));
    assert_eq!(store.reasons(), [ReviewReason::NobodySeen]);
}

#[test]
fn a_put_back_comes_out_of_a_cart_that_holds_it_whoever_stands_there() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.look(19.9, "g1", vec![face(BOB, 0.3), face(ADA, 0.4)]);
    store.shelf(20.0, "s1", 1);
    store.tick(22.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (0, 0));
    assert_eq!(store.reasons(), []);

    store.shelf(30.0, "s1", 1);
    store.tick(32.0);
    assert_eq!(store.reasons(), [ReviewReason::NobodyHoldsIt]);
}

#[test]
fn of_a_put_back_only_what_is_held_comes_out_and_the_rest_is_asked() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.look(19.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(20.0, "s1", 3);
    store.tick(22.0);
    assert_eq!(store.cart(ADA), 0);
    let rest: Vec<_> = store.floor.reviews().map(|review| (review.reason, review.quantity)).collect();
    assert_eq!(rest, [(ReviewReason::NobodyHoldsIt, 2)]);
}

#[test]
fn what_cannot_be_billed_is_asked_about_and_never_billed() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.5)]);
    for (slot, delta, reason) in
        [("s2", -1, ReviewReason::NoPrice), ("s9", -1, ReviewReason::UnknownSlot), ("s1", -20, ReviewReason::TooMany)]
    {
        store.shelf(10.0, slot, delta);
        store.tick(12.0);
        assert!(store.reasons().contains(&reason), "{slot} {delta}: {:?}", store.reasons());
    }
    assert!(store.floor.session_of(shopper(ADA)).unwrap().cart.is_empty());
}

#[test]
fn an_event_that_comes_twice_counts_once() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    let event = store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    for at in [12.1, 60.0] {
        assert_eq!(store.input(at, FloorInput::Shelf(event.clone())).events, []);
    }
    assert_eq!(store.cart(ADA), 1);
}

#[test]
fn a_put_back_waits_behind_the_pick_that_it_undoes() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    store.look(10.2, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.3, "s1", 1);
    store.look(10.4, "g1", vec![face(ADA, 0.3)]);
    store.tick(13.0);
    assert_eq!(store.reasons(), []);
    let kinds: Vec<_> = store
        .events
        .iter()
        .filter_map(|event| match event {
            DomainEvent::InteractionRecorded { interaction } => Some(interaction.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [InteractionKind::Pick, InteractionKind::PutBack]);
    assert_eq!(store.cart(ADA), 0);
}

#[test]
fn a_late_shelf_event_still_reaches_the_order_while_the_visit_settles() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.exit(12.0, ADA);
    let late = ShelfEvent { occurred_at: time(10.0), ..store.shelf(10.0, "s9", -1) };
    let late = ShelfEvent { id: ShelfEventId(Uuid::from_u128(77)), slot: SlotId::from("s1"), ..late };
    store.input(14.0, FloorInput::Shelf(late));
    assert_eq!(store.floor.next_wakeup(), Some(time(17.0)));
    store.tick(17.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
    assert_eq!(store.floor.sessions().count(), 0);
    assert_eq!(store.floor.next_wakeup(), None);
}
