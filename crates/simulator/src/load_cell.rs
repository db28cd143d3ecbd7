//! A simulated load cell under a slot: hands and units become rows of grams with noise, and the real plates make changes of them
//! again.

use std::time::Duration;

use domain::clock::{Clock, shift};
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sensing::plates::{PlateOutcome, ShelfPlates};
use sensing::units::LoadCellGauge;
use sensing::weight_change::WeightChange;

/// Rows a second: an HX711 gives 10 or 80.
const RATE_HZ: f64 = 80.0;
/// Standard deviation of a reading, in grams: an HX711 with a 5 kg cell.
const NOISE_G: f64 = 0.4;
/// What the empty plate weighs, grams.
const TARE_G: f64 = 120.0;
/// A plate is read for so long (s) before a hand comes: its level and its noise are known then.
const QUIET_S: f64 = 20.0;
/// A hand leans on the plate for so long (s) …
const HAND_S: std::ops::Range<f64> = 0.15..0.5;
/// … as heavily as this at most, grams.
const HAND_G: f64 = 180.0;
/// A change is noticed within so long (s) after the hand has gone, or the plates do not work.
const NOTICED_S: f64 = 3.0;

/// What came of a hand.
#[derive(Clone, PartialEq, Debug)]
pub struct Felt {
    /// When the first reading differed.
    pub began_at: Timestamp,
    /// Milliseconds from then to the last that still moved.
    pub lasted_ms: u32,
    /// Grams more or less, and the standard deviation of that.
    pub step_g: [f64; 2],
    /// Whole units of the slot's own product; 0 where it is something else.
    pub delta_units: i32,
    /// Units standing there afterwards, where that can be told.
    pub units_after: Option<u32>,
    /// Readings, grams off the level before.
    pub trace: Vec<f32>,
}

/// One slot.
pub struct LoadCell {
    gauge: LoadCellGauge,
    units: u32,
    /// Grams of what lies there and belongs elsewhere.
    foreign_g: f64,
    plate: ShelfPlates,
    /// Rows were read until then, milliseconds since 1970.
    read_ms: i64,
    noise: ChaCha8Rng,
    clock: Clock,
}

impl LoadCell {
    /// A full slot of `capacity` units with `unit_g` grams each, read by `clock`.
    pub fn full(capacity: u32, unit_g: f64, seed: u64, clock: Clock) -> Self {
        let gauge =
            LoadCellGauge { capacity, unit_g, tare_g: TARE_G, tolerance_g: unit_g * 0.4, hysteresis_g: unit_g * 0.1 };
        let plate = ShelfPlates::new(0, 1, RATE_HZ);
        let noise = ChaCha8Rng::seed_from_u64(seed);
        Self { gauge, units: capacity, foreign_g: 0.0, plate, read_ms: 0, noise, clock }
    }

    /// Takes (below zero) or puts back units, and waits until the plate has come to rest. Gives what moved, and what the plate
    /// made of it. `None` where nothing can move. An empty slot is filled up and tidied first, unseen: staff switch its
    /// sensor off for that.
    pub async fn move_units(&mut self, delta: i32) -> Option<(i32, Felt)> {
        if delta < 0 && self.units < delta.unsigned_abs() {
            let seed = self.noise.random();
            *self = Self::full(self.gauge.capacity, self.gauge.unit_g, seed, self.clock.clone());
        }
        let after = self.units.saturating_add_signed(delta).min(self.gauge.capacity);
        let moved = i32::try_from(i64::from(after) - i64::from(self.units)).ok().filter(|moved| *moved != 0)?;
        let felt = self.feel(f64::from(moved) * self.gauge.unit_g).await?;
        self.units = after;
        Some((moved, felt))
    }

    /// Puts down something that belongs elsewhere, of so many grams.
    pub async fn put_down(&mut self, grams: f64) -> Option<Felt> {
        let felt = self.feel(grams).await?;
        self.foreign_g += grams;
        Some(felt)
    }

    async fn feel(&mut self, step_g: f64) -> Option<Felt> {
        let began = self.clock.now();
        let start_ms = began.as_millisecond();
        let quiet_ms = start_ms - (QUIET_S * 1000.0) as i64;
        let before_g = TARE_G + f64::from(self.units) * self.gauge.unit_g + self.foreign_g;
        let mut change = None;
        if self.read_ms > start_ms {
            // Its computer was started anew with an earlier time.
            self.plate = ShelfPlates::new(0, 1, RATE_HZ);
            self.read_ms = 0;
        }
        // What nobody touched is not read row by row: only the last moments of it.
        self.read_ms = self.read_ms.max(quiet_ms);
        while self.read_ms < start_ms {
            self.read(before_g, &mut change);
        }
        let hand_ms = (self.noise.random_range(HAND_S) * 1000.0) as i64;
        let press_g = self.noise.random_range(0.0..HAND_G);
        while self.read_ms < start_ms + hand_ms {
            let share = (self.read_ms - start_ms) as f64 / hand_ms as f64;
            // The hand comes, presses, and goes with what it takes.
            let pressed = press_g * (share * std::f64::consts::PI).sin();
            self.read(before_g + pressed + if share < 0.5 { 0.0 } else { step_g }, &mut change);
        }
        let latest_ms = start_ms + hand_ms + (NOTICED_S * 1000.0) as i64;
        while change.is_none() && self.read_ms < latest_ms {
            self.read(before_g + step_g, &mut change);
        }
        let took = Duration::from_millis(u64::try_from(self.read_ms - start_ms).unwrap_or(0));
        tokio::time::sleep(took).await;
        let Some(change) = change else {
            tracing::error!(step_g, "the plate did not notice a change");
            return None;
        };
        let grams = change.grams();
        let begins_late = SignedDuration::from_millis((change.began_ms - start_ms).max(0));
        Some(Felt {
            began_at: shift(began, begins_late),
            lasted_ms: u32::try_from(change.ended_ms - change.began_ms).unwrap_or(0),
            step_g: [grams, change.spread_g()],
            delta_units: self.gauge.moved(grams),
            units_after: self.plate.levels().next().flatten().and_then(|level| self.gauge.standing(level)),
            trace: change.trace,
        })
    }

    /// One row.
    fn read(&mut self, grams: f64, found: &mut Option<WeightChange>) {
        // Four uniform numbers together are nearly normal, with a standard deviation of 1/√3.
        let sum: f64 = (0..4).map(|_| self.noise.random_range(0.0..1.0)).sum();
        let noise = (sum - 2.0) * 3.0_f64.sqrt() * NOISE_G;
        self.plate.read(
            self.read_ms,
            |_| Some(grams + noise),
            |outcome| {
                if let PlateOutcome::Change(change) = outcome {
                    *found = Some(change);
                }
            },
        );
        self.read_ms += (1000.0 / RATE_HZ) as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::system;

    #[tokio::test]
    async fn what_moves_is_what_the_plate_says() {
        let mut cell = LoadCell::full(12, 65.0, 1, system());
        for (delta, after) in [(-1, 11), (-3, 8), (2, 10), (-6, 4), (1, 5)] {
            let (moved, felt) = cell.move_units(delta).await.unwrap();
            assert_eq!((moved, felt.delta_units, felt.units_after), (delta, delta, Some(after)));
            assert!((felt.step_g[0] - f64::from(delta) * 65.0).abs() < 2.0, "{felt:?}");
            assert!(felt.lasted_ms < 1_500, "{felt:?}");
        }
    }

    #[tokio::test]
    async fn an_empty_slot_is_filled_unseen_and_a_full_one_takes_no_more() {
        let mut cell = LoadCell::full(3, 65.0, 1, system());
        assert_eq!(cell.move_units(-3).await.unwrap().1.units_after, Some(0));
        assert_eq!(cell.move_units(-1).await.unwrap().1.units_after, Some(2));
        assert_eq!(cell.move_units(1).await.unwrap().1.units_after, Some(3));
        assert_eq!(cell.move_units(1).await, None);
    }

    #[tokio::test]
    async fn what_belongs_elsewhere_counts_no_units() {
        let mut cell = LoadCell::full(6, 355.0, 1, system());
        cell.move_units(-2).await.unwrap();
        let felt = cell.put_down(182.0).await.unwrap();
        assert_eq!((felt.delta_units, felt.units_after), (0, None));
        assert!((felt.step_g[0] - 182.0).abs() < 2.0, "{felt:?}");
        let (_, felt) = cell.move_units(-1).await.unwrap();
        assert_eq!(felt.delta_units, -1, "the others are taken as ever");
    }
}
