//! Newtypes for every id, and the rule by which ids are derived from their cause.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id of this kind that follows from `cause` and `role`: the same cause always gives the same id, so a
            /// repeated command makes no second thing.
            pub fn derived(cause: Uuid, role: &str) -> Self {
                Self(Uuid::new_v5(&cause, role.as_bytes()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

macro_rules! code_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as it is written on labels and in configuration.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self(code.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                Self(code)
            }
        }
    )+};
}

uuid_id! {
    /// A physical shop.
    StoreId,
    /// A person who signed up to shop.
    ShopperId,
    /// A member of staff or an owner.
    AdminId,
    /// A kiosk or a shelf node.
    DeviceId,
    /// One outcome of looking at a frame or a code.
    SightingId,
    /// One debounced change at a slot; made by the shelf node.
    ShelfEventId,
    /// One visit, from entry to exit.
    ShoppingSessionId,
    /// One attributed pick or put-back.
    InteractionId,
    /// One case that staff decide.
    ReviewId,
    /// One placed order.
    OrderId,
    /// One contest of an order's lines.
    DisputeId,
}

code_id! {
    /// The store's stock unit.
    Sku,
    /// The smallest sensed position on a shelf.
    SlotId,
    /// What a camera covers.
    ZoneId,
}
