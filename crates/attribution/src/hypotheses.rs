//! The best explanations of everything that hangs together: who holds what, and what lies where it does not belong.
//!
//! Changes hang together where a put-back may undo a pick or something misplaced may be taken again; everything else
//! is independent and kept apart, so that a busy store needs no more explanations than a quiet one.

pub mod answering;
pub mod groups;
pub mod held;
pub mod question;

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::{exp, ln_sum};
use held::Held;
use question::{Asked, Question, is_there};

/// Something put down where it does not belong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stray {
    /// Index of the product.
    pub product: usize,
    /// Units.
    pub units: i32,
    /// Index of the shelf.
    pub shelf: usize,
    /// Place along the shelf, in tenths of a sensor.
    pub tenths: i32,
    /// When, milliseconds.
    pub at_ms: i64,
}

/// One thing that a group knows about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Key {
    /// How many units a visitor holds of a product.
    Held(usize, usize),
    /// Where a product lies about.
    Strays(usize),
}

/// What is the case in one hypothesis: who holds how many of what, and what lies about.
type State = (Held, Vec<Stray>);

/// One possible state of the world, as far as its group is concerned.
#[derive(Clone, PartialEq, Debug)]
pub struct Hypothesis {
    /// The logarithm of its probability within the group.
    pub ln: f64,
    /// Units held, by visitor and product; never zero. Negative where somebody put down what nobody saw them take: a
    /// hand that leaned there, or something of their own. Taking it away again makes it even.
    pub held: Held,
    /// What lies about.
    pub strays: Vec<Stray>,
}

/// Hypotheses that hang together, likeliest first.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// Never empty; probabilities sum to 1.
    pub hypotheses: Vec<Hypothesis>,
}

impl Hypothesis {
    /// What is the case in it.
    fn state(&self) -> (&Held, &[Stray]) {
        (&self.held, &self.strays)
    }

    fn strays_of(&self, product: usize) -> impl Iterator<Item = &Stray> {
        self.strays.iter().filter(move |stray| stray.product == product)
    }
}

/// What is less likely than this is not worth keeping two groups together for.
const NEGLIGIBLE: f64 = 0.002;
/// Hypotheses this much less likely (natural logarithm) than the best are given up.
const GIVEN_UP: f64 = 14.0;

impl Group {
    /// A group that knows nothing yet.
    pub fn new() -> Self {
        Self::certain(Held::default())
    }

    /// A group that knows this, and knows it for certain.
    pub fn certain(held: Held) -> Self {
        Self::merged(vec![Hypothesis { ln: 0.0, held, strays: Vec::new() }], 1)
    }

    /// The best of these hypotheses, those that say the same added up.
    fn merged(hypotheses: Vec<Hypothesis>, kept: usize) -> Self {
        let mut group = Self { hypotheses };
        group.merge(kept);
        group
    }

    /// Gives what lies about its new places along its shelves, where it still has one.
    pub fn move_strays(&mut self, new_tenths: impl Fn(usize, i32) -> Option<i32>, kept: usize) {
        for hypothesis in &mut self.hypotheses {
            hypothesis.strays.retain_mut(|stray| match new_tenths(stray.shelf, stray.tenths) {
                Some(tenths) => {
                    stray.tenths = tenths;
                    true
                }
                None => false,
            });
            hypothesis.strays.sort();
        }
        self.merge(kept);
    }

    /// What this group knows without which the question cannot be answered.
    pub fn concerned(&self, question: &Question<'_>, asked: &Asked) -> BTreeSet<Key> {
        let Asked { taken, put_back, who } = asked;
        let mut said: BTreeMap<Key, f64> = BTreeMap::new();
        for hypothesis in &self.hypotheses {
            let probability = exp(hypothesis.ln);
            let held = hypothesis.held.iter().filter(|&((visitor, product), units)| {
                // What somebody holds may come back; what somebody owes may be taken again.
                (put_back.contains(&product) || (units < 0 && taken.contains(&product))) && who.contains(&visitor)
            });
            let held = held.map(|((who, product), _)| Key::Held(who, product));
            let lying = hypothesis
                .strays
                .iter()
                .filter(|stray| taken.contains(&stray.product) && is_there(stray, stray.product, question));
            let keys: BTreeSet<_> = held.chain(lying.map(|stray| Key::Strays(stray.product))).collect();
            for key in keys {
                *said.entry(key).or_default() += probability;
            }
        }
        said.into_iter().filter(|&(_, probability)| probability > NEGLIGIBLE).map(|(key, _)| key).collect()
    }

    /// The group of two groups: every pair, as far as kept.
    pub fn join(&self, other: &Self, kept: usize) -> Self {
        let mut pairs = Vec::new();
        for (one, mine) in self.hypotheses.iter().enumerate() {
            // Both are sorted: this many pairs before it are at least as likely.
            let enough = kept / (one + 1);
            for (two, theirs) in other.hypotheses.iter().enumerate().take(enough) {
                pairs.push((mine.ln + theirs.ln, one, two));
            }
        }
        keep_best(&mut pairs, kept);
        let hypotheses = pairs
            .into_iter()
            .map(|(ln, one, two)| {
                let mut joined = self.hypotheses[one].clone();
                joined.ln = ln;
                for (holding, units) in other.hypotheses[two].held.iter() {
                    joined.held.give(holding, units);
                }
                joined.strays.extend(&other.hypotheses[two].strays);
                joined.strays.sort();
                joined
            })
            .collect();
        Self::merged(hypotheses, kept)
    }

    /// How many hypotheses it holds.
    pub fn len(&self) -> usize {
        self.hypotheses.len()
    }

    /// Whether it says nothing about anybody.
    pub fn is_empty(&self) -> bool {
        self.hypotheses.iter().all(|hypothesis| hypothesis.held.is_empty() && hypothesis.strays.is_empty())
    }

    /// Everything that it knows about.
    pub fn keys(&self) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        for hypothesis in &self.hypotheses {
            keys.extend(hypothesis.held.iter().map(|((who, product), _)| Key::Held(who, product)));
            keys.extend(hypothesis.strays.iter().map(|stray| Key::Strays(stray.product)));
        }
        keys
    }

    /// What the group says about these keys, and what it says about the others. How likely each is stays the same;
    /// that they hang together is forgotten.
    pub fn split(&self, keys: &BTreeSet<Key>, kept: usize) -> (Self, Self) {
        let part = |within: bool| {
            let hypotheses = self.hypotheses.iter().map(|hypothesis| {
                let mut part = hypothesis.clone();
                part.held.retain(|(who, product)| keys.contains(&Key::Held(who, product)) == within);
                part.strays.retain(|stray| keys.contains(&Key::Strays(stray.product)) == within);
                part
            });
            Self::merged(hypotheses.collect(), kept)
        };
        (part(true), part(false))
    }

    /// Everything by itself: one group a key.
    pub fn scatter(&self, kept: usize) -> Vec<Self> {
        self.keys().into_iter().map(|key| self.split(&BTreeSet::from([key]), kept).0).collect()
    }

    /// Takes out what is the same in nearly all hypotheses: it no longer hangs together with anything.
    pub fn take_certain(&mut self, kept: usize) -> Vec<Self> {
        let mut certain = Vec::new();
        let mut keys = self.keys();
        while keys.len() > 1 {
            let Some(key) = keys.pop_first() else { break };
            if self.is_certain(key) {
                let (own, rest) = self.split(&BTreeSet::from([key]), kept);
                if !rest.is_empty() {
                    *self = rest;
                    certain.push(own);
                }
            }
        }
        certain
    }

    /// Whether nearly all hypotheses say the same about a key as the best.
    fn is_certain(&self, key: Key) -> bool {
        let same = |one: &&Hypothesis| match key {
            Key::Held(who, product) => one.holds(who, product) == self.hypotheses[0].holds(who, product),
            Key::Strays(product) => one.strays_of(product).eq(self.hypotheses[0].strays_of(product)),
        };
        self.hypotheses.iter().filter(same).map(|one| exp(one.ln)).sum::<f64>() > 1.0 - NEGLIGIBLE
    }

    /// How likely a visitor holds how many units: by product, probabilities by units, which may be negative.
    pub fn holdings(&self, who: usize) -> BTreeMap<usize, BTreeMap<i32, f64>> {
        let mut holdings: BTreeMap<usize, BTreeMap<i32, f64>> = BTreeMap::new();
        for hypothesis in &self.hypotheses {
            let probability = exp(hypothesis.ln);
            for ((_, product), units) in hypothesis.held.of(who) {
                *holdings.entry(product).or_default().entry(units).or_default() += probability;
            }
        }
        for counts in holdings.values_mut() {
            let some: f64 = counts.values().sum();
            counts.insert(0, (1.0 - some).max(0.0));
        }
        holdings
    }

    /// Whether it says anything about a visitor, or about strays from before a time.
    pub fn is_to_forget(&self, who: Option<usize>, before_ms: i64) -> bool {
        let concerns = |one: &Hypothesis| {
            let held = who.is_some_and(|who| one.held.of(who).next().is_some());
            held || one.strays.iter().any(|stray| stray.at_ms < before_ms)
        };
        self.hypotheses.iter().any(concerns)
    }

    /// Forgets a visitor whose receipt is final, and strays from before a time. False where nothing is left to know.
    pub fn forget(&mut self, who: Option<usize>, before_ms: i64, kept: usize) -> bool {
        if !self.is_to_forget(who, before_ms) {
            return !self.is_empty();
        }
        for hypothesis in &mut self.hypotheses {
            if let Some(who) = who {
                hypothesis.held.retain(|(visitor, _)| visitor != who);
            }
            hypothesis.strays.retain(|stray| stray.at_ms >= before_ms);
        }
        self.merge(kept);
        self.hypotheses.iter().any(|hypothesis| !hypothesis.held.is_empty() || !hypothesis.strays.is_empty())
    }

    /// Adds up hypotheses that have come to say the same, and keeps the best; gives the share of probability that the
    /// best have of all.
    fn merge(&mut self, kept: usize) -> f64 {
        // The sort is stable, so that what is added up keeps its order.
        self.hypotheses.sort_by(|a, b| a.state().cmp(&b.state()));
        let mut lns = Vec::new();
        let mut merged: Vec<Hypothesis> = Vec::with_capacity(self.hypotheses.len());
        for hypothesis in self.hypotheses.drain(..) {
            match merged.last_mut() {
                Some(last) if last.state() == hypothesis.state() => {
                    if lns.is_empty() {
                        lns.push(last.ln);
                    }
                    lns.push(hypothesis.ln);
                }
                last => {
                    add_up(last, &mut lns);
                    merged.push(hypothesis);
                }
            }
        }
        add_up(merged.last_mut(), &mut lns);
        self.hypotheses = merged;
        // The sort is stable: what is equally likely stays in the order of what it says.
        self.hypotheses.sort_by(|a, b| b.ln.total_cmp(&a.ln));
        let best = self.hypotheses.first().map_or(0.0, |best| best.ln);
        let all = ln_sum(self.hypotheses.iter().map(|hypothesis| hypothesis.ln));
        self.hypotheses.truncate(kept);
        self.hypotheses.retain(|hypothesis| hypothesis.ln >= best - GIVEN_UP);
        exp(self.normalise() - all)
    }

    /// Makes the probabilities sum to 1; gives the logarithm of what they summed to.
    fn normalise(&mut self) -> f64 {
        let all = ln_sum(self.hypotheses.iter().map(|hypothesis| hypothesis.ln));
        for hypothesis in &mut self.hypotheses {
            hypothesis.ln -= all;
        }
        all
    }
}

impl Default for Group {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a hypothesis as likely as all of those together whose logarithms are given, if any are.
fn add_up(hypothesis: Option<&mut Hypothesis>, lns: &mut Vec<f64>) {
    if let Some(hypothesis) = hypothesis.filter(|_| !lns.is_empty()) {
        hypothesis.ln = ln_sum(lns.iter().copied());
    }
    lns.clear();
}

/// Sorts by logarithm, best first, ties by place, and drops what is too many or too unlikely.
fn keep_best(ranked: &mut Vec<(f64, usize, usize)>, kept: usize) {
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    ranked.truncate(kept);
    let best = ranked.first().map_or(0.0, |one| one.0);
    ranked.retain(|one| one.0 >= best - GIVEN_UP);
}

#[cfg(test)]
mod tests;
