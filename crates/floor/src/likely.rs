//! What is likely in the carts before it is decided: what phones and the monitor show.

use super::undecided::Undecided;
use super::{Floor, FloorOutput};
use domain::cart::{Cart, Unit};
use domain::ids::{ShelfEventId, ShoppingSessionId, ZoneId};
use domain::interaction::InteractionKind;

/// From this probability on something is shown in a cart.
const SHOWN: f64 = 0.5;
impl Floor {
    /// What a visit probably holds: what was decided, with what will probably be decided in the next seconds.
    pub fn likely_cart(&self, session: ShoppingSessionId) -> Cart {
        let mut cart = self.sessions.get(&session).map(|visit| visit.cart.clone()).unwrap_or_default();
        let mut own: Vec<_> = self.undecided.likely(session).collect();
        own.sort_by_key(|undecided| (undecided.event.occurred_at, undecided.event.id));
        for undecided in own {
            for (sku, units) in &undecided.parts {
                let taken_at = undecided.event.occurred_at;
                let unit = Unit { taken_at, price: self.priced(sku, taken_at) };
                cart.change(InteractionKind::of(&undecided.event), sku, *units, &unit);
            }
        }
        cart
    }

    /// Looks anew at who is likely, of one event.
    pub(super) fn guess(&mut self, id: ShelfEventId, output: &mut FloorOutput) {
        let Some(undecided) = self.undecided.get(id) else { return };
        let (before, likely) = (undecided.likely, self.likeliest(undecided));
        self.undecided.think(id, likely);
        let of = |likely: Option<(ShoppingSessionId, f64)>| likely.map(|(session, _)| session);
        if of(before) != of(likely) {
            output.moved.extend([of(before), of(likely)].into_iter().flatten());
        }
    }

    /// Looks anew at who is likely, of every event in a zone of which that was not clear yet.
    pub(super) fn guess_again(&mut self, zone: &ZoneId, output: &mut FloorOutput) {
        for id in self.undecided.unclear(zone) {
            self.guess(id, output);
        }
    }

    fn likeliest(&self, undecided: &Undecided) -> Option<(ShoppingSessionId, f64)> {
        let change = self.change(&undecided.event)?;
        let mut who = self.engine.at_first_sight(&change);
        if InteractionKind::of(&undecided.event) == InteractionKind::PutBack {
            // Only who holds something can put it back.
            let (sku, _) = undecided.parts.first()?;
            who.retain(|(session, _)| self.likely_cart(*session).held(sku) > 0);
            let all: f64 = who.iter().map(|(_, probability)| probability).sum();
            who.iter_mut().for_each(|(_, probability)| *probability /= all.max(1e-9));
        }
        who.into_iter().filter(|(_, probability)| *probability >= SHOWN).max_by(|a, b| a.1.total_cmp(&b.1))
    }
}
