//! How long to wait before the next attempt: twice as long each time, and never all nodes at once.

use std::time::Duration;

/// Exponential backoff with jitter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// The next pause; `jitter` is random, 0 to 1, and gives the upper half of what the doubling allows.
    pub(crate) fn next(&mut self, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(self.failures)).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        doubled.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0)).max(self.first.min(self.longest))
    }

    /// It went well.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// 0 up to 1. Without randomness from the system, the middle will do.
pub(crate) fn jitter() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound() {
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        let pauses: Vec<_> = (0..8).map(|_| backoff.next(1.0).as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert_eq!(backoff.next(0.0).as_millis(), 15_000);
        for _ in 0..100 {
            assert!(backoff.next(0.7) <= Duration::from_secs(30));
        }
        backoff.reset();
        assert_eq!(backoff.next(0.0).as_millis(), 500);
    }
}
