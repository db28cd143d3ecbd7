//! The best explanations of everything that hangs together: who holds what, and what lies where it does not belong.
//!
//! Changes hang together where a put-back may undo a pick or something misplaced may be taken again; everything else
//! is independent and kept apart, so that a busy store needs no more explanations than a quiet one.

use std::collections::{BTreeMap, BTreeSet};

use super::contents::{Explanation, Part};
use super::numbers::{exp, ln, ln_sum};
use super::rules::ContentsRules;

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

/// What is the case in one hypothesis: who holds how many of what, and what lies about.
type State = (BTreeMap<(usize, usize), i32>, Vec<Stray>);

/// One possible state of the world, as far as its group is concerned.
#[derive(Clone, PartialEq, Debug)]
pub struct Hypothesis {
    /// The logarithm of its probability within the group.
    pub ln: f64,
    /// Units held, by visitor and product; never zero. Negative where somebody put down what nobody saw them take: a
    /// hand that leaned there, or something of their own. Taking it away again makes it even.
    pub held: BTreeMap<(usize, usize), i32>,
    /// What lies about.
    pub strays: Vec<Stray>,
}

/// A change whose explanations are to be weighed against each other.
#[derive(Clone, PartialEq, Debug)]
pub struct Question<'a> {
    /// What it may have been.
    pub explanations: &'a [Explanation],
    /// Who may have done it: visitors with the logarithms of their probabilities.
    pub who: &'a [(usize, f64)],
    /// The logarithm of the probability that it was somebody unknown.
    pub ln_nobody: f64,
    /// Index of the shelf.
    pub shelf: usize,
    /// Place along the shelf, in sensors.
    pub place: f64,
    /// When, milliseconds.
    pub at_ms: i64,
    /// By product, the logarithm of how likely one that is taken from where nobody knows anything is this one.
    pub ln_strays: &'a [f64],
}

/// Which answer a question was given, and how likely it is after all.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Answer {
    /// Who; `None` for somebody unknown or nobody.
    pub who: Option<usize>,
    /// Index of the explanation.
    pub explanation: usize,
    /// 0 to 1.
    pub probability: f64,
}

/// Hypotheses that hang together, likeliest first.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// Never empty; probabilities sum to 1.
    pub hypotheses: Vec<Hypothesis>,
}

/// A misplaced product is found again within this many sensors of where it was put down.
const SAME_PLACE: f64 = 1.5;
/// What is less likely than this is not worth keeping two groups together for.
const NEGLIGIBLE: f64 = 0.002;
/// Explanations and people this much less likely (natural logarithm) than the best do not bring groups together.
const FAR_FETCHED: f64 = 5.0;
/// Hypotheses this much less likely (natural logarithm) than the best are given up.
const GIVEN_UP: f64 = 14.0;

impl Group {
    /// A group that knows nothing yet.
    pub fn new() -> Self {
        Self { hypotheses: vec![Hypothesis { ln: 0.0, held: BTreeMap::new(), strays: Vec::new() }] }
    }

    /// The products of this group without which the question cannot be answered.
    pub fn concerned(&self, question: &Question<'_>) -> BTreeSet<usize> {
        let best = question.explanations.first().map_or(0.0, |best| best.ln_fit);
        let parts: Vec<_> = question
            .explanations
            .iter()
            .filter(|explanation| explanation.ln_fit > best - 2.0 * FAR_FETCHED)
            .flat_map(|explanation| &explanation.parts)
            .collect();
        let may_be = |who: usize| question.who.iter().any(|&(visitor, ln)| visitor == who && ln > -FAR_FETCHED);
        let mut said: BTreeMap<usize, f64> = BTreeMap::new();
        for hypothesis in &self.hypotheses {
            let probability = exp(hypothesis.ln);
            let held = hypothesis.held.iter().filter(|((who, product), units)| {
                let asked = |part: &&Part| part.product == *product && (part.taken < 0 || **units < 0);
                may_be(*who) && parts.iter().any(asked)
            });
            let held = held.map(|((_, product), _)| *product);
            let lying = hypothesis
                .strays
                .iter()
                .filter(|stray| parts.iter().any(|part| part.taken > 0 && is_there(stray, part.product, question)));
            let products: BTreeSet<_> = held.chain(lying.map(|stray| stray.product)).collect();
            for product in products {
                *said.entry(product).or_default() += probability;
            }
        }
        said.into_iter().filter(|&(_, probability)| probability > NEGLIGIBLE).map(|(product, _)| product).collect()
    }

    /// The group of two groups: every pair, as far as kept.
    pub fn join(&self, other: &Self, kept: usize) -> Self {
        let mut pairs = Vec::with_capacity(self.hypotheses.len() * other.hypotheses.len());
        for (one, mine) in self.hypotheses.iter().enumerate() {
            for (two, theirs) in other.hypotheses.iter().enumerate() {
                pairs.push((mine.ln + theirs.ln, one, two));
            }
        }
        keep_best(&mut pairs, kept);
        let hypotheses = pairs
            .into_iter()
            .map(|(ln, one, two)| {
                let mut joined = self.hypotheses[one].clone();
                joined.ln = ln;
                for (&key, &units) in &other.hypotheses[two].held {
                    *joined.held.entry(key).or_default() += units;
                }
                joined.held.retain(|_, units| *units != 0);
                joined.strays.extend(&other.hypotheses[two].strays);
                joined.strays.sort();
                joined
            })
            .collect();
        let mut group = Self { hypotheses };
        group.merge(kept);
        group
    }

    /// How many hypotheses it holds.
    pub fn len(&self) -> usize {
        self.hypotheses.len()
    }

    /// Whether it says nothing about anybody.
    pub fn is_empty(&self) -> bool {
        self.hypotheses.iter().all(|hypothesis| hypothesis.held.is_empty() && hypothesis.strays.is_empty())
    }

    /// What the group says of these products, and what it says of the others. How likely each is stays the same; that
    /// they hang together is forgotten.
    pub fn split(&self, products: &BTreeSet<usize>, kept: usize) -> (Self, Self) {
        let part = |within: bool| {
            let hypotheses = self.hypotheses.iter().map(|hypothesis| {
                let mut part = hypothesis.clone();
                part.held.retain(|(_, product), _| products.contains(product) == within);
                part.strays.retain(|stray| products.contains(&stray.product) == within);
                part
            });
            let mut part = Self { hypotheses: hypotheses.collect() };
            part.merge(kept);
            part
        };
        (part(true), part(false))
    }

    /// Takes out what is the same in nearly all hypotheses: it no longer hangs together with anything.
    pub fn take_certain(&mut self, kept: usize) -> Vec<Self> {
        let products: BTreeSet<usize> = self
            .hypotheses
            .iter()
            .flat_map(|one| one.held.keys().map(|key| key.1).chain(one.strays.iter().map(|stray| stray.product)))
            .collect();
        let mut certain = Vec::new();
        if products.len() < 2 {
            return certain;
        }
        for product in products {
            let (own, rest) = self.split(&BTreeSet::from([product]), kept);
            if exp(own.hypotheses[0].ln) > 1.0 - NEGLIGIBLE && !rest.is_empty() {
                *self = rest;
                certain.push(own);
            }
        }
        certain
    }

    /// Takes a question in: every hypothesis is continued by every answer, and the best are kept. Gives how likely each
    /// answer is, likeliest first.
    pub fn answer(&mut self, question: &Question<'_>, kept: usize, rules: &ContentsRules) -> Vec<Answer> {
        let nobody = [(usize::MAX, question.ln_nobody)];
        let mut continued: Vec<(f64, usize, (usize, usize))> = Vec::new();
        let mut answers: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
        let best = question.explanations.first().map_or(0.0, |best| best.ln_fit);
        for (index, hypothesis) in self.hypotheses.iter().enumerate() {
            for (number, explanation) in question.explanations.iter().enumerate() {
                if explanation.parts.is_empty() {
                    continued.push((hypothesis.ln + explanation.ln_fit, index, (usize::MAX, number)));
                    continue;
                }
                for &(who, ln_who) in question.who.iter().chain(&nobody) {
                    if explanation.ln_fit + ln_who < best - GIVEN_UP {
                        continue;
                    }
                    let parts = explanation.parts.iter();
                    let ln_parts: f64 = parts.map(|part| ln_part(hypothesis, part, who, question, rules)).sum();
                    let ln = hypothesis.ln + explanation.ln_fit + ln_who + ln_parts;
                    if ln.is_finite() {
                        continued.push((ln, index, (who, number)));
                    }
                }
            }
        }
        let all = ln_sum(continued.iter().map(|one| one.0));
        for &(ln, _, answer) in &continued {
            answers.entry(answer).or_default().push(ln - all);
        }
        let mut ranked: Vec<_> = continued.iter().enumerate().map(|(place, one)| (one.0, place, 0)).collect();
        keep_best(&mut ranked, kept * 3);
        let mut states: Vec<Hypothesis> = Vec::new();
        for (ln, place, _) in ranked {
            let (_, index, (who, number)) = continued[place];
            let mut next = self.hypotheses[index].clone();
            next.ln = ln;
            for part in &question.explanations[number].parts {
                next.apply(part, who, question);
            }
            states.push(next);
        }
        self.hypotheses = states;
        self.merge(kept);
        let mut answers: Vec<_> = answers
            .into_iter()
            .map(|((who, explanation), logs)| Answer {
                who: (who != usize::MAX).then_some(who),
                explanation,
                probability: exp(ln_sum(logs.iter().copied())),
            })
            .collect();
        answers.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        answers
    }

    /// How likely a visitor holds how many units: by product, probabilities by units, which may be negative.
    pub fn holdings(&self, who: usize) -> BTreeMap<usize, BTreeMap<i32, f64>> {
        let mut holdings: BTreeMap<usize, BTreeMap<i32, f64>> = BTreeMap::new();
        for hypothesis in &self.hypotheses {
            let probability = exp(hypothesis.ln);
            for (&(_, product), &units) in hypothesis.held.range((who, 0)..=(who, usize::MAX)) {
                *holdings.entry(product).or_default().entry(units).or_default() += probability;
            }
        }
        for counts in holdings.values_mut() {
            let some: f64 = counts.values().sum();
            counts.insert(0, (1.0 - some).max(0.0));
        }
        holdings
    }

    /// Forgets a visitor whose receipt is final, and strays from before a time. False where nothing is left to know.
    pub fn forget(&mut self, who: Option<usize>, before_ms: i64, kept: usize) -> bool {
        for hypothesis in &mut self.hypotheses {
            if let Some(who) = who {
                hypothesis.held.retain(|&(visitor, _), _| visitor != who);
            }
            hypothesis.strays.retain(|stray| stray.at_ms >= before_ms);
        }
        self.merge(kept);
        self.hypotheses.iter().any(|hypothesis| !hypothesis.held.is_empty() || !hypothesis.strays.is_empty())
    }

    /// Adds up hypotheses that have come to say the same, and keeps the best.
    fn merge(&mut self, kept: usize) {
        let mut states: BTreeMap<State, Vec<f64>> = BTreeMap::new();
        for hypothesis in self.hypotheses.drain(..) {
            states.entry((hypothesis.held, hypothesis.strays)).or_default().push(hypothesis.ln);
        }
        let merged = states.into_iter().map(|((held, strays), logs)| {
            let ln = if let [ln] = logs[..] { ln } else { ln_sum(logs.iter().copied()) };
            Hypothesis { ln, held, strays }
        });
        self.hypotheses = merged.collect();
        // The sort is stable: what is equally likely stays in the order of what it says.
        self.hypotheses.sort_by(|a, b| b.ln.total_cmp(&a.ln));
        let best = self.hypotheses.first().map_or(0.0, |best| best.ln);
        self.hypotheses.truncate(kept);
        self.hypotheses.retain(|hypothesis| hypothesis.ln >= best - GIVEN_UP);
        self.normalise();
    }

    fn normalise(&mut self) {
        let all = ln_sum(self.hypotheses.iter().map(|hypothesis| hypothesis.ln));
        for hypothesis in &mut self.hypotheses {
            hypothesis.ln -= all;
        }
    }
}

impl Default for Group {
    fn default() -> Self {
        Self::new()
    }
}

impl Hypothesis {
    fn apply(&mut self, part: &Part, who: usize, question: &Question<'_>) {
        if part.taken > 0 {
            if !part.at_home
                && let Some(place) = self.strays.iter().position(|stray| is_there(stray, part.product, question))
            {
                self.strays[place].units -= part.taken;
                self.strays.retain(|stray| stray.units > 0);
            }
            if who != usize::MAX {
                self.give(who, part);
            }
            return;
        }
        if who != usize::MAX {
            self.give(who, part);
        }
        if !part.at_home {
            let Question { shelf, place, at_ms, .. } = *question;
            let tenths = (place * 10.0) as i32;
            self.strays.push(Stray { product: part.product, units: -part.taken, shelf, tenths, at_ms });
            self.strays.sort();
        }
    }

    fn give(&mut self, who: usize, part: &Part) {
        let units = self.held.entry((who, part.product)).or_default();
        *units += part.taken;
        if *units == 0 {
            self.held.remove(&(who, part.product));
        }
    }

    fn holds(&self, who: usize, product: usize) -> i32 {
        self.held.get(&(who, product)).copied().unwrap_or(0)
    }
}

fn is_there(stray: &Stray, product: usize, question: &Question<'_>) -> bool {
    let away = (f64::from(stray.tenths) / 10.0 - question.place).abs();
    stray.product == product && stray.shelf == question.shelf && away <= SAME_PLACE
}

/// How likely this part is in this world, as a logarithm.
fn ln_part(hypothesis: &Hypothesis, part: &Part, who: usize, question: &Question<'_>, rules: &ContentsRules) -> f64 {
    if part.taken > 0 {
        let lies_there = hypothesis.strays.iter().any(|stray| is_there(stray, part.product, question));
        return match (part.at_home, lies_there) {
            (true, _) => 0.0,
            // It is known to lie here: about as likely to be taken as what belongs here.
            (false, true) => ln(0.5),
            (false, false) => question.ln_strays[part.product],
        };
    }
    let held = hypothesis.holds(who, part.product) >= -part.taken;
    let ln_where = if part.at_home { ln(1.0 - rules.misplaced) } else { ln(rules.misplaced) };
    match (held, part.at_home) {
        (true, _) => ln_where,
        (false, true) => ln_where + ln(rules.orphan),
        (false, false) => f64::NEG_INFINITY,
    }
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
