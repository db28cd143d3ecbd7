//! What came of a scenario, in words that can be compared line by line.

use super::{Receipt, Review, Says, Scenario, Step};

/// What came out, or what must.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// Orders, by person and then in the order of their placing.
    pub receipts: Vec<Receipt>,
    /// Cases left for staff, in any order.
    pub reviews: Vec<Review>,
    /// What the gates said, by the step's number.
    pub gates: Vec<(usize, Says)>,
}

impl Outcome {
    /// What a scenario demands.
    pub fn demanded(scenario: &Scenario) -> Self {
        let gate = |(number, step): (usize, &Step)| step.says().map(|says| (number, says));
        Self {
            receipts: scenario.receipts.clone(),
            reviews: scenario.reviews.clone(),
            gates: scenario.steps.iter().enumerate().filter_map(gate).collect(),
        }
    }

    /// One line for each fact.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> =
            self.gates.iter().map(|(step, says)| format!("step {}: the gate says {says:?}", step + 1)).collect();
        let mut receipts = self.receipts.clone();
        // Stable: one person's receipts stay in their order.
        receipts.sort_by(|a, b| a.who.cmp(&b.who));
        for Receipt { who, items, total, tax } in &receipts {
            let items: Vec<_> = items.iter().map(|(sku, units)| format!("{units} {sku}")).collect();
            lines.push(format!("receipt: {who}: {}; total {total}, tax {tax}", items.join(", ")));
        }
        let mut reviews: Vec<_> = self
            .reviews
            .iter()
            .map(|review| format!("review: {:?} at {}: {:+}", review.reason, review.slot, review.units))
            .collect();
        reviews.sort();
        lines.extend(reviews);
        lines
    }

    /// What differs, a line each: `-` was demanded and is missing, `+` came out and was not demanded. Empty if nothing
    /// differs.
    pub fn difference(demanded: &Self, found: &Self) -> String {
        let (demanded, found) = (demanded.lines(), found.lines());
        let mut surplus = found.clone();
        let mut said = String::new();
        for line in &demanded {
            match surplus.iter().position(|other| other == line) {
                Some(place) => drop(surplus.remove(place)),
                None => said.push_str(&format!("  - {line}\n")),
            }
        }
        for line in surplus {
            said.push_str(&format!("  + {line}\n"));
        }
        if said.is_empty() && demanded != found {
            said = format!("  in another order: {found:#?}\n");
        }
        said
    }
}
