//! What is likely in the carts before it is decided: what phones and the monitor show.

use super::{Floor, FloorOutput};
use crate::cart::Cart;
use crate::ids::{ShelfEventId, ShoppingSessionId, Sku, ZoneId};
use crate::interaction::InteractionKind;
use crate::shelf::ShelfEvent;

/// A shelf event that waits for sightings.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Undecided {
    /// The event.
    pub event: ShelfEvent,
    /// What belongs there.
    pub sku: Sku,
    /// What was moved, by what the sensor says alone; empty where that is not clear.
    pub parts: Vec<(Sku, u32)>,
    /// Where.
    pub zone: ZoneId,
    /// Whose it probably is, and how probably; none while nobody is likelier than not.
    pub likely: Option<(ShoppingSessionId, f64)>,
}

/// From this probability on something is shown in a cart.
const SHOWN: f64 = 0.5;
/// From this probability on a further sighting before the decision changes nothing of what is shown.
const SURE: f64 = 0.85;

impl Floor {
    /// What a visit probably holds: what was decided, with what will probably be decided in the next seconds.
    pub fn likely_cart(&self, session: ShoppingSessionId) -> Cart {
        let mut cart = self.sessions.get(&session).map(|visit| visit.cart.clone()).unwrap_or_default();
        let mut own: Vec<_> = self
            .undecided
            .values()
            .filter(|undecided| undecided.likely.is_some_and(|(likely, _)| likely == session))
            .collect();
        own.sort_by_key(|undecided| (undecided.event.occurred_at, undecided.event.id));
        for undecided in own {
            for (sku, units) in &undecided.parts {
                cart.change(InteractionKind::of(&undecided.event), sku, *units);
            }
        }
        cart
    }

    /// Looks anew at who is likely, of one event.
    pub(super) fn guess(&mut self, id: ShelfEventId, output: &mut FloorOutput) {
        let Some(undecided) = self.undecided.get(&id) else { return };
        let likely = self.likeliest(undecided);
        let before = std::mem::replace(&mut self.undecided.get_mut(&id).expect("it was found above").likely, likely);
        let of = |likely: Option<(ShoppingSessionId, f64)>| likely.map(|(session, _)| session);
        if of(before) != of(likely) {
            output.moved.extend([of(before), of(likely)].into_iter().flatten());
        }
    }

    /// Looks anew at who is likely, of every event in a zone of which that was not clear yet.
    pub(super) fn guess_again(&mut self, zone: &ZoneId, output: &mut FloorOutput) {
        let unclear: Vec<_> = self
            .undecided
            .iter()
            .filter(|(_, one)| one.zone == *zone && one.likely.is_none_or(|(_, probability)| probability < SURE))
            .map(|(id, _)| *id)
            .collect();
        for id in unclear {
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
