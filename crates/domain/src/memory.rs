//! Memory: what a restart brings back from the database.

use jiff::Timestamp;

use crate::ids::ShelfEventId;
use crate::price::PriceHistory;
use crate::restocking::Restocking;
use crate::review::Review;
use crate::session::ShoppingSession;
use crate::shelf::ShelfEvent;

/// What a restart brings back from the database.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FloorMemory {
    /// Visits that have not settled, with their carts.
    pub sessions: Vec<ShoppingSession>,
    /// Events that were kept but not decided.
    pub undecided: Vec<ShelfEvent>,
    /// Cases that staff have not decided.
    pub reviews: Vec<Review>,
    /// Zones that staff are refilling.
    pub restocking: Vec<Restocking>,
    /// How every product was sold.
    pub prices: PriceHistory,
    /// Ids of the latest shelf events, decided or not.
    pub recent_events: Vec<ShelfEventId>,
    /// The highest order number so far.
    pub last_order: u32,
    /// When the floor was brought back. Nobody remembers what cameras saw before, and what happened meanwhile is still
    /// on its way.
    pub restored_at: Timestamp,
}

/// The most shelf event ids remembered, to know a repeated delivery without asking the database.
pub const REMEMBERED_EVENTS: usize = 20_000;
