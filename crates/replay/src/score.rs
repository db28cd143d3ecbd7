//! The score: units right over units billed and units taken, and how far probabilities can be trusted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::truth::Receipts;

/// Counts over receipts; they add up over traces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Score {
    /// Units billed to those who took them.
    pub correct: u64,
    /// Units billed.
    pub billed: u64,
    /// Units taken.
    pub taken: u64,
    /// Receipts that are right in every line.
    pub whole: u64,
    /// Receipts held for a person to look at.
    pub reviewed: u64,
    /// Receipts.
    pub receipts: u64,
}

impl Score {
    /// Compares what was billed with what is true.
    pub fn of(billed: &Receipts, truth: &Receipts) -> Self {
        let lines = |receipts: &Receipts| -> BTreeMap<String, BTreeMap<String, u64>> {
            let mut by_session: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
            for receipt in &receipts.receipts {
                let lines = by_session.entry(receipt.session.clone()).or_default();
                for line in &receipt.lines {
                    *lines.entry(line.sku.clone()).or_default() += u64::from(line.quantity);
                }
            }
            by_session
        };
        let (ours, theirs) = (lines(billed), lines(truth));
        let sum = |all: &BTreeMap<String, BTreeMap<String, u64>>| all.values().flat_map(BTreeMap::values).sum();
        let mut score = Self { billed: sum(&ours), taken: sum(&theirs), ..Self::default() };
        for (session, lines) in &theirs {
            let own = ours.get(session);
            for (sku, &quantity) in lines {
                score.correct += quantity.min(own.and_then(|own| own.get(sku)).copied().unwrap_or(0));
            }
            score.whole += u64::from(own.map_or(lines.is_empty(), |own| own == lines));
        }
        score.receipts = theirs.len() as u64;
        let known: BTreeSet<_> = theirs.keys().collect();
        score.reviewed =
            billed.receipts.iter().filter(|receipt| receipt.review && known.contains(&receipt.session)).count() as u64;
        score
    }

    /// Adds another trace's counts.
    pub fn add(&mut self, other: &Self) {
        self.correct += other.correct;
        self.billed += other.billed;
        self.taken += other.taken;
        self.whole += other.whole;
        self.reviewed += other.reviewed;
        self.receipts += other.receipts;
    }

    /// Units right over units billed; 1 where nothing was billed.
    pub fn precision(&self) -> f64 {
        share(self.correct, self.billed, 1.0)
    }

    /// Units right over units taken; 1 where nothing was taken.
    pub fn recall(&self) -> f64 {
        share(self.correct, self.taken, 1.0)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    /// Units billed to sessions that did not take them, over units billed.
    pub fn overcharged(&self) -> f64 {
        share(self.billed - self.correct, self.billed, 0.0)
    }

    /// Share of the sessions that wait for a person.
    pub fn reviewed(&self) -> f64 {
        share(self.reviewed, self.receipts, 0.0)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "F1 {:.3}  precision {:.3}  recall {:.3}  overcharged {:.3}  reviewed {:.3}  \
             ({} receipts, {} whole; {} units taken, {} billed)",
            self.f1(),
            self.precision(),
            self.recall(),
            self.overcharged(),
            self.reviewed(),
            self.receipts,
            self.whole,
            self.taken,
            self.billed,
        )
    }
}

fn share(part: u64, whole: u64, empty: f64) -> f64 {
    if whole == 0 { empty } else { part as f64 / whole as f64 }
}

/// The reliability table: of the units given a probability, how many were really taken.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reliability {
    /// By tenth of the probability: units, sum of their probabilities, units really taken. The last tenth is split.
    bins: [(u64, f64, u64); BINS.len()],
}

/// Lower ends of the table's bins.
const BINS: [f64; 12] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

impl Reliability {
    /// Counts one unit.
    pub fn add(&mut self, probability: f64, was_taken: bool) {
        let bin = BINS.iter().rposition(|&from| probability >= from).unwrap_or(0);
        let (units, sum, taken) = &mut self.bins[bin];
        *units += 1;
        *sum += probability;
        *taken += u64::from(was_taken);
    }

    /// Adds another table's counts.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.bins.iter_mut().zip(&other.bins) {
            own.0 += other.0;
            own.1 += other.1;
            own.2 += other.2;
        }
    }

    /// The mean distance between what was said and what was so, weighted by units.
    pub fn error(&self) -> f64 {
        let units: u64 = self.bins.iter().map(|bin| bin.0).sum();
        let off: f64 = self.bins.iter().map(|&(_, sum, taken)| (sum - taken as f64).abs()).sum();
        if units == 0 { 0.0 } else { off / units as f64 }
    }
}

impl fmt::Display for Reliability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "probability   units   said  taken")?;
        for (index, &(units, sum, taken)) in self.bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
            let to = BINS.get(index + 1).copied().unwrap_or(1.0);
            let (said, was) = (sum / units as f64, taken as f64 / units as f64);
            writeln!(f, "{:.2} to {to:.2} {units:>7}  {said:.3}  {was:.3}", BINS[index])?;
        }
        writeln!(f, "mean distance {:.3}", self.error())
    }
}
