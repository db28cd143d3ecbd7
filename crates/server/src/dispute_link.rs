//! The dispute link of a receipt: a token that names the order, until when, and is signed for this purpose alone.

use domain::ids::OrderId;
use jiff::{SignedDuration, Timestamp};

use crate::keys::{Keys, NotValid, Purpose};

/// The token of a link to `order`.
pub fn token(keys: &Keys, order: OrderId, expires_at: Timestamp) -> String {
    keys.sign_until(Purpose::DisputeLink, order.0, expires_at)
}

/// How long the link in a receipt is valid, from the order on.
pub fn expiry(placed_at: Timestamp, days: u32) -> Timestamp {
    domain::clock::shift(placed_at, SignedDuration::from_hours(24 * i64::from(days)))
}

/// The order that a link leads to.
///
/// # Errors
///
/// Where the token is not ours, or has expired at `now`.
pub fn verify(keys: &Keys, token: &str, now: Timestamp) -> Result<OrderId, NotValid> {
    keys.verify_until(Purpose::DisputeLink, token, now).map(OrderId)
}
