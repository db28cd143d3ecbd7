//! A dispute: the shopper contests lines of an order; staff accept (money goes back) or reject with an answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AdminId, DisputeId, OrderId, Sku};
use crate::money::Minor;
use crate::order::Order;
use crate::text::{self, NotPlain};

/// The longest message or answer, in characters.
pub const MAX_WORDS: usize = 2_000;

/// A dispute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Dispute {
    /// Given by the caller; the same id opens it once.
    pub id: DisputeId,
    /// The order it is about.
    pub order: OrderId,
    /// What is contested; each SKU once.
    pub lines: Vec<ContestedLine>,
    /// In the shopper's words; may be empty.
    pub message: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What staff decided, once they did.
    pub verdict: Option<Verdict>,
}

/// A contested line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContestedLine {
    /// Which product.
    pub sku: Sku,
    /// How many of its units.
    pub quantity: u32,
    /// Why.
    pub reason: DisputeReason,
}

/// Why a line is contested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeReason {
    /// I did not take it.
    NotTaken,
    /// I put it back.
    PutBack,
    /// The quantity is wrong.
    WrongQuantity,
    /// It is another product.
    WrongProduct,
    /// The price is wrong.
    WrongPrice,
    /// Something else; the message says what.
    Other,
}

/// What staff decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// Accepted: the contested units are refunded. Otherwise rejected.
    pub accepted: bool,
    /// What the shopper reads; never empty where rejected.
    pub answer: String,
    /// Who decided.
    pub by: AdminId,
    /// When.
    pub decided_at: Timestamp,
}

/// Money that goes back for an accepted dispute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refund {
    /// For which dispute: at most one refund each.
    pub dispute: DisputeId,
    /// Of which order.
    pub order: OrderId,
    /// Units, and what they cost together, tax included.
    pub lines: Vec<(Sku, u32, Minor)>,
    /// Their sum.
    pub amount: Minor,
}

/// Why a dispute is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisputeError {
    /// Nothing is contested.
    #[error("choose at least one line to contest")]
    NoLines,
    /// A product that is not in the order.
    #[error("{0} is not in this order")]
    NotInOrder(Sku),
    /// A product twice, or no units of it.
    #[error("{0} must be named once, with at least one unit")]
    BadLine(Sku),
    /// More units than there are left to contest.
    #[error("only {left} of {sku} can be contested")]
    TooManyUnits {
        /// Which product.
        sku: Sku,
        /// Units neither refunded nor contested yet.
        left: u32,
    },
    /// The message is too long.
    #[error("the text is longer than {MAX_WORDS} characters")]
    TooLong,
    /// The message or answer holds what no text may.
    #[error("the text cannot be taken: {0}")]
    NotPlain(#[from] NotPlain),
    /// A rejection needs an answer.
    #[error("write an answer for the shopper")]
    NoAnswer,
    /// It was decided differently before.
    #[error("this dispute is already decided")]
    Decided,
}

impl Dispute {
    /// Opens a dispute on `order`, whose earlier disputes are `earlier`.
    pub fn open(
        id: DisputeId,
        order: &Order,
        earlier: &[Self],
        lines: Vec<ContestedLine>,
        message: &str,
        opened_at: Timestamp,
    ) -> Result<Self, DisputeError> {
        if lines.is_empty() {
            return Err(DisputeError::NoLines);
        }
        if message.chars().count() > MAX_WORDS {
            return Err(DisputeError::TooLong);
        }
        text::prose(message)?;
        for (place, line) in lines.iter().enumerate() {
            let bought: u32 = order.lines.iter().filter(|one| one.sku == line.sku).map(|one| one.quantity).sum();
            if bought == 0 {
                return Err(DisputeError::NotInOrder(line.sku.clone()));
            }
            if line.quantity == 0 || lines[..place].iter().any(|other| other.sku == line.sku) {
                return Err(DisputeError::BadLine(line.sku.clone()));
            }
            let left = bought.saturating_sub(contested_before(earlier, &line.sku));
            if line.quantity > left {
                return Err(DisputeError::TooManyUnits { sku: line.sku.clone(), left });
            }
        }
        let message = message.trim().to_owned();
        Ok(Self { id, order: order.id, lines, message, opened_at, verdict: None })
    }

    /// Accepts it: the contested units' price goes back. Accepting again gives the same refund.
    ///
    /// `refunds` are those of the order so far: what went back for other disputes does not go back again.
    pub fn accept(
        &mut self,
        order: &Order,
        refunds: &[Refund],
        answer: &str,
        by: AdminId,
        now: Timestamp,
    ) -> Result<Refund, DisputeError> {
        self.decide(true, answer, by, now)?;
        Ok(self.refund(order, refunds))
    }

    /// Rejects it with an answer.
    pub fn reject(&mut self, answer: &str, by: AdminId, now: Timestamp) -> Result<(), DisputeError> {
        if answer.trim().is_empty() {
            return Err(DisputeError::NoAnswer);
        }
        self.decide(false, answer, by, now)
    }

    /// What an acceptance gives back: never more units of a product than the order has and other disputes left, the dearest first.
    pub fn refund(&self, order: &Order, refunds: &[Refund]) -> Refund {
        let mut lines = Vec::new();
        for contested in &self.lines {
            let given: u32 = refunds
                .iter()
                .filter(|refund| refund.dispute != self.id)
                .flat_map(|refund| &refund.lines)
                .filter(|(sku, ..)| *sku == contested.sku)
                .map(|(_, units, _)| units)
                .sum();
            let mut prices: Vec<_> = order
                .lines
                .iter()
                .filter(|line| line.sku == contested.sku)
                .flat_map(|line| std::iter::repeat_n(line.unit_price, line.quantity as usize))
                .collect();
            prices.sort_by(|a, b| b.cmp(a));
            let back: Vec<_> = prices.into_iter().skip(given as usize).take(contested.quantity as usize).collect();
            if !back.is_empty() {
                lines.push((contested.sku.clone(), back.len() as u32, back.into_iter().sum()));
            }
        }
        let amount = lines.iter().map(|(_, _, amount)| *amount).sum();
        Refund { dispute: self.id, order: self.order, lines, amount }
    }

    fn decide(&mut self, accepted: bool, answer: &str, by: AdminId, now: Timestamp) -> Result<(), DisputeError> {
        if answer.chars().count() > MAX_WORDS {
            return Err(DisputeError::TooLong);
        }
        text::prose(answer)?;
        match &self.verdict {
            Some(verdict) if verdict.accepted == accepted => Ok(()),
            Some(_) => Err(DisputeError::Decided),
            None => {
                let answer = answer.trim().to_owned();
                self.verdict = Some(Verdict { accepted, answer, by, decided_at: now });
                Ok(())
            }
        }
    }
}

/// Units of `sku` that are refunded or still contested: a rejected dispute frees its units again.
fn contested_before(earlier: &[Dispute], sku: &Sku) -> u32 {
    earlier
        .iter()
        .filter(|dispute| dispute.verdict.as_ref().is_none_or(|verdict| verdict.accepted))
        .flat_map(|dispute| &dispute.lines)
        .filter(|line| line.sku == *sku)
        .map(|line| line.quantity)
        .sum()
}

#[cfg(test)]
mod tests;
