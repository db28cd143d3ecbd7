//! From hypotheses to a receipt: how likely each unit is, over all groups, and the verdict on it.

use std::collections::BTreeMap;

use crate::counts::Counts;
use crate::hypotheses::groups::Groups;
use crate::layout::Layout;
use crate::receipt::ReceiptLine;
use crate::rules::{Policy, Verdict};

/// A unit less likely than this is not mentioned.
const MENTIONED: f64 = 0.01;

/// How likely at least one, two, three … units of a product are somebody's, and what the verdict on each goes by.
pub struct Judged {
    /// 0 to 1.
    pub units: Vec<f64>,
    /// 0 to 1, as many.
    pub by: Vec<f64>,
}

impl Judged {
    /// The verdict on a unit goes by how likely so many are theirs, and nothing else.
    pub fn as_held(units: Vec<f64>) -> Self {
        Self { by: units.clone(), units }
    }
}

/// What `who` holds by all groups, which are taken for independent of each other; `judge` says of a product what follows from how
/// likely its units are by the groups.
pub fn believe(
    groups: &Groups,
    who: usize,
    policy: &Policy,
    layout: &Layout,
    judge: impl Fn(usize, Vec<f64>) -> Judged,
) -> Vec<ReceiptLine> {
    let mut counts: BTreeMap<usize, Counts> = BTreeMap::new();
    for group in groups.of(who) {
        for (product, own) in group.holdings(who) {
            counts.entry(product).or_default().add(&own.into_iter().collect());
        }
    }
    let mut lines: Vec<_> = counts
        .into_iter()
        .filter_map(|(product, counts)| {
            let units =
                (1..).map(|units| counts.at_least(units)).take_while(|&probability| probability >= MENTIONED).collect();
            let Judged { units, by } = judge(product, units);
            let mut verdicts: Vec<_> = by.iter().map(|&probability| policy.verdict(probability)).collect();
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
