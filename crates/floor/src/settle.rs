//! The floor after the exit: a settled visit becomes an order.

use jiff::Timestamp;

use super::{Floor, FloorOutput, Refused};
use attribution::receipt::Receipt;
use domain::clock::shift;
use domain::event::DomainEvent;
use domain::ids::{AdminId, ShoppingSessionId, Sku};
use domain::order::{Order, OrderNumber};

/// A receipt that waits for open cases.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Deferred {
    receipt: Receipt,
    /// No longer than until then. None: until staff decide, for nobody had seen the shopper leave.
    pub until: Option<Timestamp>,
    /// What staff or the shopper said to be taken since the receipt was made.
    given: Vec<(Sku, u32)>,
}

impl Floor {
    /// Makes the order of a visit whose time has come, unless a case that may be its shopper's is open and the operator's limit
    /// has not passed.
    pub(super) fn settle(&mut self, now: Timestamp, receipt: Receipt, output: &mut FloorOutput) {
        let Some(session) = self.sessions.get_mut(&receipt.session) else { return };
        if session.is_forgotten() {
            self.deferred.insert(session.id, Deferred { receipt, until: None, given: Vec::new() });
            return;
        }
        let since = session.exited_at.max(session.exited_at.and(self.deadlines_from));
        let until = since.map_or(now, |since| shift(since, self.policy.reviewing));
        if until <= now || self.reviews.of(receipt.session).next().is_none() {
            self.place_order(now, &receipt, &[], None, output);
            return;
        }
        session.settles_at = Some(until);
        let (session, shopper) = (session.id, session.shopper);
        output.events.push(DomainEvent::ReceiptDeferred { session, shopper, at: now, until });
        self.deferred.insert(session, Deferred { receipt, until: Some(until), given: Vec::new() });
    }

    /// Makes the orders of those for whom nothing is open any more, or who have waited for long enough.
    pub(super) fn settle_deferred(&mut self, now: Timestamp, output: &mut FloorOutput) {
        let is_due = |(session, one): &(&ShoppingSessionId, &Deferred)| {
            one.until.is_some_and(|until| until <= now || self.reviews.of(**session).next().is_none())
        };
        let due: Vec<_> = self.deferred.iter().filter(is_due).map(|(session, _)| *session).collect();
        for session in due {
            if let Some(Deferred { receipt, given, .. }) = self.deferred.remove(&session) {
                self.place_order(now, &receipt, &given, None, output);
            }
        }
    }

    /// Staff decide what a visit is billed for whose shopper nobody had seen leave: what its cart holds, or nothing.
    pub(super) fn decide_forgotten(
        &mut self,
        now: Timestamp,
        session: ShoppingSessionId,
        bill: bool,
        by: AdminId,
        output: &mut FloorOutput,
    ) -> Result<(), Refused> {
        let visit = self.sessions.get(&session).filter(|visit| visit.is_forgotten()).ok_or(Refused::NoSuchVisit)?;
        // What came in late is still being weighed.
        let Some(Deferred { receipt, given, .. }) = self.deferred.remove(&visit.id) else {
            return Err(Refused::StillSettling);
        };
        let receipt = if bill { receipt } else { Receipt { lines: Vec::new(), ..receipt } };
        self.place_order(now, &receipt, if bill { &given } else { &[] }, Some(by), output);
        Ok(())
    }

    /// Somebody said that a visit whose receipt waits took these.
    pub(super) fn add_to_deferred(&mut self, session: ShoppingSessionId, sku: &Sku, units: u32) {
        if let Some(deferred) = self.deferred.get_mut(&session) {
            deferred.given.push((sku.clone(), units));
        }
    }

    /// What is still undecided stays for staff: a receipt never guesses.
    ///
    /// The cart holds what was decided change by change; the receipt is what all of it together makes likely. Only what both
    /// say is billed: there is evidence for it, and nothing that was seen later speaks against it.
    fn place_order(
        &mut self,
        now: Timestamp,
        receipt: &Receipt,
        given: &[(Sku, u32)],
        decided_by: Option<AdminId>,
        output: &mut FloorOutput,
    ) {
        let Some(mut session) = self.sessions.remove(&receipt.session) else { return };
        let held: Vec<_> = session.cart.items().map(|(sku, _)| sku.clone()).collect();
        let mut left_out = Vec::new();
        for sku in held {
            let line = receipt.lines.iter().find(|line| line.sku == sku);
            let given: u32 = given.iter().filter(|(one, _)| *one == sku).map(|(_, units)| units).sum();
            let excess = session.cart.limit(&sku, line.map_or(0, |line| line.billed()) + given);
            if excess > 0 {
                left_out.push((sku, excess));
            }
        }
        let terms = self.terms(session.exited_at.unwrap_or(now));
        let number = OrderNumber(self.last_order.0.saturating_add(1));
        let order = Order::place(session.id, session.shopper, &session.cart, &terms, number, now);
        if order.is_some() {
            self.last_order = number;
        }
        let (session, shopper) = (session.id, session.shopper);
        output.events.push(DomainEvent::SessionSettled { session, shopper, at: now, order, left_out, decided_by });
    }
}
