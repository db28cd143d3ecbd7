//! Memory: what a restart brings back from the database.

use jiff::Timestamp;

use crate::clock::shift;
use crate::ids::ShelfEventId;
use crate::price::PriceHistory;
use crate::restocking::{IDLE, Restocking};
use crate::review::Review;
use crate::room::RoomPlan;
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
    /// The plan of the room, where one was saved.
    pub room: Option<RoomPlan>,
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

impl FloorMemory {
    /// The same where the clock was set back since: what is remembered of a time to come happened by now at the latest. Shelf events
    /// stay as they are, for nobody knows who stood there.
    pub fn without_future(mut self) -> Self {
        let now = self.restored_at;
        for session in &mut self.sessions {
            session.opened_at = session.opened_at.min(now);
            session.exited_at = session.exited_at.map(|at| at.min(now));
        }
        for restocking in self.restocking.iter_mut().filter(|one| one.since > now) {
            (restocking.since, restocking.until) = (now, shift(now, IDLE));
        }
        self.prices.begin_by(now);
        self
    }
}

/// The most shelf event ids remembered, to know a repeated delivery without asking the database.
pub const REMEMBERED_EVENTS: usize = 20_000;
