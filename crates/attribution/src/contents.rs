//! What a change at the shelf may have been: products and quantities by place and weight, each with its logarithm.

use crate::layout::Layout;
use crate::numbers::{ln, ln_normal, ln_sum};
use crate::rules::ContentsRules;
use domain::shelf::SensorKind;
use sensing::weight_change::WeightChange;

/// One product in one movement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Part {
    /// Index of the product.
    pub product: usize,
    /// Units taken (positive) or put back (negative), as in a cart.
    pub taken: i32,
    /// Whether it belongs where that happened.
    pub at_home: bool,
}

/// One way to explain a change. No parts: it was nothing that anybody pays for.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// What was moved, at most two products.
    pub parts: Vec<Part>,
    /// The logarithm of how well it fits; only differences count.
    pub ln_fit: f64,
}

/// More units than this of one product in one movement are a refill.
const MOST_UNITS: i32 = 6;
/// An explanation this much worse (natural logarithm) than the best at the same shelf is not looked at.
const WORST: f64 = 9.0;
/// Only where a product fits its facings worse than this (natural logarithm) may it have been lying about there.
const UNLIKE_HOME: f64 = -6.0;
/// How fast it gets rarer (natural logarithm, for the whole weight) that a thing stands that much beside its place.
pub(crate) const LEANING: f64 = 4.0;
/// A step this far from its weight (standard deviations) is another product.
const FARTHEST: f64 = 6.0;

/// Everything that may explain `change`, best first. Products away from home are listed by weight only; whether they
/// can have been there, and whether anybody can have put them there, the hypotheses know.
pub fn explain(change: &WeightChange, layout: &Layout, rules: &ContentsRules) -> Vec<Explanation> {
    if let Some(units) = change.units {
        return count(change, units, layout, rules);
    }
    let grams = change.grams();
    let noise = change.spread_g() * change.spread_g() + rules.least_g * rules.least_g;
    let mut found = Vec::new();
    let sign = if grams < 0.0 { 1 } else { -1 };
    let facings: Vec<_> = layout.facings_of(change.shelf).map(|(_, facing)| facing).collect();
    for (product, details) in layout.products.iter().enumerate() {
        let ln_home = facings
            .iter()
            .filter(|facing| facing.product == product)
            .map(|facing| ln_stands_on(change, facing.first, facing.last, rules))
            .fold(f64::NEG_INFINITY, f64::max);
        for units in 1..=MOST_UNITS {
            let Some(ln_weight) = weigh(grams, units, details.weight_g, noise, rules, ln_home) else { continue };
            let ln_more = ln(rules.more) * f64::from(units - 1);
            let part = |at_home| Part { product, taken: sign * units, at_home };
            if ln_home > -WORST {
                found.push(Explanation { parts: vec![part(true)], ln_fit: ln_home + ln_weight + ln_more });
            }
            if details.weight_g.is_some() && ln_home < UNLIKE_HOME {
                found.push(Explanation { parts: vec![part(false)], ln_fit: ln_weight + ln_more });
            }
        }
    }
    pairs(change, sign, layout, rules, &mut found);
    // The density that something unknown has at any weight up to a kilogram.
    found.push(Explanation { parts: Vec::new(), ln_fit: ln(rules.nothing / 1000.0) });
    found.sort_by(|a, b| b.ln_fit.total_cmp(&a.ln_fit).then_with(|| a.parts.cmp(&b.parts)));
    let best = found.first().map_or(0.0, |best| best.ln_fit);
    found.retain(|explanation| explanation.parts.is_empty() || explanation.ln_fit > best - WORST);
    found
}

/// Where along the shelf it happened, in sensors: the centre of what moved.
pub fn place(change: &WeightChange) -> f64 {
    let all: f64 = change.sensors.iter().map(|sensor| sensor.grams.abs()).sum();
    let moment: f64 = change.sensors.iter().map(|sensor| sensor.grams.abs() * sensor.sensor as f64).sum();
    if all > 0.0 { moment / all } else { change.sensors.first().map_or(0.0, |sensor| sensor.sensor as f64) }
}

fn weigh(
    grams: f64,
    units: i32,
    weight_g: Option<f64>,
    noise: f64,
    rules: &ContentsRules,
    ln_home: f64,
) -> Option<f64> {
    let Some(weight_g) = weight_g else {
        // Nobody weighed it: one unit of it may be anything, but only where it stands.
        // Weights of products are spread evenly over their logarithms, from 20 g to 1.5 kg.
        return (units == 1 && ln_home > -3.0).then(|| -ln(4.3 * grams.abs().max(20.0)));
    };
    let weight = f64::from(units) * weight_g;
    let variance = noise + share_variance(weight, rules);
    let off = grams.abs() - weight;
    (off * off < FARTHEST * FARTHEST * variance).then(|| ln_weighed(off, variance))
}

/// What a step of this many grams varies by for its size.
pub(crate) fn share_variance(weight_g: f64, rules: &ContentsRules) -> f64 {
    rules.spread * rules.spread * weight_g * weight_g
}

/// A step is near its weight; now and then, on a plate that wanders or under a hand, three times as far from it.
pub(crate) fn ln_weighed(off: f64, variance: f64) -> f64 {
    ln_sum([ln(0.96) + ln_normal(off, variance), ln(0.04) + ln_normal(off, 9.0 * variance)].into_iter())
}

/// How well what moved fits a product that stands on this range of sensors: its weight rests on them, little of it on
/// their neighbours, and all of them feel it. Now and then a thing stands a little beside its place.
fn ln_stands_on(change: &WeightChange, first: usize, last: usize, rules: &ContentsRules) -> f64 {
    let within = |sensor: usize| (first..=last).contains(&sensor);
    let all = change.grams().abs().max(1.0);
    let outside: f64 = change.sensors.iter().filter(|s| !within(s.sensor)).map(|s| s.grams).sum::<f64>().abs();
    let noise: f64 = change.sensors.iter().filter(|s| !within(s.sensor)).map(|s| s.spread_g * s.spread_g).sum();
    let usual = rules.spill * all;
    let off = (outside - usual).max(0.0);
    let well = -0.5 * off * off / (noise + usual * usual);
    let beside = ln(rules.beside) - LEANING * outside / all;
    let feels = |sensor: usize| {
        let found = change.sensors.iter().find(|s| s.sensor == sensor);
        found.is_some_and(|s| s.grams.abs() > (3.0 * s.spread_g).min(0.1 * all).max(0.025 * all))
    };
    let empty = (first..=last).filter(|&sensor| !feels(sensor)).count().min(3) as f64;
    ln_sum([well, beside].into_iter()) + empty * ln(rules.empty)
}

/// How far a place is outside of a range of sensors.
fn beyond(place: f64, first: usize, last: usize) -> f64 {
    (first as f64 - 0.5 - place).max(place - last as f64 - 0.5).max(0.0)
}

/// Two neighbouring facings in one movement: each side of some border explains itself.
fn pairs(change: &WeightChange, sign: i32, layout: &Layout, rules: &ContentsRules, found: &mut Vec<Explanation>) {
    let facings: Vec<_> = layout
        .facings_of(change.shelf)
        .map(|(_, facing)| facing)
        .filter(|facing| change.sensors.iter().any(|s| (facing.first..=facing.last).contains(&s.sensor)))
        .collect();
    let noise = change.spread_g() * change.spread_g() + rules.least_g * rules.least_g;
    for (index, one) in facings.iter().enumerate() {
        for two in &facings[index + 1..] {
            let (left, right) = if one.first <= two.first { (one, two) } else { (two, one) };
            if left.product == right.product || left.last >= right.first {
                continue;
            }
            let border = (left.last + right.first) as f64 / 2.0;
            let of = |on_left: bool| -> f64 {
                let on_side = |sensor: &usize| (*sensor as f64) <= border;
                change.sensors.iter().filter(|s| on_side(&s.sensor) == on_left).map(|s| s.grams).sum()
            };
            for (units_left, units_right) in [(1, 1), (2, 1), (1, 2)] {
                let side = |grams: f64, units: i32, product: usize| {
                    let weight = f64::from(units) * layout.products[product].weight_g?;
                    // What leans over the border is missing on one side and too much on the other.
                    let variance = noise + (0.08 * weight) * (0.08 * weight);
                    let off = -f64::from(sign) * grams - weight;
                    (off * off < FARTHEST * FARTHEST * variance).then(|| ln_weighed(off, variance))
                };
                let Some(ln_left) = side(of(true), units_left, left.product) else { continue };
                let Some(ln_right) = side(of(false), units_right, right.product) else { continue };
                let part = |product: usize, units: i32| Part { product, taken: sign * units, at_home: true };
                let parts = vec![part(left.product, units_left), part(right.product, units_right)];
                let ln_more = ln(rules.more) * f64::from(units_left + units_right - 2);
                // A density over two weights is compared with one over one: the other is spread over a kilogram.
                let ln_fit = ln_left + ln_right + ln_more + ln(rules.pair) + ln(200.0);
                found.push(Explanation { parts, ln_fit });
            }
        }
    }
}

/// A sensor that counts for itself says how many; its facing says what.
fn count(change: &WeightChange, units: i32, layout: &Layout, rules: &ContentsRules) -> Vec<Explanation> {
    let place = place(change);
    let mut found: Vec<_> = layout
        .facings_of(change.shelf)
        .filter(|(_, facing)| beyond(place, facing.first, facing.last) <= 0.0)
        .map(|(_, facing)| Explanation {
            parts: vec![Part { product: facing.product, taken: -units, at_home: true }],
            ln_fit: 0.0,
        })
        .collect();
    let ln_nothing = match change.kind {
        // Hands cut beams too, but the shelf node has waited until the beam stayed as it is.
        SensorKind::Beam => ln(0.02),
        SensorKind::Distance | SensorKind::LoadCell => ln(rules.nothing * 5.0),
    };
    found.push(Explanation { parts: Vec::new(), ln_fit: ln_nothing });
    found
}

#[cfg(test)]
mod tests;
