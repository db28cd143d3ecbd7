//! Several units of a product, taken one by one or at once: each is decided by itself, and so is the bill.

use super::*;

/// Sensors that count for themselves; each may have seen a hand and no unit.
const COUNTING: [SensorKind; 2] = [SensorKind::Distance, SensorKind::Beam];

/// A store with two products that have prices. Ada is in it.
fn counting() -> Store {
    let products = [("cola", Some(149), None), ("chips", Some(199), None)];
    let mut store = Store::selling(&products, &[("s1", "cola", 0.3), ("s2", "chips", 0.8)], FloorMemory::default());
    store.enter(0.0, ADA);
    store
}

/// What a sensor counts, one change after the other from 10 s on, 5 s apart; then Ada leaves and her visit settles.
fn visit(sensor: SensorKind, is_seen: bool, changes: &[(&str, i32)]) -> Store {
    let mut store = counting();
    let mut at = 10.0;
    for &(slot, delta_units) in changes {
        let x = if slot == "s1" { 0.3 } else { 0.8 };
        if is_seen {
            store.look(at - 0.2, "g1", vec![face(ADA, x)]);
        }
        store.count(at, slot, delta_units, sensor);
        if is_seen {
            store.look(at + 0.2, "g1", vec![face(ADA, x)]);
        }
        at += 5.0;
    }
    store.exit(at, ADA);
    store.tick(at + 30.0);
    store
}

/// Units of cola and of chips on the only order.
fn billed(store: &Store) -> [u32; 2] {
    let orders = store.events.iter().filter_map(|event| match event {
        DomainEvent::SessionSettled { order: Some(order), .. } => Some(order),
        _ => None,
    });
    let lines: Vec<_> = orders.flat_map(|order| &order.lines).collect();
    ["cola", "chips"].map(|sku| lines.iter().filter(|line| line.sku.as_str() == sku).map(|line| line.quantity).sum())
}

fn left_out(store: &Store) -> Vec<(Sku, u32)> {
    let settled = store.events.iter().filter_map(|event| match event {
        DomainEvent::SessionSettled { left_out, .. } => Some(left_out.clone()),
        _ => None,
    });
    settled.flatten().collect()
}

/// Checks that just these units are billed, whatever counts them and whether or not a face is seen, and that nothing is left to ask.
fn check(changes: &[(&str, i32)], expected: [u32; 2]) {
    for sensor in COUNTING {
        for is_seen in [false, true] {
            let store = visit(sensor, is_seen, changes);
            let said = format!("{sensor:?}, seen: {is_seen}, {changes:?}");
            assert_eq!(billed(&store), expected, "{said}");
            assert_eq!((store.reasons(), left_out(&store)), (vec![], vec![]), "{said}");
        }
    }
}

#[test]
fn units_taken_one_by_one_are_all_billed() {
    for units in 1..=6 {
        check(&vec![("s1", -1); units], [units as u32, 0]);
    }
}

#[test]
fn units_taken_at_once_and_one_by_one_are_all_billed() {
    for units in 1..=6 {
        check(&[("s1", -units)], [units.unsigned_abs(), 0]);
    }
    check(&[("s1", -2), ("s1", -1), ("s1", -3)], [6, 0]);
}

#[test]
fn of_what_was_taken_one_by_one_what_came_back_is_not_billed() {
    check(&[("s1", -1), ("s1", -1), ("s1", -1), ("s1", 1)], [2, 0]);
    check(&[("s1", -1), ("s1", -1), ("s1", 1), ("s1", -1), ("s1", -1)], [3, 0]);
    check(&[("s1", -3), ("s1", 2), ("s1", -1)], [2, 0]);
    check(&[("s1", -1), ("s1", 1), ("s1", -1), ("s1", 1), ("s1", -1)], [1, 0]);
    check(&[("s1", -1), ("s1", -1), ("s1", 1), ("s1", 1)], [0, 0]);
}

#[test]
fn two_products_taken_in_turn_are_counted_apart() {
    check(&[("s1", -1), ("s2", -1), ("s1", -1), ("s2", -1), ("s1", -1)], [3, 2]);
    check(&[("s1", -1), ("s2", -1), ("s1", -1), ("s2", -1), ("s2", 1), ("s1", -1)], [3, 1]);
}

#[test]
fn whatever_somebody_alone_takes_and_puts_back_what_they_hold_is_billed() {
    let mut state = 42_u64;
    let mut below = |bound: i32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as i32 % bound
    };
    for _ in 0..60 {
        let mut held = [0; 2];
        let mut changes = Vec::new();
        for _ in 0..=below(12) {
            let which = below(2) as usize;
            // More than six at once are not a hand's.
            let units =
                if held[which] > 0 && below(3) == 0 { 1 + below(held[which].min(6)) } else { -1 - below(8) / 6 };
            held[which] -= units;
            changes.push((["s1", "s2"][which], units));
        }
        check(&changes, held.map(i32::unsigned_abs));
    }
}

#[test]
fn many_changes_that_may_be_of_two_people_bill_neither() {
    for sensor in COUNTING {
        let mut store = counting();
        store.enter(0.0, BOB);
        for tenths in 80..360 {
            store.look(f64::from(tenths) / 10.0, "g1", vec![face(ADA, 0.25), face(BOB, 0.35)]);
            if tenths % 50 == 0 {
                store.count(f64::from(tenths) / 10.0, "s1", -1, sensor);
            }
        }
        store.exit(40.0, ADA);
        store.exit(40.0, BOB);
        store.tick(60.0);
        assert_eq!((billed(&store), store.reasons()), ([0, 0], vec![ReviewReason::Unsure; 6]));
    }
}

#[test]
fn plates_that_feel_each_unit_bill_each() {
    for units in 1..=6 {
        let mut store =
            Store::selling(&[("cola", Some(149), Some(540))], &[("s1", "cola", 0.3)], FloorMemory::default());
        store.enter(0.0, ADA);
        for unit in 0..units {
            store.weigh(10.0 + 5.0 * f64::from(unit), &[("s1", -541.0)], -1);
        }
        store.exit(60.0, ADA);
        store.tick(90.0);
        assert_eq!(billed(&store), [units, 0]);
        assert_eq!((store.reasons(), left_out(&store)), (vec![], vec![]), "{units}");
    }
}

#[test]
fn what_somebody_else_put_back_later_is_left_out_of_the_bill_for_staff_to_see() {
    let mut store = counting();
    store.enter(0.0, BOB);
    // Ada takes two, Bob stands aside. Then Bob stands there alone, and one comes back: he may have been the one who took it.
    for tenths in 80..340 {
        let [ada, bob] = if tenths < 260 { [0.3, 0.65] } else { [0.97, 0.3] };
        store.look(f64::from(tenths) / 10.0, "g1", vec![face(ADA, ada), face(BOB, bob)]);
        match tenths {
            100 | 200 => drop(store.count(f64::from(tenths) / 10.0, "s1", -1, SensorKind::Distance)),
            250 => assert_eq!(store.cart(ADA), 2, "decided"),
            300 => drop(store.count(30.0, "s1", 1, SensorKind::Distance)),
            _ => {}
        }
    }
    store.exit(40.0, ADA);
    store.exit(40.0, BOB);
    store.tick(60.0);
    assert_eq!(billed(&store), [1, 0]);
    assert_eq!(left_out(&store), [(Sku::from("cola"), 1)], "it was hers when it was decided, and is not sure any more");
    assert_eq!(store.reasons(), [ReviewReason::NobodyHoldsIt]);
}
