//! How often a unit is taken for something else, found by asking the engine about units as its own rules suppose them.

use std::collections::BTreeMap;

use crate::contents::{LEANING, explain, ln_weighed, share_variance};
use crate::layout::{FacingPlace, Layout, Product};
use crate::numbers::{exp, ln, ln_sum};
use crate::rules::ContentsRules;
use domain::ids::Sku;
use domain::shelf::SensorKind;
use sensing::weight_change::{SensorChange, WeightChange};

/// A known product on plates of a shelf.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// Which.
    pub sku: Sku,
    /// Grams of one unit, where that is known and can be.
    pub weight_g: Option<f64>,
    /// Index of its first plate.
    pub first: usize,
    /// Index of its last plate.
    pub last: usize,
    /// Its plates, for people.
    pub slots: String,
}

impl Standing {
    /// Some plate bears both.
    pub fn shares_with(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// A plate of one feels the other, because it is the same or the next.
    fn felt_by(&self, other: &Self) -> bool {
        self.first <= other.last + 1 && other.first <= self.last + 1
    }
}

/// Units of a product.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Units {
    /// Of what.
    pub sku: Sku,
    /// How many.
    pub count: u32,
}

/// One unit of a product that is taken for something else.
#[derive(Clone, PartialEq, Debug)]
pub struct Confusion {
    /// Which product.
    pub sku: Sku,
    /// Its weight, grams.
    pub grams: f64,
    /// Where it stands.
    pub slots: String,
    /// What it is taken for, and where that stands.
    pub taken_for: Vec<Units>,
    /// The weight of what it is taken for, grams.
    pub other_grams: f64,
    /// Where that stands.
    pub other_slots: String,
    /// Both stand on one plate.
    pub shared: bool,
    /// How often, 0 to 1: the mean of the engine's belief in it.
    pub chance: f64,
}

/// Steps of a quarter deviation, out to six: there the engine gives a product up.
const WEIGHT_STEPS: i32 = 24;
/// How finely it is looked at how far a unit stands beside its place.
const BESIDE_STEPS: u32 = 8;

/// Everything that a unit of each of these may be taken for, each pair once, in the worse direction.
pub fn confusions(standing: &[Standing], plates: usize, rules: &ContentsRules) -> Vec<Confusion> {
    let mut found: BTreeMap<(Vec<Units>, usize), Confusion> = BTreeMap::new();
    for (index, one) in standing.iter().enumerate() {
        let Some(grams) = one.weight_g else { continue };
        let near: Vec<_> = standing.iter().filter(|other| one.felt_by(other)).collect();
        let (layout, skus) = layout(&near);
        for (parts, chance) in beliefs(one, grams, plates, &layout, rules) {
            let taken_for: Vec<_> = parts.iter().map(|&(sku, count)| Units { sku: skus[sku].clone(), count }).collect();
            let weights: Option<Vec<f64>> = taken_for.iter().map(|units| weight_of(units, &near)).collect();
            // Without a weight there is nothing to compare: that is a finding of its own.
            let Some(weights) = weights else { continue };
            let others: Vec<_> =
                near.iter().filter(|other| taken_for.iter().any(|units| units.sku == other.sku)).collect();
            let first_of = |units: &Units| others.iter().find(|other| other.sku == units.sku);
            let elsewhere: Vec<_> =
                taken_for.iter().filter(|units| units.sku != one.sku).filter_map(first_of).collect();
            let other_slots: Vec<_> = elsewhere.iter().map(|other| other.slots.as_str()).collect();
            let other_slots = if other_slots.is_empty() { one.slots.clone() } else { other_slots.join(" and ") };
            let shared = others.iter().any(|other| other.sku != one.sku && one.shares_with(other));
            let confusion = Confusion {
                sku: one.sku.clone(),
                grams,
                slots: one.slots.clone(),
                other_grams: weights.iter().sum(),
                other_slots,
                shared,
                chance,
                taken_for,
            };
            let key = key(&confusion, index, standing);
            match found.get(&key) {
                Some(known) if known.chance >= chance => {}
                Some(_) | None => {
                    found.insert(key, confusion);
                }
            }
        }
    }
    found.into_values().collect()
}

/// One unit against one is the same both ways.
fn key(confusion: &Confusion, index: usize, standing: &[Standing]) -> (Vec<Units>, usize) {
    let mut both = confusion.taken_for.clone();
    let partner = standing.iter().position(|other| {
        confusion.taken_for.len() == 1
            && confusion.taken_for[0].count == 1
            && other.sku == confusion.taken_for[0].sku
            && other.slots == confusion.other_slots
    });
    both.push(Units { sku: confusion.sku.clone(), count: 1 });
    match partner {
        Some(partner) => {
            both.sort();
            (both, index.min(partner))
        }
        None => (both, index),
    }
}

fn weight_of(units: &Units, near: &[&Standing]) -> Option<f64> {
    let weight = near.iter().find(|other| other.sku == units.sku)?.weight_g?;
    Some(weight * f64::from(units.count))
}

/// Neighbours whose weights are mistaken more often than `limit`, were it not for their plates, with how often.
pub fn told_by_place(standing: &[Standing], rules: &ContentsRules, limit: f64) -> Vec<Confusion> {
    let mut found = Vec::new();
    for (index, one) in standing.iter().enumerate() {
        for two in &standing[index + 1..] {
            let (Some(grams), Some(other_grams)) = (one.weight_g, two.weight_g) else { continue };
            if one.sku == two.sku || one.shares_with(two) || !one.felt_by(two) {
                continue;
            }
            let here = |standing: &Standing| Standing { first: 0, last: 0, ..standing.clone() };
            let (first, second) = (here(one), here(two));
            let (layout, _) = layout(&[&first, &second]);
            let beliefs = beliefs(&first, grams, 1, &layout, rules);
            let chance = beliefs.get(&vec![(1, 1)]).copied().unwrap_or(0.0);
            if chance > limit {
                found.push(Confusion {
                    sku: one.sku.clone(),
                    grams,
                    slots: one.slots.clone(),
                    taken_for: vec![Units { sku: two.sku.clone(), count: 1 }],
                    other_grams,
                    other_slots: two.slots.clone(),
                    shared: false,
                    chance,
                });
            }
        }
    }
    found
}

/// A shelf that holds only these, and its products by index.
fn layout(near: &[&Standing]) -> (Layout, Vec<Sku>) {
    let mut products: Vec<Product> = Vec::new();
    let facings = near
        .iter()
        .map(|one| {
            let known = products.iter().position(|product| product.sku == one.sku);
            let product = known.unwrap_or_else(|| {
                products.push(Product { sku: one.sku.clone(), weight_g: one.weight_g });
                products.len() - 1
            });
            FacingPlace { product, shelf: 0, first: one.first, last: one.last, units: 1 }
        })
        .collect();
    let skus = products.iter().map(|product| product.sku.clone()).collect();
    (Layout::new(products, Vec::new(), facings, Vec::new()), skus)
}

type Parts = Vec<(usize, u32)>;

/// The engine's mean belief in each wrong explanation when one unit is taken.
fn beliefs(one: &Standing, grams: f64, plates: usize, layout: &Layout, rules: &ContentsRules) -> BTreeMap<Parts, f64> {
    let right = layout.products.iter().position(|product| product.sku == one.sku);
    let variance = rules.least_g * rules.least_g + share_variance(grams, rules);
    let deviation = variance.sqrt();
    let weights: Vec<_> = (-WEIGHT_STEPS..=WEIGHT_STEPS)
        .map(|step| f64::from(step) * 0.25 * deviation)
        .filter(|off| grams + off > 0.0)
        .map(|off| (grams + off, exp(ln_weighed(off, variance))))
        .collect();
    let all: f64 = weights.iter().map(|(_, density)| density).sum();
    let mut beliefs = BTreeMap::new();
    for (shares, how_often) in placements(one, plates, rules) {
        for (weight, density) in &weights {
            let change = taken(&shares, *weight);
            // Something from elsewhere needs somebody who put it there; that is not a matter of the planogram.
            let mut explanations = explain(&change, layout, rules);
            explanations.retain(|explanation| explanation.parts.iter().all(|part| part.at_home));
            let sum = ln_sum(explanations.iter().map(|explanation| explanation.ln_fit));
            for explanation in explanations {
                let mut parts: Parts =
                    explanation.parts.iter().map(|part| (part.product, part.taken.unsigned_abs())).collect();
                parts.sort_unstable();
                if parts.is_empty() || parts.len() == 1 && right == Some(parts[0].0) && parts[0].1 == 1 {
                    continue;
                }
                *beliefs.entry(parts).or_insert(0.0) += how_often * density / all * exp(explanation.ln_fit - sum);
            }
        }
    }
    beliefs
}

/// Where the weight of one unit may rest, by plate, and how often: the usual spill to either side or both, and now and
/// then a unit that stands beside its place.
fn placements(one: &Standing, plates: usize, rules: &ContentsRules) -> Vec<(BTreeMap<usize, f64>, f64)> {
    let left = one.first.checked_sub(1);
    let right = (one.last + 1 < plates).then_some(one.last + 1);
    let put = |share: f64, to_left: f64| {
        let own = (one.last - one.first + 1) as f64;
        let (to_left, to_right) = match (left, right) {
            (Some(_), Some(_)) => (share * to_left, share * (1.0 - to_left)),
            (Some(_), None) => (share, 0.0),
            (None, Some(_)) => (0.0, share),
            (None, None) => (0.0, 0.0),
        };
        let mut shares: BTreeMap<usize, f64> =
            (one.first..=one.last).map(|plate| (plate, (1.0 - to_left - to_right) / own)).collect();
        shares.extend(left.filter(|_| to_left > 0.0).map(|plate| (plate, to_left)));
        shares.extend(right.filter(|_| to_right > 0.0).map(|plate| (plate, to_right)));
        shares
    };
    let mut placements: Vec<_> =
        [0.0, 0.5, 1.0].map(|to_left| (put(rules.spill, to_left), (1.0 - rules.beside) / 3.0)).to_vec();
    for step in 0..BESIDE_STEPS {
        let quantile = (f64::from(step) + 0.5) / f64::from(BESIDE_STEPS);
        let share = -ln(1.0 - quantile * (1.0 - exp(-LEANING))) / LEANING;
        for to_left in [0.0, 1.0] {
            placements.push((put(share, to_left), rules.beside / f64::from(2 * BESIDE_STEPS)));
        }
    }
    placements
}

/// One unit gone from plates at rest.
fn taken(shares: &BTreeMap<usize, f64>, grams: f64) -> WeightChange {
    let change = |(&sensor, share): (&usize, &f64)| SensorChange { sensor, grams: -grams * share, spread_g: 0.0 };
    WeightChange {
        event: None,
        shelf: 0,
        began_ms: 0,
        ended_ms: 0,
        sensors: shares.iter().map(change).collect(),
        kind: SensorKind::LoadCell,
        units: None,
        trace: Vec::new(),
    }
}
