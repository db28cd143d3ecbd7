//! Nobody is in two places at once: changes at the same time exclude each other's people.

use std::collections::BTreeMap;

use super::numbers::{exp, ln, ln_sum};
use super::presence::Moment;

/// A change near in time, with how likely each visitor did it.
#[derive(Clone, PartialEq, Debug)]
pub struct Recent {
    /// When and where.
    pub moment: Moment,
    /// Probabilities by visitor.
    pub who: BTreeMap<usize, f64>,
}

impl Recent {
    /// A change that has been weighed; who hardly did it is left out, for that excludes nothing.
    pub fn of(moment: Moment, mut who: BTreeMap<usize, f64>) -> Self {
        who.retain(|_, likely| *likely >= COUNTS);
        Self { moment, who }
    }

    /// Whether it may have been one of these.
    pub fn concerns(&self, who: &[(usize, f64)]) -> bool {
        who.iter().any(|(visitor, _)| self.who.contains_key(visitor))
    }
}

/// Less likely than this, having done one change keeps nobody from another.
const COUNTS: f64 = 0.01;
/// An arm's length to both sides (metres) needs no step.
const ARMS_M: f64 = 0.5;
/// Metres a second from shelf to shelf: brisk walking.
const WALK_M_S: f64 = 1.5;
/// A hand needs this long (s) from one slot to the next …
const HAND_S: f64 = 0.6;
/// … and this long to take something twice from the same, which is one within this (metres).
const AGAIN_S: f64 = 0.2;
const SAME_M: f64 = 0.02;
/// How likely somebody seems to be in two places all the same: two hands, or clocks that differ.
const TWO_PLACES: f64 = 0.03;
/// Rounds after which the probabilities have settled: each takes in one more neighbour's neighbour.
const ROUNDS: usize = 4;

/// Takes into account that whoever did one of the changes near in time can hardly have done this one. `who` and
/// `ln_nobody` are logarithms of probabilities by sight alone; `before` has been weighed, `after` only looked at.
pub fn exclude(
    moment: &Moment,
    who: Vec<(usize, f64)>,
    ln_nobody: f64,
    before: &[&Recent],
    mut after: Vec<Recent>,
) -> (Vec<(usize, f64)>, f64) {
    let by_sight: Vec<_> = after.iter().map(|recent| recent.who.clone()).collect();
    let mut given = (who.clone(), ln_nobody);
    for _ in 0..ROUNDS {
        let mut logs = who.clone();
        for other in before.iter().copied().chain(&after) {
            let both = both(moment, &other.moment);
            for (visitor, ln_it) in &mut logs {
                *ln_it += ln_free(both, other, *visitor);
            }
        }
        let all = ln_sum(logs.iter().map(|one| one.1).chain([ln_nobody]));
        for one in &mut logs {
            one.1 -= all;
        }
        let own = logs.iter().map(|&(who, ln)| (who, exp(ln))).collect();
        given = (logs, ln_nobody - all);
        let this = Recent { moment: *moment, who: own };
        for index in 0..after.len() {
            let mut logs: Vec<_> = by_sight[index].iter().map(|(&visitor, &likely)| (visitor, ln(likely))).collect();
            let others = after.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
            for other in std::iter::once(&this).chain(before.iter().copied()).chain(others) {
                let both = both(&after[index].moment, &other.moment);
                for (visitor, ln_it) in &mut logs {
                    *ln_it += ln_free(both, other, *visitor);
                }
            }
            let unknown = ln((1.0 - by_sight[index].values().sum::<f64>()).max(1e-6));
            let all = ln_sum(logs.iter().map(|one| one.1).chain([unknown]));
            after[index].who = logs.into_iter().map(|(visitor, ln_it)| (visitor, exp(ln_it - all))).collect();
        }
    }
    given
}

/// The logarithm of how likely the visitor is free, given another change that may be theirs and how likely one person
/// can have done both.
fn ln_free(both: f64, other: &Recent, visitor: usize) -> f64 {
    let theirs = other.who.get(&visitor).copied().unwrap_or(0.0);
    if theirs < COUNTS || both >= 1.0 { 0.0 } else { ln(1.0 - (1.0 - both) * theirs.min(1.0) + 1e-6) }
}

/// How likely one person can have done both, against two people.
fn both(one: &Moment, two: &Moment) -> f64 {
    let (dx, dy) = (one.slot[0] - two.slot[0], one.slot[1] - two.slot[1]);
    let away = (dx * dx + dy * dy).sqrt();
    let gap = (one.began_ms - two.ended_ms).max(two.began_ms - one.ended_ms) as f64 / 1000.0;
    let hand = if away < SAME_M { AGAIN_S } else { HAND_S };
    let needed = hand + (away - ARMS_M).max(0.0) / WALK_M_S;
    let share = (gap / needed).clamp(0.0, 1.0);
    TWO_PLACES + (1.0 - TWO_PLACES) * share * share * share * share
}
