//! The one place that reads the system's clocks; everything else is told the time by the [`Clock`] of the server.

use std::time::Instant;

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// The system's clock, with its monotonic one beside it.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is to use")]
pub fn system() -> Clock {
    let (started_at, started) = (Timestamp::now(), Instant::now());
    let steady = move || {
        let elapsed = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
        domain::clock::shift(started_at, elapsed)
    };
    Clock::with_steady(Timestamp::now, steady)
}
