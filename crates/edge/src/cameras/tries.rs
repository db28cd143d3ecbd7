//! When a camera's process that has ended is started again, and what of it is logged.

use std::time::Duration;

use footage::FootageError;
use jiff::SignedDuration;

use super::causes::Causes;
use crate::uplink::backoff::Backoff;

/// Before a camera is tried again; doubled each time.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// Nobody waits longer than this for a camera that is back.
const LONGEST_RETRY: Duration = Duration::from_secs(30);
/// Whoever has given pictures for so long is well, and is tried again soon.
const WELL_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// How the reading of one process ended.
#[derive(Debug)]
pub(super) enum End {
    /// A film is over.
    Over,
    /// It gave no picture at all, though nothing went wrong.
    Empty,
    /// It broke off.
    Broken(FootageError),
}

/// The tries of one camera.
pub(super) struct Tries {
    backoff: Backoff,
    causes: Causes,
}

impl Tries {
    pub(super) fn new() -> Self {
        Self { backoff: Backoff::new(FIRST_RETRY, LONGEST_RETRY), causes: Causes::default() }
    }

    /// One has ended after it `ran` for so long: the pause before the next, and the cause if it is to be logged. `jitter` is random, 0 to 1.
    pub(super) fn ended(&mut self, end: End, ran: SignedDuration, jitter: f64) -> (Duration, Option<String>) {
        if ran >= WELL_AFTER {
            self.backoff.reset();
            self.causes.over();
        }
        let cause = match end {
            End::Over => {
                self.backoff.reset();
                None
            }
            End::Empty => Some("there is no picture in it".to_owned()),
            End::Broken(error) => Some(error.to_string()),
        };
        (self.backoff.next(jitter), cause.filter(|cause| self.causes.is_new(cause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(said: &str) -> End {
        End::Broken(FootageError::Broken { source_name: "cam".to_owned(), said: said.to_owned() })
    }

    #[test]
    fn pauses_double_and_a_cause_is_told_once_until_it_has_run_for_a_minute() {
        let (short, long) = (SignedDuration::from_secs(59), SignedDuration::from_secs(60));
        let mut tries = Tries::new();
        let told: Vec<_> = (0..8).map(|_| tries.ended(broken("404"), short, 1.0)).collect();
        let pauses: Vec<_> = told.iter().map(|(pause, _)| pause.as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        let causes: Vec<_> = told.into_iter().filter_map(|(_, cause)| cause).collect();
        assert_eq!(causes, ["cam gives no pictures: 404"]);
        assert!(tries.ended(End::Empty, short, 0.0).1.is_some(), "another cause");
        let (pause, cause) = tries.ended(End::Empty, long, 1.0);
        assert_eq!((pause, cause.is_some()), (FIRST_RETRY, true), "it was well in between");
    }

    #[test]
    fn a_film_that_is_over_begins_again_soon_and_is_no_fault() {
        let mut tries = Tries::new();
        for _ in 0..5 {
            assert_eq!(tries.ended(End::Over, SignedDuration::from_secs(3), 1.0), (FIRST_RETRY, None));
        }
    }
}
