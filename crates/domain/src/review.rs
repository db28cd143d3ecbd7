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
    /// It is not known well enough when it happened: at one time it fits one shopper, at another somebody else.
    TimeUnsure,
    /// It was decided, and a sighting that came late speaks against it.
    SeenLater,
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
    /// What, likeliest; unknown where the slot is. What else it may have been is in the evidence.
    pub sku: Option<Sku>,
    /// How many units.
    pub quantity: u32,
    /// Units of them that came back since: there is nothing to decide about these.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub came_back: u32,
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
    /// A case about the likeliest product of a change.
    pub fn of(evidence: Evidence, reason: ReviewReason, sku: Option<Sku>, quantity: u32, opened_at: Timestamp) -> Self {
        let event = &evidence.shelf_event;
        let (id, kind) = (Self::id_for(event.id, None), InteractionKind::of(event));
        Self { id, reason, kind, sku, quantity, came_back: 0, evidence, opened_at, asked: Vec::new() }
    }

    /// Units that are still to be decided.
    pub fn left(&self) -> u32 {
        self.quantity.saturating_sub(self.came_back)
    }

    /// How many units of a product it is about: of the likeliest one, or of what else it may have been.
    pub fn units_of(&self, sku: &Sku) -> Option<u32> {
        if self.sku.as_ref() == Some(sku) {
            return Some(self.left());
        }
        let other = self.evidence.contents.iter().find(|content| content.sku == *sku);
        other.filter(|_| self.sku.is_some()).map(|content| content.quantity)
    }

    /// The visit whose shopper has been asked and has not answered.
    pub fn waits_for(&self) -> Option<ShoppingSessionId> {
        self.asked.last().filter(|asked| asked.answer.is_none()).map(|asked| asked.session)
    }

    /// The id that the review of `event` has. `further`: about another product than the likeliest.
    pub fn id_for(event: ShelfEventId, further: Option<&Sku>) -> ReviewId {
        match further {
            None => ReviewId::derived(event.0, "review"),
            Some(sku) => ReviewId::derived(event.0, &format!("review {sku}")),
        }
    }
}

fn is_zero(units: &u32) -> bool {
    *units == 0
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
    /// Nothing speaks for this product.
    #[error("this case cannot have been about that product")]
    OtherProduct,
}
