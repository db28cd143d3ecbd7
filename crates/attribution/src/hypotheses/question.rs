//! A change as a question to the hypotheses, and how likely each part of an answer is in one of them.

use std::collections::BTreeSet;

use super::{Hypothesis, Stray};
use crate::contents::{Explanation, Part};
use crate::numbers::ln;
use crate::rules::ContentsRules;

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

/// A misplaced product is found again within this many sensors of where it was put down.
const SAME_PLACE: f64 = 1.5;
/// Explanations and people this much less likely (natural logarithm) than the best do not bring groups together.
const FAR_FETCHED: f64 = 5.0;

impl Hypothesis {
    pub(super) fn apply(&mut self, part: &Part, who: usize, question: &Question<'_>) {
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
        self.held.give((who, part.product), part.taken);
    }

    pub(super) fn holds(&self, who: usize, product: usize) -> i32 {
        self.held.units((who, product))
    }
}

pub(super) fn is_there(stray: &Stray, product: usize, question: &Question<'_>) -> bool {
    let away = (f64::from(stray.tenths) / 10.0 - question.place).abs();
    stray.product == product && stray.shelf == question.shelf && away <= SAME_PLACE
}

/// How likely this part is in this world, as a logarithm.
pub(super) fn ln_part(
    hypothesis: &Hypothesis,
    part: &Part,
    who: usize,
    question: &Question<'_>,
    rules: &ContentsRules,
) -> f64 {
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
