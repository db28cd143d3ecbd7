//! The shopping session: one visit from entry to exit, and then the short time in which it settles.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::cart::Cart;
use crate::ids::{ShopperId, ShoppingSessionId};
use crate::sighting::Means;

/// Where a visit stands. It only ever moves down this list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// In the store.
    Open,
    /// Out of the door; late shelf events may still come in.
    Settling,
    /// Done: the order is placed, or nothing was bought.
    Settled,
}

/// A visit of one shopper.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShoppingSession {
    /// Derived from the sighting that opened it.
    pub id: ShoppingSessionId,
    /// Who shops.
    pub shopper: ShopperId,
    /// When they walked in.
    pub opened_at: Timestamp,
    /// How they were recognised at the entry.
    pub opened_by: Means,
    /// When they walked out, once they did.
    pub exited_at: Option<Timestamp>,
    /// How that was noticed. [`Means::Closing`]: it was not, and staff decide what the visit is billed for.
    pub exited_by: Option<Means>,
    /// When the order is placed, once they walked out.
    pub settles_at: Option<Timestamp>,
    /// Since when it is in doubt whether it is this shopper who walked in: staff then decide what the visit is billed for.
    pub doubted_at: Option<Timestamp>,
    /// What they hold.
    pub cart: Cart,
}

impl ShoppingSession {
    /// Where the visit stands; the floor forgets settled ones.
    pub fn state(&self) -> SessionState {
        if self.exited_at.is_some() { SessionState::Settling } else { SessionState::Open }
    }

    /// Did nobody see the shopper leave before the store closed?
    pub fn is_forgotten(&self) -> bool {
        self.exited_by == Some(Means::Closing)
    }

    /// Was the shopper in the store at `at`?
    pub fn covers(&self, at: Timestamp) -> bool {
        self.opened_at <= at && self.exited_at.is_none_or(|exited_at| at <= exited_at)
    }
}
