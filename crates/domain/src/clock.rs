//! Time as the domain uses it. What a device's times are on our clock is told by [`crate::skew`].

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where a program's times come from: the system in life, a hand in stories and replays. Clones show the same time.
///
/// It shows two times. [`Clock::now`] is the time of day, which whoever keeps the computer may set; facts are stamped with it.
/// [`Clock::steady`] counts on, whatever is set: the difference of both changes only when somebody has set the clock.
#[derive(Clone)]
pub struct Clock {
    wall: Reader,
    steady: Reader,
}

type Reader = Arc<dyn Fn() -> Timestamp + Send + Sync>;

impl Clock {
    /// A clock that asks `read` for the time and is never set.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let read: Reader = Arc::new(read);
        Self { wall: Arc::clone(&read), steady: read }
    }

    /// A clock that asks `wall` for the time of day and `steady` for a time that is never set.
    pub fn with_steady(
        wall: impl Fn() -> Timestamp + Send + Sync + 'static,
        steady: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self { wall: Arc::new(wall), steady: Arc::new(steady) }
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        (self.wall)()
    }

    /// A time that never jumps; only its differences mean anything.
    pub fn steady(&self) -> Timestamp {
        (self.steady)()
    }

    /// How far the time of day is ahead of the steady time: another value than before means that the clock was set.
    pub fn set_ahead(&self) -> SignedDuration {
        self.now().duration_since(self.steady())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// The hand of a clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct Hand {
    /// Microseconds since 1970.
    steady: Arc<AtomicI64>,
    /// By how many microseconds the time of day is ahead of it.
    ahead: Arc<AtomicI64>,
}

impl Hand {
    /// A hand at `start`; times are kept to the microsecond.
    pub fn at(start: Timestamp) -> Self {
        Self { steady: Arc::new(AtomicI64::new(start.as_microsecond())), ahead: Arc::default() }
    }

    /// Time goes by until the time of day is `at`.
    pub fn move_to(&self, at: Timestamp) {
        let ahead = self.ahead.load(Ordering::SeqCst);
        self.steady.store(at.as_microsecond().saturating_sub(ahead), Ordering::SeqCst);
    }

    /// Somebody sets the time of day to `at`; no time goes by.
    pub fn set(&self, at: Timestamp) {
        let steady = self.steady.load(Ordering::SeqCst);
        self.ahead.store(at.as_microsecond().saturating_sub(steady), Ordering::SeqCst);
    }

    /// The clock that it belongs to.
    pub fn clock(&self) -> Clock {
        let shows = |micros: i64| Timestamp::from_microsecond(micros).expect("only timestamps are put in");
        let (own, other) = (self.clone(), self.clone());
        Clock::with_steady(
            move || shows(own.steady.load(Ordering::SeqCst).saturating_add(own.ahead.load(Ordering::SeqCst))),
            move || shows(other.steady.load(Ordering::SeqCst)),
        )
    }
}

/// `at` moved by `by`; stays within what a timestamp can hold.
pub fn shift(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).expect("a signed duration never fails to saturate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_a_clock_is_no_time_going_by() {
        let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
        let hand = Hand::at(at(1_000));
        let clock = hand.clock();
        hand.move_to(at(1_010));
        assert_eq!((clock.now(), clock.steady(), clock.set_ahead()), (at(1_010), at(1_010), SignedDuration::ZERO));
        hand.set(at(400));
        assert_eq!((clock.now(), clock.steady()), (at(400), at(1_010)));
        hand.move_to(at(405));
        assert_eq!((clock.now(), clock.steady()), (at(405), at(1_015)));
        assert_eq!(clock.set_ahead(), SignedDuration::from_secs(-610));
    }
}
