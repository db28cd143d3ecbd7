//! What the engine's answers to one change come to, by product.

use std::collections::BTreeMap;

use attribution::receipt::Attributed;
use domain::ids::{ShoppingSessionId, Sku};
use domain::interaction::Content;

/// A product that may have been moved.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Moved {
    /// How likely at least one, two, three … units were, whoever it was.
    pub at_least: Vec<f64>,
    /// The same by visit.
    pub by_visit: BTreeMap<ShoppingSessionId, Vec<f64>>,
}

impl Moved {
    /// How likely it was moved at all.
    pub fn probability(&self) -> f64 {
        self.at_least.first().copied().unwrap_or(0.0)
    }

    /// How many units were likeliest moved, if any: as many as more likely than not.
    pub fn quantity(&self) -> u32 {
        let half = self.probability() / 2.0;
        self.at_least.iter().map(|likely| u32::from(*likely >= half)).sum()
    }
}

/// How likely anything at all was moved that somebody pays for.
pub(super) fn anything(attributed: &Attributed) -> f64 {
    attributed.answers.iter().filter(|answer| !answer.parts.is_empty()).map(|answer| answer.probability).sum()
}

/// What may have been moved, likeliest first.
pub(super) fn moved(attributed: &Attributed) -> Vec<(Sku, Moved)> {
    let mut products: BTreeMap<&Sku, Moved> = BTreeMap::new();
    for answer in &attributed.answers {
        for (sku, units) in &answer.parts {
            let product = products.entry(sku).or_default();
            add(&mut product.at_least, units.unsigned_abs(), answer.probability);
            if let Some(visit) = answer.session {
                add(product.by_visit.entry(visit).or_default(), units.unsigned_abs(), answer.probability);
            }
        }
    }
    let mut products: Vec<_> = products.into_iter().map(|(sku, moved)| (sku.clone(), moved)).collect();
    products.sort_by(|(_, a), (_, b)| b.probability().total_cmp(&a.probability()));
    products
}

fn add(at_least: &mut Vec<f64>, units: u32, probability: f64) {
    let units = units as usize;
    if at_least.len() < units {
        at_least.resize(units, 0.0);
    }
    at_least[..units].iter_mut().for_each(|likely| *likely += probability);
}

/// As evidence: less likely products are no help to staff.
pub(super) fn listed(products: &[(Sku, Moved)], anything: f64, least: f64) -> Vec<Content> {
    let content = |(sku, moved): &(Sku, Moved)| Content {
        sku: sku.clone(),
        quantity: moved.quantity(),
        probability: (moved.probability() / anything.max(1e-9)) as f32,
    };
    products.iter().map(content).filter(|content| f64::from(content.probability) >= least).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use attribution::receipt::Possibility;
    use domain::shelf::SensorKind;
    use sensing::weight_change::WeightChange;

    fn visit(number: u128) -> ShoppingSessionId {
        ShoppingSessionId(Uuid::from_u128(number))
    }

    type Answer<'a> = (Option<u128>, &'a [(&'a str, i32)], f64);

    fn attributed(answers: &[Answer<'_>]) -> Attributed {
        let answer = |&(who, parts, probability): &Answer<'_>| Possibility {
            session: who.map(visit),
            parts: parts.iter().map(|&(sku, units)| (Sku::from(sku), units)).collect(),
            probability,
        };
        let change = WeightChange::counted(None, [0, 0], SensorKind::LoadCell, 0, -1);
        Attributed { change, answers: answers.iter().map(answer).collect() }
    }

    #[test]
    fn two_products_in_one_grasp_are_both_likely() {
        let both: &[_] = &[("cola", 1), ("chips", 1)];
        let attributed = attributed(&[(Some(1), both, 0.6), (Some(1), &[("cola", 1)], 0.3), (None, &[], 0.1)]);
        assert!((anything(&attributed) - 0.9).abs() < 1e-9);
        let products = moved(&attributed);
        assert_eq!(products[0].0, Sku::from("cola"));
        assert!((products[0].1.probability() - 0.9).abs() < 1e-9);
        assert!((products[1].1.by_visit[&visit(1)][0] - 0.6).abs() < 1e-9);
        let listed = listed(&products, 0.9, 0.7);
        assert_eq!(listed.len(), 1, "chips are listed only if two in three are enough");
    }

    #[test]
    fn as_many_units_as_more_likely_than_not() {
        let attributed =
            attributed(&[(Some(1), &[("cola", 3)], 0.3), (Some(2), &[("cola", 2)], 0.4), (None, &[("cola", 1)], 0.1)]);
        let products = moved(&attributed);
        assert_eq!(products[0].1.quantity(), 2, "two are 0.7 of 0.8 likely, three 0.3");
        assert_eq!(products[0].1.by_visit[&visit(1)].len(), 3);
    }
}
