//! What was wrong with a trace: counted, with the first line where it was, so that nothing is dropped silently.

use std::collections::BTreeMap;
use std::fmt;

/// Something that a trace should not contain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Problem {
    /// The line is no JSON: cut in the middle, or damaged.
    BrokenLine,
    /// NaN or infinity stood where a number should be; taken as "the sensor gave nothing".
    NotANumber,
    /// A field that this kind of line needs is missing.
    MissingField,
    /// A kind of line that this version does not know.
    UnknownKind,
    /// A shelf that the store does not have.
    UnknownShelf,
    /// A sensor that its shelf does not have.
    UnknownSensor,
    /// A camera that the store does not have.
    UnknownCamera,
    /// A session that never entered, or whose receipt is final.
    UnknownSession,
    /// A session that entered twice.
    SecondEntry,
    /// A row of weights with more or fewer values than sensors.
    RowLength,
    /// `null` where a sensor gave nothing.
    NullSample,
    /// A time before that of an earlier line.
    TimeWentBack,
    /// Weights that came after newer ones of the same shelf.
    LateRow,
    /// A time outside of what a clock can show.
    ImpossibleTime,
}

impl Problem {
    /// What it means for the replay, as a sentence without its beginning.
    fn sentence(self) -> &'static str {
        match self {
            Self::BrokenLine => "lines are no JSON (cut or damaged) and were left out",
            Self::NotANumber => "lines hold NaN or infinity; those samples count as missing",
            Self::MissingField => "lines lack a field that their kind needs and were left out",
            Self::UnknownKind => "lines are of a kind that this version does not know and were left out",
            Self::UnknownShelf => "lines name a shelf that store.json does not have and were left out",
            Self::UnknownSensor => "times a sensor was named that store.json does not have; its values were left out",
            Self::UnknownCamera => "lines name a camera that store.json does not have and were left out",
            Self::UnknownSession => "times a session was named that is not in the store; it was left out",
            Self::SecondEntry => "sessions entered although they were in the store; the first entry counts",
            Self::RowLength => "rows of weights have another length than their list of sensors and were left out",
            Self::NullSample => "samples are null: their sensors gave nothing",
            Self::TimeWentBack => "lines go back in time; each counts for the time that it names",
            Self::LateRow => "rows of weights came after newer ones of their shelf; the levels after them count",
            Self::ImpossibleTime => "lines have a time that no clock shows and were left out",
        }
    }
}

/// All that was wrong with one trace.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Complaints {
    counts: BTreeMap<Problem, (u64, usize)>,
}

impl Complaints {
    /// Counts a problem at a line (from 1).
    pub fn add(&mut self, problem: Problem, line: usize) {
        self.add_many(problem, 1, line);
    }

    /// Counts a problem several times at a line (from 1).
    pub fn add_many(&mut self, problem: Problem, count: u64, line: usize) {
        if count > 0 {
            self.counts.entry(problem).or_insert((0, line)).0 += count;
        }
    }

    /// How often it was so.
    pub fn count(&self, problem: Problem) -> u64 {
        self.counts.get(&problem).map_or(0, |found| found.0)
    }

    /// Whether the trace was as it should be.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (problem, (count, line)) in &self.counts {
            writeln!(f, "  {count} {} (first in line {line})", problem.sentence())?;
        }
        Ok(())
    }
}
