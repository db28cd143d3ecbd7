//! News: what the writer tells those who listen, after a commit and never before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::commit::Recorded;
use domain::ids::{ShopperId, ShoppingSessionId, ZoneId};
use floor::Floor;
use floor::tape::Told;
use jiff::Timestamp;
use uuid::Uuid;

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
    /// Who of them has not walked out.
    pub inside: BTreeSet<ShopperId>,
    /// Zones that staff are refilling.
    pub restocking: BTreeSet<ZoneId>,
    /// When each shopper last walked in or out, as far as the floor remembers.
    pub passed: BTreeMap<ShopperId, Timestamp>,
    /// Since when the floor remembers that.
    pub since: Timestamp,
    /// Which clock facts are stamped by: another one after a restart, and after somebody has set it.
    pub clock: Uuid,
}

impl Snapshot {
    /// Is the shopper in the store?
    pub fn is_inside(&self, shopper: ShopperId) -> bool {
        self.inside.contains(&shopper)
    }

    pub(crate) fn of(floor: &Floor, clock: Uuid) -> Arc<Self> {
        let whose = |session: &domain::session::ShoppingSession| floor.session_of(session.shopper).map(|one| one.id);
        let remembered = || floor.sessions().filter(|session| !session.is_forgotten());
        let inside =
            remembered().filter(|session| session.exited_at.is_none()).map(|session| session.shopper).collect();
        let visits = remembered().filter_map(|session| Some((session.shopper, whose(session)?))).collect();
        let restocking = floor.restocking().map(|one| one.zone.clone()).collect();
        let (passed, since) = (floor.passed().collect(), floor.restored_at());
        Arc::new(Self { visits, inside, restocking, passed, since, clock })
    }
}
