//! Staff refill a zone while people shop.

use super::*;

const STAFF: AdminId = AdminId(Uuid::from_u128(0x57AFF));

impl Store {
    fn restock(&mut self, at: f64, zone: &str, on: bool) -> Option<Refused> {
        self.input(at, FloorInput::Restock { zone: ZoneId::from(zone), by: STAFF, on }).refused
    }

    fn refills(&self) -> Vec<i32> {
        let refill = |event: &DomainEvent| match event {
            DomainEvent::Restocked { event, .. } => Some(event.delta_units),
            _ => None,
        };
        self.events.iter().filter_map(refill).collect()
    }
}

#[test]
fn hands_that_refill_bill_nobody_and_afterwards_shoppers_are_billed_again() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    assert_eq!(store.restock(5.0, "g1", true), None);
    store.shelf(6.0, "s1", 24);
    store.shelf(7.0, "s1", -1);
    store.shelf(8.0, "s2", 3);
    store.restock(20.0, "g1", false);
    store.shelf(21.0, "s1", -1);
    store.tick(30.0);
    assert_eq!((store.cart(ADA), store.reasons(), store.refills()), (1, vec![], vec![24, -1, 3]));
}

#[test]
fn what_changed_before_belongs_to_shoppers_and_what_comes_late_to_its_time() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    let before = store.shelf(4.0, "s1", -1);
    store.restock(5.0, "g1", true);
    store.restock(20.0, "g1", false);
    let late = ShelfEvent { id: ShelfEventId(store.id()), occurred_at: time(15.0), delta_units: 5, ..before.clone() };
    store.input(25.0, FloorInput::Shelf(late.clone()));
    store.input(26.0, FloorInput::Shelf(late));
    store.tick(40.0);
    assert_eq!((store.cart(ADA), store.refills()), (1, vec![5]), "and what comes twice counts once");
}

#[test]
fn what_comes_late_of_one_refill_says_nothing_of_the_next() {
    let mut store = Store::new();
    let earlier = store.shelf(1.0, "s1", -1);
    for on in [(5.0, true), (20.0, false), (30.0, true)] {
        store.restock(on.0, "g1", on.1);
    }
    let late = ShelfEvent { id: ShelfEventId(store.id()), occurred_at: time(15.0), delta_units: 5, ..earlier };
    store.input(31.0, FloorInput::Shelf(late));
    let Some(DomainEvent::Restocked { restocking, is_over, .. }) = store.events.last() else { panic!() };
    assert_eq!((restocking.since, *is_over), (time(5.0), true));
    assert_eq!(store.floor.restocking().next().map(|one| one.since), Some(time(30.0)));
}

#[test]
fn saying_it_twice_changes_nothing_and_a_zone_without_slots_is_refused() {
    let mut store = Store::new();
    assert_eq!(store.restock(1.0, "cellar", true), Some(Refused::NoSuchZone));
    store.restock(2.0, "g1", true);
    store.restock(3.0, "g1", true);
    store.restock(4.0, "g1", false);
    store.restock(5.0, "g1", false);
    assert_eq!(store.events.len(), 2, "{:?}", store.events);
}

#[test]
fn it_ends_by_itself_half_an_hour_after_the_last_change_and_outlives_a_restart() {
    let mut store = Store::new();
    store.restock(0.0, "g1", true);
    store.shelf(1_000.0, "s1", 6);
    let restocking: Vec<_> = store.floor.restocking().cloned().collect();
    let memory = FloorMemory { restocking, restored_at: time(1_100.0), ..FloorMemory::default() };
    let mut store = Store::restored(memory);
    assert_eq!(store.floor.next_wakeup(), Some(time(2_800.0)));
    store.tick(2_799.0);
    assert_eq!(store.floor.restocking().count(), 1);
    store.tick(5_000.0);
    assert_eq!(store.floor.restocking().count(), 0);
    assert!(matches!(store.events.last(), Some(DomainEvent::RestockingEnded { by: None, .. })));
}
