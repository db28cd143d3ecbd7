//! Closing time, and a clock that was set.

use super::*;
use domain::calendar::StoreCalendar;

const HOUR: f64 = 3_600.0;

/// The store's time zone is UTC, and its business day ends at 03:00; the tests' second 0 is 00:16:40.
fn day_ends() -> f64 {
    3.0 * HOUR - 1_000.0
}

fn left(store: &Store, who: u128) -> Option<Means> {
    store.floor.sessions().find(|visit| visit.shopper == shopper(who)).and_then(|visit| visit.exited_by)
}

/// Ada takes a can and is not seen to leave.
fn forgotten() -> (Store, ShoppingSessionId) {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.tick(20.0);
    let visit = store.floor.session_of(shopper(ADA)).unwrap().id;
    (store, visit)
}

#[test]
fn a_visit_that_nobody_ended_goes_to_staff_when_the_store_closes() {
    for (bill, paid) in [(true, vec![(shopper(ADA), 149)]), (false, vec![])] {
        let (mut store, visit) = forgotten();
        store.tick(day_ends());
        assert_eq!(left(&store, ADA), None, "there is time to walk to the door");
        store.tick(day_ends() + 900.0);
        assert_eq!(left(&store, ADA), Some(Means::Closing));
        let decide = || FloorInput::DecideForgotten { session: visit, bill, by: AdminId(Uuid::nil()) };
        let early = store.input(day_ends() + 901.0, decide()).refused;
        assert_eq!(early, Some(Refused::StillSettling));
        store.tick(day_ends() + 20.0 * HOUR);
        assert_eq!(store.orders(), [], "nobody is billed before somebody has looked");
        assert_eq!(store.input(day_ends() + 20.0 * HOUR, decide()).refused, None);
        assert_eq!(store.orders(), paid);
        let last = store.events.last().unwrap();
        assert!(matches!(last, DomainEvent::SessionSettled { decided_by: Some(_), .. }), "{last:?}");
        assert_eq!(store.floor.sessions().count(), 0);
        assert_eq!(store.input(day_ends() + 20.0 * HOUR, decide()).refused, Some(Refused::NoSuchVisit));
    }
}

#[test]
fn it_never_reaches_into_the_next_day() {
    let (mut store, visit) = forgotten();
    let morning = day_ends() + 6.0 * HOUR;
    store.enter(morning, ADA);
    let next = store.floor.session_of(shopper(ADA)).unwrap().id;
    assert_ne!(visit, next);
    store.look(morning + 9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(morning + 10.0, "s1", -1);
    store.exit(morning + 20.0, ADA);
    store.tick(morning + 60.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)], "the next day's can, and only that");
    assert_eq!(store.floor.sessions().map(|one| one.id).collect::<Vec<_>>(), [visit]);
}

#[test]
fn it_still_waits_for_staff_after_a_restart() {
    let (mut store, visit) = forgotten();
    store.tick(day_ends() + HOUR);
    let restored_at = time(day_ends() + 2.0 * HOUR);
    let sessions = store.floor.sessions().cloned().collect();
    let mut store = Store::restored(FloorMemory { sessions, restored_at, ..FloorMemory::default() });
    store.tick(day_ends() + 3.0 * HOUR);
    assert_eq!(store.orders(), []);
    let decide = FloorInput::DecideForgotten { session: visit, bill: true, by: AdminId(Uuid::nil()) };
    assert_eq!(store.input(day_ends() + 3.0 * HOUR, decide).refused, None);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
}

#[test]
fn other_opening_hours_count_from_now_on() {
    let (mut store, _) = forgotten();
    let mut calendar = StoreCalendar::plain(TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) });
    let close = "01:00".parse().unwrap();
    let span = domain::calendar::hours::OpenSpan { from: "00:00".parse().unwrap(), to: close };
    calendar.hours = domain::calendar::hours::OpeningHours::new(std::array::from_fn(|_| vec![span]), close).unwrap();
    store.input(30.0, FloorInput::CalendarReplaced(calendar));
    store.tick(HOUR);
    assert_eq!(left(&store, ADA), Some(Means::Closing), "closed at 01:00, which was at 2,600 s");
}

#[test]
fn nobody_is_forgotten_who_walks_out_in_time() {
    let (mut store, _) = forgotten();
    store.exit(30.0, ADA);
    store.tick(day_ends() + HOUR);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
}

#[test]
fn a_clock_that_was_set_back_loses_no_order_and_the_next_visit_is_like_any() {
    // The floor is brought back at the time that the clock shows now: an hour before what it remembers.
    let mut before = Store::new();
    before.enter(2.0 * HOUR, ADA);
    before.look(2.0 * HOUR + 9.9, "g1", vec![face(ADA, 0.3)]);
    before.shelf(2.0 * HOUR + 10.0, "s1", -1);
    before.tick(2.0 * HOUR + 20.0);
    before.exit(2.0 * HOUR + 30.0, ADA);
    before.enter(2.0 * HOUR + 30.0, BOB);
    let sessions = before.floor.sessions().cloned().collect();
    let now = HOUR + 31.0;
    let mut store = Store::restored(FloorMemory { sessions, restored_at: time(now), ..FloorMemory::default() });
    store.look(now + 9.9, "g1", vec![face(BOB, 0.3)]);
    store.shelf(now + 10.0, "s1", -1);
    store.tick(now + 12.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
    assert_eq!((store.cart(BOB), store.reasons()), (1, vec![]));
    store.exit(now + 20.0, BOB);
    store.tick(now + 30.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149), (shopper(BOB), 149)]);
}

#[test]
fn shorter_hours_end_no_visit_in_the_past_and_a_short_night_s_visit_goes_on() {
    let (mut store, _) = forgotten();
    store.tick(2.0 * HOUR);
    let mut calendar = StoreCalendar::plain(TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) });
    let close = "01:00".parse().unwrap();
    let span = domain::calendar::hours::OpenSpan { from: "00:00".parse().unwrap(), to: close };
    calendar.hours = domain::calendar::hours::OpeningHours::new(std::array::from_fn(|_| vec![span]), close).unwrap();
    store.input(2.0 * HOUR, FloorInput::CalendarReplaced(calendar));
    store.tick(2.0 * HOUR + 899.0);
    assert_eq!(left(&store, ADA), None, "there is time to walk to the door");
    store.tick(2.0 * HOUR + 900.0);
    assert_eq!(left(&store, ADA), Some(Means::Closing));

    let mut store = Store::new();
    store.enter(day_ends() - 300.0, ADA);
    store.tick(day_ends() + 1_800.0);
    assert_eq!(left(&store, ADA), None, "came in five minutes before the day's end of a store that never closes");
}

#[test]
fn a_restocking_goes_on_when_the_clock_is_set() {
    for jump in [HOUR, -HOUR] {
        let mut before = Store::new();
        let restock = FloorInput::Restock { zone: ZoneId::from("g1"), by: AdminId(Uuid::nil()), on: true };
        before.input(2.0 * HOUR, restock);
        let restocking = before.floor.restocking().cloned().collect();
        let now = 2.0 * HOUR + 60.0 + jump;
        let memory = FloorMemory { restocking, restored_at: time(now), ..FloorMemory::default() };
        let mut store = Store::restored(memory);
        store.floor.clock_was_set();
        store.enter(now + 5.0, ADA);
        store.shelf(now + 20.0, "s1", -1);
        store.tick(now + 40.0);
        assert_eq!((store.cart(ADA), store.reasons()), (0, vec![]), "{jump}: staff took it");
        store.tick(now + 2.0 * HOUR);
        assert_eq!(store.floor.restocking().count(), 0, "{jump}");
    }
}
