//! How a group takes a question in: every hypothesis is continued by every answer.

use std::collections::{BTreeMap, BTreeSet};

use super::held::Held;
use super::question::{Answer, Question, ln_part};
use super::{Group, Hypothesis, Key, State, Stray, keep_best};
use crate::contents::Part;
use crate::numbers::{exp, ln, ln_sum};
use crate::rules::ContentsRules;

/// Answers this much less likely (natural logarithm) than the best are not even tried.
const HARDLY: f64 = 10.0;
/// So much probability may be lost by keeping the best hypotheses only.
const LOST: f64 = 0.01;

impl Group {
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
        let group = |states: Vec<(f64, State)>| {
            let likely = states.into_iter().filter(|state| state.0 > 1e-9);
            let hypotheses =
                likely.map(|(probability, (held, strays))| Hypothesis { ln: ln(probability), held, strays });
            Self::merged(hypotheses.collect(), kept)
        };
        let of_held = held.into_iter().map(|(key, counts)| {
            let state = |(units, probability): (i32, f64)| (probability, (Held::only(key, units), Vec::new()));
            group(counts.into_iter().map(state).collect())
        });
        let of_strays = strays.into_values().map(|lying| {
            group(lying.into_iter().map(|(strays, probability)| (probability, (Held::default(), strays))).collect())
        });
        of_held.chain(of_strays).filter(|group| !group.hypotheses.is_empty() && !group.is_empty()).collect()
    }
}
