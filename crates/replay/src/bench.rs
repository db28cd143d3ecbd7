//! How fast a trace replays: lines and plate samples a second, time, and the most memory that was used.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use domain::attribution::rules::Rules;

use crate::player::play;

/// What a replay took.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bench {
    /// Lines read.
    pub lines: u64,
    /// Load-cell samples.
    pub samples: u64,
    /// Changes weighed.
    pub changes: u64,
    /// From the first byte to the last receipt.
    pub took: Duration,
    /// The most memory the process has had, bytes; `None` where the system does not tell.
    pub peak_memory: Option<u64>,
}

/// Plays a trace and measures.
///
/// # Errors
///
/// As [`play`].
pub fn bench(trace: &Path, rules: Rules) -> Result<Bench> {
    let started = Instant::now();
    let played = play(trace, rules)?;
    let took = started.elapsed();
    let (lines, samples, changes) = (played.lines, played.samples, played.attributed.len() as u64);
    Ok(Bench { lines, samples, changes, took, peak_memory: peak_memory() })
}

fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64().max(1e-9);
        let rate = |count: u64| count as f64 / seconds;
        write!(
            f,
            "{} lines ({:.0}/s), {} plate samples ({:.0}/s), {} changes in {seconds:.3} s",
            self.lines,
            rate(self.lines),
            self.samples,
            rate(self.samples),
            self.changes,
        )?;
        match self.peak_memory {
            Some(bytes) => write!(f, ", at most {:.1} MB", bytes as f64 / 1e6),
            None => Ok(()),
        }
    }
}
