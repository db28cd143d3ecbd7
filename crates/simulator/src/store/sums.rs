//! The sums at the end: what was taken against what was billed and what is left for staff, and whatever does not agree.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use super::ledger::{Ledger, Movement, Units, total};

/// What the server made of it all.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Billed {
    /// Orders placed in this run.
    pub orders: Vec<BilledOrder>,
    /// Units in open reviews by the review's id, as many as the event moved or a part of them.
    pub reviewed: BTreeMap<Uuid, i64>,
    /// Units that were in carts and not billed in the end, by visit.
    pub left_out: BTreeMap<Uuid, Units>,
    /// How many receipts each order's number was mailed in.
    pub receipts: BTreeMap<String, usize>,
    /// Visits that have not settled.
    pub unsettled: usize,
}

/// One order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BilledOrder {
    /// Its number.
    pub number: String,
    /// Whose it is.
    pub shopper: usize,
    /// The visit that it came from.
    pub session: Uuid,
    /// What is billed.
    pub units: Units,
}

/// What a run came to; printed as JSON.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Summary {
    /// Finished trips.
    pub trips: usize,
    /// Times that something was taken.
    pub picks: usize,
    /// Times that something was put back.
    pub put_backs: usize,
    /// Orders placed.
    pub orders: usize,
    /// Receipts mailed for them.
    pub mails: usize,
    /// Units taken less units put back: the truth.
    pub units_taken: i64,
    /// Units on orders.
    pub units_billed: i64,
    /// Units that staff have to decide, picks less put-backs.
    pub units_in_review: i64,
    /// Units that were in carts and not billed in the end, because what was seen later left too much doubt.
    pub units_left_out: i64,
    /// By shopper's address: what they took less what they put back, and what they were billed.
    pub shoppers: BTreeMap<String, ShopperSums>,
    /// Units that went to nobody's or to somebody else's account without anybody paying too much.
    pub not_billed: Vec<String>,
    /// What must not be. Empty if all is well.
    pub wrong: Vec<String>,
}

/// The sums of one shopper.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct ShopperSums {
    /// Finished trips.
    pub trips: usize,
    /// Units taken less units put back, by SKU.
    pub taken: Units,
    /// Units on orders, by SKU.
    pub billed: Units,
}

/// Holds the truth against what the server made of it.
pub fn compare(names: &[String], ledger: &Ledger, billed: &Billed) -> Summary {
    let taken = ledger.by_shopper(|movement| movement.units);
    let mut reviewed = ledger.by_shopper(|movement| reviewed_units(movement, billed));
    let mut left_out = Units::new();
    for trip in &ledger.trips {
        for (sku, units) in billed.left_out.get(&trip.session).into_iter().flatten() {
            *left_out.entry(sku.clone()).or_default() += units;
            *reviewed.entry(trip.shopper).or_default().entry(sku.clone()).or_default() += units;
        }
    }
    let mut paid: BTreeMap<usize, Units> = BTreeMap::new();
    for order in &billed.orders {
        for (sku, units) in &order.units {
            *paid.entry(order.shopper).or_default().entry(sku.clone()).or_default() += units;
        }
    }
    let mut summary = Summary {
        trips: ledger.trips.len(),
        picks: ledger.movements.iter().filter(|movement| movement.units > 0).count(),
        put_backs: ledger.movements.iter().filter(|movement| movement.units < 0).count(),
        orders: billed.orders.len(),
        mails: billed.orders.iter().map(|order| receipts(billed, order)).sum(),
        units_taken: total(&taken).values().sum(),
        units_billed: total(&paid).values().sum(),
        units_in_review: total(&reviewed).values().sum::<i64>() - left_out.values().sum::<i64>(),
        units_left_out: left_out.values().sum(),
        shoppers: BTreeMap::new(),
        not_billed: Vec::new(),
        wrong: Vec::new(),
    };
    for (number, name) in names.iter().enumerate() {
        let of = |all: &BTreeMap<usize, Units>| all.get(&number).cloned().unwrap_or_default();
        let (taken, reviewed, paid) = (of(&taken), of(&reviewed), of(&paid));
        for sku in keys(&[&taken, &paid]) {
            let right = count(&taken, &sku) - count(&reviewed, &sku);
            let is = count(&paid, &sku);
            let line = format!("{name}: {sku}: took {right} (without reviews), billed {is}");
            match is.cmp(&right) {
                std::cmp::Ordering::Greater => summary.wrong.push(line),
                std::cmp::Ordering::Less => summary.not_billed.push(line),
                std::cmp::Ordering::Equal => {}
            }
        }
        let trips = ledger.trips.iter().filter(|trip| trip.shopper == number).count();
        summary.shoppers.insert(name.clone(), ShopperSums { trips, taken, billed: paid });
    }
    sums_must_agree(&taken, &paid, &reviewed, &mut summary.wrong);
    trips_must_have_orders(names, ledger, billed, &mut summary.wrong);
    if billed.unsettled > 0 {
        summary.wrong.push(format!("{} visits have not settled", billed.unsettled));
    }
    summary
}

fn sums_must_agree(
    taken: &BTreeMap<usize, Units>,
    paid: &BTreeMap<usize, Units>,
    reviewed: &BTreeMap<usize, Units>,
    wrong: &mut Vec<String>,
) {
    let (taken, paid, reviewed) = (total(taken), total(paid), total(reviewed));
    for sku in keys(&[&taken, &paid, &reviewed]) {
        let (taken, paid, reviewed) = (count(&taken, &sku), count(&paid, &sku), count(&reviewed, &sku));
        if taken != paid + reviewed {
            wrong.push(format!("{sku}: {taken} taken, but {paid} billed and {reviewed} in review or left out"));
        }
    }
}

fn trips_must_have_orders(names: &[String], ledger: &Ledger, billed: &Billed, wrong: &mut Vec<String>) {
    for trip in &ledger.trips {
        let mut bought = Units::new();
        for movement in ledger.movements.iter().filter(|movement| movement.session == trip.session) {
            *bought.entry(movement.sku.clone()).or_default() += movement.units - reviewed_units(movement, billed);
        }
        for (sku, units) in billed.left_out.get(&trip.session).into_iter().flatten() {
            *bought.entry(sku.clone()).or_default() -= units;
        }
        let expected = usize::from(bought.values().any(|units| *units > 0));
        let orders: Vec<_> = billed.orders.iter().filter(|order| order.session == trip.session).collect();
        let who = names.get(trip.shopper).map_or("?", String::as_str);
        if orders.len() != expected {
            let session = trip.session;
            wrong.push(format!("{who}: visit {session} has {} orders, not {expected}", orders.len()));
        }
    }
    for order in &billed.orders {
        let mails = receipts(billed, order);
        if mails != 1 {
            wrong.push(format!("order {} has {mails} receipts in the mailbox, not 1", order.number));
        }
        if !ledger.trips.iter().any(|trip| trip.session == order.session) {
            wrong.push(format!("order {} comes from a visit that nobody made", order.number));
        }
    }
}

fn reviewed_units(movement: &Movement, billed: &Billed) -> i64 {
    let units = movement.reviews().filter_map(|review| billed.reviewed.get(&review));
    units.sum::<i64>() * movement.units.signum()
}

fn receipts(billed: &Billed, order: &BilledOrder) -> usize {
    billed.receipts.get(&order.number).copied().unwrap_or(0)
}

fn keys(all: &[&Units]) -> std::collections::BTreeSet<String> {
    all.iter().flat_map(|units| units.keys().cloned()).collect()
}

fn count(units: &Units, sku: &str) -> i64 {
    units.get(sku).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests;
