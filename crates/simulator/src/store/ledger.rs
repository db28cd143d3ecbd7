//! The truth: what simulated shoppers really did, to be held against what the server made of it.

use std::collections::BTreeMap;

use domain::ids::{ReviewId, SlotId};
use uuid::Uuid;

/// Units by SKU; below zero where more came back than was taken.
pub type Units = BTreeMap<String, i64>;

/// A hand at a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    /// The shelf event that it made; none: a real node has made it and does not tell its id.
    pub event: Option<Uuid>,
    /// Where the hand was.
    pub slot: SlotId,
    /// The visit.
    pub session: Uuid,
    /// The shopper's number.
    pub shopper: usize,
    /// Which product.
    pub sku: String,
    /// Units taken; below zero where they were put back.
    pub units: i64,
}

impl Movement {
    /// The ids that the server gives the reviews of this movement, if there are any: of what it did not decide, and of what it took
    /// back when a sighting came late.
    pub fn reviews(&self) -> impl Iterator<Item = Uuid> + use<> {
        let of = |event: Uuid| ["review", "seen later"].map(|name| ReviewId::derived(event, name).0);
        self.event.map(of).into_iter().flatten()
    }
}

/// A visit that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trip {
    /// The shopper's number.
    pub shopper: usize,
    /// The visit.
    pub session: Uuid,
}

/// Everything that happened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ledger {
    /// In the order in which it happened.
    pub movements: Vec<Movement>,
    /// Finished visits.
    pub trips: Vec<Trip>,
}

impl Ledger {
    /// What each shopper took less what they put back, of the movements that count.
    pub fn by_shopper(&self, counts: impl Fn(&Movement) -> i64) -> BTreeMap<usize, Units> {
        let mut all: BTreeMap<usize, Units> = BTreeMap::new();
        for movement in &self.movements {
            let units = all.entry(movement.shopper).or_default();
            *units.entry(movement.sku.clone()).or_default() += counts(movement);
        }
        all
    }
}

/// The sum over everybody.
pub fn total(all: &BTreeMap<usize, Units>) -> Units {
    let mut sum = Units::new();
    for (sku, units) in all.values().flatten() {
        *sum.entry(sku.clone()).or_default() += units;
    }
    sum
}
