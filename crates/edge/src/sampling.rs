//! The thread of one sensor: read, meter, and put changes on disk before the next sample.

use std::convert::Infallible;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use domain::ids::SlotId;
use domain::shelf::Reading;
use domain::shelf::meter::{Change, SlotMeter};
use domain::shelf::units::GaugeError;
use protocol::device::{SensorKindName, ShelfEventMessage};
use uuid::Uuid;

use crate::clock::NodeClock;
use crate::config::SensorConfig;
use crate::drivers::SensorDriver;
use crate::health::{Condition, FaultWatch, Health};
use crate::spool::{Appended, SharedSpool};

/// What all sensors of a node share.
#[derive(Clone)]
pub struct Surroundings {
    /// The node's clock.
    pub clock: NodeClock,
    /// Where changes go.
    pub spool: SharedSpool,
    /// Where faults are noted.
    pub health: Health,
}

/// Starts the thread of a sensor. It ends, after the sample at hand, when the other end of `stop` is dropped.
///
/// # Errors
///
/// Where the gauge's numbers cannot be right.
pub fn spawn(
    config: &SensorConfig,
    driver: Box<dyn SensorDriver>,
    surroundings: Surroundings,
    stop: Receiver<Infallible>,
) -> Result<JoinHandle<()>, GaugeError> {
    let restored = surroundings.spool.count(&config.slot);
    let sampler = Sampler {
        slot: config.slot.clone(),
        kind: config.meter.gauge.kind().into(),
        meter: SlotMeter::new(config.meter, restored)?,
        driver,
        noted: restored,
        faults: FaultWatch::new(surroundings.clock.now()),
        is_failing: false,
        surroundings,
    };
    let period = config.period;
    Ok(thread::spawn(move || sampler.run(period, &stop)))
}

struct Sampler {
    slot: SlotId,
    kind: SensorKindName,
    meter: SlotMeter,
    driver: Box<dyn SensorDriver>,
    /// Units that the spool knows of.
    noted: Option<u32>,
    faults: FaultWatch,
    is_failing: bool,
    surroundings: Surroundings,
}

impl Sampler {
    fn run(mut self, period: Duration, stop: &Receiver<Infallible>) {
        let mut due = Instant::now();
        loop {
            self.sample();
            // A late sample does not make the next ones hurry.
            due = (due + period).max(Instant::now());
            match stop.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(never) => match never {},
            }
        }
    }

    fn sample(&mut self) {
        // Before the reading: what it shows has happened by then.
        let at = self.surroundings.clock.now();
        let reading = Reading { at, value: self.value() };
        if let Some(condition) = self.faults.sampled(at, self.meter.is_usable(reading)) {
            match condition {
                Condition::Faulty => {
                    tracing::warn!(slot = %self.slot, "the sensor gives nothing usable")
                }
                Condition::Usable => {
                    tracing::info!(slot = %self.slot, "the sensor is usable again")
                }
            }
            self.surroundings.health.set_sensor(&self.slot, condition);
        }
        match self.meter.read(reading) {
            Some(change) => self.keep(change),
            None => {
                if let Some(units) = self.meter.units().filter(|units| self.noted != Some(*units)) {
                    tracing::info!(slot = %self.slot, units, "the first count");
                    self.surroundings.spool.note_count(&self.slot, units);
                    self.noted = Some(units);
                }
            }
        }
    }

    fn value(&mut self) -> Option<f32> {
        match self.driver.read() {
            Ok(value) => {
                self.is_failing = false;
                value
            }
            Err(error) => {
                // Once, not at every sample; the fault is reported besides.
                if !self.is_failing {
                    tracing::warn!(slot = %self.slot, %error, "the sensor cannot be read");
                }
                self.is_failing = true;
                None
            }
        }
    }

    fn keep(&mut self, change: Change) {
        let Change { occurred_at, delta_units, units_after, trace } = change;
        self.noted = units_after;
        let event = ShelfEventMessage {
            id: Uuid::now_v7(),
            slot: self.slot.0.clone(),
            occurred_at,
            delta_units,
            units_after,
            sensor: self.kind,
            trace,
            weighed: None,
        };
        tracing::info!(slot = %self.slot, event.id = %event.id, delta_units, units_after, "units moved");
        match self.surroundings.spool.append(event) {
            Appended::OnDisk | Appended::InMemory => {}
            Appended::Lost => self.surroundings.health.set_lost(self.surroundings.spool.lost()),
        }
    }
}
