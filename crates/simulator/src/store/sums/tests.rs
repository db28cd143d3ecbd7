use domain::ids::SlotId;

use super::*;
use crate::store::ledger::Trip;

const CUP: &str = "cup";

fn session(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn movement(event: u128, shopper: usize, units: i64) -> Movement {
    let session = session(shopper as u128);
    let (event, slot) = (Some(Uuid::from_u128(event)), SlotId::from("s1"));
    Movement { event, slot, session, shopper, sku: CUP.to_owned(), units }
}

fn order(shopper: usize, units: i64) -> BilledOrder {
    BilledOrder {
        number: format!("2026-{shopper}"),
        shopper,
        session: session(shopper as u128),
        units: Units::from([(CUP.to_owned(), units)]),
    }
}

/// Two shoppers were in the store, each once.
fn wrong(movements: &[Movement], orders: &[BilledOrder], reviewed: &[(u128, i64)]) -> Vec<String> {
    let trips = [0, 1].map(|shopper| Trip { shopper, session: session(shopper as u128) });
    let ledger = Ledger { movements: movements.to_vec(), trips: trips.to_vec() };
    let review = |(event, units): &(u128, i64)| (movement(*event, 0, 1).reviews().next().unwrap(), *units);
    let billed = Billed {
        left_out: BTreeMap::new(),
        orders: orders.to_vec(),
        reviewed: reviewed.iter().map(review).collect(),
        receipts: orders.iter().map(|order| (order.number.clone(), 1)).collect(),
        unsettled: 0,
    };
    compare(&["a".to_owned(), "b".to_owned()], &ledger, &billed).wrong
}

#[test]
fn what_was_taken_is_billed_or_in_review() {
    let took = [movement(1, 0, 2), movement(2, 0, -1), movement(3, 1, 1)];
    assert_eq!(wrong(&took, &[order(0, 1), order(1, 1)], &[]), [""; 0]);
    // The pick of b is in review, so b has no order.
    assert_eq!(wrong(&took, &[order(0, 1)], &[(3, 1)]), [""; 0]);
    // The put-back is in review: a is billed both until staff decide.
    assert_eq!(wrong(&took, &[order(0, 2), order(1, 1)], &[(2, 1)]), [""; 0]);
}

#[test]
fn what_a_late_sighting_took_back_is_in_review() {
    let took = [movement(1, 0, 2)];
    let trips = [Trip { shopper: 0, session: session(0) }];
    let ledger = Ledger { movements: took.to_vec(), trips: trips.to_vec() };
    let reviewed = took[0].reviews().nth(1).map(|review| (review, 2)).into_iter().collect();
    let billed = Billed { reviewed, ..Billed::default() };
    let summary = compare(&["a".to_owned()], &ledger, &billed);
    assert_eq!((summary.wrong, summary.units_in_review), (Vec::<String>::new(), 2));
}

#[test]
fn what_must_not_be_is_said() {
    let took = [movement(1, 0, 2), movement(3, 1, 1)];
    type Case<'a> = (&'a [BilledOrder], &'a [(u128, i64)], &'a [&'a str]);
    let cases: [Case<'_>; 4] = [
        (&[order(0, 2)], &[], &["cup: 3 taken, but 2 billed and 0 in review", "b: visit"]),
        (&[order(0, 3), order(1, 1)], &[], &["a: cup: took 2 (without reviews), billed 3", "cup: 3 taken, but 4"]),
        (&[order(0, 3)], &[], &["a: cup: took 2 (without reviews), billed 3", "b: visit"]),
        (&[order(0, 2), order(1, 1), order(1, 1)], &[], &["b: cup: took 1", "cup: 3 taken, but 4", "b: visit"]),
    ];
    for (orders, reviewed, expected) in cases {
        let said = wrong(&took, orders, reviewed);
        for start in expected {
            assert!(said.iter().any(|line| line.starts_with(start)), "{start:?} is not in {said:#?}");
        }
        assert!(!said.is_empty());
    }
}

#[test]
fn a_lost_receipt_is_noticed() {
    let trip = Trip { shopper: 0, session: session(0) };
    let ledger = Ledger { movements: vec![movement(1, 0, 1)], trips: vec![trip] };
    let billed = Billed { orders: vec![order(0, 1)], ..Billed::default() };
    let summary = compare(&["a".to_owned()], &ledger, &billed);
    assert_eq!(summary.wrong, ["order 2026-0 has 0 receipts in the mailbox, not 1"]);
}

#[test]
fn what_later_doubt_left_out_of_a_bill_is_not_lost() {
    let trip = Trip { shopper: 0, session: session(0) };
    let ledger = Ledger { movements: vec![movement(1, 0, 3)], trips: vec![trip] };
    let mut billed = Billed { orders: vec![order(0, 2)], ..Billed::default() };
    billed.receipts.insert("2026-0".to_owned(), 1);
    assert_eq!(compare(&["a".to_owned()], &ledger, &billed).wrong.len(), 1);
    let sku = ledger.movements[0].sku.clone();
    billed.left_out.insert(session(0), Units::from([(sku, 1)]));
    let summary = compare(&["a".to_owned()], &ledger, &billed);
    assert_eq!((summary.wrong, summary.units_left_out, summary.units_in_review), (Vec::<String>::new(), 1, 0));
}
