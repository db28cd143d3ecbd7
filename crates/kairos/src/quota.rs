//! At most so many calls in any minute and in any day.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Each span is counted in so many pieces, so that a day takes no more memory than a minute.
const PIECES: u32 = 60;

/// Which limit was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// Calls within 60 s.
    Minute,
    /// Calls within 24 h, whenever they began; not the calendar's day.
    Day,
}

impl Span {
    fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(60),
            Self::Day => Duration::from_hours(24),
        }
    }
}

/// No more calls for now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the quota of {limit} calls a {span:?} is spent; again in {again_in:?}")]
pub struct Spent {
    /// Which limit.
    pub span: Span,
    /// How many calls it allows.
    pub limit: u32,
    /// When a call will be allowed again, if none comes before.
    pub again_in: Duration,
}

/// Counts calls. It is forgotten with the process: after a restart all of it is there again.
#[derive(Debug)]
pub struct Quota {
    windows: Vec<Window>,
}

/// Calls within one span; never too many in any stretch of that length, because a piece is forgotten only when its
/// last moment is that long ago.
#[derive(Debug)]
struct Window {
    span: Span,
    limit: u32,
    /// When a piece began and how many calls it saw, oldest first.
    pieces: VecDeque<(Instant, u32)>,
}

impl Quota {
    /// Limits for a minute and for a day; `None` is no limit.
    pub fn new(per_minute: Option<u32>, per_day: Option<u32>) -> Self {
        let limits = [(Span::Minute, per_minute), (Span::Day, per_day)];
        let window = |(span, limit): (Span, Option<u32>)| Some(Window { span, limit: limit?, pieces: VecDeque::new() });
        Self { windows: limits.into_iter().filter_map(window).collect() }
    }

    /// Counts a call at `now`.
    ///
    /// # Errors
    ///
    /// [`Spent`] where a limit is reached; then nothing is counted.
    pub fn take(&mut self, now: Instant) -> Result<(), Spent> {
        for window in &mut self.windows {
            window.forget(now);
            window.has_room(now)?;
        }
        for window in &mut self.windows {
            window.count(now);
        }
        Ok(())
    }
}

impl Window {
    fn piece(&self) -> Duration {
        self.span.length() / PIECES
    }

    fn forget(&mut self, now: Instant) {
        let kept = self.span.length() + self.piece();
        while self.pieces.front().is_some_and(|(began, _)| now.duration_since(*began) >= kept) {
            self.pieces.pop_front();
        }
    }

    fn has_room(&self, now: Instant) -> Result<(), Spent> {
        let calls: u32 = self.pieces.iter().map(|(_, calls)| calls).sum();
        if calls < self.limit {
            return Ok(());
        }
        let oldest = self.pieces.front().map_or(now, |(began, _)| *began);
        let again_in = (oldest + self.span.length() + self.piece()).duration_since(now);
        Err(Spent { span: self.span, limit: self.limit, again_in })
    }

    fn count(&mut self, now: Instant) {
        let piece = self.piece();
        match self.pieces.back_mut() {
            Some((began, calls)) if now.duration_since(*began) < piece => *calls += 1,
            Some(_) | None => self.pieces.push_back((now, 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_s_calls_come_back_after_it() {
        let start = Instant::now();
        let mut quota = Quota::new(Some(3), None);
        for second in 0..3 {
            assert_eq!(quota.take(start + Duration::from_secs(second * 10)), Ok(()));
        }
        let spent = quota.take(start + Duration::from_secs(30)).unwrap_err();
        assert_eq!(spent, Spent { span: Span::Minute, limit: 3, again_in: Duration::from_secs(31) });
        assert_eq!(quota.take(start + Duration::from_secs(61)), Ok(()));
        assert!(quota.take(start + Duration::from_secs(62)).is_err(), "the second one is not a minute old");
    }

    #[test]
    fn the_day_bounds_the_minutes() {
        let start = Instant::now();
        let mut quota = Quota::new(Some(10), Some(25));
        let taken = (0..600).filter(|second| quota.take(start + Duration::from_secs(*second)).is_ok()).count();
        assert_eq!(taken, 25);
        let spent = quota.take(start + Duration::from_secs(700)).unwrap_err();
        assert_eq!((spent.span, spent.limit), (Span::Day, 25));
        assert_eq!(quota.take(start + Duration::from_hours(25)), Ok(()));
        assert!(quota.windows[1].pieces.len() <= PIECES as usize + 1);
    }

    #[test]
    fn without_limits_all_is_allowed_and_with_zero_nothing() {
        let now = Instant::now();
        let mut none = Quota::new(None, None);
        assert!((0..10_000).all(|_| none.take(now).is_ok()));
        assert!(Quota::new(Some(0), None).take(now).is_err());
    }
}
