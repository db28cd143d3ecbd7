//! What lies where it does not belong, as far as the hypotheses agree on it.

use std::collections::BTreeMap;

use super::Engine;
use crate::hypotheses::Stray;
use crate::numbers::exp;
use domain::ids::{Sku, SlotId};

/// A product that was put down at another's place.
#[derive(Clone, PartialEq, Debug)]
pub struct Misplaced {
    /// What.
    pub sku: Sku,
    /// At whose slot: the nearest to where it was put down.
    pub slot: SlotId,
    /// How many units.
    pub units: u32,
    /// How likely, 0 to 1.
    pub probability: f64,
    /// When it was put down, milliseconds, store clock.
    pub since_ms: i64,
}

impl Engine {
    /// What more likely than not lies where it does not belong, by slot and product.
    pub fn misplaced(&self) -> Vec<Misplaced> {
        let mut found: BTreeMap<Stray, f64> = BTreeMap::new();
        for hypothesis in self.groups.iter().flat_map(|group| &group.hypotheses) {
            for stray in &hypothesis.strays {
                *found.entry(*stray).or_default() += exp(hypothesis.ln);
            }
        }
        let misplaced = |(stray, probability): (Stray, f64)| {
            let sensors = &self.layout.shelves[stray.shelf].sensors;
            let sensor = usize::try_from((stray.tenths + 5).div_euclid(10)).ok()?.min(sensors.len().checked_sub(1)?);
            let sku = self.layout.products[stray.product].sku.clone();
            let units = u32::try_from(stray.units).ok()?;
            Some(Misplaced { sku, slot: sensors[sensor].id.clone(), units, probability, since_ms: stray.at_ms })
        };
        let likely = found.into_iter().filter(|(_, probability)| *probability >= 0.5);
        let mut misplaced: Vec<_> = likely.filter_map(misplaced).collect();
        misplaced.sort_by(|a, b| (&a.slot, &a.sku, a.since_ms).cmp(&(&b.slot, &b.sku, b.since_ms)));
        misplaced
    }
}
