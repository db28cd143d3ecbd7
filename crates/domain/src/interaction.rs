//! An interaction: a shelf event that was attributed to a shopper, with the evidence for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{InteractionId, ShelfEventId, ShoppingSessionId, SightingId, Sku, SlotId};
use crate::price::Priced;
use crate::shelf::ShelfEvent;

/// Taken or put back. A *return* is something else: it comes after the purchase.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionKind {
    /// Taken from the shelf.
    Pick,
    /// Put back on the shelf.
    PutBack,
}

impl InteractionKind {
    /// What a change at a shelf is: less is a pick.
    pub fn of(event: &ShelfEvent) -> Self {
        if event.is_pick() { Self::Pick } else { Self::PutBack }
    }
}

/// A pick or put-back by a shopper.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Interaction {
    /// Derived from the shelf event, so that a repeated event makes no second one.
    pub id: InteractionId,
    /// Whose cart moved.
    pub session: ShoppingSessionId,
    /// Taken or put back.
    pub kind: InteractionKind,
    /// What.
    pub sku: Sku,
    /// How many units.
    pub quantity: u32,
    /// When it happened at the shelf.
    pub occurred_at: Timestamp,
    /// What a unit was sold as at that moment; none: a put-back, or a pick from before prices were kept with picks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Priced>,
    /// How likely it is that this shopper did it, 0 to 1.
    pub confidence: f32,
    /// Why we think so.
    pub evidence: Evidence,
}

/// Everything that a decision rests on: what staff see in a review and in a dispute.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// What the sensor said.
    pub shelf_event: ShelfEvent,
    /// What it may have been, likeliest first; empty where the sensor counts, for then it can only be the product of the slot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Content>,
    /// Who could have done it, likeliest first; the probabilities sum to at most 1, the rest is "somebody unknown".
    pub candidates: Vec<Candidate>,
    /// The sightings that spoke for them.
    pub sightings: Vec<SightingId>,
    /// The rule that decided.
    pub basis: Basis,
}

/// One product that may have been moved.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// Which.
    pub sku: Sku,
    /// How many units, if it was this one.
    pub quantity: u32,
    /// How likely it was among what moved, 0 to 1. Two products in one grasp are both likely.
    pub probability: f32,
}

/// One shopper who could have done it.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// Whose session.
    pub session: ShoppingSessionId,
    /// How likely, 0 to 1.
    pub probability: f32,
    /// How many sightings at the shelf speak for it.
    pub sightings: u32,
    /// How far the nearest tracked hand that may be theirs was from the slot, metres; none where room cameras saw none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_m: Option<f32>,
}

/// Which rule decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Seen at the shelf around that moment.
    SeenAtShelf,
    /// A hand that room cameras followed was at the slot.
    HandSeen,
    /// Nobody else was in the store.
    AloneInStore,
    /// Not seen at the shelf just then; where everybody was before and after leaves nobody else.
    Whereabouts,
    /// A member of staff decided it.
    Staff,
    /// The shopper said so, when staff asked.
    Shopper,
    /// A sighting that came late speaks against what was decided.
    SeenLater,
    /// Nothing spoke for anybody.
    None,
}

impl Interaction {
    /// The id that the interaction of `event` has: one event gives at most one interaction of each product. `further`: of another
    /// product than the likeliest.
    pub fn id_for(event: ShelfEventId, further: Option<&Sku>) -> InteractionId {
        match further {
            None => InteractionId::derived(event.0, "interaction"),
            Some(sku) => InteractionId::derived(event.0, &format!("interaction {sku}")),
        }
    }

    /// The slot whose sensor noticed it.
    pub fn slot(&self) -> &SlotId {
        &self.evidence.shelf_event.slot
    }
}
