//! Positions that `smartmart track` wrote for a trace, beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::trace_file::Line;

/// One person at one time.
#[derive(Deserialize, Debug)]
pub(crate) struct Position {
    /// Milliseconds since the start of the trace.
    pub(crate) t_ms: i64,
    /// The line of the file, from 1.
    #[serde(skip)]
    pub(crate) number: usize,
    track: u32,
    #[serde(default)]
    session_probabilities: BTreeMap<String, f64>,
    x_m: f64,
    y_m: f64,
    #[serde(default)]
    hands: Vec<[f64; 3]>,
}

/// Positions in the order of their times.
#[derive(Debug, Default)]
pub(crate) struct Positions(Vec<Position>);

/// No file of positions is larger (bytes): a day of forty people at five a second is 3 GB, and is split.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

impl Positions {
    /// Reads a file.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let unreadable = || format!("cannot read {}", file.display());
        let open = File::open(file).with_context(unreadable)?;
        let bytes = open.metadata().with_context(unreadable)?.len();
        ensure!(bytes <= MOST_BYTES, "{} has {bytes} bytes, more than {MOST_BYTES}", file.display());
        let mut positions = Vec::new();
        for (at, line) in BufReader::new(open.take(MOST_BYTES)).lines().enumerate() {
            let line = line.with_context(unreadable)?;
            if line.trim().is_empty() {
                continue;
            }
            let position: Position = serde_json::from_str(&line)
                .with_context(|| format!("line {} of {} is no position", at + 1, file.display()))?;
            positions.push(Position { number: at + 1, ..position });
        }
        positions.sort_by_key(|position| position.t_ms);
        Ok(Self(positions))
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Position> {
        self.0.iter()
    }
}

impl Position {
    /// As a line of a trace.
    pub(crate) fn line(&self) -> Line<'_> {
        let shares = self.session_probabilities.iter().map(|(name, share)| (Cow::from(name.as_str()), *share));
        Line {
            x_m: Some(self.x_m),
            y_m: Some(self.y_m),
            hands: Some(self.hands.clone()),
            track: Some(self.track),
            session_probabilities: Some(shares.collect()),
            ..Line::of(self.t_ms, "position")
        }
    }
}
