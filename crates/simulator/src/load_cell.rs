//! A simulated load cell under a slot: units become grams with noise, and the real meter makes changes of them again.

use std::time::Duration;

use domain::shelf::Reading;
use domain::shelf::meter::{Change, MeterParams, SlotMeter};
use domain::shelf::units::{Gauge, GaugeError, LoadCellGauge};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::clock::now;

/// From one reading to the next. An HX711 gives 10 or 80 a second; at 80, three readings that agree take 40 ms.
const SAMPLE_EVERY: Duration = Duration::from_micros(12_500);
/// Standard deviation of a reading, in grams: an HX711 with a 5 kg cell.
const NOISE_G: f64 = 0.4;
/// A change is noticed within so many readings, or the meter does not work.
const MOST_READINGS: u32 = 40;

/// One slot.
pub struct LoadCell {
    gauge: LoadCellGauge,
    units: u32,
    meter: SlotMeter,
    noise: ChaCha8Rng,
}

impl LoadCell {
    /// A full slot of `capacity` units with `unit_g` grams each.
    ///
    /// # Errors
    ///
    /// Where such a slot cannot be metered.
    pub fn full(capacity: u32, unit_g: f64, seed: u64) -> Result<Self, GaugeError> {
        let gauge =
            LoadCellGauge { capacity, unit_g, tare_g: 120.0, tolerance_g: unit_g * 0.4, hysteresis_g: unit_g * 0.1 };
        let meter = SlotMeter::new(MeterParams::new(Gauge::LoadCell(gauge)), Some(capacity))?;
        Ok(Self { gauge, units: capacity, meter, noise: ChaCha8Rng::seed_from_u64(seed) })
    }

    /// Takes (below zero) or puts back units and reads the scale until the meter has noticed. `None` where nothing can
    /// move. An empty slot is filled up first, unseen: staff switch its sensor off for that.
    pub async fn move_units(&mut self, delta: i32) -> Option<Change> {
        if delta < 0 && self.units < delta.unsigned_abs() {
            let seed = self.noise.random();
            *self = Self::full(self.gauge.capacity, self.gauge.unit_g, seed).ok()?;
        }
        let after = self.units.saturating_add_signed(delta).min(self.gauge.capacity);
        if after == self.units {
            return None;
        }
        self.units = after;
        for _ in 0..MOST_READINGS {
            let reading = Reading { at: now(), value: Some(self.grams()) };
            if let Some(change) = self.meter.read(reading) {
                return Some(change);
            }
            tokio::time::sleep(SAMPLE_EVERY).await;
        }
        tracing::error!(units = self.units, "the meter did not notice a change");
        None
    }

    fn grams(&mut self) -> f32 {
        // Four uniform numbers together are nearly normal, with a standard deviation of 1/√3.
        let sum: f64 = (0..4).map(|_| self.noise.random_range(0.0..1.0)).sum();
        let noise = (sum - 2.0) * 3.0_f64.sqrt() * NOISE_G;
        (self.gauge.tare_g + f64::from(self.units) * self.gauge.unit_g + noise) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_moves_is_what_the_meter_says() {
        let mut cell = LoadCell::full(12, 65.0, 1).unwrap();
        for (delta, after) in [(-1, 11), (-3, 8), (2, 10), (-6, 4), (1, 5)] {
            let change = cell.move_units(delta).await.unwrap();
            assert_eq!((change.delta_units, change.units_after), (delta, Some(after)));
        }
    }

    #[tokio::test]
    async fn an_empty_slot_is_filled_unseen_and_a_full_one_takes_no_more() {
        let mut cell = LoadCell::full(3, 65.0, 1).unwrap();
        assert_eq!(cell.move_units(-3).await.unwrap().units_after, Some(0));
        assert_eq!(cell.move_units(-1).await.unwrap().units_after, Some(2));
        assert_eq!(cell.move_units(1).await.unwrap().units_after, Some(3));
        assert_eq!(cell.move_units(1).await, None);
    }
}
