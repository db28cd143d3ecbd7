//! What single changes say somebody took: a bound on how far many unsure changes may add up to a sure unit.
//!
//! Groups take changes for independent of each other, given who was where. They are not: whoever is wrongly believed to stand at a
//! shelf is blamed for all that happens there, and three picks of 0.7 seem to make a unit of 0.97. Were all changes wrong
//! together, that unit would be as likely as the likeliest of the three.

use std::collections::BTreeMap;

use crate::contents::Explanation;
use crate::hypotheses::question::Answer;

/// For each visitor and product (by index), how likely each unit of each change is theirs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Takings(BTreeMap<(usize, usize), Vec<f64>>);

impl Takings {
    /// Takes in what a change may have been.
    pub fn note(&mut self, answers: &[Answer], explanations: &[Explanation]) {
        let mut units: BTreeMap<(usize, usize, i32), f64> = BTreeMap::new();
        for answer in answers {
            let Some(who) = answer.who else { continue };
            for part in &explanations[answer.explanation].parts {
                for unit in 1..=part.taken {
                    *units.entry((who, part.product, unit)).or_default() += answer.probability;
                }
            }
        }
        for ((who, product, _), probability) in units {
            self.0.entry((who, product)).or_default().push(probability);
        }
    }

    /// These units are a visitor's for certain: somebody said so.
    pub fn note_certain(&mut self, who: usize, product: usize, units: usize) {
        self.0.entry((who, product)).or_default().extend(std::iter::repeat_n(1.0, units));
    }

    /// How likely a visitor has at least one, two, three … units (`units`, as if changes were independent), given that a share of what
    /// is wrong about them (`together`, 0 to 1) is wrong together.
    pub fn bound(&self, who: usize, product: usize, units: &[f64], together: f64) -> Vec<f64> {
        let mut single = self.0.get(&(who, product)).cloned().unwrap_or_default();
        single.sort_by(|a, b| b.total_cmp(a));
        let bounded = |(place, &independent): (usize, &f64)| {
            let dependent = single.get(place).copied().unwrap_or(0.0).min(independent);
            independent + together * (dependent - independent)
        };
        units.iter().enumerate().map(bounded).collect()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A visit is over.
    pub fn forget(&mut self, who: usize) {
        let own: Vec<_> = self.0.range((who, 0)..=(who, usize::MAX)).map(|(&key, _)| key).collect();
        for key in own {
            self.0.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(probabilities: &[f64]) -> Takings {
        let mut takings = Takings::default();
        takings.0.insert((1, 2), probabilities.to_vec());
        takings
    }

    #[test]
    fn many_unsure_changes_make_no_sure_unit() {
        let takings = picks(&[0.5, 0.7, 0.6]);
        assert_eq!(takings.bound(1, 2, &[0.94, 0.6], 1.0), [0.7, 0.6]);
        assert_eq!(takings.bound(1, 2, &[0.94, 0.6], 0.0), [0.94, 0.6]);
        let half = takings.bound(1, 2, &[0.94], 0.5);
        assert!((half[0] - 0.82).abs() < 1e-9, "{half:?}");
    }

    #[test]
    fn one_sure_change_stays_sure_and_what_came_back_stays_so() {
        assert_eq!(picks(&[0.2, 0.99]).bound(1, 2, &[0.992], 1.0), [0.99]);
        assert_eq!(picks(&[0.99]).bound(1, 2, &[0.3], 1.0), [0.3], "likely put back");
        let mut takings = picks(&[0.5]);
        takings.note_certain(1, 2, 2);
        assert_eq!(takings.bound(1, 2, &[1.0, 1.0, 0.5], 1.0), [1.0, 1.0, 0.5]);
        takings.forget(1);
        assert_eq!(takings, Takings::default());
    }
}
