//! What the plates of one shelf felt, in the words of shelf events: rows of grams in; movements, counts and faults out.

use domain::ids::SlotId;
use domain::shelf::{ShelfEvent, Weighed};
use jiff::{SignedDuration, Timestamp};
use protocol::device::{PlateStepMessage, SensorKindName, ShelfEventMessage, WeighedMessage};
use sensing::faults::SensorFault;
use sensing::plates::{PlateOutcome, ShelfPlates};
use sensing::units::LoadCellGauge;
use sensing::weight_change::WeightChange;
use uuid::Uuid;

/// A plate stands still once so many rows agree. Ten rows a second are the usual: of a hand that rests and trembles by
/// 20 g for two seconds, five agree in one case of 20, three in one of five, and a pick still settles in half a second.
const STILL_ROWS: usize = 5;

/// A plate that shook is believed again after so long at rest; its noise is learnt within some seconds.
const RESTED_FOR: SignedDuration = SignedDuration::from_secs(10);

/// What came of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Noticed {
    /// To be delivered.
    Moved(Moved),
    /// To be compared with after a restart; no event.
    Stands {
        /// Where.
        slot: SlotId,
        /// Units, by the weight.
        units: u32,
    },
    /// A plate broke or works again.
    Fault {
        /// Where.
        slot: SlotId,
        /// What is wrong from now on.
        fault: Option<SensorFault>,
    },
}

/// A shelf event without its id.
#[derive(Clone, PartialEq, Debug)]
pub struct Moved {
    /// The plate that it is about; of several, the one that changed most.
    pub slot: SlotId,
    /// When it began, by the node's clock.
    pub occurred_at: Timestamp,
    /// Units of the slot's own product more or fewer; 0 where the weight does not fit them.
    pub delta_units: i32,
    /// Units there afterwards; `None` where the weight fits none.
    pub units_after: Option<u32>,
    /// Grams over time: off the level before, or of the level that was found after a restart.
    pub trace: Vec<f32>,
    /// What the plates felt; `None` for what happened while nothing was read.
    pub weighed: Option<WeighedMessage>,
}

impl Moved {
    /// The event with its id.
    pub fn message(self, id: Uuid) -> ShelfEventMessage {
        let Self { slot, occurred_at, delta_units, units_after, trace, weighed } = self;
        let sensor = SensorKindName::LoadCell;
        let (slot, boot) = (slot.0, None);
        ShelfEventMessage { id, slot, occurred_at, boot, delta_units, units_after, sensor, trace, weighed }
    }
}

/// One plate of a shelf.
#[derive(Clone, Debug)]
pub struct Plate {
    slot: SlotId,
    gauge: LoadCellGauge,
    /// It stood still once: before that, what it does is its first level being found.
    has_level: bool,
    count: Count,
    trust: Trust,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Trust {
    Trusted,
    /// Its fault was told.
    Broken(SensorFault),
    /// It shook, and stopped or only seems to. The fault goes on until the plate has rested for [`RESTED_FOR`], with so
    /// little noise that a unit stands out of it; since when it does.
    Shaken(Option<Timestamp>),
}

#[derive(Clone, Copy, Debug)]
enum Count {
    /// Not compared with the plate's level yet: units from before the start, with those reported since; `None` at a new
    /// slot.
    Restored(Option<i64>),
    /// As noted last.
    Noted(u32),
}

impl Plate {
    /// A plate on which `restored` units stood when the node knew it last.
    pub fn new(slot: SlotId, gauge: LoadCellGauge, restored: Option<u32>) -> Self {
        Self { slot, gauge, has_level: false, count: Count::Restored(restored.map(i64::from)), trust: Trust::Trusted }
    }
}

/// The plates of one shelf.
#[derive(Clone, Debug)]
pub struct Weighing {
    shelf: ShelfPlates,
    plates: Vec<Plate>,
}

impl Weighing {
    /// The shelf with this index on the node; its plates from left to right, each read `rate_hz` times a second.
    pub fn new(index: usize, plates: Vec<Plate>, rate_hz: f64) -> Self {
        Self { shelf: ShelfPlates::with_least_rows(index, plates.len(), rate_hz, STILL_ROWS), plates }
    }

    /// Takes one row in: grams from left to right, `None` where a plate gave nothing. What comes of it is in the order in
    /// which it is to be kept.
    pub fn read(&mut self, at: Timestamp, row: &[Option<f32>]) -> Vec<Noticed> {
        let mut outcomes = Vec::new();
        let sample = |plate: usize| row.get(plate).copied().flatten().map(f64::from);
        self.shelf.read(at.as_millisecond(), sample, |outcome| outcomes.push(outcome));
        let mut noticed = Vec::new();
        for outcome in outcomes {
            match outcome {
                PlateOutcome::Change(change) => self.change(at, change, &mut noticed),
                PlateOutcome::Fault(change) => noticed.extend(self.plates[change.sensor].fault(change.fault)),
            }
        }
        for (index, plate) in self.plates.iter_mut().enumerate() {
            let rest_g = self.shelf.resting_g(index);
            let drowned_g = rest_g.and(self.shelf.drowned_g(index));
            noticed.extend(plate.rested(at, drowned_g.is_some_and(|grams| grams <= plate.gauge.unit_g)));
            if let Some(level_g) = rest_g {
                plate.has_level = true;
                noticed.extend(plate.compare(at, level_g));
            }
        }
        noticed
    }

    fn change(&mut self, at: Timestamp, change: WeightChange, noticed: &mut Vec<Noticed>) {
        let most = change.sensors.iter().max_by(|one, other| one.grams.abs().total_cmp(&other.grams.abs()));
        let Some(most) = most.map(|most| most.sensor).filter(|&most| self.plates[most].has_level) else {
            return;
        };
        let levels: Vec<_> = self.shelf.levels().collect();
        let units_at = |index: usize, plate: &Plate| levels[index].and_then(|level_g| plate.gauge.standing(level_g));
        // What spilled onto a neighbour's plate may fit its units. It belongs to this event, and not to one of its own
        // after the next restart.
        for index in change.sensors.iter().map(|sensor| sensor.sensor).filter(|&index| index != most) {
            let plate = &mut self.plates[index];
            let (Count::Noted(before), Some(units)) = (plate.count, units_at(index, plate)) else { continue };
            if before != units {
                plate.count = Count::Noted(units);
                noticed.push(Noticed::Stands { slot: plate.slot.clone(), units });
            }
        }
        let weighed = self.weighed(&change);
        let plate = &mut self.plates[most];
        let delta_units = plate.gauge.moved(change.grams());
        let units_after = plate.moved(delta_units, units_at(most, plate));
        noticed.push(Noticed::Moved(Moved {
            slot: plate.slot.clone(),
            occurred_at: Timestamp::from_millisecond(change.began_ms).unwrap_or(at),
            delta_units,
            units_after,
            trace: change.trace,
            weighed: Some(weighed),
        }));
    }

    /// Within the bounds of the wire: beyond them is no weight but a wrong `counts_per_gram`, and the event is kept.
    fn weighed(&self, change: &WeightChange) -> WeighedMessage {
        let bounded = |grams: f64| (grams as f32).clamp(-Weighed::MAX_G, Weighed::MAX_G);
        let lasted_ms = (change.ended_ms - change.began_ms).clamp(0, i64::from(Weighed::MAX_MS));
        let plates = change.sensors.iter().map(|sensor| PlateStepMessage {
            slot: self.plates[sensor.sensor].slot.0.clone(),
            grams: bounded(sensor.grams),
            spread_g: bounded(sensor.spread_g),
        });
        WeighedMessage { lasted_ms: lasted_ms as u32, plates: plates.collect() }
    }
}

impl Plate {
    /// Notes a movement; gives the units there afterwards as they may be told. Before the count from before the start is
    /// compared they may only be told if they are what it makes, for what else they differ by is an event of its own.
    fn moved(&mut self, delta_units: i32, units: Option<u32>) -> Option<u32> {
        if let Count::Restored(Some(before)) = &mut self.count {
            *before += i64::from(delta_units);
            if units.is_some_and(|units| i64::from(units) != *before) {
                return None;
            }
        }
        if let Some(units) = units {
            self.count = Count::Noted(units);
        }
        units
    }

    /// Takes a fault's begin or end; gives what is to be told of it.
    fn fault(&mut self, fault: Option<SensorFault>) -> Option<Noticed> {
        let before = self.trust;
        self.trust = match (fault, before) {
            (Some(fault), _) => Trust::Broken(fault),
            (None, Trust::Broken(SensorFault::Noise)) => Trust::Shaken(None),
            (None, Trust::Broken(_) | Trust::Trusted | Trust::Shaken(_)) => Trust::Trusted,
        };
        let changed = (self.trust == Trust::Trusted) != (before == Trust::Trusted);
        changed.then(|| Noticed::Fault { slot: self.slot.clone(), fault })
    }

    /// Tells that a fault is over, once the plate has rested for long enough.
    fn rested(&mut self, at: Timestamp, rests: bool) -> Option<Noticed> {
        let Trust::Shaken(since) = &mut self.trust else { return None };
        if !rests {
            *since = None;
            return None;
        }
        if at.duration_since(*since.get_or_insert(at)) < RESTED_FOR {
            return None;
        }
        self.trust = Trust::Trusted;
        Some(Noticed::Fault { slot: self.slot.clone(), fault: None })
    }

    /// Compares the level with the count from before the start, once it fits a number of units.
    fn compare(&mut self, at: Timestamp, level_g: f64) -> Option<Noticed> {
        let Count::Restored(before) = self.count else { return None };
        let units = self.gauge.standing(level_g)?;
        self.count = Count::Noted(units);
        let slot = self.slot.clone();
        let delta = before.map_or(0, |before| i64::from(units) - before);
        let delta_units = i32::try_from(delta).unwrap_or(0);
        if delta_units == 0 || delta_units.unsigned_abs() > ShelfEvent::MAX_UNITS {
            return Some(Noticed::Stands { slot, units });
        }
        let (units_after, trace) = (Some(units), vec![level_g as f32]);
        Some(Noticed::Moved(Moved { slot, occurred_at: at, delta_units, units_after, trace, weighed: None }))
    }
}

#[cfg(test)]
mod tests;
