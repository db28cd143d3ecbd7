//! Whether a call is tried again, and after how long: exponential back-off with full jitter.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::error::KairosError;
use super::settings::Settings;
use crate::wire::{Endpoint, Repetition};

/// Random numbers, evenly from 0 to below 1.
#[derive(Clone)]
pub struct Jitter(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Jitter {
    /// From a source of the caller's.
    pub fn new(source: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    fn part(&self) -> f64 {
        let part = (self.0)();
        if part.is_nan() { 1.0 } else { part.clamp(0.0, 1.0) }
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jitter")
    }
}

/// The pause after the `attempts`-th attempt (from 1) failed with `error`; `None` if it is not tried again.
///
/// Everything that passes is tried again, except what may have enrolled a face: that would add it a second time. What
/// `Retry-After` asks for is waited for on top of the jitter, so that callers who were told the same do not come back
/// at the same moment.
pub(super) fn pause(
    settings: &Settings,
    endpoint: Endpoint,
    error: &KairosError,
    attempts: u32,
    jitter: &Jitter,
) -> Option<Duration> {
    let safe = match endpoint.repetition() {
        Repetition::Harmless => true,
        Repetition::Doubles => !error.may_be_done(),
    };
    if !safe || !error.is_passing() || attempts >= settings.attempts {
        return None;
    }
    let asked = error.again_in().unwrap_or_default();
    if asked > settings.longest_pause {
        return None;
    }
    let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
    let most = settings.first_pause.saturating_mul(doubled).min(settings.longest_pause);
    Some((asked + most.mul_f64(jitter.part())).min(settings.longest_pause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ErrorCode;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn with(endpoint: Endpoint, error: KairosError, attempts: u32, part: f64) -> Option<Duration> {
        let settings = Settings { attempts: 9, first_pause: MS(100), longest_pause: MS(1_000), ..Settings::default() };
        pause(&settings, endpoint, &error, attempts, &Jitter::new(move || part))
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_are_a_random_part_of_it() {
        for (attempts, part, expected) in
            [(1, 1.0, 100), (2, 1.0, 200), (3, 1.0, 400), (5, 1.0, 1_000), (8, 1.0, 1_000), (3, 0.5, 200), (3, 0.0, 0)]
        {
            let given = with(Endpoint::Recognize, KairosError::TimedOut, attempts, part);
            assert_eq!(given, Some(MS(expected)), "after {attempts} with {part}");
        }
        assert_eq!(with(Endpoint::Recognize, KairosError::TimedOut, 9, 1.0), None);
        assert_eq!(with(Endpoint::Recognize, KairosError::TimedOut, 1, f64::NAN), Some(MS(100)));
    }

    #[test]
    fn what_the_cloud_asks_for_is_waited_for_if_it_is_bearable() {
        let asking = |milliseconds| KairosError::TooManyCalls { again_in: Some(MS(milliseconds)) };
        for (asked, expected) in [(0, Some(50)), (600, Some(650)), (990, Some(1_000)), (1_001, None)] {
            assert_eq!(with(Endpoint::Enroll, asking(asked), 1, 0.5), expected.map(MS), "{asked}");
        }
    }

    #[test]
    fn enrolling_is_tried_again_only_where_surely_nothing_happened() {
        let again = |endpoint, error: &KairosError| with(endpoint, error.clone(), 1, 0.5).is_some();
        for (error, enrol, other) in [
            (KairosError::Unreachable(String::new()), true, true),
            (KairosError::TooManyCalls { again_in: None }, true, true),
            (KairosError::Down { status: 502, again_in: None }, false, true),
            (KairosError::TimedOut, false, true),
            (KairosError::Broken(String::new()), false, true),
            (KairosError::Refused(ErrorCode::NoFace), false, false),
            (KairosError::Redirected(302), false, false),
            (KairosError::TooLong { max: 1 }, false, false),
        ] {
            assert_eq!(again(Endpoint::Enroll, &error), enrol, "{error:?}");
            assert!(Endpoint::ALL[1..].iter().all(|endpoint| again(*endpoint, &error) == other), "{error:?}");
        }
    }
}
