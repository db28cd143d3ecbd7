//! The cart: what a shopper holds now, a fold over interactions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::Sku;
use crate::interaction::{Interaction, InteractionKind};

/// Units held by SKU; there is no entry with zero units.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cart(BTreeMap<Sku, u32>);

impl Cart {
    /// Applies one interaction. A put-back takes out at most what is held: the attribution never gives more, and a cart
    /// must not owe the store anything if it did.
    pub fn apply(&mut self, interaction: &Interaction) {
        self.change(interaction.kind, &interaction.sku, interaction.quantity);
    }

    /// Takes units in, or out as far as they are held.
    pub fn change(&mut self, kind: InteractionKind, sku: &Sku, quantity: u32) {
        let units = match kind {
            InteractionKind::Pick => self.held(sku).saturating_add(quantity),
            InteractionKind::PutBack => self.held(sku).saturating_sub(quantity),
        };
        self.set(sku, units);
    }

    /// Leaves no more of `sku` than `most` units; gives how many there were more.
    pub fn limit(&mut self, sku: &Sku, most: u32) -> u32 {
        let held = self.held(sku);
        self.set(sku, held.min(most));
        held.saturating_sub(most)
    }

    fn set(&mut self, sku: &Sku, units: u32) {
        if units == 0 {
            self.0.remove(sku);
        } else {
            self.0.insert(sku.clone(), units);
        }
    }

    /// How many units of `sku` are held.
    pub fn held(&self, sku: &Sku) -> u32 {
        self.0.get(sku).copied().unwrap_or(0)
    }

    /// What is held, by SKU.
    pub fn items(&self) -> impl Iterator<Item = (&Sku, u32)> {
        self.0.iter().map(|(sku, &units)| (sku, units))
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
