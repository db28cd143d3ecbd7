//! The changes that were weighed lately, found by whose they may be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Recent;

/// In the order in which they were weighed.
#[derive(Clone, Debug, Default)]
pub struct Lately {
    /// Without those that are forgotten; the first has the number `first`.
    changes: VecDeque<Option<Recent>>,
    first: usize,
    /// When each ended, with its number.
    ended: BTreeSet<(i64, usize)>,
    /// Numbers by visitor, lowest first.
    by_visitor: BTreeMap<usize, VecDeque<usize>>,
}

impl Lately {
    /// A change has been weighed.
    pub fn push(&mut self, recent: Recent) {
        let number = self.first + self.changes.len();
        self.ended.insert((recent.moment.ended_ms, number));
        for &(visitor, _) in &recent.who {
            self.by_visitor.entry(visitor).or_default().push_back(number);
        }
        self.changes.push_back(Some(recent));
    }

    /// Forgets what ended before a time.
    pub fn forget_before(&mut self, at_ms: i64) {
        while let Some(&(ended_ms, number)) = self.ended.first()
            && ended_ms < at_ms
        {
            self.ended.pop_first();
            let Some(recent) = self.changes.get_mut(number - self.first).and_then(Option::take) else { continue };
            for (visitor, _) in recent.who {
                if let Some(numbers) = self.by_visitor.get_mut(&visitor) {
                    if let Some(place) = numbers.iter().position(|other| *other == number) {
                        numbers.remove(place);
                    }
                    if numbers.is_empty() {
                        self.by_visitor.remove(&visitor);
                    }
                }
            }
        }
        while let Some(None) = self.changes.front() {
            self.changes.pop_front();
            self.first += 1;
        }
    }

    /// Those that may have been one of these, in the order in which they were weighed.
    pub fn concerning(&self, who: &[(usize, f64)]) -> Vec<&Recent> {
        let mut concern = vec![false; self.changes.len()];
        for number in who.iter().filter_map(|(visitor, _)| self.by_visitor.get(visitor)).flatten() {
            concern[number - self.first] = true;
        }
        self.changes.iter().zip(concern).filter(|(_, concerns)| *concerns).filter_map(|(one, _)| one.as_ref()).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ended.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ended.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Moment;
    use super::*;

    fn recent(ended_ms: i64, who: &[usize]) -> Recent {
        let (slot, stand) = ([0.0, 0.0], [0.0, 0.0]);
        let moment = Moment { began_ms: ended_ms - 500, ended_ms, slot, z_m: None, stand, variance: 0.0 };
        Recent { moment, who: who.iter().map(|&who| (who, 0.3)).collect() }
    }

    #[test]
    fn what_is_found_by_visitor_is_what_a_search_finds() {
        let mut lately = Lately::default();
        let mut plain: Vec<Recent> = Vec::new();
        for step in 0..400_i64 {
            // Every seventh is told late.
            let ended_ms = step * 100 - if step % 7 == 0 { 3_000 } else { 0 };
            let visitor = step as usize;
            let before_ms = ended_ms - 2_000;
            plain.retain(|one| one.moment.ended_ms >= before_ms);
            lately.forget_before(before_ms);
            assert_eq!(lately.len(), plain.len());
            for who in [vec![visitor % 5], vec![visitor % 3, 17], vec![99], vec![]] {
                let who: Vec<_> = who.into_iter().map(|who| (who, 0.0)).collect();
                let expected: Vec<_> = plain
                    .iter()
                    .filter(|one| who.iter().any(|(who, _)| one.who.iter().any(|(other, _)| who == other)))
                    .collect();
                assert_eq!(lately.concerning(&who), expected);
            }
            let one = recent(ended_ms, &[visitor % 4, 4 + visitor % 11, 17]);
            plain.push(one.clone());
            lately.push(one);
        }
        assert!(lately.changes.len() < 60, "{}", lately.changes.len());
        lately.forget_before(i64::MAX);
        assert!(lately.is_empty() && lately.changes.is_empty() && lately.by_visitor.is_empty());
    }
}
