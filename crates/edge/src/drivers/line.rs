//! What the drivers need of a GPIO line, so that their protocols can be tested without one.

use std::time::Duration;

use super::DriverError;

/// A line that we drive; low while nothing is asked of it.
pub trait OutputLine: Send {
    /// Raises the line for at least so long, and lowers it again. Gives how long it was high: the kernel may have had
    /// other things to do in between.
    fn pulse(&mut self, at_least: Duration) -> Result<Duration, DriverError>;
}

/// A line that we watch.
pub trait InputLine: Send {
    /// Whether it is high (active, where it is active-low) right now.
    fn is_high(&mut self) -> Result<bool, DriverError>;

    /// The next edge, oldest first, waiting up to `within`; the kernel keeps those that came meanwhile.
    fn next_edge(&mut self, within: Duration) -> Result<Option<Edge>, DriverError>;
}

/// A change of a line's level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// To what it changed.
    pub to: Level,
    /// When, by the kernel's monotonic clock.
    pub at: Duration,
}

/// A line's level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// 0 V, or inactive.
    Low,
    /// 3.3 V, or active.
    High,
}
