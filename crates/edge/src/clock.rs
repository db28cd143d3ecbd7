//! The node's clock: it starts at the time of day and then never jumps.
//!
//! A Pi has no clock that runs without power; its time may be years off until NTP sets it in the middle of a run. The
//! server mends an event's time by the difference between happening and sending, so both must come from one clock
//! without a jump in between: the time of day at the start, plus what the monotonic clock counted since.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Gives the node's time. Copies agree with each other.
#[derive(Clone, Copy, Debug)]
pub struct NodeClock {
    started_at: Timestamp,
    started: Instant,
}

impl NodeClock {
    /// A clock that is right now at the system's time of day.
    #[expect(clippy::disallowed_methods, reason = "this is the program's clock module")]
    pub fn start() -> Self {
        Self::start_at(Timestamp::now())
    }

    /// A clock that is right now at `started_at`: for tests with a wrong clock.
    pub fn start_at(started_at: Timestamp) -> Self {
        Self { started_at, started: Instant::now() }
    }

    /// The node's time; never smaller than before.
    pub fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX);
        self.started_at.saturating_add(elapsed).expect("a signed duration never fails to saturate")
    }
}
