//! News: what the writer tells those who listen, after a commit and never before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::commit::Recorded;
use domain::ids::{ShopperId, ShoppingSessionId, ZoneId};
use floor::Floor;
use floor::tape::Told;
use jiff::Timestamp;

/// What became true in one turn of the writer.
#[derive(Debug)]
pub struct News<'a> {
    /// When the turn was.
    pub now: Timestamp,
    /// The floor as it is now.
    pub floor: &'a Floor,
    /// Facts that were committed, in order.
    pub recorded: &'a [Recorded],
    /// Visits whose likely cart is another one now.
    pub moved: &'a BTreeSet<ShoppingSessionId>,
    /// What the engine was told, where that is recorded.
    pub told: &'a [Told],
    /// The number of the last fact.
    pub last_seq: i64,
    /// Whether everything may have changed: the floor was brought back from the database, or the shelves are others now.
    pub anew: bool,
}

/// Hears the news, in the writer's own turn: it must neither wait nor fail.
pub type Listener = Box<dyn FnMut(&News<'_>) + Send>;

/// Who is in the store and where staff refill: what anybody may read without a place in the writer's queue.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// Visits that have not settled, by shopper; the open one where there are two.
    pub visits: BTreeMap<ShopperId, ShoppingSessionId>,
    /// Zones that staff are refilling.
    pub restocking: BTreeSet<ZoneId>,
}

impl Snapshot {
    pub(crate) fn of(floor: &Floor) -> Arc<Self> {
        let whose = |session: &domain::session::ShoppingSession| floor.session_of(session.shopper).map(|one| one.id);
        let visits = floor.sessions().filter_map(|session| Some((session.shopper, whose(session)?))).collect();
        let restocking = floor.restocking().map(|one| one.zone.clone()).collect();
        Arc::new(Self { visits, restocking })
    }
}
