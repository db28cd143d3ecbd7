//! What a shelf reports to attribution: that something changed there, where, when, and by how many grams.

use serde::{Deserialize, Serialize};

use domain::ids::ShelfEventId;
use domain::shelf::{SensorKind, ShelfEvent};

/// A change at neighbouring sensors of one shelf, before anybody has said which product it was.
///
/// Load cells fill in the grams; distance and beam sensors count units themselves and leave the grams out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WeightChange {
    /// The shelf event that it came in, where a shelf node sent one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<ShelfEventId>,
    /// Index of the shelf in the store's layout.
    pub shelf: usize,
    /// Milliseconds, store clock: the first reading that differed.
    pub began_ms: i64,
    /// Milliseconds, store clock: the last reading that still moved.
    pub ended_ms: i64,
    /// The sensors that moved, left to right.
    pub sensors: Vec<SensorChange>,
    /// What noticed it.
    pub kind: SensorKind,
    /// Units more or fewer, from sensors that count for themselves.
    pub units: Option<i32>,
    /// The sum of the readings of all its sensors over time, oldest first: at most [`ShelfEvent::MAX_TRACE`].
    pub trace: Vec<f32>,
}

/// How one sensor's level changed.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct SensorChange {
    /// Index of the sensor on its shelf.
    pub sensor: usize,
    /// Grams more (put back) or less (taken); 0 for sensors that do not weigh.
    pub grams: f64,
    /// Standard deviation of that figure in grams, from the sensor's own noise.
    pub spread_g: f64,
}

impl WeightChange {
    /// A change that a sensor (its shelf and its index there) counted for itself, at one moment.
    pub fn counted(
        event: Option<ShelfEventId>,
        [shelf, sensor]: [usize; 2],
        kind: SensorKind,
        at_ms: i64,
        units: i32,
    ) -> Self {
        let sensors = vec![SensorChange { sensor, grams: 0.0, spread_g: 0.0 }];
        let units = Some(units);
        Self { event, shelf, began_ms: at_ms, ended_ms: at_ms, sensors, kind, units, trace: Vec::new() }
    }

    /// Grams over all sensors.
    pub fn grams(&self) -> f64 {
        self.sensors.iter().map(|change| change.grams).sum()
    }

    /// Standard deviation of [`Self::grams`].
    pub fn spread_g(&self) -> f64 {
        self.sensors.iter().map(|change| change.spread_g * change.spread_g).sum::<f64>().sqrt()
    }

    /// The middle of the movement: when the hand was at the slot.
    pub fn middle_ms(&self) -> i64 {
        self.began_ms.midpoint(self.ended_ms)
    }

    /// Thins readings out to what is kept as evidence.
    pub fn thin(readings: &[f32]) -> Vec<f32> {
        let step = readings.len().div_ceil(ShelfEvent::MAX_TRACE).max(1);
        readings.iter().copied().step_by(step).collect()
    }
}
