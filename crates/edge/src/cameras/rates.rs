//! How often something happened lately, and how long it took.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// What is "lately".
const LATELY: SignedDuration = SignedDuration::from_secs(10);
/// As many as fifteen a second leave in that time, and some more.
const MOST: usize = 256;

/// Times at which something happened.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    since: Timestamp,
    times: VecDeque<Timestamp>,
}

impl Rate {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { since: now, times: VecDeque::new() }
    }

    pub(super) fn happened(&mut self, at: Timestamp) {
        if self.times.len() == MOST {
            self.times.pop_front();
        }
        self.times.push_back(at);
    }

    /// How often a second, over the last ten seconds or since there is something to count.
    pub(super) fn per_second(&self, now: Timestamp) -> f32 {
        let lately = self.times.iter().filter(|at| now.duration_since(**at) < LATELY).count();
        let seconds = now.duration_since(self.since).min(LATELY).as_secs_f32().max(1.0);
        lately as f32 / seconds
    }
}

/// How long things took that are over.
#[derive(Clone, Debug, Default)]
pub(super) struct Delays(VecDeque<(Timestamp, SignedDuration)>);

impl Delays {
    /// What began at `from` is over at `to`.
    pub(super) fn took(&mut self, from: Timestamp, to: Timestamp) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((to, to.duration_since(from)));
    }

    /// Milliseconds that it took, the median of the last ten seconds.
    pub(super) fn median_ms(&self, now: Timestamp) -> Option<u32> {
        let lately = self.0.iter().filter(|(at, _)| now.duration_since(*at) < LATELY);
        let mut sorted: Vec<_> = lately.map(|(_, took)| took.as_millis()).collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).map(|ms| u32::try_from((*ms).max(0)).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn only_the_last_ten_seconds_count() {
        let mut rate = Rate::new(at(0));
        assert_eq!(rate.per_second(at(0)), 0.0);
        for ms in (0..20_000).step_by(200) {
            rate.happened(at(ms));
        }
        assert!((rate.per_second(at(20_000)) - 5.0).abs() < 0.2, "{}", rate.per_second(at(20_000)));
        assert_eq!(rate.per_second(at(40_000)), 0.0);
        let mut young = Rate::new(at(0));
        (0..10).for_each(|index| young.happened(at(index * 200)));
        assert_eq!(young.per_second(at(2_000)), 5.0);
    }

    #[test]
    fn a_delay_is_the_median_and_none_where_nothing_came() {
        let mut delays = Delays::default();
        assert_eq!(delays.median_ms(at(0)), None);
        for took in [100, 90, 5_000] {
            delays.took(at(10_000 - took), at(10_000));
        }
        assert_eq!((delays.median_ms(at(10_000)), delays.median_ms(at(30_000))), (Some(100), None));
        delays.took(at(31_000), at(30_000));
        assert_eq!(delays.median_ms(at(30_000)), Some(0), "a clock that goes back is no delay");
    }
}
