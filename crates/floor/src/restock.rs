//! Staff refill a zone: what changes there meanwhile is neither billed nor asked about.

use jiff::{SignedDuration, Timestamp};

use super::tape::What;
use super::{Floor, FloorOutput, Refused};
use domain::clock::shift;
use domain::event::DomainEvent;
use domain::ids::{AdminId, ZoneId};
use domain::restocking::{IDLE, Restocking};
use domain::shelf::ShelfEvent;

/// Changes of a restocking that has ended may come this late: a shelf node's spool, after an hour without a network.
const LATE: SignedDuration = SignedDuration::from_hours(2);

impl Floor {
    /// Begins or ends a restocking. Saying it twice changes nothing.
    pub(super) fn restock(
        &mut self,
        now: Timestamp,
        zone: ZoneId,
        by: AdminId,
        on: bool,
    ) -> Result<Option<DomainEvent>, Refused> {
        if on {
            if !self.planogram.0.values().any(|facing| facing.zone == zone) {
                return Err(Refused::NoSuchZone);
            }
            if self.restocking.contains_key(&zone) {
                return Ok(None);
            }
            self.engine.tidy(zone.as_str());
            self.note(now, || What::Tidied(zone.clone()));
            let restocking = Restocking { zone: zone.clone(), by, since: now, until: shift(now, IDLE) };
            self.restocking.insert(zone, restocking.clone());
            return Ok(Some(DomainEvent::RestockingBegan { restocking }));
        }
        Ok(self
            .restocking
            .remove(&zone)
            .map(|restocking| self.restocked(Restocking { until: now, ..restocking }, Some(by))))
    }

    /// Ends what nobody has gone on with.
    pub(super) fn end_idle_restocking(&mut self, now: Timestamp, output: &mut FloorOutput) {
        let idle: Vec<_> = self.restocking.values().filter(|one| one.until <= now).cloned().collect();
        for restocking in idle {
            self.restocking.remove(&restocking.zone);
            output.events.push(self.restocked(restocking, None));
        }
        self.restocked.retain(|one| shift(one.until, LATE) > now);
    }

    /// When the next restocking ends by itself.
    pub(super) fn restocking_ends(&self) -> Option<Timestamp> {
        self.restocking.values().map(|one| one.until).min()
    }

    /// Takes a change of a zone that is being refilled, or was when it changed. False where it is a shopper's.
    pub(super) fn refilled(&mut self, event: &ShelfEvent, output: &mut FloorOutput) -> bool {
        let Some(facing) = self.planogram.facing(&event.slot) else { return false };
        let (sku, at) = (facing.sku.clone(), event.occurred_at);
        let (restocking, is_over) = match self.restocking.get_mut(&facing.zone) {
            Some(one) if one.covers(at) => {
                one.until = one.until.max(shift(at, IDLE));
                (one.clone(), false)
            }
            // The zone may be refilled once more by now.
            _ => match self.restocked.iter().find(|one| one.zone == facing.zone && one.covers(at)) {
                Some(one) => (one.clone(), true),
                None => return false,
            },
        };
        output.events.push(DomainEvent::Restocked { event: event.clone(), sku, restocking, is_over });
        true
    }

    /// Zones that staff are refilling.
    pub fn restocking(&self) -> impl Iterator<Item = &Restocking> {
        self.restocking.values()
    }

    fn restocked(&mut self, restocking: Restocking, by: Option<AdminId>) -> DomainEvent {
        self.restocked.push(restocking.clone());
        DomainEvent::RestockingEnded { restocking, by }
    }
}
