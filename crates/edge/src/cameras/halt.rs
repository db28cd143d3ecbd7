//! How a camera's thread is stopped, and its process hung up, while either waits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use footage::Stopper;
use jiff::{SignedDuration, Timestamp};

/// A process that gave no picture for so long hangs: later than the ten seconds after which ffmpeg itself gives an address up.
const HANGS_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// Shared by a camera's thread and whoever stops it.
#[derive(Debug, Default)]
pub(super) struct Halt {
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_stopped: bool,
    /// The process that is being read, and when it gave its last picture or began.
    reading: Option<(Stopper, Timestamp)>,
}

impl Halt {
    /// A process is being read from now on.
    pub(super) fn reads(&self, process: Stopper, now: Timestamp) {
        let mut state = self.state();
        if state.is_stopped {
            process.stop();
        }
        state.reading = Some((process, now));
    }

    /// It gave a picture.
    pub(super) fn came(&self, now: Timestamp) {
        if let Some((_, at)) = &mut self.state().reading {
            *at = now;
        }
    }

    /// It has ended.
    pub(super) fn ended(&self) {
        self.state().reading = None;
    }

    /// Ends the process if it hangs; whether it did.
    pub(super) fn hang_up(&self, now: Timestamp) -> bool {
        let mut state = self.state();
        match &mut state.reading {
            Some((process, at)) if now.duration_since(*at) >= HANGS_AFTER => {
                process.stop();
                *at = now;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Waits for so long; whether the thread goes on.
    pub(super) fn pause(&self, pause: Duration) -> bool {
        let state = self.state();
        let waited = self.stopped.wait_timeout_while(state, pause, |state| !state.is_stopped);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_stopped
    }

    /// Whether the thread is to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.state().is_stopped
    }

    /// Ends thread and process.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.is_stopped = true;
        if let Some((process, _)) = &state.reading {
            process.stop();
        }
        self.stopped.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
