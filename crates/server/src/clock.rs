//! The one place that reads the system's clock; everything else is told the time by the [`Clock`] of the server.

use domain::clock::Clock;
use jiff::Timestamp;

/// The system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is to use")]
pub fn system() -> Clock {
    Clock::new(Timestamp::now)
}
