//! Closing time: a visit that nobody ended before the store closed belongs to no further day. Staff decide what it is billed for.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Floor, FloorOutput};
use domain::clock::shift;
use domain::ids::ShopperId;
use domain::sighting::Means;

/// Whoever is still inside when the store closes has so long to walk out.
const TO_THE_DOOR: SignedDuration = SignedDuration::from_mins(15);

/// Nobody is taken to have been forgotten who came in less than this ago.
const A_VISIT: SignedDuration = SignedDuration::from_hours(1);

/// When the store closes for each of those inside.
#[derive(Clone, Debug, Default)]
pub(super) struct Closings {
    due: BTreeSet<(Timestamp, ShopperId)>,
    by_shopper: BTreeMap<ShopperId, Timestamp>,
}

impl Closings {
    /// A visit ends by then.
    fn expect(&mut self, shopper: ShopperId, at: Timestamp) {
        self.forget(shopper);
        self.due.insert((at, shopper));
        self.by_shopper.insert(shopper, at);
    }

    /// A visit has ended.
    pub fn forget(&mut self, shopper: ShopperId) {
        if let Some(at) = self.by_shopper.remove(&shopper) {
            self.due.remove(&(at, shopper));
        }
    }

    /// The next end of a business day at which somebody is inside.
    pub fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }
}

impl Floor {
    /// The visit that a shopper has just begun ends with this business day.
    pub(super) fn expect_closing_of(&mut self, shopper: ShopperId, opened_at: Timestamp) {
        let closes_at = self.calendar.hours.closes_after(opened_at, self.calendar.zone.rules());
        // Hours may have become shorter, and a store that never closes has days that end in the middle of a visit.
        let due = shift(closes_at, TO_THE_DOOR).max(shift(self.latest, TO_THE_DOOR)).max(shift(opened_at, A_VISIT));
        self.closings.expect(shopper, due);
    }

    /// The same of everybody inside: the opening hours are others now.
    pub(super) fn expect_closing(&mut self) {
        let opened_at = |visit| Some(self.sessions.get(visit)?.opened_at);
        let inside: Vec<_> =
            self.inside.iter().filter_map(|(shopper, visit)| Some((*shopper, opened_at(visit)?))).collect();
        for (shopper, opened_at) in inside {
            self.expect_closing_of(shopper, opened_at);
        }
    }

    /// Ends the visits of everybody who ought to have left by now.
    pub(super) fn close_store(&mut self, now: Timestamp, output: &mut FloorOutput) {
        while let Some(&(due, shopper)) = self.closings.due.first()
            && due <= now
        {
            self.closings.forget(shopper);
            output.events.extend(self.walk_out(shopper, due, Means::Closing));
        }
    }
}
