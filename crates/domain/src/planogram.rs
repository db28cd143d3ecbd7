//! The planogram: which SKU stands at which slot, seen by which zone's camera.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{Sku, SlotId, ZoneId};

pub mod check;

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

impl FromIterator<Facing> for Planogram {
    fn from_iter<I: IntoIterator<Item = Facing>>(facings: I) -> Self {
        Self(facings.into_iter().map(|facing| (facing.slot.clone(), facing)).collect())
    }
}
