//! Timestamps as the database keeps them: microseconds since the Unix epoch.

use jiff::Timestamp;

/// For a column.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// From a column; what no timestamp can hold becomes the nearest that can.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
