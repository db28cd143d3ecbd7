//! A review: a case that staff decide because the floor was not sure enough to bill anybody.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AdminId, ReviewId, ShelfEventId, ShoppingSessionId, Sku};
use crate::interaction::{Evidence, InteractionKind};

/// Why the floor did not decide by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// Nobody was seen at the shelf.
    NobodySeen,
    /// Several people could have done it.
    Unsure,
    /// Something came back that nobody holds.
    NobodyHoldsIt,
    /// The product has no price, so it cannot be billed.
    NoPrice,
    /// The event came in so late, or so soon after a restart, that nobody knows any more who stood there.
    TooLate,
    /// The slot is in no planogram, or its product in no catalogue.
    UnknownSlot,
    /// More units at once than a hand takes.
    TooMany,
    /// It is in doubt whether it was this shopper who walked in.
    IdentityDoubted,
}

/// One case.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Review {
    /// Derived from the shelf event.
    pub id: ReviewId,
    /// Why it came up.
    pub reason: ReviewReason,
    /// Taken or put back.
    pub kind: InteractionKind,
    /// What; unknown where the slot is.
    pub sku: Option<Sku>,
    /// How many units.
    pub quantity: u32,
    /// What is known.
    pub evidence: Evidence,
    /// When it came up.
    pub opened_at: Timestamp,
    /// Shoppers who were asked whether it was them, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
}

/// A question to a shopper's phone: "Did you take this?"
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Whose visit.
    pub session: ShoppingSessionId,
    /// Who asks.
    pub by: AdminId,
    /// When.
    pub at: Timestamp,
    /// What the shopper said: it was them, or not. None while they have not said.
    pub answer: Option<bool>,
}

impl Review {
    /// The visit whose shopper has been asked and has not answered.
    pub fn waits_for(&self) -> Option<ShoppingSessionId> {
        self.asked.last().filter(|asked| asked.answer.is_none()).map(|asked| asked.session)
    }

    /// The id that the review of `event` has.
    pub fn id_for(event: ShelfEventId) -> ReviewId {
        ReviewId::derived(event.0, "review")
    }
}

/// What staff decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReviewDecision {
    /// The case.
    pub review: ReviewId,
    /// Whose it is; none means nobody's.
    pub session: Option<ShoppingSessionId>,
    /// Who decided.
    pub by: AdminId,
    /// When.
    pub decided_at: Timestamp,
}

/// Why a decision is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// There is no such open case.
    #[error("this case is not open (any more)")]
    NotOpen,
    /// The visit has settled: its order is placed and never grows.
    #[error("this visit has already settled; its order can no longer change")]
    VisitSettled,
    /// Without a known product there is nothing to put in a cart.
    #[error("the product at this slot is unknown or has no price, so it can only be decided as nobody's")]
    NothingToBill,
    /// Somebody is being asked; one question at a time.
    #[error("the shopper has been asked and has not answered yet")]
    AlreadyAsked,
    /// Nobody asked, or it is answered, or staff have decided.
    #[error("this question is not open (any more)")]
    NotAsked,
    /// That shopper does not hold what was put back.
    #[error("this shopper does not hold what was put back")]
    NotHeld,
}
