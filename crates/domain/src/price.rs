//! Prices at their moment: what a product cost when it was taken, and what it has cost since.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, TaxClass, TaxRates};
use crate::ids::Sku;
use crate::money::{BasisPoints, Minor};

/// What one unit was sold as, fixed at the moment at which it was taken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Priced {
    /// Price of one unit, tax included.
    pub unit_price: Minor,
    /// Tax contained in it.
    pub tax_rate: BasisPoints,
    /// Name of the product.
    pub name: String,
}

/// One entry of a product's history: how it was sold from a moment on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PriceEntry {
    /// From then on, until the next entry.
    pub from: Timestamp,
    /// Price of one unit, tax included; none: it could not be sold.
    pub unit_price: Option<Minor>,
    /// Which rate of tax applies.
    pub tax_class: TaxClass,
    /// Name.
    pub name: String,
}

impl PriceEntry {
    /// What a unit is sold as by this entry; none where it cannot be.
    pub fn priced(&self, rates: TaxRates) -> Option<Priced> {
        let (tax_rate, name) = (rates.of(self.tax_class), self.name.clone());
        self.unit_price.map(|unit_price| Priced { unit_price, tax_rate, name })
    }
}

/// How every product was sold, from the first time that it was seen on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PriceHistory(BTreeMap<Sku, Vec<PriceEntry>>);

impl PriceHistory {
    /// Notes how products are sold from `at` on. What was sold alike before makes no new entry; a product that is in no catalogue
    /// any more cannot be sold.
    pub fn note(&mut self, catalog: &Catalog, at: Timestamp) {
        for (sku, product) in &catalog.0 {
            let entry = PriceEntry {
                from: at,
                unit_price: product.price,
                tax_class: product.tax_class,
                name: product.name.clone(),
            };
            self.add(sku, entry);
        }
        for (sku, entries) in &mut self.0 {
            if catalog.get(sku).is_none()
                && let Some(last) = entries.last().filter(|last| last.unit_price.is_some()).cloned()
            {
                entries.push(PriceEntry { from: at.max(last.from), unit_price: None, ..last });
            }
        }
    }

    /// Adds an entry; they are added in the order of their time.
    pub fn add(&mut self, sku: &Sku, entry: PriceEntry) {
        let entries = self.0.entry(sku.clone()).or_default();
        let same = |last: &PriceEntry| PriceEntry { from: entry.from, ..last.clone() } == entry;
        if !entries.last().is_some_and(same) {
            entries.push(entry);
        }
    }

    /// The clock was set back to `now`: what was to be sold otherwise from later on is sold so from now on.
    pub fn begin_by(&mut self, now: Timestamp) {
        for entry in self.0.values_mut().flatten() {
            entry.from = entry.from.min(now);
        }
    }

    /// How a product was sold at a moment. Before its first entry it was sold as by that one: nobody took it earlier.
    pub fn at(&self, sku: &Sku, at: Timestamp) -> Option<&PriceEntry> {
        let entries = self.0.get(sku)?;
        let later = entries.partition_point(|entry| entry.from <= at);
        entries.get(later.saturating_sub(1))
    }

    /// The lowest price from one moment to another: one that falls before the exit is the shopper's, one that rises is not.
    pub fn lowest(&self, sku: &Sku, from: Timestamp, to: Timestamp) -> Option<Minor> {
        let since = self.0.get(sku)?.iter().filter(|entry| (from..=to).contains(&entry.from));
        self.at(sku, from).into_iter().chain(since).filter_map(|entry| entry.unit_price).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Product;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn selling(price: Option<i64>) -> Catalog {
        let sku = Sku::from("cola");
        let (name, tax_class) = ("Cola".to_owned(), TaxClass::Standard);
        let product = Product { sku, gtin: None, name, price: price.map(Minor), tax_class, unit_weight_mg: None };
        std::iter::once(product).collect()
    }

    #[test]
    fn a_price_is_known_for_every_moment_and_a_fall_is_found() {
        let (mut history, cola) = (PriceHistory::default(), Sku::from("cola"));
        history.note(&selling(Some(149)), at(0));
        history.note(&selling(Some(149)), at(5));
        history.note(&selling(Some(99)), at(10));
        history.note(&selling(Some(399)), at(20));
        history.note(&Catalog::default(), at(30));
        history.note(&Catalog::default(), at(31));
        let price = |seconds| history.at(&cola, at(seconds)).and_then(|entry| entry.unit_price).map(|price| price.0);
        assert_eq!(
            [-5, 0, 9, 10, 19, 20, 29, 30, 99].map(price),
            [149, 149, 149, 99, 99, 399, 399].map(Some).into_iter().chain([None, None]).collect::<Vec<_>>()[..]
        );
        let lowest = |from, to| history.lowest(&cola, at(from), at(to)).map(|price| price.0);
        assert_eq!(lowest(1, 9), Some(149));
        assert_eq!(lowest(1, 25), Some(99), "it fell in between");
        assert_eq!(lowest(21, 25), Some(399));
        assert_eq!(lowest(21, 99), Some(399), "what cannot be sold has no price that is lower");
        assert_eq!(history.at(&Sku::from("tea"), at(0)), None);
        let mut set_back = history.clone();
        set_back.begin_by(at(15));
        let price = |seconds| set_back.at(&cola, at(seconds)).and_then(|entry| entry.unit_price).map(|price| price.0);
        assert_eq!([12, 15].map(price), [Some(99), None], "the latest entry counts from now on");
        assert_eq!(history.0[&cola].len(), 4);
    }
}
