//! The threads of shelves with load cells: one reads each plate, and one more puts a shelf's values together as rows.
//!
//! An HX711 lets its reader wait for up to a conversion, 100 ms, so the plates of a shelf cannot be read one after the
//! other. Between its reader and its shelf a plate has room for one value, the latest; there is no queue.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::SlotId;
use jiff::{SignedDuration, Timestamp};
use sensing::units::LoadCellGauge;
use uuid::Uuid;

use crate::config::{PlateConfig, SensorConfig};
use crate::drivers::SensorDriver;
use crate::drivers::probe::Probe;
use crate::health::Condition;
use crate::sampling::Surroundings;
use crate::worker::Worker;

pub mod weighing;

use weighing::{Noticed, Plate, Weighing};

/// A value stands for its plate during so many periods. A reader that is a little slower than the rows, or a bit that was
/// lost on the wire, leaves no hole; a plate that gives nothing is one without values soon enough.
const FRESH_PERIODS: i32 = 3;

/// The shelves of a node, before they are read.
#[derive(Default)]
pub struct Shelves {
    shelves: Vec<Shelf>,
}

struct Shelf {
    name: Option<String>,
    period: Duration,
    plates: Vec<(SlotId, LoadCellGauge, Probe)>,
}

impl Shelves {
    /// Puts a plate to the right of those that its shelf has already. The configuration sees to it that all plates of a
    /// shelf have one period.
    pub fn add(&mut self, config: &SensorConfig, plate: &PlateConfig, driver: Box<dyn SensorDriver>) {
        let probe = Probe::new(config.slot.clone(), driver);
        let fitted = (config.slot.clone(), plate.gauge, probe);
        let same = |shelf: &&mut Shelf| plate.shelf.is_some() && shelf.name == plate.shelf;
        match self.shelves.iter_mut().find(same) {
            Some(shelf) => shelf.plates.push(fitted),
            None => {
                let name = plate.shelf.clone();
                self.shelves.push(Shelf { name, period: config.period, plates: vec![fitted] });
            }
        }
    }

    /// Starts all threads.
    pub fn spawn(self, surroundings: &Surroundings) -> Vec<Worker> {
        let mut workers = Vec::new();
        for (index, shelf) in self.shelves.into_iter().enumerate() {
            shelf.spawn(index, surroundings, &mut workers);
        }
        workers
    }
}

impl Shelf {
    fn spawn(self, index: usize, surroundings: &Surroundings, workers: &mut Vec<Worker>) {
        let Self { period, plates: fitted, .. } = self;
        let (mut plates, mut latest) = (Vec::new(), Vec::new());
        for (slot, gauge, mut probe) in fitted {
            let restored = surroundings.spool.count(&slot);
            plates.push(Plate::new(slot, gauge, restored));
            let place = Latest::default();
            latest.push(place.clone());
            let clock = surroundings.clock;
            workers.push(Worker::spawn(Duration::ZERO, period, move || {
                if let Some(value) = probe.value() {
                    place.put(clock.now(), value);
                }
            }));
        }
        let weighing = Weighing::new(index, plates, 1.0 / period.as_secs_f64());
        let mut keeper = Keeper { weighing, latest, period, surroundings: surroundings.clone() };
        // Half a period behind the readers, so that being late by a little neither doubles a value nor skips one.
        workers.push(Worker::spawn(period / 2, period, move || keeper.row()));
    }
}

/// A plate's last value and when it was read.
#[derive(Clone, Default)]
struct Latest(Arc<Mutex<Option<(Timestamp, f32)>>>);

impl Latest {
    fn put(&self, at: Timestamp, value: f32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, value));
    }

    fn since(&self, oldest: Timestamp) -> Option<f32> {
        let latest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        latest.filter(|(at, _)| *at >= oldest).map(|(_, value)| value)
    }
}

/// Puts what a shelf's plates give into the spool and into the node's health.
struct Keeper {
    weighing: Weighing,
    latest: Vec<Latest>,
    period: Duration,
    surroundings: Surroundings,
}

impl Keeper {
    fn row(&mut self) {
        let at = self.surroundings.clock.now();
        let fresh = SignedDuration::try_from(self.period * FRESH_PERIODS.unsigned_abs()).unwrap_or_default();
        let oldest = at.saturating_sub(fresh).unwrap_or(at);
        let row: Vec<_> = self.latest.iter().map(|latest| latest.since(oldest)).collect();
        for noticed in self.weighing.read(at, &row) {
            self.keep(noticed);
        }
    }

    fn keep(&self, noticed: Noticed) {
        let Surroundings { spool, health, .. } = &self.surroundings;
        match noticed {
            Noticed::Moved(moved) => {
                let event = moved.message(Uuid::now_v7());
                let grams = event.weighed.as_ref().map(|weighed| weighed.plates.iter().map(|plate| plate.grams).sum());
                let grams: f32 = grams.unwrap_or_default();
                let (delta_units, units_after) = (event.delta_units, event.units_after);
                tracing::info!(slot = event.slot, event.id = %event.id, grams, delta_units, units_after, "weight moved");
                self.surroundings.keep(event);
            }
            // A count goes with the events before it: it would hide them if it were safe and they were not.
            Noticed::Stands { slot, units } if spool.unsaved() == 0 => {
                tracing::info!(%slot, units, "units stand here");
                spool.note_count(&slot, units);
            }
            Noticed::Stands { .. } => {}
            Noticed::Fault { slot, fault: Some(fault) } => {
                tracing::warn!(%slot, ?fault, "the plate cannot be trusted");
                health.set_sensor(&slot, Condition::Faulty);
            }
            Noticed::Fault { slot, fault: None } => {
                tracing::info!(%slot, "the plate is usable again");
                health.set_sensor(&slot, Condition::Usable);
            }
        }
    }
}
