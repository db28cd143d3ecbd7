//! The planogram: which SKU stands at which slot, seen by which zone's camera.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{Sku, SlotId, ZoneId};

/// One slot and what stands there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Facing {
    /// The sensed position.
    pub slot: SlotId,
    /// What stands there.
    pub sku: Sku,
    /// The zone whose camera sees a hand at this slot.
    pub zone: ZoneId,
    /// Where the slot stands across that camera's picture: 0 left to 1 right. Unknown where nobody measured it.
    pub x: Option<f32>,
    /// How many units fit.
    pub capacity: u32,
}

/// All facings by slot.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Planogram(pub BTreeMap<SlotId, Facing>);

impl Planogram {
    /// What stands at `slot`, if the slot is known.
    pub fn facing(&self, slot: &SlotId) -> Option<&Facing> {
        self.0.get(slot)
    }
}

/// How a change of the planogram was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeMeans {
    /// A slot edited on the admin's page.
    Page,
    /// A file on the admin's page.
    Import,
    /// The command line, or the demo that fills an empty store.
    Command,
}

/// What becomes of one slot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FacingChange {
    /// Which slot.
    pub slot: SlotId,
    /// What stood there; none: the slot was in no planogram.
    pub before: Option<Facing>,
    /// What stands there now; none: the slot is in no planogram any more.
    pub after: Option<Facing>,
}

/// The slots that differ, by name.
pub fn changes(before: &Planogram, after: &Planogram) -> Vec<FacingChange> {
    let slots: BTreeSet<_> = before.0.keys().chain(after.0.keys()).collect();
    let change = |slot: &SlotId| FacingChange {
        slot: slot.clone(),
        before: before.facing(slot).cloned(),
        after: after.facing(slot).cloned(),
    };
    slots.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

impl FromIterator<Facing> for Planogram {
    fn from_iter<I: IntoIterator<Item = Facing>>(facings: I) -> Self {
        Self(facings.into_iter().map(|facing| (facing.slot.clone(), facing)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slots_that_differ_are_changes() {
        let facing = |slot: &str, capacity| Facing {
            slot: SlotId::from(slot),
            sku: Sku::from("cola"),
            zone: ZoneId::from("g1"),
            x: None,
            capacity,
        };
        let before: Planogram = [facing("gone", 1), facing("more", 1), facing("same", 1)].into_iter().collect();
        let after: Planogram = [facing("more", 2), facing("new", 1), facing("same", 1)].into_iter().collect();
        let found: Vec<_> = changes(&before, &after)
            .into_iter()
            .map(|change| (change.slot.0, change.before.map(|f| f.capacity), change.after.map(|f| f.capacity)))
            .collect();
        let expected = [("gone", Some(1), None), ("more", Some(1), Some(2)), ("new", None, Some(1))];
        assert_eq!(found, expected.map(|(slot, before, after)| (slot.to_owned(), before, after)));
    }
}
