//! What load cells feel: which product it was, also where it does not belong.

use super::*;
use domain::interaction::{Interaction, InteractionKind};

fn weighing() -> Store {
    weighing_since(FloorMemory::default())
}

fn weighing_since(memory: FloorMemory) -> Store {
    let products = [("cola", Some(149), Some(540)), ("chips", Some(199), Some(170)), ("lotion", Some(399), Some(265))];
    let slots = [("s1", "cola", 0.3), ("s2", "chips", 0.35), ("s3", "lotion", 0.9)];
    let mut store = Store::selling(&products, &slots, memory);
    store.enter(0.0, ADA);
    store
}

/// Somebody stands before a place of the shelf for two seconds around `at`, and meanwhile something changes.
fn stand(store: &mut Store, who: u128, x: f32, at: f64, change: impl FnOnce(&mut Store)) {
    let mut change = Some(change);
    for tenth in -20..=20 {
        store.look(at + f64::from(tenth) / 10.0, "g1", vec![face(who, x)]);
        if tenth == 0
            && let Some(change) = change.take()
        {
            change(store);
        }
    }
    store.tick(at + 8.0);
}

fn moves(store: &Store) -> Vec<(InteractionKind, &str, u32)> {
    let one = |interaction: &Interaction| (interaction.kind, interaction.sku.clone(), interaction.quantity);
    let all = store.events.iter().filter_map(|event| match event {
        DomainEvent::InteractionRecorded { interaction } => Some(one(interaction)),
        _ => None,
    });
    let name = |sku: &Sku| ["cola", "chips", "lotion"].into_iter().find(|name| sku.as_str() == *name).unwrap_or("?");
    all.map(|(kind, sku, units)| (kind, name(&sku), units)).collect()
}

fn held(store: &Store, who: u128, sku: &str) -> u32 {
    let session = store.floor.session_of(shopper(who)).unwrap();
    store.floor.likely_cart(session.id).held(&Sku::from(sku))
}

#[test]
fn what_was_put_down_elsewhere_leaves_the_cart_and_can_be_taken_from_there() {
    let mut store = weighing();
    stand(&mut store, ADA, 0.9, 10.0, |store| {
        store.weigh(10.0, &[("s3", -264.0)], -1);
        assert_eq!(held(store, ADA, "lotion"), 1, "shown at once");
    });
    stand(&mut store, ADA, 0.3, 30.0, |store| drop(store.weigh(30.0, &[("s1", 265.5)], 0)));
    use InteractionKind::{Pick, PutBack};
    assert_eq!(moves(&store), [(Pick, "lotion", 1), (PutBack, "lotion", 1)]);
    assert_eq!(held(&store, ADA, "lotion"), 0);
    let misplaced = store.floor.misplaced();
    let lying: Vec<_> = misplaced.iter().map(|one| (one.sku.as_str(), one.slot.0.as_str(), one.units)).collect();
    assert_eq!(lying, [("lotion", "s1", 1)]);

    let mut tidied = store.floor.clone();
    tidied.handle(time(39.0), FloorInput::Restock { zone: "g1".into(), by: AdminId(Uuid::nil()), on: true });
    assert_eq!(tidied.misplaced(), [], "whoever refills a zone tidies it up");

    store.exit(40.0, ADA);
    store.enter(41.0, BOB);
    stand(&mut store, BOB, 0.3, 50.0, |store| drop(store.weigh(50.0, &[("s1", -265.0)], 0)));
    assert_eq!(held(&store, BOB, "lotion"), 1);
    assert_eq!(store.floor.misplaced(), []);
    store.exit(60.0, BOB);
    store.tick(80.0);
    assert_eq!(store.orders(), [(shopper(BOB), 399)]);
    assert_eq!(store.reasons(), []);
}

#[test]
fn two_products_in_one_grasp_are_two_interactions() {
    let mut store = weighing();
    stand(&mut store, ADA, 0.32, 10.0, |store| drop(store.weigh(10.0, &[("s1", -541.0), ("s2", -169.0)], -1)));
    let mut found = moves(&store);
    found.sort();
    assert_eq!(found, [(InteractionKind::Pick, "chips", 1), (InteractionKind::Pick, "cola", 1)]);
    store.exit(20.0, ADA);
    store.tick(40.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149 + 199)]);
    let ids: std::collections::BTreeSet<_> = store
        .events
        .iter()
        .filter_map(|event| match event {
            DomainEvent::InteractionRecorded { interaction } => Some(interaction.id),
            _ => None,
        })
        .collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn what_leans_over_two_plates_is_one_product() {
    let mut store = weighing();
    stand(&mut store, ADA, 0.3, 10.0, |store| drop(store.weigh(10.0, &[("s1", -525.0), ("s2", -14.0)], -1)));
    assert_eq!(moves(&store), [(InteractionKind::Pick, "cola", 1)]);
}

#[test]
fn a_bag_put_down_and_taken_up_again_asks_nobody() {
    let mut store = weighing();
    stand(&mut store, ADA, 0.3, 10.0, |store| drop(store.weigh(10.0, &[("s1", 2_310.0)], 0)));
    stand(&mut store, ADA, 0.3, 30.0, |store| drop(store.weigh(30.0, &[("s1", -2_311.0)], 0)));
    assert_eq!((moves(&store), store.reasons()), (Vec::new(), Vec::new()));
    let dismissed = store.events.iter().filter(|event| matches!(event, DomainEvent::ShelfEventDismissed { .. }));
    assert_eq!(dismissed.count(), 2);
    assert!(store.floor.nothing_waits());
}

#[test]
fn where_nobody_weighed_the_product_the_count_is_believed() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    stand(&mut store, ADA, 0.3, 10.0, |store| drop(store.weigh(10.0, &[("s1", -1_080.0)], -2)));
    assert_eq!(moves(&store), [(InteractionKind::Pick, "cola", 2)]);
}

#[test]
fn staff_can_say_that_it_was_another_product() {
    let products = [("dark", Some(149), Some(200)), ("milk", Some(299), Some(200)), ("cola", Some(99), Some(540))];
    let slots = [("s1", "dark", 0.3), ("s2", "milk", 0.34), ("s3", "cola", 0.9)];
    let mut store = Store::selling(&products, &slots, FloorMemory::default());
    store.enter(0.0, ADA);
    // Half of it was felt by each plate: it may have been either.
    stand(&mut store, ADA, 0.32, 10.0, |store| drop(store.weigh(10.0, &[("s1", -100.0), ("s2", -100.0)], 0)));
    let case = store.floor.reviews().next().expect("nobody knows which it was").clone();
    let listed: Vec<_> = case.evidence.contents.iter().map(|one| one.sku.as_str()).collect();
    assert!(listed.contains(&"dark") && listed.contains(&"milk"), "{listed:?}");
    let by = AdminId(Uuid::nil());
    let session = store.floor.session_of(shopper(ADA)).map(|session| session.id);
    let decide = |sku: &str| FloorInput::DecideReview { review: case.id, session, sku: Some(Sku::from(sku)), by };
    let refused = store.input(20.0, decide("cola")).refused;
    assert_eq!(refused, Some(Refused::Review(ReviewError::OtherProduct)));
    assert_eq!(store.input(20.0, decide("milk")).refused, None);
    assert_eq!((held(&store, ADA, "milk"), held(&store, ADA, "dark")), (1, 0));
}

#[test]
fn what_comes_too_late_is_a_case_about_what_it_weighs() {
    let mut store = weighing_since(FloorMemory { restored_at: time(0.0), ..FloorMemory::default() });
    let late = |store: &mut Store, plates: &[(&str, f32)], delta_units: i32| {
        let event = store.weigh(1.0, &[("s9", -1.0)], 0);
        let weighed = Weighed {
            lasted_ms: 300,
            plates: plates.iter().map(|&(slot, grams)| PlateStep { slot: slot.into(), grams, spread_g: 1.0 }).collect(),
        };
        let (id, slot) = (ShelfEventId(store.id()), SlotId::from(plates[0].0));
        let event = ShelfEvent { id, slot, delta_units, weighed: Some(weighed), occurred_at: time(2.0), ..event };
        store.input(20.0, FloorInput::Shelf(event));
    };
    late(&mut store, &[("s1", -1_079.0)], -2);
    late(&mut store, &[("s1", -541.0)], 0);
    late(&mut store, &[("s1", -777.0)], 0);
    let cases: Vec<_> = store.floor.reviews().filter(|review| review.reason == ReviewReason::TooLate).collect();
    let mut about: Vec<_> = cases.iter().map(|one| (one.sku.as_ref().map(Sku::as_str), one.left())).collect();
    about.sort();
    assert_eq!(about, [(None, 1), (Some("cola"), 1), (Some("cola"), 2)]);
    let nowhere = store.floor.reviews().find(|review| review.reason == ReviewReason::UnknownSlot).unwrap();
    assert_eq!((nowhere.sku.clone(), nowhere.left()), (None, 1));
}

#[test]
fn what_may_have_been_either_of_two_products_is_given_back_by_staff() {
    let products = [("apple", Some(65), Some(182)), ("lemonade", Some(129), Some(364))];
    let slots = [("s1", "apple", 0.3), ("s3", "lemonade", 0.9)];
    let mut store = Store::selling(&products, &slots, FloorMemory::default());
    store.enter(0.0, ADA);
    stand(&mut store, ADA, 0.3, 10.0, |store| drop(store.weigh(10.0, &[("s1", -364.0)], -2)));
    stand(&mut store, ADA, 0.9, 30.0, |store| drop(store.weigh(30.0, &[("s3", -364.0)], -1)));
    assert_eq!((held(&store, ADA, "apple"), held(&store, ADA, "lemonade")), (2, 1));
    // Two apples, or the lemonade, on the apples' plate.
    stand(&mut store, ADA, 0.3, 50.0, |store| drop(store.weigh(50.0, &[("s1", 364.0)], 2)));
    let surely = |interaction: &Interaction| interaction.kind == InteractionKind::PutBack;
    let back = store
        .events
        .iter()
        .filter(|event| matches!(event, DomainEvent::InteractionRecorded { interaction } if surely(interaction)));
    assert_eq!(back.count(), 0, "nobody knows which of them it was");
    let case = store.floor.reviews().next().expect("so staff are asked");
    let listed: Vec<_> = case.evidence.contents.iter().map(|one| one.sku.as_str()).collect();
    assert!(listed.contains(&"apple") && listed.contains(&"lemonade"), "{listed:?}");
}
