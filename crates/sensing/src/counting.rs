//! Rangers and beams: sensors that count units themselves give changes through the same interface as plates.

use jiff::Timestamp;

use crate::meter::{MeterParams, SlotMeter};
use crate::units::{BeamGauge, DistanceGauge, Gauge, GaugeError, Passage};
use crate::weight_change::{SensorChange, WeightChange};
use domain::shelf::{Reading, SensorKind};

/// A sensor that counts, at its place in the store.
#[derive(Clone, Debug)]
pub struct CountingSensor {
    shelf: usize,
    sensor: usize,
    kind: SensorKind,
    make: Make,
    meter: Option<SlotMeter>,
}

#[derive(Clone, Copy, Debug)]
enum Make {
    /// Its zero is found from the first reading and the stock that stood there then.
    Distance {
        unit_depth_mm: f64,
        capacity: u32,
        units: u32,
    },
    Beam,
}

impl CountingSensor {
    /// A ranger behind a row of units of this depth, of which `units` stood there at the start.
    pub fn distance(shelf: usize, sensor: usize, unit_depth_mm: f64, capacity: u32, units: u32) -> Self {
        let make = Make::Distance { unit_depth_mm, capacity, units: units.min(capacity) };
        Self { shelf, sensor, kind: SensorKind::Distance, make, meter: None }
    }

    /// A beam that every unit taken cuts.
    pub fn beam(shelf: usize, sensor: usize) -> Self {
        Self { shelf, sensor, kind: SensorKind::Beam, make: Make::Beam, meter: None }
    }

    /// Takes one reading in: millimetres, or 1 while the beam is cut; `None` where there was no echo.
    ///
    /// # Errors
    ///
    /// Where the sensor's own numbers cannot be right; it says so at its first reading.
    pub fn read(&mut self, at_ms: i64, value: Option<f64>) -> Result<Option<WeightChange>, GaugeError> {
        let Some(value) = value.filter(|value| value.is_finite()) else { return Ok(None) };
        let meter = match &mut self.meter {
            Some(meter) => meter,
            empty => empty.insert(SlotMeter::new(MeterParams::new(self.make.gauge(value)), None)?),
        };
        let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let Some(change) = meter.read(Reading { at, value: Some(value as f32) }) else { return Ok(None) };
        Ok(Some(WeightChange {
            event: None,
            shelf: self.shelf,
            began_ms: change.occurred_at.as_millisecond(),
            ended_ms: at_ms,
            sensors: vec![SensorChange { sensor: self.sensor, grams: 0.0, spread_g: 0.0 }],
            kind: self.kind,
            units: Some(change.delta_units),
            trace: WeightChange::thin(&change.trace),
        }))
    }
}

impl Make {
    fn gauge(self, first: f64) -> Gauge {
        match self {
            Self::Beam => Gauge::Beam(BeamGauge { passage: Passage::Taken }),
            Self::Distance { unit_depth_mm, capacity, units } => {
                let missing = f64::from(capacity - units) * unit_depth_mm;
                Gauge::Distance(DistanceGauge {
                    capacity,
                    full_mm: (first - missing).max(0.0),
                    depth_mm: unit_depth_mm,
                    // What an HC-SR04 needs, in the proportions of the first version's numbers.
                    tolerance_mm: unit_depth_mm * 0.45,
                    hysteresis_mm: unit_depth_mm * 0.14,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(sensor: &mut CountingSensor, values: &[Option<f64>]) -> Vec<i32> {
        let mut found = Vec::new();
        for (tick, &value) in values.iter().enumerate() {
            found.extend(sensor.read(tick as i64 * 100, value).unwrap().and_then(|change| change.units));
        }
        found
    }

    #[test]
    fn a_ranger_counts_from_the_stock_it_started_with() {
        let mut ranger = CountingSensor::distance(0, 0, 42.5, 5, 4);
        let one_less = [Some(72.0), Some(73.0), None, Some(71.0), Some(115.0), Some(114.0), Some(115.0)];
        assert_eq!(changes(&mut ranger, &one_less), [-1]);
    }

    #[test]
    fn a_beam_counts_each_cut_once() {
        let mut beam = CountingSensor::beam(0, 0);
        assert_eq!(changes(&mut beam, &[0.0, 1.0, 1.0, 0.0, 1.0].map(Some)), [-1, -1]);
    }

    #[test]
    fn impossible_numbers_are_named() {
        assert!(CountingSensor::distance(0, 0, 0.0, 5, 5).read(0, Some(30.0)).is_err());
    }
}
