//! What keeps an engine in step with its store: restarts, what people decided, a changed planogram, and erasure.

use super::{Engine, Outcome};
use crate::hypotheses::Group;
use crate::hypotheses::held::Held;
use crate::layout::Layout;
use crate::numbers::ln;
use crate::presence::{Look, Whereabouts};
use domain::ids::{ShoppingSessionId, Sku, SlotId};

/// A visit that went on while the engine was away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// Which.
    pub session: ShoppingSessionId,
    /// When it began, milliseconds, store clock.
    pub entered_ms: i64,
    /// When it ended, and when its receipt is due.
    pub left_ms: Option<(i64, i64)>,
    /// What was decided to be in the cart.
    pub holds: Vec<(Sku, u32)>,
}

impl Engine {
    /// Goes on with a visit after a restart. What is in its cart is taken for certain; where its shopper was is not known.
    pub fn remember(&mut self, visit: Remembered) {
        let who = self.visitors.add(visit.session, visit.entered_ms, Whereabouts::default());
        if let Some((left_ms, settles_ms)) = visit.left_ms {
            self.visitors.leave(who, left_ms, settles_ms);
        }
        for (sku, units) in visit.holds {
            self.hold(who, &sku, i32::try_from(units).unwrap_or(i32::MAX));
        }
    }

    /// Somebody of the staff has decided that this visitor took (or, below zero, put back) these units: for certain, whatever else is
    /// thought of the change. False where the visit or the product is not known.
    pub fn give(&mut self, session: ShoppingSessionId, sku: &Sku, units: i32) -> bool {
        self.visitors.number(&session).is_some_and(|who| self.hold(who, sku, units))
    }

    fn hold(&mut self, who: usize, sku: &Sku, units: i32) -> bool {
        let Some(product) = self.layout.products.iter().position(|product| product.sku == *sku) else { return false };
        self.takings.note_certain(who, product, units);
        self.groups.push(Group::certain(Held::only((who, product), units)));
        true
    }

    /// Forgets whose face was seen: it is erased, and what was seen becomes a stranger's. What is known otherwise stays until the visit is over.
    pub fn forget_faces(&mut self, session: ShoppingSessionId) {
        if let Some(visitor) = self.visitors.number(&session).and_then(|who| self.visitors.open_mut(who)) {
            let looks = std::mem::take(&mut visitor.whereabouts.looks);
            let (faces, others) = looks.as_slice().iter().copied().partition(|look| look.is_face);
            visitor.whereabouts.looks = Vec::into_iter(others).collect();
            let faces: Vec<Look> = faces;
            faces.into_iter().for_each(|look| self.strangers.look(look));
        }
    }

    /// Staff are at this shelf and put what lies about where it belongs. False where there is no such shelf.
    pub fn tidy(&mut self, shelf: &str) -> bool {
        let Some(tidied) = self.layout.shelves.iter().position(|one| one.id == shelf) else { return false };
        let stays = |shelf: usize, tenths: i32| (shelf != tidied).then_some(tenths);
        self.groups.move_strays(stays, self.rules.kept);
        true
    }

    /// The store was rearranged, or sells something else. What waits is weighed by the old layout first; what lies about is still known where
    /// its shelf still has a sensor at its place.
    pub fn refit(&mut self, next: Layout, outcomes: &mut Vec<Outcome>) {
        while let Some(first) = self.waiting.pop_front() {
            let attributed = self.weigh(first.change);
            outcomes.push(Outcome::Attributed(attributed));
        }
        let next = next.continuing(&self.layout);
        let new_tenths = |shelf: usize, tenths: i32| -> Option<i32> {
            let sensor = (tenths + 5).div_euclid(10);
            let old: &SlotId = &self.layout.shelves[shelf].sensors.get(usize::try_from(sensor).ok()?)?.id;
            let place = next.shelves[shelf].sensors.iter().position(|sensor| sensor.id == *old)?;
            Some(tenths + (i32::try_from(place).ok()? - sensor) * 10)
        };
        self.groups.move_strays(new_tenths, self.rules.kept);
        self.ln_strays = next.astray.iter().map(|share| ln(share * self.rules.contents.stray)).collect();
        self.rules.presence.fit(&next);
        self.layout = next;
    }
}

#[cfg(test)]
mod tests;
