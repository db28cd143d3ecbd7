//! How fast a trace replays: lines and plate samples a second, time, and the most memory that was used.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use attribution::rules::Rules;

use crate::complaints::Complaints;
use crate::player::{Keep, Player};
use crate::store_file::Store;
use crate::trace_file::{self, Line};

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
    /// The 99th percentile of the time for one change, with the sensing of its batch.
    pub slow_change: Duration,
    /// The most memory the process has had, bytes; `None` where the system does not tell.
    pub peak_memory: Option<u64>,
}

/// Plays a trace and measures.
///
/// # Errors
///
/// Where a file cannot be read or the store cannot be.
pub fn bench(trace: &Path, rules: Rules) -> Result<Bench> {
    let started = Instant::now();
    let store = Store::read(&trace.join("store.json"))?;
    let mut player = Player::new(store, rules, Keep::Receipts);
    let mut times: Vec<Duration> = Vec::new();
    let each = |number: usize, line: Line<'_>, complaints: &mut Complaints| {
        let (before, began) = (player.changes_weighed(), Instant::now());
        player.take(number, line, complaints);
        let weighed = player.changes_weighed() - before;
        if let Ok(weighed @ 1..) = u32::try_from(weighed) {
            times.extend(std::iter::repeat_n(began.elapsed() / weighed, weighed as usize));
        }
    };
    let path = trace.join("trace.jsonl");
    let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    trace_file::read(BufReader::with_capacity(1 << 16, file), &mut Complaints::default(), each)?;
    let played = player.finish(Complaints::default());
    let took = started.elapsed();
    times.sort();
    let slow_change = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    let (lines, samples, changes) = (played.lines, played.samples, played.changes);
    Ok(Bench { lines, samples, changes, took, slow_change, peak_memory: peak_memory() })
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
            "{} lines ({:.0}/s), {} plate samples ({:.0}/s), {} changes (99 of 100 within {:.2} ms) in {seconds:.3} s",
            self.lines,
            rate(self.lines),
            self.samples,
            rate(self.samples),
            self.changes,
            self.slow_change.as_secs_f64() * 1e3,
        )?;
        match self.peak_memory {
            Some(bytes) => write!(f, ", at most {:.1} MB", bytes as f64 / 1e6),
            None => Ok(()),
        }
    }
}
