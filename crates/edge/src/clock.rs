//! The node's clock: the time of day when the computer started, plus what the monotonic clock has counted since. It never jumps.
//!
//! A Pi has no clock that runs without power; its time may be years off until NTP sets it in the middle of a run. What the node learns
//! of its skew by asking the server holds only for a clock that is never set. So the clock goes on where the last program of the same
//! boot had it, and each boot has an id: what was stamped under another one has no time that anybody could tell.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Gives the node's time. Copies agree with each other.
#[derive(Clone, Copy, Debug)]
pub struct NodeClock {
    boot: Uuid,
    started_at: Timestamp,
    started: Instant,
}

/// `clock.json` in the data folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Kept {
    /// Which boot of the computer.
    boot: Uuid,
    /// What the clock showed when that began.
    booted_at: Timestamp,
}

const NAME: &str = "clock.json";

/// Linux tells which boot this is, and for how long it has lasted.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
const UPTIME: &str = "/proc/uptime";

impl NodeClock {
    /// The clock of the node that keeps its data in `folder`: that of the program before, where the computer was not restarted since.
    pub fn open(folder: &Path) -> Self {
        match boot() {
            Some((boot, uptime)) => Self::go_on(folder, boot, uptime),
            None => Self::start(),
        }
    }

    fn go_on(folder: &Path, boot: Uuid, uptime: Duration) -> Self {
        let path = folder.join(NAME);
        let read = fs::read(&path).ok().and_then(|content| serde_json::from_slice(&content).ok());
        let kept = read.filter(|kept: &Kept| kept.boot == boot).unwrap_or_else(|| {
            let booted_at = later(Self::start().started_at, -signed(uptime));
            let mut kept = Kept { boot, booted_at };
            let content = serde_json::to_vec(&kept).expect("an id and a time can be written as JSON");
            let written = fs::create_dir_all(folder).and_then(|()| crate::spool::replace(&path, &content));
            if let Err(error) = written {
                // The next program would have another clock of the same boot.
                kept.boot = Uuid::now_v7();
                tracing::warn!(%error, path = %path.display(), "the clock cannot be kept: events before the next start have no time");
            }
            kept
        });
        Self { boot: kept.boot, started_at: later(kept.booted_at, signed(uptime)), started: Instant::now() }
    }

    /// A clock that is right now at the system's time of day, and no program's before.
    #[expect(clippy::disallowed_methods, reason = "this is the program's clock module")]
    pub fn start() -> Self {
        Self::start_at(Timestamp::now())
    }

    /// A clock that is right now at `started_at`: for tests with a wrong clock.
    pub fn start_at(started_at: Timestamp) -> Self {
        Self { boot: Uuid::now_v7(), started_at, started: Instant::now() }
    }

    /// The node's time; never smaller than before.
    pub fn now(&self) -> Timestamp {
        later(self.started_at, signed(self.started.elapsed()))
    }

    /// By which start of the clock that is.
    pub fn boot(&self) -> Uuid {
        self.boot
    }
}

fn boot() -> Option<(Uuid, Duration)> {
    let boot = fs::read_to_string(BOOT_ID).ok()?.trim().parse().ok()?;
    let uptime = fs::read_to_string(UPTIME).ok()?;
    let seconds = uptime.split_whitespace().next()?.parse().ok()?;
    Some((boot, Duration::try_from_secs_f64(seconds).ok()?))
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).expect("a signed duration never fails to saturate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_over_a_restart_of_the_program_and_not_over_one_of_the_computer() {
        let folder = tempfile::tempdir().unwrap();
        let (boot, another) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let path = folder.path().join(NAME);
        let wrong = Kept { boot, booted_at: "2001-01-01T00:00:00Z".parse().unwrap() };
        fs::write(&path, serde_json::to_vec(&wrong).unwrap()).unwrap();
        let clock = NodeClock::go_on(folder.path(), boot, Duration::from_secs(90));
        let late = clock.now().duration_since("2001-01-01T00:01:30Z".parse().unwrap());
        assert!(late < SignedDuration::from_secs(5), "NTP may have set the system's clock since: {clock:?}");
        assert_eq!(clock.boot(), boot);
        for content in [&b"{"[..], b"", b"[]"] {
            fs::write(&path, content).unwrap();
            let clock = NodeClock::go_on(folder.path(), another, Duration::from_secs(90));
            assert!(clock.now() > "2020-01-01T00:00:00Z".parse().unwrap(), "a damaged file is written anew");
            let again = NodeClock::go_on(folder.path(), another, Duration::from_secs(90));
            assert!(again.now().duration_since(clock.now()).abs() < SignedDuration::from_secs(5));
        }
    }

    #[test]
    fn this_computer_knows_its_boot() {
        if cfg!(target_os = "linux") {
            assert_eq!(boot().unwrap().0, boot().unwrap().0);
        }
    }
}
