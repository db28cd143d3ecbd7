//! Changes whose time is not known well: late deliveries, clocks that are wrong or gone.

use super::*;
use domain::shelf::Between;

/// Ada stands before the slot until second 10, Bob from second 13 on; a unit goes between `earliest` and `latest`.
fn one_after_the_other(at: f64, between: Option<(Option<f64>, f64)>) -> Store {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    for tenths in 70..100 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(ADA, 0.3)]);
    }
    for tenths in 130..160 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(BOB, 0.3)]);
    }
    let between = between.map(|(earliest, latest)| Between { earliest: earliest.map(time), latest: time(latest) });
    let event = ShelfEvent { occurred_at: time(at), between, ..store.shelf(15.0, "s9", -1) };
    let event = ShelfEvent { id: ShelfEventId(store.id()), slot: SlotId::from("s1"), ..event };
    store.input(15.1, FloorInput::Shelf(event));
    store.tick(25.0);
    store
}

fn whose(store: &Store) -> (u32, u32, Vec<ReviewReason>) {
    let reasons = store.reasons().into_iter().filter(|reason| *reason != ReviewReason::UnknownSlot).collect();
    (store.cart(ADA), store.cart(BOB), reasons)
}

#[test]
fn a_late_batch_of_a_right_clock_is_billed_to_whoever_stood_there_then() {
    assert_eq!(whose(&one_after_the_other(9.5, None)), (1, 0, vec![]));
    assert_eq!(whose(&one_after_the_other(14.5, None)), (0, 1, vec![]));
}

#[test]
fn where_it_may_have_been_either_a_person_is_asked() {
    let store = one_after_the_other(9.5, Some((Some(9.5), 15.0)));
    assert_eq!(whose(&store), (0, 0, vec![ReviewReason::TimeUnsure]));
    let review = store.floor.reviews().find(|review| review.reason == ReviewReason::TimeUnsure).unwrap();
    let named: BTreeSet<_> = review.evidence.candidates.iter().map(|one| one.session).collect();
    assert_eq!(named, [ADA, BOB].map(|who| store.floor.session_of(shopper(who)).unwrap().id).into());
}

#[test]
fn where_only_one_of_them_fits_nobody_is_asked() {
    assert_eq!(whose(&one_after_the_other(8.5, Some((Some(7.5), 9.5)))), (1, 0, vec![]));
}

#[test]
fn what_may_have_been_at_any_time_is_asked_about_at_once() {
    for earliest in [None, Some(-10.0)] {
        let store = one_after_the_other(15.0, Some((earliest, 15.0)));
        assert_eq!(whose(&store), (0, 0, vec![ReviewReason::TimeUnsure]), "{earliest:?}");
    }
}

#[test]
fn what_has_not_happened_yet_is_nobody_s() {
    let store = one_after_the_other(3_600.0, None);
    assert_eq!(whose(&store), (0, 0, vec![ReviewReason::TimeUnsure]));
}

#[test]
fn alone_in_the_store_it_does_not_matter_when() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    let between = Some(Between { earliest: Some(time(6.0)), latest: time(15.0) });
    let event = ShelfEvent { occurred_at: time(6.0), between, ..store.shelf(15.0, "s9", -1) };
    let event = ShelfEvent { id: ShelfEventId(store.id()), slot: SlotId::from("s1"), ..event };
    store.input(15.1, FloorInput::Shelf(event));
    store.tick(25.0);
    assert_eq!(whose(&store), (1, 0, vec![]));
}

#[test]
fn who_came_in_only_during_the_span_does_not_pay_for_what_may_have_gone_before() {
    let mut store = Store::new();
    store.enter(12.0, ADA);
    for tenths in 130..150 {
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(ADA, 0.3)]);
    }
    let between = Some(Between { earliest: Some(time(5.0)), latest: time(15.0) });
    let event = ShelfEvent { occurred_at: time(15.0), between, ..store.shelf(15.0, "s9", -1) };
    let event = ShelfEvent { id: ShelfEventId(store.id()), slot: SlotId::from("s1"), ..event };
    store.input(15.1, FloorInput::Shelf(event));
    store.tick(25.0);
    assert_eq!(whose(&store), (0, 0, vec![ReviewReason::TimeUnsure]));
}

#[test]
fn nobody_is_named_for_what_cannot_be_dated() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    let between = Some(Between { earliest: None, latest: time(15.0) });
    let event = ShelfEvent { between, ..store.shelf(15.0, "s9", -1) };
    let event = ShelfEvent { id: ShelfEventId(store.id()), slot: SlotId::from("s1"), ..event };
    store.input(15.1, FloorInput::Shelf(event));
    let review = store.floor.reviews().find(|review| review.reason == ReviewReason::TimeUnsure).unwrap();
    assert_eq!(review.evidence.candidates, []);
}

#[test]
fn a_look_from_a_time_to_come_is_of_now_and_blinds_nobody() {
    let mut store = Store::new();
    let sighting = |store: &mut Store, zone: &str, at: f64, seen| Sighting {
        id: SightingId(store.id()),
        device: DeviceId(Uuid::nil()),
        zone: ZoneId::from(zone),
        occurred_at: time(at),
        seen,
    };
    // Dated before the clock was set back by an hour, and still under way when it was.
    let entered = sighting(&mut store, "entry", 3_600.0, vec![code(ADA)]);
    store.input(0.0, FloorInput::Look { place: Place::Entry, sighting: entered });
    let seen = sighting(&mut store, "g1", 3_609.0, vec![face(ADA, 0.3)]);
    store.input(9.0, FloorInput::Look { place: Place::Shelf, sighting: seen });
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.exit(20.0, ADA);
    store.tick(40.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
}
