//! Everything that can happen in a store, as one closed enum of past-tense facts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalog::Product;
use crate::dispute::{Dispute, Refund};
use crate::ids::{AdminId, ShopperId, ShoppingSessionId, SightingId, Sku, SlotId};
use crate::interaction::Interaction;
use crate::order::Order;
use crate::planogram::{ChangeMeans, FacingChange};
use crate::restocking::Restocking;
use crate::review::{Review, ReviewDecision};
use crate::room::RoomPlan;
use crate::shelf::ShelfEvent;
use crate::sighting::Means;
use crate::store::StoreSettings;

/// A fact. The event log holds them in order; everything that clients see follows from them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DomainEvent {
    /// A shopper walked in.
    SessionOpened {
        /// The new visit.
        session: ShoppingSessionId,
        /// Who.
        shopper: ShopperId,
        /// When.
        at: Timestamp,
        /// How they were recognised.
        by: Means,
        /// The look that decided it.
        sighting: SightingId,
    },
    /// Later frames deny that it was this shopper's face that opened the gate.
    IdentityDoubted {
        /// The visit that it opened.
        session: ShoppingSessionId,
        /// Who was let in.
        shopper: ShopperId,
        /// When.
        at: Timestamp,
        /// The look that denies it.
        sighting: SightingId,
    },
    /// A shelf event came in that cannot be decided yet; it is kept until it is.
    ShelfEventKept {
        /// The event.
        event: ShelfEvent,
        /// When it came in.
        at: Timestamp,
    },
    /// What load cells felt was, as far as can be told, nothing that anybody pays for: a bag put down, a hand that leaned.
    ShelfEventDismissed {
        /// The event.
        event: ShelfEvent,
        /// When that was decided.
        at: Timestamp,
    },
    /// Staff began to refill a zone.
    RestockingBegan {
        /// Which, who and when.
        restocking: Restocking,
    },
    /// Staff moved something in a zone that they refill: it concerns no shopper.
    Restocked {
        /// What changed.
        event: ShelfEvent,
        /// Which product stands there.
        sku: Sku,
        /// The restocking that it belongs to, as it is now.
        restocking: Restocking,
        /// That has ended before this came in.
        is_over: bool,
    },
    /// Staff are done with a zone.
    RestockingEnded {
        /// Which, from when to when.
        restocking: Restocking,
        /// Who said so; none: it ended by itself.
        by: Option<AdminId>,
    },
    /// A shelf event was attributed.
    InteractionRecorded {
        /// Who took or put back what.
        interaction: Interaction,
    },
    /// A shelf event could not be attributed.
    ReviewOpened {
        /// The case for staff.
        review: Review,
    },
    /// Staff asked a shopper whether it was them; the question is the last in the review.
    ReviewAsked {
        /// The case.
        review: Review,
    },
    /// The shopper answered; the answer is in the review. Where it was them, [`Self::ReviewDecided`] follows.
    ReviewAnswered {
        /// The case.
        review: Review,
    },
    /// Staff decided a case; where it is somebody's, the interaction comes with it.
    ReviewDecided {
        /// What they decided.
        decision: ReviewDecision,
        /// What it did to a cart.
        interaction: Option<Interaction>,
    },
    /// Units of a case about a pick came back, and nobody else can have held them: there is less to decide, or nothing.
    UnitsCameBack {
        /// The case as it is now.
        review: Review,
        /// What was put back.
        put_back: ShelfEvent,
        /// When that was decided.
        at: Timestamp,
    },
    /// A shopper walked out.
    SessionExited {
        /// Which visit.
        session: ShoppingSessionId,
        /// Who.
        shopper: ShopperId,
        /// When.
        at: Timestamp,
        /// When the order will be placed.
        settles_at: Timestamp,
        /// How they were recognised.
        by: Means,
    },
    /// A visit would settle now, but a case that may be its shopper's is open: its receipt waits.
    ReceiptDeferred {
        /// Which visit.
        session: ShoppingSessionId,
        /// Who.
        shopper: ShopperId,
        /// When.
        at: Timestamp,
        /// No longer than until then.
        until: Timestamp,
    },
    /// A visit settled; with an order, if anything was bought.
    SessionSettled {
        /// Which visit.
        session: ShoppingSessionId,
        /// Who.
        shopper: ShopperId,
        /// When.
        at: Timestamp,
        /// What it costs.
        order: Option<Order>,
        /// What was in the cart and is not billed, because what was seen later left too much doubt.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left_out: Vec<(Sku, u32)>,
        /// Who of the staff decided that it settles, where nobody had seen the shopper leave.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_by: Option<AdminId>,
    },
    /// A product was made or changed.
    ProductSaved {
        /// As it is now.
        product: Product,
        /// As it was; none: it is new.
        before: Option<Product>,
        /// Who did it; none: whoever may use the command line.
        by: Option<AdminId>,
    },
    /// Slots of the planogram changed.
    PlanogramChanged {
        /// Which, from what to what.
        changes: Vec<FacingChange>,
        /// Who did it; none: whoever may use the command line.
        by: Option<AdminId>,
        /// How.
        means: ChangeMeans,
    },
    /// Staff counted what stands at a slot.
    StockCounted {
        /// Where.
        slot: SlotId,
        /// What.
        sku: Sku,
        /// How many units.
        units: u32,
        /// When.
        at: Timestamp,
        /// Who.
        by: AdminId,
    },
    /// The store's owner changed its settings.
    StoreSettingsSaved {
        /// As they are now.
        settings: StoreSettings,
        /// As they were.
        before: StoreSettings,
        /// The version that this makes.
        version: u32,
        /// When.
        at: Timestamp,
        /// Who.
        by: AdminId,
    },
    /// The store's owner saved the plan of the room.
    RoomSaved {
        /// As it is now.
        plan: RoomPlan,
        /// The version that this makes.
        version: u32,
        /// When.
        at: Timestamp,
        /// Who.
        by: AdminId,
    },
    /// A shopper's face was enrolled, in the place of what was enrolled before. Its templates are in no fact, so that they can be erased.
    FaceEnrolled {
        /// Whose.
        shopper: ShopperId,
        /// Which consent text was agreed to.
        consent_version: String,
        /// Whether the photographs are from a film in which the head was turned.
        by_film: bool,
        /// How many templates were made.
        templates: u32,
        /// When.
        at: Timestamp,
    },
    /// A shopper said whether visits may add templates.
    FaceLearningSet {
        /// Whose.
        shopper: ShopperId,
        /// They may.
        agreed: bool,
        /// When.
        at: Timestamp,
    },
    /// A shopper contests lines.
    DisputeOpened {
        /// The dispute.
        dispute: Dispute,
        /// Whose order it is.
        shopper: ShopperId,
    },
    /// Staff decided a dispute; where they accepted it, the refund comes with it.
    DisputeDecided {
        /// The dispute with its verdict.
        dispute: Dispute,
        /// Whose order it is.
        shopper: ShopperId,
        /// What goes back.
        refund: Option<Refund>,
    },
}
