//! How many units it may be: numbers with their probabilities.

use std::collections::BTreeMap;

/// Numbers less likely than this are forgotten where sums of many changes are kept: together they move no verdict.
const FORGOTTEN: f64 = 1e-9;

/// Probabilities by number of units, which may be negative; they sum to 1, but for what is forgotten.
#[derive(Clone, PartialEq, Debug)]
pub struct Counts(BTreeMap<i32, f64>);

impl Counts {
    /// How likely it is at least this many, 0 to 1.
    pub fn at_least(&self, units: i32) -> f64 {
        self.0.range(units..).map(|(_, likely)| likely).sum()
    }

    /// The largest number that is possible.
    pub fn most(&self) -> i32 {
        self.0.keys().next_back().copied().unwrap_or(0)
    }

    /// Each number with its probability, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = (i32, f64)> {
        self.0.iter().map(|(&units, &likely)| (units, likely))
    }

    /// Of units taken, those below zero, as numbers above it.
    pub fn put_back(&self) -> Self {
        self.iter().filter(|(units, _)| *units < 0).map(|(units, likely)| (units.saturating_neg(), likely)).collect()
    }

    /// Adds an independent number.
    pub fn add(&mut self, other: &Self) {
        let mut sum = BTreeMap::new();
        for (a, p) in self.iter() {
            for (b, q) in other.iter() {
                *sum.entry(a.saturating_add(b)).or_default() += p * q;
            }
        }
        sum.retain(|_, likely| *likely >= FORGOTTEN);
        self.0 = sum;
    }
}

impl Default for Counts {
    /// None, for certain.
    fn default() -> Self {
        Self(BTreeMap::from([(0, 1.0)]))
    }
}

impl FromIterator<(i32, f64)> for Counts {
    /// Adds up what is named more than once; whatever is missing to 1 is no unit at all.
    fn from_iter<I: IntoIterator<Item = (i32, f64)>>(numbers: I) -> Self {
        let mut counts = BTreeMap::new();
        for (units, likely) in numbers {
            *counts.entry(units).or_default() += likely;
        }
        let named: f64 = counts.values().sum();
        *counts.entry(0).or_default() += (1.0 - named).max(0.0);
        Self(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_nothing_and_sums_are_of_independent_numbers() {
        let pick: Counts = [(1, 0.5), (2, 0.2), (1, 0.2)].into_iter().collect();
        assert_eq!(pick.most(), 2);
        assert!((pick.at_least(1) - 0.9).abs() < 1e-12 && (pick.at_least(0) - 1.0).abs() < 1e-12);
        let mut sum = Counts::default();
        sum.add(&pick);
        sum.add(&[(-1, 0.5)].into_iter().collect());
        assert!((sum.at_least(1) - (0.9 * 0.5 + 0.2 * 0.5)).abs() < 1e-12, "{sum:?}");
        assert!((sum.at_least(-1) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn only_what_is_below_zero_came_back() {
        let back = [(-2, 0.3), (1, 0.6)].into_iter().collect::<Counts>().put_back();
        assert_eq!((back.most(), back.at_least(2)), (2, 0.3));
        assert_eq!(Counts::default().put_back(), Counts::default());
    }
}
