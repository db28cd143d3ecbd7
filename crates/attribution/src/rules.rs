//! The numbers of attribution, each with its unit and its source, and the rule that turns a probability into money.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::layout::Layout;

/// What a wrong decision costs, in units of one product left unbilled.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Costs {
    /// One unit billed to somebody who did not take it.
    pub overcharge: f64,
    /// One unit taken and not billed.
    pub unbilled: f64,
    /// One unit that a person looks at.
    pub review: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { overcharge: 20.0, unbilled: 1.0, review: 0.75 }
    }
}

/// What becomes of one unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It goes on the receipt.
    Bill,
    /// A person decides.
    Hold,
    /// It is forgotten.
    Drop,
}

/// How verdicts are found.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Whatever is expected to cost least.
    LeastCost(Costs),
    /// What is likelier than not is billed, the rest is forgotten: to measure the engine, not to run a store.
    BillAll,
}

impl Default for Policy {
    fn default() -> Self {
        Self::LeastCost(Costs::default())
    }
}

impl Policy {
    /// What to do with a unit that was taken with this probability.
    pub fn verdict(&self, probability: f64) -> Verdict {
        match self {
            Self::BillAll if probability >= 0.5 => Verdict::Bill,
            Self::BillAll => Verdict::Drop,
            Self::LeastCost(costs) => {
                let bill = (1.0 - probability) * costs.overcharge;
                let drop = probability * costs.unbilled;
                if bill <= drop.min(costs.review) {
                    Verdict::Bill
                } else if drop <= costs.review {
                    Verdict::Drop
                } else {
                    Verdict::Hold
                }
            }
        }
    }
}

/// The engine's numbers.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rules {
    /// Milliseconds that a change waits for sightings after it.
    pub lag_ms: i64,
    /// Milliseconds after the exit at which a receipt is final: the stated deadline.
    pub settle_ms: i64,
    /// Explanations kept of everything that hangs together.
    pub kept: usize,
    /// Verdicts.
    pub policy: Policy,
    /// The share of what is wrong about several changes that is wrong together, 0 to 1 (see [`crate::takings`]). Half: in crowds
    /// of our own making 0 overcharged twice to four times as often, and 1 billed less and overcharged no less.
    pub together: f64,
    /// How sightings are believed.
    pub presence: PresenceRules,
    /// How weights are believed.
    pub contents: ContentsRules,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lag_ms: 8_000,
            settle_ms: 12_000,
            kept: 120,
            policy: Policy::default(),
            together: 0.5,
            presence: PresenceRules::default(),
            contents: ContentsRules::default(),
        }
    }
}

/// How sightings and positions speak for a person's place.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct PresenceRules {
    /// Face height over frame height at one metre: a face of 0.2 m through a lens of about 60 degrees.
    pub face_at_metre: f64,
    /// Metres from a shelf at which one stands to take something from it.
    pub standing_m: f64,
    /// Standard deviation, in metres, between where the face is and where the hand goes.
    pub reach_m: f64,
    /// Likewise for a hand that reaches far aside, and how often one does.
    pub far_m: f64,
    /// See [`Self::far_m`].
    pub far: f64,
    /// Standard deviation of a face's place, metres.
    pub face_m: f64,
    /// Square metres a second by which somebody who stands drifts.
    pub dwell_m2_s: f64,
    /// Metres a second by which somebody who walks about gets on along each axis.
    pub walk_m_s: f64,
    /// How likely somebody seen walking stands a moment later, or stood a moment before, against one seen standing.
    pub halts: f64,
    /// How likely everything about somebody's whereabouts is wrong.
    pub elsewhere: f64,
    /// Seconds after which somebody unseen is as likely to have walked on as to stand there still.
    pub dwell_s: f64,
    /// Share of the time in which the face of somebody at a shelf is not seen.
    pub hidden: f64,
    /// Seconds before and after a moment in which whoever takes something stands there.
    pub still_s: f64,
    /// Metres a second by which people before shelves get on along each axis while they take nothing.
    pub drift_m_s: f64,
    /// Share of the time at the shelves in which people stand.
    pub standing: f64,
    /// How likely something is taken in passing.
    pub in_passing: f64,
    /// Square metres in which somebody of whom nothing is known may be.
    pub area_m2: f64,
    /// Mean and deviation of a right similarity (cosine), and of a wrong one.
    pub right: (f64, f64),
    /// Likewise for somebody else's face.
    pub wrong: (f64, f64),
    /// Standard deviation of a tracked hand around the slot it reaches into, metres, in each axis.
    pub hand_m: f64,
    /// How likely a tracker has exchanged somebody with a neighbour.
    pub swapped: f64,
    /// How likely a tracker misses whoever stands at a slot.
    pub untracked: f64,
    /// How likely it was nobody of those in the store, against one person of whom nothing is known.
    pub nobody: f64,
    /// How likely a face that resembles nobody is of somebody who is not known to be in the store, and not of a shopper with the face
    /// half turned.
    pub stranger: f64,
}

impl Default for PresenceRules {
    fn default() -> Self {
        Self {
            face_at_metre: 0.165,
            standing_m: 0.45,
            reach_m: 0.12,
            far_m: 0.35,
            far: 0.1,
            face_m: 0.08,
            dwell_m2_s: 0.01,
            walk_m_s: 0.7,
            halts: 0.3,
            elsewhere: 0.003,
            dwell_s: 2.0,
            hidden: 0.2,
            still_s: 0.9,
            drift_m_s: 0.25,
            standing: 0.5,
            in_passing: 0.1,
            area_m2: 12.0,
            right: (0.54, 0.13),
            wrong: (0.05, 0.10),
            hand_m: 0.1,
            swapped: 0.1,
            untracked: 0.02,
            nobody: 0.01,
            stranger: 0.3,
        }
    }
}

/// Square metres before one gondola: the real store has 12 before five.
const BEFORE_GONDOLA_M2: f64 = 2.4;

impl PresenceRules {
    /// In a larger store somebody of whom nothing is known may be in more places.
    pub fn fit(&mut self, layout: &Layout) {
        let gondolas: BTreeSet<_> = layout.shelves.iter().map(|shelf| shelf.camera).collect();
        self.area_m2 = self.area_m2.max(BEFORE_GONDOLA_M2 * gondolas.len() as f64);
    }
}

/// How a weight change speaks for products.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContentsRules {
    /// Standard deviation of a step against the nominal weight, as a share of it.
    pub spread: f64,
    /// Standard deviation of a step beyond noise and share, grams.
    pub least_g: f64,
    /// Share of a product's weight that usually spills to the plates beside its facing.
    pub spill: f64,
    /// How likely a product stands a little beside its facing.
    pub beside: f64,
    /// How likely one plate of a facing feels nothing of its product.
    pub empty: f64,
    /// How likely a put-back is of something that nobody was seen to take.
    pub orphan: f64,
    /// How likely two products are taken in one movement.
    pub pair: f64,
    /// How likely each further unit of the same product is taken in one movement.
    pub more: f64,
    /// How likely something is put down where it does not belong.
    pub misplaced: f64,
    /// How likely something is taken from where nobody knows it to stand.
    pub stray: f64,
    /// How likely a change is no product at all.
    pub nothing: f64,
}

/// How likely something is taken from where nobody knows it to stand, in a store that is watched day and night. A recording begins
/// with whatever lies about; here somebody was felt to put it there, and a tenth is left for what was not felt.
const UNKNOWN_STRAYS: f64 = 0.002;
/// Likewise for what is no product at all: what is taken up was put down before.
const UNKNOWN_THINGS: f64 = 0.000_5;

impl ContentsRules {
    /// For a store that is watched day and night.
    pub fn of_a_running_store() -> Self {
        Self { stray: UNKNOWN_STRAYS, nothing: UNKNOWN_THINGS, ..Self::default() }
    }
}

impl Default for ContentsRules {
    fn default() -> Self {
        Self {
            spread: 0.03,
            least_g: 2.0,
            spill: 0.06,
            beside: 0.05,
            empty: 0.35,
            orphan: 0.03,
            pair: 0.02,
            more: 0.06,
            misplaced: 0.15,
            stray: 0.02,
            nothing: 0.003,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_verdict_is_taken() {
        let policy = Policy::default();
        let verdicts: Vec<_> = [0.99, 0.97, 0.95, 0.8, 0.7, 0.0].map(|p| policy.verdict(p)).to_vec();
        assert_eq!(
            verdicts,
            [Verdict::Bill, Verdict::Bill, Verdict::Hold, Verdict::Hold, Verdict::Drop, Verdict::Drop]
        );
        let free = Policy::LeastCost(Costs { overcharge: 0.5, unbilled: 1.0, review: 9.0 });
        assert_eq!([free.verdict(0.4), free.verdict(0.3)], [Verdict::Bill, Verdict::Drop]);
    }
}
