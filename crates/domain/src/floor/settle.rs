//! The floor after the exit: a settled visit becomes an order.

use jiff::Timestamp;

use super::{Floor, FloorOutput};
use crate::attribution::receipt::Receipt;
use crate::event::DomainEvent;
use crate::order::{Order, OrderNumber, Terms};

impl Floor {
    /// Makes the order of a visit whose time has come. What is still undecided then stays for staff: a receipt never
    /// waits and never guesses.
    ///
    /// The cart holds what was decided change by change; the receipt is what all of it together makes likely. Only what both
    /// say is billed: there is evidence for it, and nothing that was seen later speaks against it.
    pub(super) fn settle(&mut self, now: Timestamp, receipt: &Receipt, output: &mut FloorOutput) {
        let Some(mut session) = self.sessions.remove(&receipt.session) else { return };
        let held: Vec<_> = session.cart.items().map(|(sku, _)| sku.clone()).collect();
        let mut left_out = Vec::new();
        for sku in held {
            let line = receipt.lines.iter().find(|line| line.sku == sku);
            let excess = session.cart.limit(&sku, line.map_or(0, |line| line.billed()));
            if excess > 0 {
                left_out.push((sku, excess));
            }
        }
        let terms = Terms { catalog: &self.catalog, tax_rates: self.policy.tax_rates, currency: self.policy.currency };
        let number = OrderNumber(self.last_order.0.saturating_add(1));
        let order = Order::place(session.id, session.shopper, &session.cart, &terms, number, now);
        if order.is_some() {
            self.last_order = number;
        }
        let (session, shopper) = (session.id, session.shopper);
        output.events.push(DomainEvent::SessionSettled { session, shopper, at: now, order, left_out });
    }
}
