//! What single changes say somebody took: how sure a unit is by the change that took it, and a bound on how far many unsure changes
//! may add up to a sure unit.
//!
//! Groups know how likely somebody holds at least so many units. That all of six units of 0.98 are theirs is 0.89 likely, and yet
//! none of the six is less sure than the only unit of another product: whoever decides can look at a change, not at "the sixth unit",
//! and the price of a mistake is one unit's. So a unit is judged by its own change ([`Takings::judge`]), lowered only by what later
//! changes took from it.
//!
//! Groups also take changes for independent of each other, given who was where. They are not: whoever is wrongly believed to stand at a
//! shelf is blamed for all that happens there, and three picks of 0.7 seem to make a unit of 0.97. Were all changes wrong
//! together, that unit would be as likely as the likeliest of the three (`Takings::bound`).

use std::collections::BTreeMap;

use crate::belief::Judged;
use crate::contents::Explanation;
use crate::counts::Counts;
use crate::hypotheses::question::Answer;

/// What the changes say of one visitor and one product, each by itself as it was weighed.
#[derive(Clone, PartialEq, Debug, Default)]
struct Changes {
    /// How likely each unit that was taken is theirs, 0 to 1, surest first.
    taken: Vec<f64>,
    /// How many units they put back.
    back: Counts,
    /// How many units they hold, were no change to speak for or against another.
    held: Counts,
}

impl Changes {
    fn add(&mut self, units: &Counts) {
        self.taken.extend((1..=units.most()).map(|unit| units.at_least(unit)));
        self.taken.sort_by(|a, b| b.total_cmp(a));
        self.back.add(&units.put_back());
        self.held.add(units);
    }

    /// How sure the unit of this place (from 0) among those that are held is by its own change, 0 to 1. What came back undoes the
    /// surest ones: which it was does not matter to the count, and so no unit is made surer by it.
    fn by_itself(&self, place: usize) -> f64 {
        let after = |(back, likely): (i32, f64)| {
            let place = place + usize::try_from(back).unwrap_or(0);
            likely * self.taken.get(place).copied().unwrap_or(0.0)
        };
        self.back.iter().map(after).sum()
    }
}

/// For each visitor and product (by index), what the changes say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Takings(BTreeMap<(usize, usize), Changes>);

impl Takings {
    /// Takes in what a change may have been.
    pub fn note(&mut self, answers: &[Answer], explanations: &[Explanation]) {
        let mut changed: BTreeMap<(usize, usize), Vec<(i32, f64)>> = BTreeMap::new();
        for answer in answers {
            let Some(who) = answer.who else { continue };
            for part in &explanations[answer.explanation].parts {
                changed.entry((who, part.product)).or_default().push((part.taken, answer.probability));
            }
        }
        for (key, units) in changed {
            self.0.entry(key).or_default().add(&units.into_iter().collect());
        }
    }

    /// These units are a visitor's for certain, or for certain (below zero) not any more: somebody said so.
    pub fn note_certain(&mut self, who: usize, product: usize, units: i32) {
        self.0.entry((who, product)).or_default().add(&Counts::from_iter([(units, 1.0)]));
    }

    /// What is thought of a visitor's first, second, third … unit, given how likely they hold at least so many by all hypotheses
    /// (`units`). Verdicts go by the surer of two: the bounded probability (`bound`), and what the unit's own change says.
    ///
    /// The second is lowered by as much as the hypotheses hold so many units for less likely than the changes one by one did: that is
    /// what a later change took away, because it told that somebody else, or another product, had been there.
    pub fn judge(&self, who: usize, product: usize, units: &[f64], together: f64) -> Judged {
        let bounded = self.bound(who, product, units, together);
        let Some(changes) = self.0.get(&(who, product)) else { return Judged::as_held(bounded) };
        let judged = |(place, (&likely, &bounded)): (usize, (&f64, &f64))| {
            let expected = changes.held.at_least(i32::try_from(place + 1).unwrap_or(i32::MAX));
            let kept = if likely < expected { likely / expected } else { 1.0 };
            bounded.max(changes.by_itself(place) * kept)
        };
        let by = units.iter().zip(&bounded).enumerate().map(judged).collect();
        Judged { units: bounded, by }
    }

    /// How likely a visitor has at least one, two, three … units (`units`, as if changes were independent), given that a share of what
    /// is wrong about them (`together`, 0 to 1) is wrong together.
    fn bound(&self, who: usize, product: usize, units: &[f64], together: f64) -> Vec<f64> {
        let single = self.0.get(&(who, product)).map_or(&[][..], |changes| &changes.taken);
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
mod tests;
