//! The floor: everything that is going on in one store, as one deterministic state machine.
//!
//! [`Floor::handle`] takes an input and the time and gives the events that follow; [`Floor::next_wakeup`] says when it
//! wants a [`FloorInput::Tick`]. The caller owns the clock, the queue and the database.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::attribution::AttributionPolicy;
use crate::catalog::{Catalog, TaxRates};
use crate::clock::shift;
use crate::event::DomainEvent;
use crate::gate::{Ballots, GateDecision, GatePolicy, Place};
use crate::ids::{AdminId, ReviewId, ShelfEventId, ShopperId, ShoppingSessionId, SightingId};
use crate::money::Currency;
use crate::order::OrderNumber;
use crate::planogram::Planogram;
use crate::review::{Review, ReviewError};
use crate::session::ShoppingSession;
use crate::shelf::ShelfEvent;
use crate::sighting::{Means, Sighting};

mod decide;
mod gates;
mod settle;
mod watch;

use watch::Watch;

/// What the store's owner decides.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FloorPolicy {
    /// At the gates.
    pub gate: GatePolicy,
    /// At the shelves.
    pub attribution: AttributionPolicy,
    /// From the exit to the order: late shelf events are waited for.
    pub settling: SignedDuration,
    /// More units than this in one movement are not a hand's; staff decide.
    pub most_units: u32,
    /// Prices and taxes.
    pub currency: Currency,
    /// Rates by tax class.
    pub tax_rates: TaxRates,
}

impl FloorPolicy {
    /// The defaults for a store with this currency and these rates.
    pub fn new(currency: Currency, tax_rates: TaxRates) -> Self {
        Self {
            gate: GatePolicy::default(),
            attribution: AttributionPolicy::default(),
            settling: SignedDuration::from_secs(5),
            most_units: 6,
            currency,
            tax_rates,
        }
    }
}

/// What can come in.
#[derive(Clone, PartialEq, Debug)]
pub enum FloorInput {
    /// A camera or scanner looked.
    Look {
        /// Where it stands.
        place: Place,
        /// What it saw.
        sighting: Sighting,
    },
    /// Later frames of the entry's camera deny that it was this shopper's face that was let in.
    Doubt {
        /// Who was let in.
        shopper: ShopperId,
        /// When.
        at: Timestamp,
        /// The look that denies it.
        sighting: SightingId,
    },
    /// A shelf changed; its time is on the server's clock.
    Shelf(ShelfEvent),
    /// Staff decide a case.
    DecideReview {
        /// Which.
        review: ReviewId,
        /// Whose it is; none means nobody's.
        session: Option<ShoppingSessionId>,
        /// Who decides.
        by: AdminId,
    },
    /// Staff end a visit: the shopper left unseen.
    CloseVisit(ShoppingSessionId),
    /// The products changed.
    CatalogReplaced(Catalog),
    /// The planogram changed.
    PlanogramReplaced(Planogram),
    /// A shopper's account or face is gone: forget what the ring of sightings says of them.
    Forget(ShopperId),
    /// Time went by.
    Tick,
}

/// What follows from an input.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FloorOutput {
    /// Facts, to be committed before anybody hears of them.
    pub events: Vec<DomainEvent>,
    /// What a gate made of a look.
    pub gate: Option<GateDecision>,
    /// Why a command was not carried out.
    pub refused: Option<Refused>,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A review cannot be decided so.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// There is no such visit under way.
    #[error("this visit is not under way (any more)")]
    NoSuchVisit,
}

/// A shelf event that waits for sightings.
#[derive(Clone, PartialEq, Debug)]
pub struct Undecided {
    /// The event.
    pub event: ShelfEvent,
    /// It is decided at the latest now.
    pub decide_at: Timestamp,
}

/// What a restart brings back from the database.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FloorMemory {
    /// Visits that have not settled, with their carts.
    pub sessions: Vec<ShoppingSession>,
    /// Events that were kept but not decided.
    pub undecided: Vec<ShelfEvent>,
    /// Cases that staff have not decided.
    pub reviews: Vec<Review>,
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
/// The state of one store.
#[derive(Clone, PartialEq, Debug)]
pub struct Floor {
    policy: FloorPolicy,
    catalog: Catalog,
    planogram: Planogram,
    /// Open and settling visits. A shopper has at most one open one, but may come back while an old one settles.
    sessions: BTreeMap<ShoppingSessionId, ShoppingSession>,
    inside: BTreeMap<ShopperId, ShoppingSessionId>,
    watch: Watch,
    ballots: Ballots,
    undecided: Vec<Undecided>,
    reviews: BTreeMap<ReviewId, Review>,
    known_events: BTreeSet<ShelfEventId>,
    known_order: VecDeque<ShelfEventId>,
    last_order: OrderNumber,
    /// The latest time that was handled: it never goes back, whatever the caller's clock does.
    latest: Timestamp,
}

impl Floor {
    /// A floor as the database remembers it.
    pub fn restore(policy: FloorPolicy, catalog: Catalog, planogram: Planogram, memory: FloorMemory) -> Self {
        let mut floor = Self {
            policy,
            catalog,
            planogram,
            sessions: BTreeMap::new(),
            inside: BTreeMap::new(),
            watch: Watch::since(memory.restored_at),
            ballots: Ballots::default(),
            undecided: Vec::new(),
            reviews: memory.reviews.into_iter().map(|review| (review.id, review)).collect(),
            known_events: BTreeSet::new(),
            known_order: VecDeque::new(),
            last_order: OrderNumber(memory.last_order),
            latest: memory.restored_at,
        };
        let settles_at_the_earliest = shift(memory.restored_at, policy.settling);
        for mut session in memory.sessions {
            if session.exited_at.is_none() {
                floor.inside.insert(session.shopper, session.id);
            }
            session.settles_at = session.settles_at.map(|at| at.max(settles_at_the_earliest));
            floor.sessions.insert(session.id, session);
        }
        for id in memory.recent_events {
            floor.remember(id);
        }
        for event in memory.undecided {
            floor.remember(event.id);
            floor.wait_for_sightings(event);
        }
        floor
    }

    /// Takes an input and gives what follows from it, after everything that was due up to `now`: the same inputs at the
    /// same times give the same events, however late the caller's ticks are.
    pub fn handle(&mut self, now: Timestamp, input: FloorInput) -> FloorOutput {
        let mut output = FloorOutput::default();
        while let Some(due) = self.next_wakeup().filter(|due| *due <= now) {
            self.do_what_is_due(due, &mut output.events);
        }
        self.latest = self.latest.max(now);
        let now = self.latest;
        match input {
            FloorInput::Look { place, sighting } => self.look(place, sighting, &mut output),
            FloorInput::Doubt { shopper, at, sighting } => output.events.extend(self.doubt(shopper, at, sighting)),
            FloorInput::Shelf(event) => self.shelf_changed(now, event, &mut output),
            FloorInput::DecideReview { review, session, by } => match self.decide_review(now, review, session, by) {
                Ok(event) => output.events.push(event),
                Err(error) => output.refused = Some(error.into()),
            },
            FloorInput::CloseVisit(session) => {
                let open = self.sessions.get(&session).filter(|visit| visit.exited_at.is_none());
                match open.map(|visit| visit.shopper) {
                    Some(shopper) => {
                        output.events.extend(self.walk_out(shopper, now, Means::Staff));
                    }
                    None => output.refused = Some(Refused::NoSuchVisit),
                }
            }
            FloorInput::CatalogReplaced(catalog) => self.catalog = catalog,
            FloorInput::PlanogramReplaced(planogram) => self.planogram = planogram,
            FloorInput::Forget(shopper) => self.watch.forget(shopper),
            FloorInput::Tick => {}
        }
        self.do_what_is_due(now, &mut output.events);
        output
    }

    fn do_what_is_due(&mut self, at: Timestamp, events: &mut Vec<DomainEvent>) {
        self.latest = self.latest.max(at);
        self.decide_due(self.latest, events);
        self.settle_due(self.latest, events);
    }

    /// When the floor next wants a [`FloorInput::Tick`], if anything waits.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let settling = self.sessions.values().filter_map(|session| session.settles_at);
        self.undecided.iter().map(|undecided| undecided.decide_at).chain(settling).min()
    }

    /// Visits that have not settled, oldest id first.
    pub fn sessions(&self) -> impl Iterator<Item = &ShoppingSession> {
        self.sessions.values()
    }

    /// One visit that has not settled.
    pub fn session(&self, id: ShoppingSessionId) -> Option<&ShoppingSession> {
        self.sessions.get(&id)
    }

    /// The visit of `shopper`: the open one, or else the one that settles.
    pub fn session_of(&self, shopper: ShopperId) -> Option<&ShoppingSession> {
        self.inside
            .get(&shopper)
            .and_then(|id| self.sessions.get(id))
            .or_else(|| self.sessions.values().find(|session| session.shopper == shopper))
    }

    /// Cases that staff have not decided.
    pub fn reviews(&self) -> impl Iterator<Item = &Review> {
        self.reviews.values()
    }

    /// What the store sells.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What stands where.
    pub fn planogram(&self) -> &Planogram {
        &self.planogram
    }

    /// Was this event taken in before, as far as memory reaches?
    pub fn knows(&self, event: ShelfEventId) -> bool {
        self.known_events.contains(&event)
    }

    fn remember(&mut self, event: ShelfEventId) {
        if self.known_events.insert(event) {
            self.known_order.push_back(event);
        }
        if self.known_order.len() > REMEMBERED_EVENTS
            && let Some(oldest) = self.known_order.pop_front()
        {
            self.known_events.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests;
