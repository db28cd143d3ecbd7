//! Nobody is in two places at once: changes at the same time exclude each other's people.

pub mod lately;

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::{exp, ln, ln_sum_alike};
use crate::presence::Moment;

/// A change near in time, with how likely each visitor did it.
#[derive(Clone, PartialEq, Debug)]
pub struct Recent {
    /// When and where.
    pub moment: Moment,
    /// Visitors in the order of their numbers, with their probabilities.
    pub who: Vec<(usize, f64)>,
}

impl Recent {
    /// A change that has been weighed; who hardly did it is left out, for that excludes nothing.
    pub fn of(moment: Moment, who: BTreeMap<usize, f64>) -> Self {
        Self { moment, who: who.into_iter().filter(|(_, likely)| *likely >= COUNTS).collect() }
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

/// Takes into account that whoever did one of the changes near in time can hardly have done this one. `who` (in the order
/// of the visitors' numbers) and `ln_nobody` are logarithms of probabilities by sight alone; `before` has been weighed,
/// `after` only looked at.
pub fn exclude(
    moment: &Moment,
    who: Vec<(usize, f64)>,
    ln_nobody: f64,
    before: &[&Recent],
    after: &[&Recent],
) -> (Vec<(usize, f64)>, f64) {
    let mut after: Vec<_> = connected(&who, after).into_iter().map(|recent| Soon::new(recent, before)).collect();
    let this = Asked::new(moment, who, ln_nobody, before);
    for _ in 1..ROUNDS {
        let (logs, _) = this.given(None, after.iter().map(|other| (other.asked.moment, &other.who[..])));
        let own: Vec<_> = logs.into_iter().map(|(visitor, ln_it)| (visitor, exp(ln_it))).collect();
        for index in 0..after.len() {
            let others = after.iter().enumerate().filter(|(other, _)| *other != index);
            let others = others.map(|(_, other)| (other.asked.moment, &other.who[..]));
            let (logs, _) = after[index].asked.given(Some((moment, &own)), others);
            after[index].who = logs.into_iter().map(|(visitor, ln_it)| (visitor, exp(ln_it))).collect();
        }
    }
    this.given(None, after.iter().map(|other| (other.asked.moment, &other.who[..])))
}

/// The changes in which one of these, or of those that they bring in, may have had a hand: no other says anything about
/// them.
fn connected<'a>(who: &[(usize, f64)], changes: &[&'a Recent]) -> Vec<&'a Recent> {
    let mut reached: BTreeSet<usize> = who.iter().map(|one| one.0).collect();
    let mut connected = vec![false; changes.len()];
    let is_reached = |place: usize, reached: &BTreeSet<usize>| {
        changes[place].who.iter().any(|(visitor, _)| reached.contains(visitor))
    };
    while let Some(place) = (0..changes.len()).find(|&place| !connected[place] && is_reached(place, &reached)) {
        connected[place] = true;
        reached.extend(changes[place].who.iter().map(|one| one.0));
    }
    changes.iter().zip(connected).filter(|(_, connected)| *connected).map(|(change, _)| *change).collect()
}

/// A change that is only looked at, with what is thought of it by now.
struct Soon<'a> {
    asked: Asked<'a>,
    who: Vec<(usize, f64)>,
}

impl<'a> Soon<'a> {
    fn new(recent: &'a Recent, before: &[&Recent]) -> Self {
        let by_sight = recent.who.iter().map(|&(visitor, likely)| (visitor, ln(likely))).collect();
        let unknown = ln((1.0 - recent.who.iter().map(|one| one.1).sum::<f64>()).max(1e-6));
        Self { asked: Asked::new(&recent.moment, by_sight, unknown, before), who: recent.who.clone() }
    }
}

/// A change of which is asked who did it.
struct Asked<'a> {
    moment: &'a Moment,
    /// Visitors with their logarithms by sight alone, and that of somebody else.
    by_sight: Vec<(usize, f64)>,
    unknown: f64,
    /// What the changes before it say, which stays the same: places in `by_sight`, with what is to be added there.
    before: Vec<(usize, f64)>,
}

impl<'a> Asked<'a> {
    fn new(moment: &'a Moment, by_sight: Vec<(usize, f64)>, unknown: f64, before: &[&Recent]) -> Self {
        let mut own = Self { moment, by_sight, unknown, before: Vec::new() };
        own.before = before.iter().flat_map(|other| own.hears(&other.moment, &other.who)).collect();
        own
    }

    /// The logarithms, given what others say: `first`, the changes before it, and `others`, in this order. They are few who
    /// are said anything of, so it is not asked of each visitor what is said of them.
    fn given<'b>(
        &self,
        first: Option<(&Moment, &'b [(usize, f64)])>,
        others: impl Iterator<Item = (&'b Moment, &'b [(usize, f64)])>,
    ) -> (Vec<(usize, f64)>, f64) {
        let mut logs = self.by_sight.clone();
        let first = first.into_iter().flat_map(|(moment, who)| self.hears(moment, who));
        let others = others.flat_map(|(moment, who)| self.hears(moment, who));
        for (place, ln_free) in first.chain(self.before.iter().copied()).chain(others) {
            logs[place].1 += ln_free;
        }
        let all = ln_sum_alike(logs.iter().map(|one| one.1).chain([self.unknown]));
        for one in &mut logs {
            one.1 -= all;
        }
        (logs, self.unknown - all)
    }

    /// What another change says: places in `by_sight`, with the logarithm of how likely that visitor is free.
    fn hears<'b>(
        &self,
        moment: &Moment,
        who: &'b [(usize, f64)],
    ) -> impl Iterator<Item = (usize, f64)> + use<'_, 'b, 'a> {
        let both = both(self.moment, moment);
        let counts = who.iter().filter(move |(_, theirs)| *theirs >= COUNTS && both < 1.0);
        counts.filter_map(move |&(visitor, theirs)| {
            let place = self.by_sight.binary_search_by_key(&visitor, |one| one.0).ok()?;
            Some((place, ln(1.0 - (1.0 - both) * theirs.min(1.0) + 1e-6)))
        })
    }
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
