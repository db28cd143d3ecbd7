//! The simulator's clock and pace: the only place that reads the time of day, and how much faster than life it goes.

use std::time::Duration;

use domain::clock::Clock;
use jiff::Timestamp;

/// The system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the program's clock")]
pub fn system() -> Clock {
    Clock::new(Timestamp::now)
}

/// The time of day.
pub fn now() -> Timestamp {
    system().now()
}

/// How fast simulated people move. Cameras, sensors and codes keep their own time: only people hurry.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pace(f64);

impl Pace {
    /// `speed` times as fast as life; what is no positive number counts as 1.
    pub fn new(speed: f64) -> Self {
        Self(if speed.is_finite() && speed > 0.0 { speed } else { 1.0 })
    }

    /// How many times as fast as life.
    pub fn speed(self) -> f64 {
        self.0
    }

    /// How long something takes that takes `seconds` in life.
    pub fn duration(self, seconds: f64) -> Duration {
        Duration::try_from_secs_f64(seconds / self.0).unwrap_or(Duration::ZERO)
    }

    /// Waits as long as something takes that takes `seconds` in life.
    pub async fn wait(self, seconds: f64) {
        tokio::time::sleep(self.duration(seconds)).await;
    }
}
