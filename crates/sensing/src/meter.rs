//! The meter of one slot: raw readings in, changes of whole units out.

use jiff::{SignedDuration, Timestamp};

use crate::debounce::{Debounce, Settled};
use crate::units::{BeamGauge, Gauge, GaugeError, Margins, Passage};
use domain::shelf::Reading;

/// How one slot is metered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MeterParams {
    /// How the sensor tells units.
    pub gauge: Gauge,
    /// How many times running a change must be read: 1 to [`domain::shelf::ShelfEvent::MAX_TRACE`].
    pub confirmations: u32,
    /// How fast the zero follows slow drift while nothing changes: after this time, 63 % of it is made up for.
    pub drift: SignedDuration,
}

impl MeterParams {
    /// As in the first version of the store: three times running.
    pub const CONFIRMATIONS: u32 = 3;
    /// Slow against a hand, fast against the warming of a load cell (minutes to hours).
    pub const DRIFT: SignedDuration = SignedDuration::from_secs(300);

    /// Parameters with the default confirmations and drift; a beam needs no confirmation, because its driver debounces
    /// and its breaks are short.
    pub fn new(gauge: Gauge) -> Self {
        let confirmations = match gauge {
            Gauge::Distance(_) | Gauge::LoadCell(_) => Self::CONFIRMATIONS,
            Gauge::Beam(_) => 1,
        };
        Self { gauge, confirmations, drift: Self::DRIFT }
    }
}

/// The zero follows drift up to this many units and no further: below half a unit, so that a restart, which forgets the
/// drift, still finds the same count.
const MAX_DRIFT_UNITS: f64 = 0.45;
/// One reading moves the zero by at most this share of its difference, however long ago the last one was.
const MAX_DRIFT_SHARE: f64 = 0.1;

/// A change of whole units at one slot: what becomes a [`domain::shelf::ShelfEvent`] once it has an id.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// When the first reading was taken that differed.
    pub occurred_at: Timestamp,
    /// Units more or fewer; never zero.
    pub delta_units: i32,
    /// Units afterwards; `None` for beams.
    pub units_after: Option<u32>,
    /// The readings since it began, at most [`domain::shelf::ShelfEvent::MAX_TRACE`].
    pub trace: Vec<f32>,
}

/// The meter of one slot.
///
/// The count found first is the baseline and makes no change, unless a count from before a restart was given: then what
/// happened in between is a change like any other. The changes reported always add up to the last count minus the
/// first one.
#[derive(Clone, Debug)]
pub struct SlotMeter {
    gauge: Gauge,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Level(LevelMeter),
    Beam(BeamMeter),
}

impl SlotMeter {
    /// A meter that goes on from `restored` units, or that takes the first steady count as its baseline. Beams count no
    /// stock and take no notice of it.
    ///
    /// # Errors
    ///
    /// [`GaugeError`] names the number that cannot be right.
    pub fn new(params: MeterParams, restored: Option<u32>) -> Result<Self, GaugeError> {
        let MeterParams { gauge, confirmations, drift } = params;
        let level = |margins| {
            State::Level(LevelMeter {
                margins,
                drift_seconds: drift.as_secs_f64(),
                debounce: Debounce::new(confirmations),
                units: restored,
                offset: 0.0,
                last_read: None,
            })
        };
        let state = match gauge {
            Gauge::Distance(gauge) => level(gauge.margins()?),
            Gauge::LoadCell(gauge) => level(gauge.margins()?),
            Gauge::Beam(beam) => State::Beam(BeamMeter { beam, debounce: Debounce::new(confirmations), broken: None }),
        };
        Ok(Self { gauge, state })
    }

    /// Takes one reading in; readings come in the order of their times. One without a value changes nothing.
    pub fn read(&mut self, reading: Reading) -> Option<Change> {
        let value = self.gauge.measured(reading.value)?;
        let level = self.gauge.level(reading.value);
        match &mut self.state {
            State::Level(meter) => meter.read(reading.at, value, level),
            State::Beam(meter) => meter.read(reading.at, value, level),
        }
    }

    /// Units there now; `None` before the first steady count, and for beams.
    pub fn units(&self) -> Option<u32> {
        match &self.state {
            State::Level(meter) => meter.units,
            State::Beam(_) => None,
        }
    }

    /// Whether the reading says anything about units; a sensor without one for a while is faulty or blocked.
    pub fn is_usable(&self, reading: Reading) -> bool {
        self.gauge.level(reading.value).is_some()
    }
}

/// Counts what stands there.
#[derive(Clone, Debug)]
struct LevelMeter {
    margins: Margins,
    drift_seconds: f64,
    debounce: Debounce<u32>,
    units: Option<u32>,
    /// In units: how far the zero has drifted.
    offset: f64,
    last_read: Option<Timestamp>,
}

impl LevelMeter {
    fn read(&mut self, at: Timestamp, value: f32, level: Option<f64>) -> Option<Change> {
        let since = self.last_read.replace(at).map_or(SignedDuration::ZERO, |last| at.duration_since(last));
        let level = level.map(|level| level - self.offset);
        if let (Some(units), Some(level)) = (self.units, level) {
            let difference = level - f64::from(units);
            if difference.abs() < 0.5 + self.margins.hysteresis {
                self.debounce.back();
                self.follow_drift(difference, since);
                return None;
            }
        }
        let candidate = level.and_then(|level| self.whole(level));
        let Settled { state: units, began_at, trace } = self.debounce.differs(at, value, candidate)?;
        let before = self.units.replace(units)?;
        let delta_units = i32::try_from(i64::from(units) - i64::from(before)).ok().filter(|delta| *delta != 0)?;
        Some(Change { occurred_at: began_at, delta_units, units_after: Some(units), trace })
    }

    /// The whole number of units that a level fits.
    fn whole(&self, level: f64) -> Option<u32> {
        let whole = level.round().clamp(0.0, f64::from(self.margins.capacity));
        ((level - whole).abs() <= self.margins.tolerance).then_some(whole as u32)
    }

    /// Only what fits the present count well moves the zero: a unit half pushed in is no drift.
    fn follow_drift(&mut self, difference: f64, since: SignedDuration) {
        if difference.abs() > self.margins.tolerance || self.drift_seconds <= 0.0 {
            return;
        }
        let share = (since.as_secs_f64() / self.drift_seconds).clamp(0.0, MAX_DRIFT_SHARE);
        self.offset = (self.offset + difference * share).clamp(-MAX_DRIFT_UNITS, MAX_DRIFT_UNITS);
    }
}

/// Counts what passes.
#[derive(Clone, Debug)]
struct BeamMeter {
    beam: BeamGauge,
    debounce: Debounce<bool>,
    broken: Option<bool>,
}

impl BeamMeter {
    fn read(&mut self, at: Timestamp, value: f32, level: Option<f64>) -> Option<Change> {
        let broken = level.map(|level| level >= 0.5);
        if self.broken.is_some() && broken == self.broken {
            self.debounce.back();
            return None;
        }
        let Settled { state: broken, began_at, trace } = self.debounce.differs(at, value, broken)?;
        let before = self.broken.replace(broken)?;
        let delta_units = match self.beam.passage {
            Passage::Taken => -1,
            Passage::PutBack => 1,
        };
        (broken && !before).then_some(Change { occurred_at: began_at, delta_units, units_after: None, trace })
    }
}

#[cfg(test)]
mod tests;
