//! The thread of one sensor that counts: read, meter, and put changes on disk before the next sample.

use std::time::Duration;

use domain::ids::SlotId;
use domain::shelf::Reading;
use protocol::device::{SensorKindName, ShelfEventMessage};
use sensing::meter::{Change, MeterParams, SlotMeter};
use sensing::units::GaugeError;
use uuid::Uuid;

use crate::clock::NodeClock;
use crate::config::SensorConfig;
use crate::drivers::SensorDriver;
use crate::drivers::probe::Probe;
use crate::health::{Condition, FaultWatch, Health};
use crate::spool::{Appended, SharedSpool};
use crate::worker::Worker;

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

impl Surroundings {
    /// Puts a change on disk, or as near to it as the disk allows now.
    pub fn keep(&self, event: ShelfEventMessage) {
        match self.spool.append(ShelfEventMessage { boot: Some(self.clock.boot()), ..event }) {
            Appended::OnDisk | Appended::InMemory => {}
            Appended::Lost => self.health.set_lost(self.spool.lost()),
        }
    }
}

/// Starts the thread of a ranger or a beam.
///
/// # Errors
///
/// Where the gauge's numbers cannot be right.
pub fn spawn(
    config: &SensorConfig,
    params: MeterParams,
    driver: Box<dyn SensorDriver>,
    surroundings: Surroundings,
) -> Result<Worker, GaugeError> {
    let restored = surroundings.spool.count(&config.slot);
    let mut sampler = Sampler {
        slot: config.slot.clone(),
        kind: params.gauge.kind().into(),
        meter: SlotMeter::new(params, restored)?,
        probe: Probe::new(config.slot.clone(), driver),
        noted: restored,
        faults: FaultWatch::new(surroundings.clock.now()),
        surroundings,
    };
    Ok(Worker::spawn(Duration::ZERO, config.period, move || sampler.sample()))
}

struct Sampler {
    slot: SlotId,
    kind: SensorKindName,
    meter: SlotMeter,
    probe: Probe,
    /// Units that the spool knows of.
    noted: Option<u32>,
    faults: FaultWatch,
    surroundings: Surroundings,
}

impl Sampler {
    fn sample(&mut self) {
        // Before the reading: what it shows has happened by then.
        let at = self.surroundings.clock.now();
        let reading = Reading { at, value: self.probe.value() };
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

    fn keep(&mut self, change: Change) {
        let Change { occurred_at, delta_units, units_after, trace } = change;
        self.noted = units_after;
        let event = ShelfEventMessage {
            id: Uuid::now_v7(),
            slot: self.slot.0.clone(),
            occurred_at,
            boot: None,
            delta_units,
            units_after,
            sensor: self.kind,
            trace,
            weighed: None,
        };
        tracing::info!(slot = %self.slot, event.id = %event.id, delta_units, units_after, "units moved");
        self.surroundings.keep(event);
    }
}
