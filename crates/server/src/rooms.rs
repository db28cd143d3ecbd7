//! The rooms of sockets: who hears a message together.

use domain::ids::{DeviceId, ShopperId};

/// The admins' room.
pub const ADMINS: &str = "admins";

/// The room of one shopper's phones.
pub fn of_shopper(shopper: ShopperId) -> String {
    format!("shopper:{shopper}")
}

/// The room of one device's connections.
pub fn of_device(device: DeviceId) -> String {
    format!("device:{device}")
}
