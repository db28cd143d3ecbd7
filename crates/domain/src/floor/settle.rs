//! The floor after the exit: a settled visit becomes an order.

use jiff::Timestamp;

use super::Floor;
use crate::event::DomainEvent;
use crate::order::{Order, OrderNumber, Terms};

impl Floor {
    /// Settles every visit whose time has come. What is still undecided then stays for staff: a receipt never waits
    /// and never guesses.
    pub(super) fn settle_due(&mut self, now: Timestamp, events: &mut Vec<DomainEvent>) {
        let due: Vec<_> = self
            .sessions
            .values()
            .filter(|session| session.settles_at.is_some_and(|at| at <= now))
            .map(|session| (session.settles_at, session.id))
            .collect();
        for (_, id) in due {
            let session = self.sessions.remove(&id).expect("it was found a moment ago");
            let terms =
                Terms { catalog: &self.catalog, tax_rates: self.policy.tax_rates, currency: self.policy.currency };
            let number = OrderNumber(self.last_order.0.saturating_add(1));
            let order = Order::place(id, session.shopper, &session.cart, &terms, number, now);
            if order.is_some() {
                self.last_order = number;
            }
            events.push(DomainEvent::SessionSettled { session: id, shopper: session.shopper, at: now, order });
        }
    }
}
