//! What a campaign came to.

use std::fmt;
use std::time::Duration;

/// The sums.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// Finished visits.
    pub trips: usize,
    /// Movements of hands.
    pub movements: usize,
    /// Faults that happened.
    pub faults: usize,
    /// What is nowhere: a movement that left no trace, a visit without its order, an order without its receipt.
    pub lost: Vec<String>,
    /// What is there twice: units billed beyond what moved, a second receipt.
    pub doubled: Vec<String>,
    /// Movements that went to another visit than that of the hand.
    pub wrongly_billed: Vec<String>,
    /// Orders placed.
    pub orders: usize,
    /// Units on them.
    pub units_billed: i64,
    /// Units that were in carts and were not billed in the end.
    pub units_left_out: i64,
    /// Receipts in the mailbox.
    pub receipts: usize,
    /// Disputes.
    pub disputes: usize,
    /// Given back for them, in minor units.
    pub refunded_minor: i64,
    /// Cases that staff have to decide.
    pub in_review: usize,
    /// Times that a sighting which came late took something off a bill again.
    pub taken_back: usize,
    /// Inputs that the database refused.
    pub set_aside: usize,
    /// What staff are not shown of them.
    pub hidden: usize,
    /// Times that a program ended by itself and was started again.
    pub ended: usize,
    /// After which fault the store took longest to answer, and how long.
    pub slowest: Option<(String, Duration)>,
    /// Faults after which it took longer than [`ANSWERS_WITHIN`].
    pub slow: Vec<String>,
    /// What this machine could not do.
    pub left_out: Vec<String>,
}

/// After a fault has ended the store is to answer within this.
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

impl Outcome {
    /// Was nothing lost, doubled, billed to the wrong person, hidden or slow?
    pub fn is_clean(&self) -> bool {
        let complaints = [&self.lost, &self.doubled, &self.wrongly_billed, &self.slow];
        complaints.iter().all(|one| one.is_empty()) && self.hidden == 0
    }

    /// Everything that should not be, a line each.
    pub fn complaints(&self) -> Vec<String> {
        let kinds =
            [("lost", &self.lost), ("doubled", &self.doubled), ("wrong", &self.wrongly_billed), ("slow", &self.slow)];
        kinds.iter().flat_map(|(kind, lines)| lines.iter().map(move |line| format!("{kind}: {line}"))).collect()
    }
}

impl fmt::Display for Outcome {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} trips, {} movements, {} faults: {} lost, {} doubled, {} wrongly billed; {} orders with {} units, {} receipts, \
             {} disputes with {} refunded, {} units left out, {} cases, \
             {} taken back, {} set aside ({} hidden)",
            self.trips,
            self.movements,
            self.faults,
            self.lost.len(),
            self.doubled.len(),
            self.wrongly_billed.len(),
            self.orders,
            self.units_billed,
            self.receipts,
            self.disputes,
            self.refunded_minor,
            self.units_left_out,
            self.in_review,
            self.taken_back,
            self.set_aside,
            self.hidden,
        )?;
        if let Some((fault, took)) = &self.slowest {
            write!(f, "; answered again within {:.1} s at worst ({fault})", took.as_secs_f64())?;
        }
        write!(f, "; {} slower than {} s", self.slow.len(), ANSWERS_WITHIN.as_secs())?;
        if self.ended > 0 {
            write!(f, "; {} ends of a program by itself", self.ended)?;
        }
        for one in &self.left_out {
            write!(f, "; left out: {one}")?;
        }
        Ok(())
    }
}
