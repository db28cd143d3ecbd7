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

/// One thing that a group knows about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Key {
    /// How many units a visitor holds of a product.
    Held(usize, usize),
    /// Where a product lies about.
    Strays(usize),
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

/// What a question is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Products that may have been taken.
    pub taken: BTreeSet<usize>,
    /// Products that may have been put back.
    pub put_back: BTreeSet<usize>,
    /// Who may have done it.
    pub who: BTreeSet<usize>,
}

impl Question<'_> {
    /// What it is about, as far as likely enough to bring groups together.
    pub fn asked(&self) -> Asked {
        let best = self.explanations.first().map_or(0.0, |best| best.ln_fit);
        let near = self.explanations.iter().filter(|one| one.ln_fit > best - 2.0 * FAR_FETCHED);
        let parts: Vec<_> = near.flat_map(|one| &one.parts).collect();
        let products =
            |taken: bool| parts.iter().filter(|part| (part.taken > 0) == taken).map(|part| part.product).collect();
        let who = self.who.iter().filter(|(_, ln)| *ln > -FAR_FETCHED).map(|&(visitor, _)| visitor);
        Asked { taken: products(true), put_back: products(false), who: who.collect() }
    }
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
/// Answers this much less likely (natural logarithm) than the best are not even tried.
const HARDLY: f64 = 10.0;
/// What is less likely than this is not worth keeping two groups together for.
const NEGLIGIBLE: f64 = 0.002;
/// So much probability may be lost by keeping the best hypotheses only.
const LOST: f64 = 0.01;
/// Explanations and people this much less likely (natural logarithm) than the best do not bring groups together.
const FAR_FETCHED: f64 = 5.0;
/// Hypotheses this much less likely (natural logarithm) than the best are given up.
const GIVEN_UP: f64 = 14.0;

impl Group {
    /// A group that knows nothing yet.
    pub fn new() -> Self {
        Self { hypotheses: vec![Hypothesis { ln: 0.0, held: BTreeMap::new(), strays: Vec::new() }] }
    }

    /// What this group knows without which the question cannot be answered.
    pub fn concerned(&self, question: &Question<'_>, asked: &Asked) -> BTreeSet<Key> {
        let Asked { taken, put_back, who } = asked;
        let mut said: BTreeMap<Key, f64> = BTreeMap::new();
        for hypothesis in &self.hypotheses {
            let probability = exp(hypothesis.ln);
            let held = hypothesis.held.iter().filter(|&((visitor, product), &units)| {
                // What somebody holds may come back; what somebody owes may be taken again.
                (put_back.contains(product) || (units < 0 && taken.contains(product))) && who.contains(visitor)
            });
            let held = held.map(|(&(who, product), _)| Key::Held(who, product));
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

    /// Everything that it knows about.
    pub fn keys(&self) -> BTreeSet<Key> {
        let held =
            |one: &Hypothesis| one.held.keys().map(|&(who, product)| Key::Held(who, product)).collect::<Vec<_>>();
        let lying = |one: &Hypothesis| one.strays.iter().map(|stray| Key::Strays(stray.product)).collect::<Vec<_>>();
        self.hypotheses.iter().flat_map(|one| [held(one), lying(one)].concat()).collect()
    }

    /// What the group says about these keys, and what it says about the others. How likely each is stays the same;
    /// that they hang together is forgotten.
    pub fn split(&self, keys: &BTreeSet<Key>, kept: usize) -> (Self, Self) {
        let part = |within: bool| {
            let hypotheses = self.hypotheses.iter().map(|hypothesis| {
                let mut part = hypothesis.clone();
                part.held.retain(|&(who, product), _| keys.contains(&Key::Held(who, product)) == within);
                part.strays.retain(|stray| keys.contains(&Key::Strays(stray.product)) == within);
                part
            });
            let mut part = Self { hypotheses: hypotheses.collect() };
            part.merge(kept);
            part
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
            Key::Strays(product) => {
                let of = |one: &Hypothesis| -> Vec<Stray> {
                    one.strays.iter().filter(|stray| stray.product == product).copied().collect()
                };
                of(one) == of(&self.hypotheses[0])
            }
        };
        self.hypotheses.iter().filter(same).map(|one| exp(one.ln)).sum::<f64>() > 1.0 - NEGLIGIBLE
    }

    /// Takes a question in: every hypothesis is continued by every answer, and the best are kept; where they would be
    /// too many, everything goes its own way instead and none is lost. Gives how likely each answer is, likeliest
    /// first, and the groups that there are now.
    pub fn answer(self, question: &Question<'_>, kept: usize, rules: &ContentsRules) -> (Vec<Answer>, Vec<Self>) {
        let nobody = [(usize::MAX, question.ln_nobody)];
        let mut continued: Vec<(f64, usize, (usize, usize))> = Vec::new();
        let mut answers: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
        let worth = self.worth(question);
        let best = worth.iter().map(|&(_, ln)| ln).fold(f64::NEG_INFINITY, f64::max);
        for (index, hypothesis) in self.hypotheses.iter().enumerate() {
            for &(number, ln_most) in &worth {
                let explanation = &question.explanations[number];
                if explanation.parts.is_empty() {
                    continued.push((hypothesis.ln + explanation.ln_fit, index, (usize::MAX, number)));
                    continue;
                }
                for &(who, ln_who) in question.who.iter().chain(&nobody) {
                    if ln_most + ln_who < best - HARDLY {
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
        let mut ranked: Vec<_> = continued.iter().enumerate().map(|(place, one)| (one.0 - all, place, 0)).collect();
        keep_best(&mut ranked, kept * 3);
        let mut next = Self { hypotheses: Vec::with_capacity(ranked.len()) };
        for &(ln, place, _) in &ranked {
            let (_, index, (who, number)) = continued[place];
            let mut hypothesis = self.hypotheses[index].clone();
            hypothesis.ln = ln;
            for part in &question.explanations[number].parts {
                hypothesis.apply(part, who, question);
            }
            next.hypotheses.push(hypothesis);
        }
        let kept_on = next.merge(kept) * ranked.iter().map(|one| exp(one.0)).sum::<f64>();
        let groups = if kept_on < 1.0 - LOST {
            self.answer_apart(question, &continued, all, kept)
        } else {
            let mut groups = next.take_certain(kept);
            groups.push(next);
            groups
        };
        let mut answers: Vec<_> = answers
            .into_iter()
            .map(|((who, explanation), logs)| Answer {
                who: (who != usize::MAX).then_some(who),
                explanation,
                probability: exp(ln_sum(logs.iter().copied())),
            })
            .collect();
        answers.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        (answers, groups)
    }

    /// The explanations that are possible at all in any hypothesis, with the most that each may come to.
    fn worth(&self, question: &Question<'_>) -> Vec<(usize, f64)> {
        let keys = self.keys();
        let held: BTreeSet<usize> = keys
            .iter()
            .filter_map(|key| match key {
                Key::Held(_, product) => Some(*product),
                Key::Strays(_) => None,
            })
            .collect();
        let most = |part: &Part| match (part.taken > 0, part.at_home) {
            (true, false) if !keys.contains(&Key::Strays(part.product)) => question.ln_strays[part.product],
            (false, false) if !held.contains(&part.product) => f64::NEG_INFINITY,
            (true | false, true | false) => 0.0,
        };
        let all = question.explanations.iter().enumerate();
        let mut worth: Vec<_> = all
            .map(|(number, explanation)| (number, explanation.ln_fit + explanation.parts.iter().map(most).sum::<f64>()))
            .collect();
        let best = worth.iter().map(|one| one.1).fold(f64::NEG_INFINITY, f64::max);
        worth.retain(|&(number, ln)| ln >= best - HARDLY || question.explanations[number].parts.is_empty());
        worth
    }

    /// As [`Group::answer`] where the continued hypotheses are too many: what each key comes to, over all of them.
    fn answer_apart(
        &self,
        question: &Question<'_>,
        continued: &[(f64, usize, (usize, usize))],
        all: f64,
        kept: usize,
    ) -> Vec<Self> {
        let mut before = vec![0.0; self.hypotheses.len()];
        // By key and what it was and becomes: how likely that is.
        let mut held: BTreeMap<(usize, usize), BTreeMap<i32, f64>> = BTreeMap::new();
        let mut strays: BTreeMap<usize, BTreeMap<Vec<Stray>, f64>> = BTreeMap::new();
        for &(ln, index, (who, number)) in continued {
            let probability = exp(ln - all);
            before[index] += probability;
            let hypothesis = &self.hypotheses[index];
            for part in &question.explanations[number].parts {
                if who != usize::MAX {
                    let units = hypothesis.holds(who, part.product);
                    let counts = held.entry((who, part.product)).or_default();
                    *counts.entry(units).or_default() -= probability;
                    *counts.entry(units + part.taken).or_default() += probability;
                }
                if !part.at_home {
                    let mut next = hypothesis.clone();
                    next.apply(part, who, question);
                    let of = |one: &Hypothesis| -> Vec<Stray> {
                        one.strays.iter().filter(|stray| stray.product == part.product).copied().collect()
                    };
                    let lying = strays.entry(part.product).or_default();
                    *lying.entry(of(hypothesis)).or_default() -= probability;
                    *lying.entry(of(&next)).or_default() += probability;
                }
            }
        }
        for key in self.keys() {
            for (hypothesis, probability) in self.hypotheses.iter().zip(&before) {
                match key {
                    Key::Held(who, product) => {
                        let counts = held.entry((who, product)).or_default();
                        *counts.entry(hypothesis.holds(who, product)).or_default() += probability;
                    }
                    Key::Strays(product) => {
                        let own = hypothesis.strays.iter().filter(|stray| stray.product == product).copied().collect();
                        *strays.entry(product).or_default().entry(own).or_default() += probability;
                    }
                }
            }
        }
        // A key that is new was at nothing before, in every hypothesis.
        let known = self.keys();
        for (&(who, product), counts) in &mut held {
            if !known.contains(&Key::Held(who, product)) {
                *counts.entry(0).or_default() += 1.0;
            }
        }
        for (&product, lying) in &mut strays {
            if !known.contains(&Key::Strays(product)) {
                *lying.entry(Vec::new()).or_default() += 1.0;
            }
        }
        let group = |states: Vec<(f64, BTreeMap<(usize, usize), i32>, Vec<Stray>)>| {
            let likely = states.into_iter().filter(|state| state.0 > 1e-9);
            let hypotheses = likely.map(|(probability, held, strays)| Hypothesis { ln: ln(probability), held, strays });
            let mut group = Self { hypotheses: hypotheses.collect() };
            group.merge(kept);
            group
        };
        let of_held = held.into_iter().map(|(key, counts)| {
            let state = |(units, probability): (i32, f64)| {
                let held = if units == 0 { BTreeMap::new() } else { BTreeMap::from([(key, units)]) };
                (probability, held, Vec::new())
            };
            group(counts.into_iter().map(state).collect())
        });
        let of_strays = strays.into_values().map(|lying| {
            group(lying.into_iter().map(|(strays, probability)| (probability, BTreeMap::new(), strays)).collect())
        });
        of_held.chain(of_strays).filter(|group| !group.hypotheses.is_empty() && !group.is_empty()).collect()
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
        let concerns = |one: &Hypothesis| {
            let held = who.is_some_and(|who| one.held.range((who, 0)..=(who, usize::MAX)).next().is_some());
            held || one.strays.iter().any(|stray| stray.at_ms < before_ms)
        };
        if !self.hypotheses.iter().any(concerns) {
            return !self.is_empty();
        }
        for hypothesis in &mut self.hypotheses {
            if let Some(who) = who {
                hypothesis.held.retain(|&(visitor, _), _| visitor != who);
            }
            hypothesis.strays.retain(|stray| stray.at_ms >= before_ms);
        }
        self.merge(kept);
        self.hypotheses.iter().any(|hypothesis| !hypothesis.held.is_empty() || !hypothesis.strays.is_empty())
    }

    /// Adds up hypotheses that have come to say the same, and keeps the best; gives the share of probability that the
    /// best have of all.
    fn merge(&mut self, kept: usize) -> f64 {
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
