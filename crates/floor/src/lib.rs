//! The floor: everything that is going on in one store, as one deterministic state machine.
//!
//! [`Floor::handle`] takes an input and the time and gives the events that follow; [`Floor::next_wakeup`] says when it
//! wants a [`FloorInput::Tick`]. The caller owns the clock, the queue and the database.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use attribution::engine::misplaced::Misplaced;
use attribution::engine::{Engine, Outcome};
use attribution::layout::Layout;
use attribution::rules::{ContentsRules, Rules};
use domain::calendar::StoreCalendar;
use domain::cart::Unit;
use domain::catalog::{Catalog, TaxRates};
use domain::clock::shift;
use domain::event::DomainEvent;
use domain::gate::{Ballots, GateDecision, GatePolicy, Place};
use domain::ids::{AdminId, ReviewId, ShelfEventId, ShopperId, ShoppingSessionId, SightingId, Sku, SlotId, ZoneId};
use domain::memory::{FloorMemory, REMEMBERED_EVENTS};
use domain::money::Currency;
use domain::order::{OrderNumber, Terms};
use domain::planogram::Planogram;
use domain::price::{PriceHistory, Priced};
use domain::restocking::{IDLE, Restocking};
use domain::review::{Review, ReviewError, ReviewReason};
use domain::room::RoomPlan;
use domain::session::ShoppingSession;
use domain::shelf::ShelfEvent;
use domain::sighting::{Means, Sighting};

mod cases;
mod closing;
mod contents;
mod decide;
mod gates;
mod hindsight;
mod likely;
pub mod position;
mod restock;
mod reviews;
mod sense;
mod settle;
mod store_layout;
pub mod tape;
mod undecided;
mod watch;
mod when;

use cases::Cases;
use closing::Closings;
use gates::Passages;
use hindsight::Lately;
use position::Position;
use settle::Deferred;
use tape::{Told, What};
use undecided::AllUndecided;
use watch::Watch;

/// What the store's owner decides.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FloorPolicy {
    /// At the gates.
    pub gate: GatePolicy,
    /// At the shelves, except for how long a visit settles.
    pub attribution: Rules,
    /// From the exit to the order: late shelf events are waited for. Longer than a shelf event waits for sightings.
    pub settling: SignedDuration,
    /// From the exit on, a receipt waits no longer than this for open cases that may be the shopper's; it then goes out without what is
    /// unsure. Not longer than `settling`: it never waits for them.
    pub reviewing: SignedDuration,
    /// More units than this in one movement are not a hand's; staff decide.
    pub most_units: u32,
    /// Prices and taxes.
    pub currency: Currency,
    /// Rates by tax class, until the floor is given a calendar with dated ones.
    pub tax_rates: TaxRates,
}

impl FloorPolicy {
    /// The defaults for a store with this currency and these rates.
    pub fn new(currency: Currency, tax_rates: TaxRates) -> Self {
        Self {
            gate: GatePolicy::default(),
            attribution: Rules { contents: ContentsRules::of_a_running_store(), ..Rules::default() },
            settling: SignedDuration::from_millis(Rules::default().settle_ms),
            reviewing: SignedDuration::ZERO,
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
        /// Which product it was, where that is not the likeliest one.
        sku: Option<Sku>,
        /// Who decides.
        by: AdminId,
    },
    /// Staff ask a shopper whether it was them.
    AskShopper {
        /// Which case.
        review: ReviewId,
        /// Whose visit.
        session: ShoppingSessionId,
        /// Who asks.
        by: AdminId,
    },
    /// A shopper answers.
    AnswerQuestion {
        /// Which case.
        review: ReviewId,
        /// Who answers.
        shopper: ShopperId,
        /// Whether it was them.
        it_was_them: bool,
    },
    /// Staff end a visit: the shopper left unseen.
    CloseVisit(ShoppingSessionId),
    /// Staff decide about a visit whose shopper nobody had seen leave before the store closed.
    DecideForgotten {
        /// Which visit.
        session: ShoppingSessionId,
        /// Bill what its cart holds; otherwise nothing.
        bill: bool,
        /// Who decides.
        by: AdminId,
    },
    /// Staff begin to refill a zone, or are done with it.
    Restock {
        /// Which zone.
        zone: ZoneId,
        /// Who says so.
        by: AdminId,
        /// Begin, not end.
        on: bool,
    },
    /// The products changed.
    CatalogReplaced(Catalog),
    /// The planogram changed.
    PlanogramReplaced(Planogram),
    /// The store's zone, hours or tax rates changed.
    CalendarReplaced(StoreCalendar),
    /// The plan of the room changed.
    RoomReplaced(RoomPlan),
    /// Where people stand, as the tracker of room cameras says.
    Positions(Vec<Position>),
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
    /// Visits whose likely cart is another one now ([`Floor::likely_cart`]).
    pub moved: BTreeSet<ShoppingSessionId>,
    /// What the engine was told, where that is recorded ([`Floor::record`]).
    pub told: Vec<Told>,
    /// The shelves or what is sold changed: a recording of the old store ends here.
    pub rearranged: bool,
}

impl FloorOutput {
    fn events_or_refusal(&mut self, result: Result<Vec<DomainEvent>, ReviewError>) {
        match result {
            Ok(events) => self.events.extend(events),
            Err(error) => self.refused = Some(error.into()),
        }
    }
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
    /// The shelves may still tell something about this visit.
    #[error("this visit still settles; try again in a few seconds")]
    StillSettling,
    /// No slot of the planogram is in this zone.
    #[error("there is no such zone")]
    NoSuchZone,
}

/// The state of one store.
#[derive(Clone, Debug)]
pub struct Floor {
    policy: FloorPolicy,
    calendar: StoreCalendar,
    catalog: Catalog,
    prices: PriceHistory,
    planogram: Planogram,
    /// The plan of the room, where one was saved.
    room: Option<RoomPlan>,
    /// The layout that the engine has, by what is sold where and the plan of the room.
    layout: Layout,
    /// Open and settling visits. A shopper has at most one open one, but may come back while an old one settles.
    sessions: BTreeMap<ShoppingSessionId, ShoppingSession>,
    inside: BTreeMap<ShopperId, ShoppingSessionId>,
    watch: Watch,
    ballots: Ballots,
    engine: Engine,
    /// Where the engine's layout has each slot: shelf and sensor.
    places: BTreeMap<SlotId, (usize, usize)>,
    /// What the engine has not weighed yet.
    undecided: AllUndecided,
    /// What was decided lately: a sighting that comes late may speak against it.
    lately: Lately,
    /// What was kept before a restart and cannot be decided any more.
    overdue: Vec<(ReviewReason, ShelfEvent)>,
    reviews: Cases,
    passages: Passages,
    restored_at: Timestamp,
    /// When the clock was set, if it was: nothing that was remembered from before is due sooner than if it had begun then.
    deadlines_from: Option<Timestamp>,
    /// When the store closes, for everybody inside.
    closings: Closings,
    /// Receipts that wait for open cases, or for staff.
    deferred: BTreeMap<ShoppingSessionId, Deferred>,
    restocking: BTreeMap<ZoneId, Restocking>,
    /// Those that have ended, for changes that come late.
    restocked: Vec<Restocking>,
    known_events: BTreeSet<ShelfEventId>,
    known_order: VecDeque<ShelfEventId>,
    last_order: OrderNumber,
    tape: Option<Vec<Told>>,
    /// The latest time that was handled: it never goes back, whatever the caller's clock does.
    latest: Timestamp,
}

impl Floor {
    /// A floor as the database remembers it.
    pub fn restore(policy: FloorPolicy, catalog: Catalog, planogram: Planogram, memory: FloorMemory) -> Self {
        let memory = memory.without_future();
        let layout = store_layout::layout(&planogram, &catalog, memory.room.as_ref());
        let mut prices = memory.prices;
        prices.note(&catalog, memory.restored_at);
        let rules = Rules { settle_ms: milliseconds(policy.settling), ..policy.attribution };
        let mut floor = Self {
            policy,
            calendar: StoreCalendar::plain(policy.tax_rates),
            catalog,
            prices,
            planogram,
            room: memory.room,
            places: store_layout::places(&layout),
            layout: layout.clone(),
            engine: Engine::new(layout, rules),
            sessions: BTreeMap::new(),
            inside: BTreeMap::new(),
            watch: Watch::since(memory.restored_at),
            ballots: Ballots::default(),
            undecided: AllUndecided::default(),
            lately: Lately::default(),
            overdue: Vec::new(),
            reviews: Cases::default(),
            passages: Passages::default(),
            restored_at: memory.restored_at,
            deadlines_from: None,
            closings: Closings::default(),
            deferred: BTreeMap::new(),
            restocking: memory.restocking.into_iter().map(|one| (one.zone.clone(), one)).collect(),
            restocked: Vec::new(),
            known_events: BTreeSet::new(),
            known_order: VecDeque::new(),
            last_order: OrderNumber(memory.last_order),
            tape: None,
            latest: memory.restored_at,
        };
        // What happened meanwhile is still on its way; and the clock may have been set back since.
        let settles_at_the_earliest = shift(memory.restored_at, policy.settling);
        let settles_at_the_latest = shift(memory.restored_at, policy.reviewing).max(settles_at_the_earliest);
        for mut session in memory.sessions {
            if session.exited_at.is_none() {
                floor.inside.insert(session.shopper, session.id);
            }
            session.settles_at =
                session.settles_at.map(|at| at.min(settles_at_the_latest).max(settles_at_the_earliest));
            floor.engine.remember(store_layout::remembered(&session));
            floor.sessions.insert(session.id, session);
        }
        for review in memory.reviews {
            floor.reviews.keep(review);
        }
        for id in memory.recent_events {
            floor.remember(id);
        }
        for event in memory.undecided {
            floor.remember(event.id);
            match floor.cannot_be_decided(&event) {
                Some(reason) => floor.overdue.push((reason, event)),
                None => floor.await_sightings(event),
            }
        }
        floor.expect_closing();
        floor
    }

    /// Takes an input and gives what follows from it, after everything that was due up to `now`: the same inputs at the
    /// same times give the same events, however late the caller's ticks are.
    pub fn handle(&mut self, now: Timestamp, input: FloorInput) -> FloorOutput {
        let mut output = FloorOutput::default();
        while let Some(due) = self.next_wakeup().filter(|due| *due <= now) {
            self.do_what_is_due(due, &mut output);
        }
        self.latest = self.latest.max(now);
        let now = self.latest;
        match input {
            // What was dated before the clock was set back has not happened yet.
            FloorInput::Look { place, mut sighting } => {
                sighting.occurred_at = sighting.occurred_at.min(now);
                self.look(place, sighting, &mut output);
            }
            FloorInput::Doubt { shopper, at, sighting } => {
                output.events.extend(self.doubt(shopper, at.min(now), sighting));
            }
            FloorInput::Shelf(event) => self.shelf_changed(now, event, &mut output),
            FloorInput::DecideReview { review, session, sku, by } => {
                output.events_or_refusal(self.decide_review(now, review, session, sku, by).map(|event| vec![event]));
            }
            FloorInput::AskShopper { review, session, by } => {
                output.events_or_refusal(self.ask_shopper(now, review, session, by).map(|event| vec![event]));
            }
            FloorInput::AnswerQuestion { review, shopper, it_was_them } => {
                output.events_or_refusal(self.answer_question(now, review, shopper, it_was_them));
            }
            FloorInput::CloseVisit(session) => {
                let open = self.sessions.get(&session).filter(|visit| visit.exited_at.is_none());
                match open.map(|visit| visit.shopper) {
                    Some(shopper) => {
                        output.events.extend(self.walk_out(shopper, now, Means::Staff));
                    }
                    None => output.refused = Some(Refused::NoSuchVisit),
                }
            }
            FloorInput::DecideForgotten { session, bill, by } => {
                output.refused = self.decide_forgotten(now, session, bill, by, &mut output).err();
            }
            FloorInput::Restock { zone, by, on } => match self.restock(now, zone, by, on) {
                Ok(event) => output.events.extend(event),
                Err(refused) => output.refused = Some(refused),
            },
            FloorInput::CatalogReplaced(catalog) => {
                self.rearrange(now, self.planogram.clone(), catalog, &mut output);
            }
            FloorInput::PlanogramReplaced(planogram) => {
                self.rearrange(now, planogram, self.catalog.clone(), &mut output);
            }
            FloorInput::CalendarReplaced(calendar) => self.keep_calendar(calendar),
            FloorInput::RoomReplaced(room) => {
                self.room = Some(room);
                self.rearrange(now, self.planogram.clone(), self.catalog.clone(), &mut output);
            }
            FloorInput::Positions(positions) => self.positioned(now, positions),
            FloorInput::Forget(shopper) => self.forget(shopper),
            FloorInput::Tick => {}
        }
        self.do_what_is_due(now, &mut output);
        if let Some(tape) = &mut self.tape {
            output.told.append(tape);
        }
        output
    }

    /// Goes by this calendar from now on.
    pub fn keep_calendar(&mut self, calendar: StoreCalendar) {
        self.calendar = calendar;
        self.expect_closing();
    }

    /// Takes note that the clock was set just now: deadlines that the floor remembers begin anew.
    pub fn clock_was_set(&mut self) {
        self.deadlines_from = Some(self.restored_at);
        for restocking in self.restocking.values_mut() {
            restocking.until = shift(self.restored_at, IDLE);
        }
    }

    fn do_what_is_due(&mut self, at: Timestamp, output: &mut FloorOutput) {
        self.latest = self.latest.max(at);
        for (reason, event) in std::mem::take(&mut self.overdue) {
            self.review_unseen(self.latest, reason, event, output);
        }
        self.end_idle_restocking(self.latest, output);
        self.close_store(self.latest, output);
        let mut outcomes = Vec::new();
        self.engine.advance(self.latest.as_millisecond(), &mut outcomes);
        for outcome in outcomes {
            self.follow(self.latest, outcome, output);
        }
        self.settle_deferred(self.latest, output);
    }

    fn follow(&mut self, now: Timestamp, outcome: Outcome, output: &mut FloorOutput) {
        match outcome {
            Outcome::Attributed(attributed) => self.decide(now, attributed, output),
            Outcome::Settled(receipt) => self.settle(now, receipt, output),
        }
    }

    /// The shelves or what is sold changed: what was taken before is judged by how it was.
    fn rearrange(&mut self, now: Timestamp, planogram: Planogram, catalog: Catalog, output: &mut FloorOutput) {
        let next = store_layout::layout(&planogram, &catalog, self.room.as_ref());
        // A new price or name is no reason to judge early what waits for sightings.
        if next != self.layout {
            self.layout = next.clone();
            let mut outcomes = Vec::new();
            self.engine.refit(next, &mut outcomes);
            for outcome in outcomes {
                self.follow(now, outcome, output);
            }
            output.rearranged = true;
            // Its changes are by the old layout.
            self.lately = Lately::default();
            self.places = store_layout::places(self.engine.layout());
        }
        self.prices.note(&catalog, now);
        (self.planogram, self.catalog) = (planogram, catalog);
    }

    fn forget(&mut self, shopper: ShopperId) {
        self.watch.forget(shopper);
        let visits: Vec<_> = self.sessions.values().filter(|one| one.shopper == shopper).map(|one| one.id).collect();
        for session in visits {
            self.note(self.latest, || What::Forgot(session));
            self.engine.forget_faces(session);
        }
    }

    /// When the floor next wants a [`FloorInput::Tick`], if anything waits.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let overdue = (!self.overdue.is_empty()).then_some(self.latest);
        let engine = self.engine.next_ms().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let deferred = self.deferred.values().filter_map(|one| one.until);
        let closing = self.closings.next();
        overdue.or_else(|| engine.into_iter().chain(self.restocking_ends()).chain(deferred).chain(closing).min())
    }

    /// What more likely than not lies where it does not belong.
    pub fn misplaced(&self) -> Vec<Misplaced> {
        self.engine.misplaced()
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
        self.inside.get(&shopper).and_then(|id| self.sessions.get(id)).or_else(|| {
            let own = self.sessions.values().filter(|session| session.shopper == shopper);
            own.min_by_key(|session| session.is_forgotten())
        })
    }

    /// The store as attribution sees it.
    pub fn layout(&self) -> &Layout {
        self.engine.layout()
    }

    /// What attribution goes by.
    pub fn rules(&self) -> &Rules {
        self.engine.rules()
    }

    /// Cases that staff have not decided.
    pub fn reviews(&self) -> impl Iterator<Item = &Review> {
        self.reviews.iter()
    }

    /// What the store sells.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What the units of a visit's cart would be billed as if its shopper left now.
    pub fn price_of(&self, sku: &Sku, unit: &Unit) -> Option<Priced> {
        self.terms(self.latest).price_of(sku, unit)
    }

    fn terms(&self, left_at: Timestamp) -> Terms<'_> {
        let (tax_rates, zone) = (self.tax_rates(left_at), self.calendar.zone);
        Terms { prices: &self.prices, left_at, tax_rates, zone, currency: self.policy.currency }
    }

    fn tax_rates(&self, at: Timestamp) -> TaxRates {
        self.calendar.taxes.rates_at(at, self.calendar.zone.rules())
    }

    /// What a unit was sold as at a moment; none where it had no price then.
    fn priced(&self, sku: &Sku, at: Timestamp) -> Option<Priced> {
        self.prices.at(sku, at)?.priced(self.tax_rates(at))
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

fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests;
