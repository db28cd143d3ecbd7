//! Time as the domain uses it, and the mending of times from devices whose clock is wrong.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where a program's times come from: the system in life, a hand in stories and replays. Clones show the same time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `read` for the time.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// The hand of a clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    /// A hand at `start`; times are kept to the microsecond.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.as_microsecond())))
    }

    /// Moves it.
    pub fn move_to(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::SeqCst);
    }

    /// The clock that it belongs to.
    pub fn clock(&self) -> Clock {
        let hand = Arc::clone(&self.0);
        Clock::new(move || {
            Timestamp::from_microsecond(hand.load(Ordering::SeqCst)).expect("only timestamps are put in")
        })
    }
}

/// A device's clock may differ by this much from ours before its times are corrected. The delivery itself takes a part
/// of it; NTP on a Pi keeps within 0.1 s.
pub const TOLERATED_CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_secs(2);

/// What a device's time became on our clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MendedTime {
    /// When it happened on our clock.
    pub occurred_at: Timestamp,
    /// How far the device's clock was behind ours; zero where it was within tolerance.
    pub clock_difference: SignedDuration,
}

/// Moves `occurred_at` from the device's clock to ours.
///
/// `sent_at` is the device's clock when it sent the message, `received_at` is ours when it came in: their difference is
/// the clocks' difference plus the delivery. The time between happening and sending is measured by one clock and can be
/// believed, however wrong that clock is. What would then lie in our future is set to `received_at`.
pub fn mend_time(occurred_at: Timestamp, sent_at: Timestamp, received_at: Timestamp) -> MendedTime {
    let difference = received_at.duration_since(sent_at);
    let correction = if difference.abs() > TOLERATED_CLOCK_DIFFERENCE { difference } else { SignedDuration::ZERO };
    let mended = occurred_at.checked_add(correction).unwrap_or(received_at);
    MendedTime { occurred_at: mended.min(received_at), clock_difference: correction }
}

/// `at` moved by `by`; stays within what a timestamp can hold.
pub fn shift(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).expect("a signed duration never fails to saturate")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_device_s_time_is_moved_to_our_clock() {
        // (occurred, sent, received) -> (mended, difference)
        for (occurred, sent, received, mended, difference) in [
            (1_000, 1_001, 1_001, 1_000, 0),
            (1_000, 1_001, 1_002, 1_000, 0),
            // An hour behind, and an hour ahead.
            (1_000, 1_001, 4_601, 4_600, 3_600),
            (4_600, 4_601, 1_001, 1_000, -3_600),
            // Spooled for an hour with a right clock: it did happen an hour ago.
            (1_000, 4_600, 4_600, 1_000, 0),
            // Happened after it was sent: nonsense, so it happened now.
            (9_000, 1_001, 1_001, 1_001, 0),
        ] {
            let result = mend_time(at(occurred), at(sent), at(received));
            assert_eq!(result.occurred_at, at(mended), "{occurred} {sent} {received}");
            assert_eq!(result.clock_difference, SignedDuration::from_secs(difference));
        }
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        let result = mend_time(Timestamp::MIN, Timestamp::MAX, at(0));
        assert!(result.occurred_at <= at(0));
    }
}
