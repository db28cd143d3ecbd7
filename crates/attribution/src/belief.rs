//! From hypotheses to a receipt: how likely each unit is, over all groups, and the verdict on it.

use std::collections::BTreeMap;

use crate::hypotheses::groups::Groups;
use crate::layout::Layout;
use crate::receipt::ReceiptLine;
use crate::rules::{Policy, Verdict};

/// A unit less likely than this is not mentioned.
const MENTIONED: f64 = 0.01;

/// What `who` holds by all groups, which are taken for independent of each other; `bound` says of a product how likely its units are
/// all the same.
pub fn believe(
    groups: &Groups,
    who: usize,
    policy: &Policy,
    layout: &Layout,
    bound: impl Fn(usize, Vec<f64>) -> Vec<f64>,
) -> Vec<ReceiptLine> {
    let mut counts: BTreeMap<usize, BTreeMap<i32, f64>> = BTreeMap::new();
    for group in groups.of(who) {
        for (product, own) in group.holdings(who) {
            let sum = counts.remove(&product).map_or_else(|| own.clone(), |before| convolve(&before, &own));
            counts.insert(product, sum);
        }
    }
    let mut lines: Vec<_> = counts
        .into_iter()
        .filter_map(|(product, counts)| {
            let at_least = |units: i32| counts.range(units..).map(|(_, probability)| probability).sum::<f64>();
            let units = (1..).map(at_least).take_while(|&probability| probability >= MENTIONED).collect();
            let units = bound(product, units);
            let mut verdicts: Vec<_> = units.iter().map(|&probability| policy.verdict(probability)).collect();
            // A further unit is never surer than the one before it, and so never billed where that one is not.
            verdicts.sort_by_key(|verdict| match verdict {
                Verdict::Bill => 0,
                Verdict::Hold => 1,
                Verdict::Drop => 2,
            });
            let sku = layout.products[product].sku.clone();
            (!units.is_empty()).then_some(ReceiptLine { sku, units, verdicts })
        })
        .collect();
    lines.sort_by(|a, b| a.sku.cmp(&b.sku));
    lines
}

/// The sum of two independent counts.
fn convolve(one: &BTreeMap<i32, f64>, two: &BTreeMap<i32, f64>) -> BTreeMap<i32, f64> {
    let mut sum = BTreeMap::new();
    for (a, p) in one {
        for (b, q) in two {
            *sum.entry(a + b).or_default() += p * q;
        }
    }
    sum
}
