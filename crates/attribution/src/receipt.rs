//! What attribution gives: each change with who and what it may have been, likely carts, and final receipts.

use serde::{Deserialize, Serialize};

use crate::rules::Verdict;
use domain::ids::{ShoppingSessionId, Sku};
use sensing::weight_change::WeightChange;

/// A change at the shelf, once it has been weighed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Attributed {
    /// What the shelf said.
    pub change: WeightChange,
    /// What may have happened, likeliest first.
    pub answers: Vec<Possibility>,
}

/// One way in which a change may have come about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Possibility {
    /// Who; `None` for somebody unknown.
    pub session: Option<ShoppingSessionId>,
    /// What, in units taken (positive) or put back (negative); empty where it was nothing that anybody pays for.
    pub parts: Vec<(Sku, i32)>,
    /// 0 to 1, given everything known when the change was weighed.
    pub probability: f64,
}

/// One product on a receipt.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// What.
    pub sku: Sku,
    /// How likely it is that at least one, two, three … units were taken.
    pub units: Vec<f64>,
    /// The verdict on each of these units, in the same order. It may be surer than the unit's number here: each of several units is
    /// judged by the change that took it ([`crate::takings`]).
    pub verdicts: Vec<Verdict>,
}

impl ReceiptLine {
    /// Units that are on the bill.
    pub fn billed(&self) -> u32 {
        self.count(Verdict::Bill)
    }

    /// Units that a person decides on.
    pub fn held(&self) -> u32 {
        self.count(Verdict::Hold)
    }

    fn count(&self, wanted: Verdict) -> u32 {
        self.verdicts.iter().map(|verdict| u32::from(*verdict == wanted)).sum()
    }
}

/// What one visit comes to: live, or for good.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose.
    pub session: ShoppingSessionId,
    /// Milliseconds, store clock: when this was so.
    pub at_ms: i64,
    /// By SKU.
    pub lines: Vec<ReceiptLine>,
}

impl Receipt {
    /// Whether a person must look at it.
    pub fn needs_review(&self) -> bool {
        self.lines.iter().any(|line| line.held() > 0)
    }
}
