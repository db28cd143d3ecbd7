//! The cart: what a shopper holds now, a fold over interactions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::Sku;
use crate::interaction::{Interaction, InteractionKind};
use crate::price::Priced;

/// One unit that is held.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// What it was sold as then, where that is known.
    pub price: Option<Priced>,
}

/// Units held by SKU; there is no entry without units.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cart(BTreeMap<Sku, Vec<Unit>>);

impl Cart {
    /// Applies one interaction. A put-back takes out at most what is held: the attribution never gives more, and a cart
    /// must not owe the store anything if it did.
    pub fn apply(&mut self, interaction: &Interaction) {
        let unit = Unit { taken_at: interaction.occurred_at, price: interaction.price.clone() };
        self.change(interaction.kind, &interaction.sku, interaction.quantity, &unit);
    }

    /// Takes units like `unit` in, or units out as far as they are held.
    pub fn change(&mut self, kind: InteractionKind, sku: &Sku, quantity: u32, unit: &Unit) {
        match kind {
            InteractionKind::Pick => {
                let units = self.0.entry(sku.clone()).or_default();
                units.extend(std::iter::repeat_n(unit.clone(), quantity as usize));
                if units.is_empty() {
                    self.0.remove(sku);
                }
            }
            InteractionKind::PutBack => drop(self.limit(sku, self.held(sku).saturating_sub(quantity))),
        }
    }

    /// Leaves no more of `sku` than `most` units, the dearest go first; gives how many there were more.
    pub fn limit(&mut self, sku: &Sku, most: u32) -> u32 {
        let Some(units) = self.0.get_mut(sku) else { return 0 };
        let excess = units.len().saturating_sub(most as usize);
        for _ in 0..excess {
            let price = |unit: &Unit| unit.price.as_ref().map(|price| price.unit_price);
            // Of equal ones the latest: the others have been paid attention to for longer.
            let dearest = (0..units.len()).max_by_key(|place| (price(&units[*place]), units[*place].taken_at, *place));
            dearest.map(|place| units.remove(place));
        }
        if units.is_empty() {
            self.0.remove(sku);
        }
        u32::try_from(excess).unwrap_or(u32::MAX)
    }

    /// How many units of `sku` are held.
    pub fn held(&self, sku: &Sku) -> u32 {
        self.0.get(sku).map_or(0, |units| u32::try_from(units.len()).unwrap_or(u32::MAX))
    }

    /// What is held, by SKU.
    pub fn items(&self) -> impl Iterator<Item = (&Sku, u32)> {
        self.0.keys().map(|sku| (sku, self.held(sku)))
    }

    /// Every unit that is held, by SKU.
    pub fn units(&self) -> impl Iterator<Item = (&Sku, &[Unit])> {
        self.0.iter().map(|(sku, units)| (sku, units.as_slice()))
    }

    /// Nothing is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> FromIterator<&'a Interaction> for Cart {
    fn from_iter<I: IntoIterator<Item = &'a Interaction>>(interactions: I) -> Self {
        let mut cart = Self::default();
        interactions.into_iter().for_each(|interaction| cart.apply(interaction));
        cart
    }
}

#[cfg(test)]
mod tests;
