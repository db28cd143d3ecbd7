//! The plates of one shelf: raw rows in, weight changes out; a hand that rests, presses or brushes makes none.
//!
//! A movement is a run of neighbouring plates that are off their levels. It is over when all of them stand still; what
//! each then carries more or less than before is the change. Movements at different places of a shelf are followed
//! apart, and a pause of one window is enough to tell two movements at the same place apart.

use crate::faults::{FaultChange, FaultWatch, SensorFault};
use crate::plate::Plate;
use crate::weight_change::{SensorChange, WeightChange};
use domain::shelf::SensorKind;

/// A plate that has stood still for this long (ms) carries what it will carry: hands tremble faster than that.
const STILL_MS: f64 = 300.0;
/// The first plate is followed this long (ms) before a movement is believed: its noise is not known yet.
const SETTLING_MS: i64 = 1_000;
/// A change smaller than this (g) is no product: the lightest of the real store weighs 24 g.
pub const LEAST_G: f64 = 6.0;
/// A change must stand out of the noise of its plates by this many standard deviations.
const LEAST_SPREADS: f64 = 4.0;
/// Hotness beyond this many plates from a movement is another movement.
const REACH: usize = 1;
/// Batches whose clocks differ by this much (ms) still follow each other: the real store's overlap by a few.
const JITTER_MS: i64 = 50;
/// Rows kept of one movement: 60 Hz for ten seconds.
const ROWS_LIMIT: usize = 600;
/// Neighbouring plates that change this far apart in time (ms) were changed by two hands' movements: one movement's
/// plates follow each other within a third of a second.
const APART_MS: i64 = 500;

/// What came of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum PlateOutcome {
    /// Something stands there that did not, or the other way round.
    Change(WeightChange),
    /// A plate broke or works again.
    Fault(FaultChange),
}

/// The plates of one shelf.
#[derive(Clone, Debug)]
pub struct ShelfPlates {
    shelf: usize,
    plates: Vec<Plate>,
    faults: Vec<FaultWatch>,
    movements: Vec<Movement>,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
    late_rows: u64,
}

#[derive(Clone, Debug)]
struct Movement {
    first: usize,
    last: usize,
    began_ms: i64,
    /// The last row in which one of its plates was not still.
    moved_ms: i64,
    /// Times, and what every plate of the shelf was off its level then, grams.
    rows: Vec<(i64, Vec<f32>)>,
}

impl ShelfPlates {
    /// The plates of the shelf with this index; `sensors` of them, each read `rate_hz` times a second.
    pub fn new(shelf: usize, sensors: usize, rate_hz: f64) -> Self {
        Self::with_least_rows(shelf, sensors, rate_hz, 3)
    }

    /// The same, but standing still takes at least so many rows, 3 to 64. Three rows are all that [`Self::new`] asks for
    /// at ten a second, and now and then three of a resting hand agree by chance.
    pub fn with_least_rows(shelf: usize, sensors: usize, rate_hz: f64, rows: usize) -> Self {
        let length = ((STILL_MS / 1000.0 * rate_hz) as usize).clamp(rows.clamp(3, 64), 64);
        Self {
            shelf,
            plates: vec![Plate::new(length); sensors],
            faults: vec![FaultWatch::default(); sensors],
            movements: Vec::new(),
            first_ms: None,
            last_ms: None,
            late_rows: 0,
        }
    }

    /// Takes one row in; `sample(plate)` gives grams, or `None` where the sensor gave nothing.
    ///
    /// Rows come in the order of their times. One that is older than the last is counted and not used: what it would
    /// have shown is still to be seen in the plates' levels.
    pub fn read(&mut self, at_ms: i64, sample: impl Fn(usize) -> Option<f64>, mut outcome: impl FnMut(PlateOutcome)) {
        if self.last_ms.is_some_and(|last| at_ms < last - JITTER_MS) {
            self.late_rows += 1;
            return;
        }
        let at_ms = self.last_ms.map_or(at_ms, |last| at_ms.max(last));
        self.last_ms = Some(at_ms);
        let first_ms = *self.first_ms.get_or_insert(at_ms);
        for index in 0..self.plates.len() {
            let plate = &mut self.plates[index];
            let value = Plate::measured(sample(index));
            let mut hot = false;
            if let Some(value) = value {
                plate.read(value);
                hot = plate.is_hot();
            }
            let restless = hot && !plate.is_still();
            if let Some(fault) = self.faults[index].read(at_ms, value, restless) {
                outcome(PlateOutcome::Fault(FaultChange { shelf: self.shelf, sensor: index, at_ms, fault }));
            }
            if at_ms - first_ms < SETTLING_MS {
                if self.plates[index].is_still() {
                    self.plates[index].settle();
                }
            } else if hot && self.faults[index].fault().is_none() {
                self.notice(index, at_ms);
            }
        }
        self.follow(at_ms, &mut outcome);
    }

    /// Somebody else found that this plate is broken, and it is left alone until it works again.
    pub fn distrust(&mut self, plate: usize, fault: SensorFault) {
        if let Some(watch) = self.faults.get_mut(plate) {
            watch.distrust(fault);
        }
    }

    /// Rows that came too late to be used.
    pub fn late_rows(&self) -> u64 {
        self.late_rows
    }

    /// Grams on each plate while nobody touches it.
    pub fn levels(&self) -> impl Iterator<Item = Option<f64>> {
        self.plates.iter().map(Plate::level_g)
    }

    /// Grams on a plate that stands still, outside of movements; `None` before its first level is found, while something
    /// moves there and while the plate is not trusted.
    pub fn resting_g(&self, plate: usize) -> Option<f64> {
        let has_started = self.first_ms.zip(self.last_ms).is_some_and(|(first, last)| last - first >= SETTLING_MS);
        let is_touched =
            self.movements.iter().any(|movement| movement.first <= plate + REACH && plate <= movement.last + REACH);
        let is_trusted = self.faults.get(plate)?.fault().is_none();
        let plate = self.plates.get(plate)?;
        if has_started && is_trusted && !is_touched && plate.is_still() { plate.level_g() } else { None }
    }

    /// Grams that a change at this plate must have to stand out of its noise; `None` where there is no such plate.
    pub fn drowned_g(&self, plate: usize) -> Option<f64> {
        self.plates.get(plate).map(|plate| LEAST_SPREADS * plate.spread_g())
    }

    fn notice(&mut self, index: usize, at_ms: i64) {
        let near = |movement: &Movement| movement.first <= index + REACH && index <= movement.last + REACH;
        if let Some(place) = self.movements.iter().position(near) {
            let movement = &mut self.movements[place];
            movement.first = movement.first.min(index);
            movement.last = movement.last.max(index);
            // Two movements that have grown together are one.
            let (first, last) = (movement.first, movement.last);
            let touches = |other: &Movement| other.first <= last + REACH && first <= other.last + REACH;
            if let Some(other) = (place + 1..self.movements.len()).find(|&other| touches(&self.movements[other])) {
                let other = self.movements.remove(other);
                let movement = &mut self.movements[place];
                movement.first = first.min(other.first);
                movement.last = last.max(other.last);
                movement.began_ms = movement.began_ms.min(other.began_ms);
            }
        } else {
            self.movements.push(Movement {
                first: index,
                last: index,
                began_ms: at_ms,
                moved_ms: at_ms,
                rows: Vec::new(),
            });
        }
    }

    fn follow(&mut self, at_ms: i64, outcome: &mut impl FnMut(PlateOutcome)) {
        let mut busy = vec![false; self.plates.len()];
        let mut place = 0;
        while place < self.movements.len() {
            let movement = &mut self.movements[place];
            let (from, to) = (movement.first.saturating_sub(1), (movement.last + 1).min(self.plates.len() - 1));
            busy[from..=to].fill(true);
            if movement.rows.len() < ROWS_LIMIT {
                movement.rows.push((at_ms, self.plates.iter().map(|plate| plate.latest_off() as f32).collect()));
            }
            let broken = |index: usize| self.faults[index].fault().is_some();
            if (from..=to).all(|index| self.plates[index].is_still() || broken(index)) {
                let movement = self.movements.remove(place);
                self.finish(movement, from, to, outcome);
            } else {
                movement.moved_ms = at_ms;
                place += 1;
            }
        }
        for (plate, busy) in self.plates.iter_mut().zip(busy) {
            if !busy {
                plate.rest();
            }
        }
    }

    /// What a movement left behind: one change for each run of plates that agree in sign.
    fn finish(&mut self, movement: Movement, from: usize, to: usize, outcome: &mut impl FnMut(PlateOutcome)) {
        let changes: Vec<_> = (from..=to)
            .filter(|&index| self.faults[index].fault().is_none())
            .map(|index| {
                let plate = &self.plates[index];
                SensorChange { sensor: index, grams: plate.mean_off(), spread_g: plate.spread_g() }
            })
            .collect();
        for plate in &mut self.plates[from..=to] {
            plate.settle();
        }
        let ended_ms = (movement.moved_ms - STILL_MS as i64).max(movement.began_ms);
        for sensors in runs(&changes) {
            for (sensors, middle_ms) in movement.separate(sensors) {
                // What was separated took a usual while around its own middle.
                let own = |from: i64, to: i64| match middle_ms {
                    Some(middle) => ((middle - APART_MS / 2).max(from), (middle + APART_MS / 2).min(to.max(middle))),
                    None => (from, to),
                };
                let (began_ms, ended_ms) = own(movement.began_ms, ended_ms);
                let trace = movement.trace(&sensors);
                let (kind, units) = (SensorKind::LoadCell, None);
                let change =
                    WeightChange { event: None, shelf: self.shelf, began_ms, ended_ms, sensors, kind, units, trace };
                if change.grams().abs() > LEAST_G.max(LEAST_SPREADS * change.spread_g()) {
                    outcome(PlateOutcome::Change(change));
                }
            }
        }
    }
}

impl Movement {
    /// The sum of these sensors over time, as it is kept for evidence.
    fn trace(&self, sensors: &[SensorChange]) -> Vec<f32> {
        let sum = |row: &Vec<f32>| sensors.iter().filter_map(|sensor| row.get(sensor.sensor)).sum::<f32>();
        WeightChange::thin(&self.rows.iter().map(|(_, row)| sum(row)).collect::<Vec<_>>())
    }

    /// Splits plates that changed one after the other, each part with its time; `None` where there is but one part.
    fn separate(&self, sensors: Vec<SensorChange>) -> Vec<(Vec<SensorChange>, Option<i64>)> {
        let mut parts: Vec<(Vec<SensorChange>, Option<i64>)> = Vec::new();
        let mut pending = Vec::new();
        for sensor in sensors {
            let clear = sensor.grams.abs() > LEAST_G.max(LEAST_SPREADS * sensor.spread_g);
            let crossed = if clear { self.crossed_ms(&sensor) } else { None };
            pending.push(sensor);
            let Some(crossed) = crossed else { continue };
            match parts.last_mut() {
                Some((part, Some(middle))) if (crossed - *middle).abs() <= APART_MS => part.append(&mut pending),
                Some((part, _)) => {
                    // What is unclear between two parts spilled from the one before.
                    let last = pending.pop();
                    part.append(&mut pending);
                    parts.push((last.into_iter().collect(), Some(crossed)));
                }
                None => parts.push((std::mem::take(&mut pending), Some(crossed))),
            }
        }
        match &mut parts[..] {
            [] => return vec![(pending, None)],
            [only] => only.1 = None,
            [..] => {}
        }
        if let Some((part, _)) = parts.last_mut() {
            part.append(&mut pending);
        }
        parts
    }

    /// When a plate last went through the half of its change.
    fn crossed_ms(&self, sensor: &SensorChange) -> Option<i64> {
        let half = |row: &Vec<f32>| f64::from(*row.get(sensor.sensor).unwrap_or(&0.0)) / sensor.grams < 0.5;
        self.rows.iter().rev().find(|(_, row)| half(row)).map(|row| row.0)
    }
}

/// Splits neighbouring plates where one side clearly lost and the other clearly gained weight: something was moved
/// along the shelf, or two people met there.
fn runs(changes: &[SensorChange]) -> Vec<Vec<SensorChange>> {
    let mut runs: Vec<Vec<SensorChange>> = Vec::new();
    let mut sign = 0.0;
    for change in changes {
        let clear = change.grams.abs() > LEAST_G.max(LEAST_SPREADS * change.spread_g);
        if clear && sign != 0.0 && change.grams.signum() != sign {
            runs.push(Vec::new());
        }
        if clear {
            sign = change.grams.signum();
        }
        match runs.last_mut() {
            Some(run) => run.push(*change),
            None => runs.push(vec![*change]),
        }
    }
    runs
}

#[cfg(test)]
mod tests;
