//! The one place that reads the system's clock; everything else is told the time.

use jiff::Timestamp;

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is to use")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
