//! Plays one trace: lines in, sensing and engine between, receipts out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use attribution::engine::{Engine, Outcome, Remembered, Sensed, SensedFace};
use attribution::receipt::{Attributed, Receipt, ReceiptLine};
use attribution::rules::{Rules, Verdict};
use attribution::tracks::TrackName;
use domain::ids::{ShoppingSessionId, Sku};
use domain::shelf::SensorKind;
use sensing::counting::CountingSensor;
use sensing::faults::{FaultChange, SensorFault};
use sensing::plates::{PlateOutcome, ShelfPlates};
use sensing::weight_change::{SensorChange, WeightChange};
use uuid::Uuid;

use crate::complaints::{Complaints, Problem};
use crate::positions::Positions;
use crate::store_file::Store;
use crate::trace_file::{self, Line};
use crate::truth::{self, Receipts, SessionReceipt};

/// What came of a trace.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Final receipts, in the order in which they became final.
    pub receipts: Vec<Receipt>,
    /// Every change at the shelves, in the order in which they were weighed.
    pub attributed: Vec<Attributed>,
    /// Faults of sensors, as sensing found them.
    pub faults: Vec<FaultChange>,
    /// Names of the sessions.
    pub names: BTreeMap<ShoppingSessionId, String>,
    /// What was wrong with the store.
    pub warnings: Vec<String>,
    /// What was wrong with the trace.
    pub complaints: Complaints,
    /// Changes weighed.
    pub changes: u64,
    /// Lines read, good or not.
    pub lines: u64,
    /// Samples of load cells.
    pub samples: u64,
}

impl Played {
    /// The receipts in truth.json's form, by session.
    pub fn receipts(&self) -> Receipts {
        let mut receipts: Vec<_> = self
            .receipts
            .iter()
            .map(|receipt| SessionReceipt {
                session: self.name(receipt.session).to_owned(),
                lines: receipt
                    .lines
                    .iter()
                    .filter(|line| line.billed() > 0)
                    .map(|line| truth::Line { sku: line.sku.0.clone(), quantity: line.billed() })
                    .collect(),
                review: receipt.needs_review(),
            })
            .collect();
        receipts.sort_by(|a, b| a.session.cmp(&b.session));
        Receipts { receipts, interactions: Vec::new() }
    }

    /// Staff or the shopper decided a case while an order waited for it, after the receipt was made: units taken or, below zero, put back.
    /// False where no receipt of this visit is there.
    fn amend(&mut self, session: ShoppingSessionId, sku: &Sku, units: i32) -> bool {
        let Some(receipt) = self.receipts.iter_mut().rev().find(|receipt| receipt.session == session) else {
            return false;
        };
        let place = receipt.lines.iter().position(|line| line.sku == *sku).unwrap_or_else(|| {
            receipt.lines.push(ReceiptLine { sku: sku.clone(), units: Vec::new(), verdicts: Vec::new() });
            receipt.lines.len() - 1
        });
        let line = &mut receipt.lines[place];
        for _ in 0..units {
            line.units.insert(0, 1.0);
            line.verdicts.insert(0, Verdict::Bill);
        }
        for _ in units..0 {
            if let Some(last) = line.verdicts.iter().rposition(|verdict| *verdict == Verdict::Bill) {
                line.units.remove(last);
                line.verdicts.remove(last);
            }
        }
        true
    }

    /// The trace's name of a session.
    pub fn name(&self, session: ShoppingSessionId) -> &str {
        self.names.get(&session).map_or("?", String::as_str)
    }
}

/// What a player keeps until the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Receipts only: memory stays flat however long the trace is, but for a line a visit.
    Receipts,
    /// Receipts and every change with its evidence.
    Changes,
}

/// Plays the trace in a folder. Reads `store.json` and `trace.jsonl` there, nothing else.
///
/// # Errors
///
/// Where a file cannot be read or the store cannot be.
pub fn play(trace: &Path, rules: Rules) -> Result<Played> {
    play_with(trace, None, rules)
}

/// As [`play`], with the positions that `smartmart track` wrote for the same time.
///
/// # Errors
///
/// Where a file cannot be read or the store cannot be.
pub fn play_with(trace: &Path, positions: Option<&Path>, rules: Rules) -> Result<Played> {
    let store = Store::read(&trace.join("store.json"))?;
    let path = trace.join("trace.jsonl");
    let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut player = Player::new(store, rules, Keep::Changes);
    let mut complaints = Complaints::default();
    let positions = positions.map(Positions::read).transpose()?.unwrap_or_default();
    let mut positions = positions.iter().peekable();
    let each = |number: usize, line: Line<'_>, complaints: &mut Complaints| {
        while let Some(position) = positions.next_if(|position| position.t_ms < line.t_ms) {
            player.take(position.number, position.line(), complaints);
        }
        player.take(number, line, complaints);
    };
    let input = BufReader::with_capacity(1 << 16, file);
    trace_file::read(input, &mut complaints, each).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(player.finish(complaints))
}

/// Sensing and engine of one store, driven by lines.
pub struct Player {
    store: Store,
    engine: Engine,
    plates: Vec<ShelfPlates>,
    counting: BTreeMap<(usize, usize), CountingSensor>,
    entered: BTreeSet<String>,
    /// In the order in which they came in.
    in_order: Vec<ShoppingSessionId>,
    /// The time that has come, by everything that arrived.
    latest_ms: i64,
    /// The latest time of a line that is not a batch.
    line_ms: i64,
    keep: Keep,
    weighed: u64,
    played: Played,
    outcomes: Vec<Outcome>,
    changes: Vec<PlateOutcome>,
}

impl Player {
    /// A player for a store in which nobody is yet; a recording is played by its own rules.
    pub fn new(store: Store, rules: Rules, keep: Keep) -> Self {
        let rules = store.rules_or(rules);
        let shelves = store.layout.shelves.iter().enumerate();
        let plates = shelves
            .map(|(index, shelf)| {
                let rate = shelf.sensors.iter().map(|sensor| sensor.rate_hz).fold(1.0, f64::max);
                ShelfPlates::new(index, shelf.sensors.len(), rate)
            })
            .collect();
        let counting = store
            .counting
            .iter()
            .map(|(&(shelf, sensor), made)| {
                let made = match made.unit_depth_mm {
                    Some(depth) => CountingSensor::distance(shelf, sensor, depth, made.capacity, made.units),
                    None => CountingSensor::beam(shelf, sensor),
                };
                ((shelf, sensor), made)
            })
            .collect();
        let engine = Engine::new(store.layout.clone(), rules);
        let played = Played { warnings: store.warnings.clone(), ..Played::default() };
        Self {
            store,
            engine,
            plates,
            counting,
            entered: BTreeSet::new(),
            in_order: Vec::new(),
            latest_ms: 0,
            line_ms: 0,
            keep,
            weighed: 0,
            played,
            outcomes: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Takes one line in.
    pub fn take(&mut self, number: usize, line: Line<'_>, complaints: &mut Complaints) {
        self.played.lines += 1;
        let at_ms = line.t_ms;
        if let Some(arrived_ms) = line.arrived_ms {
            // What was due before it came is done first, as it was then.
            self.latest_ms = self.latest_ms.max(arrived_ms);
            self.engine.advance(self.latest_ms, &mut self.outcomes);
            self.keep();
        }
        let taken = match &*line.kind {
            "enter" if line.holds.is_some() => line.session.map(|session| {
                let left_ms = line.left_ms.zip(line.settles_ms);
                self.remember(at_ms, &session, left_ms, line.holds.unwrap_or_default())
            }),
            "enter" => line.session.map(|session| self.enter(at_ms, &session)),
            "exit" => line.session.map(|session| self.sense(at_ms, Sensed::Left(session_id(&session)))),
            "sighting" => line.camera.zip(line.faces).map(|(camera, faces)| {
                let camera = *self.store.cameras.get(&*camera).ok_or(Problem::UnknownCamera)?;
                let face = |face: trace_file::FaceEntry<'_>| SensedFace {
                    x: face.x,
                    size: face.size,
                    within_m: face.within_m,
                    candidates: face.candidates.iter().map(|one| (session_id(&one.session), one.similarity)).collect(),
                };
                let faces = faces.into_iter().map(face).collect();
                self.sense(at_ms, Sensed::Sighted { camera, faces })
            }),
            "position" => line.x_m.zip(line.y_m).and_then(|(x, y)| {
                let track = track_name(line.track, line.session.as_deref())?;
                let shares = line.session_probabilities.unwrap_or_default().into_iter();
                let whose = shares.filter_map(|(name, share)| Some((self.visit_named(&name)?, share))).collect();
                let (head, hands) = ([x, y], line.hands.unwrap_or_default());
                Some(self.sense(at_ms, Sensed::Positioned { track, whose, head, hands }))
            }),
            "weights" => line.shelf.zip(line.sensors.zip(line.samples)).map(|(shelf, (sensors, samples))| {
                let shelf = *self.store.shelves.get(&*shelf).ok_or(Problem::UnknownShelf)?;
                self.weights(number, at_ms, shelf, &sensors, &samples, complaints);
                Ok(())
            }),
            "distance" => line.sensor.map(|sensor| self.count(at_ms, &sensor, line.mm)),
            "beam" => {
                let broken = line.broken.map(|broken| if broken { 1.0 } else { 0.0 });
                line.sensor.map(|sensor| self.count(at_ms, &sensor, broken))
            }
            "units" => {
                let by = line.by.unwrap_or(SensorKind::LoadCell);
                line.sensor.zip(line.units).map(|(sensor, units)| self.counted(at_ms, &sensor, by, units))
            }
            "grams" => line.steps.map(|steps| self.felt(at_ms, &steps, line.lasted_ms.unwrap_or(0))),
            "tidy" => line.shelf.map(|shelf| {
                let known = self.engine.tidy(&shelf);
                if known { Ok(()) } else { Err(Problem::UnknownShelf) }
            }),
            "stranger" => Some(self.sense(at_ms, Sensed::StrangerAbout)),
            "staff" => line.session.zip(line.sku.zip(line.units)).map(|(session, (sku, units))| {
                let (session, sku) = (session_id(&session), Sku::from(&*sku));
                let known = self.engine.give(session, &sku, units) || self.played.amend(session, &sku, units);
                if known { Ok(()) } else { Err(Problem::UnknownSession) }
            }),
            "forget" => line.session.map(|session| {
                self.engine.forget_faces(session_id(&session));
                Ok(())
            }),
            "sensor_fault" => line.sensor.map(|sensor| self.fault(at_ms, &sensor, line.fault.as_deref())),
            _ => Some(Err(Problem::UnknownKind)),
        };
        match taken {
            Some(Ok(())) => {}
            Some(Err(problem)) => complaints.add(problem, number),
            None => complaints.add(Problem::MissingField, number),
        }
        // A batch of weights is named by its first row and comes after its last.
        if line.kind != "weights" && line.arrived_ms.is_none() {
            if at_ms < self.line_ms {
                complaints.add(Problem::TimeWentBack, number);
            }
            self.line_ms = self.line_ms.max(at_ms);
        }
        self.latest_ms = self.latest_ms.max(at_ms);
        self.engine.advance(self.latest_ms, &mut self.outcomes);
        self.keep();
    }

    /// How many changes have been weighed by now.
    pub fn changes_weighed(&self) -> u64 {
        self.weighed
    }

    /// The trace is over.
    pub fn finish(mut self, complaints: Complaints) -> Played {
        self.engine.finish(&mut self.outcomes);
        self.keep();
        self.played.complaints = complaints;
        self.played.changes = self.weighed;
        self.played
    }

    fn enter(&mut self, at_ms: i64, session: &str) -> Result<(), Problem> {
        let id = session_id(session);
        self.played.names.insert(id, session.to_owned());
        if !self.engine.receive(at_ms, Sensed::Entered(id)) || !self.entered.insert(session.to_owned()) {
            return Err(Problem::SecondEntry);
        }
        self.in_order.push(id);
        Ok(())
    }

    fn remember(
        &mut self,
        entered_ms: i64,
        session: &str,
        left_ms: Option<(i64, i64)>,
        holds: Vec<(Cow<'_, str>, u32)>,
    ) -> Result<(), Problem> {
        let id = session_id(session);
        if self.played.names.insert(id, session.to_owned()).is_some() || !self.entered.insert(session.to_owned()) {
            return Err(Problem::SecondEntry);
        }
        let holds = holds.into_iter().map(|(sku, units)| (Sku::from(&*sku), units)).collect();
        self.engine.remember(Remembered { session: id, entered_ms, left_ms, holds });
        Ok(())
    }

    fn counted(&mut self, at_ms: i64, sensor: &str, by: SensorKind, units: i32) -> Result<(), Problem> {
        let &(shelf, sensor) = self.store.sensors.get(sensor).ok_or(Problem::UnknownSensor)?;
        self.sense(at_ms, Sensed::Changed(WeightChange::counted(None, [shelf, sensor], by, at_ms, units)))
    }

    fn felt(&mut self, at_ms: i64, steps: &[(Cow<'_, str>, f64, f64)], lasted_ms: i64) -> Result<(), Problem> {
        let mut shelf = None;
        let mut sensors = Vec::new();
        for (plate, grams, spread_g) in steps {
            let &(on, sensor) = self.store.sensors.get(&**plate).ok_or(Problem::UnknownSensor)?;
            if *shelf.get_or_insert(on) != on {
                return Err(Problem::UnknownShelf);
            }
            sensors.push(SensorChange { sensor, grams: *grams, spread_g: *spread_g });
        }
        let change = WeightChange {
            event: None,
            shelf: shelf.ok_or(Problem::MissingField)?,
            began_ms: at_ms,
            ended_ms: at_ms.saturating_add(lasted_ms.clamp(0, LONGEST_MS)),
            sensors,
            kind: SensorKind::LoadCell,
            units: None,
            trace: Vec::new(),
        };
        self.sense(at_ms, Sensed::Changed(change))
    }

    /// The visit that a tracker means: a session of the trace, or `s1` for whoever came in first, `s2` for the next.
    fn visit_named(&self, name: &str) -> Option<ShoppingSessionId> {
        if self.entered.contains(name) {
            return Some(session_id(name));
        }
        let number: usize = name.strip_prefix('s')?.parse().ok()?;
        self.in_order.get(number.checked_sub(1)?).copied()
    }

    fn sense(&mut self, at_ms: i64, sensed: Sensed) -> Result<(), Problem> {
        if self.engine.receive(at_ms, sensed) { Ok(()) } else { Err(Problem::UnknownSession) }
    }

    fn weights(
        &mut self,
        number: usize,
        at_ms: i64,
        shelf: usize,
        sensors: &[Cow<'_, str>],
        samples: &[Vec<Option<f64>>],
        complaints: &mut Complaints,
    ) {
        let places = &self.store.layout.shelves[shelf].sensors;
        // The batch may list fewer sensors, or the same in another order.
        let in_order = places.len() == sensors.len() && places.iter().zip(sensors).all(|(a, b)| a.id.as_str() == &**b);
        let mut columns: Vec<Option<usize>> = (0..places.len()).map(Some).collect();
        if !in_order {
            columns.fill(None);
            for (column, sensor) in sensors.iter().enumerate() {
                match self.store.sensors.get(&**sensor) {
                    Some(&(on, place)) if on == shelf => columns[place] = Some(column),
                    Some(_) | None => complaints.add(Problem::UnknownSensor, number),
                }
            }
        }
        let rate_hz = places.first().map_or(10.0, |sensor| sensor.rate_hz);
        let (mut nulls, mut short) = (0, 0);
        let plates = &mut self.plates[shelf];
        let late_before = plates.late_rows();
        for (row, values) in samples.iter().enumerate() {
            let row_ms = at_ms + (row as f64 * 1000.0 / rate_hz) as i64;
            self.latest_ms = self.latest_ms.max(row_ms);
            if values.len() != sensors.len() {
                short += 1;
                continue;
            }
            self.played.samples += values.len() as u64;
            nulls += values.iter().filter(|value| value.is_none()).count() as u64;
            let sample = |place: usize| columns[place].and_then(|column| values[column]);
            plates.read(row_ms, sample, |outcome| self.changes.push(outcome));
        }
        complaints.add_many(Problem::LateRow, plates.late_rows() - late_before, number);
        complaints.add_many(Problem::NullSample, nulls, number);
        complaints.add_many(Problem::RowLength, short, number);
        for change in self.changes.drain(..) {
            match change {
                PlateOutcome::Change(change) => {
                    self.engine.receive(change.middle_ms(), Sensed::Changed(change));
                }
                PlateOutcome::Fault(fault) => self.played.faults.push(fault),
            }
        }
    }

    fn count(&mut self, at_ms: i64, sensor: &str, value: Option<f64>) -> Result<(), Problem> {
        let place = self.store.sensors.get(sensor).ok_or(Problem::UnknownSensor)?;
        let sensor = self.counting.get_mut(place).ok_or(Problem::UnknownSensor)?;
        match sensor.read(at_ms, value) {
            Ok(Some(change)) => self.sense(at_ms, Sensed::Changed(change)),
            Ok(None) => Ok(()),
            Err(_) => Err(Problem::MissingField),
        }
    }

    fn fault(&mut self, at_ms: i64, sensor: &str, fault: Option<&str>) -> Result<(), Problem> {
        let &(shelf, place) = self.store.sensors.get(sensor).ok_or(Problem::UnknownSensor)?;
        let fault = match fault {
            Some("flat") => SensorFault::Flat,
            Some("noise") => SensorFault::Noise,
            Some("offline") => SensorFault::Offline,
            Some(_) | None => return Err(Problem::MissingField),
        };
        if self.store.layout.shelves[shelf].sensors[place].kind == SensorKind::LoadCell {
            self.plates[shelf].distrust(place, fault);
        }
        self.played.faults.push(FaultChange { shelf, sensor: place, at_ms, fault: Some(fault) });
        Ok(())
    }

    fn keep(&mut self) {
        for outcome in self.outcomes.drain(..) {
            match outcome {
                Outcome::Attributed(attributed) => {
                    self.weighed += 1;
                    if self.keep == Keep::Changes {
                        self.played.attributed.push(attributed);
                    }
                }
                Outcome::Settled(receipt) => {
                    if let Some(name) = self.played.names.get(&receipt.session) {
                        self.entered.remove(name);
                    }
                    self.played.receipts.push(receipt);
                }
            }
        }
    }
}

/// No movement at a shelf goes on for longer (ms).
const LONGEST_MS: i64 = 600_000;

/// The engine's id of a session that a trace calls by a name.
/// Under which name a tracker follows somebody; `None` where a line says neither its number nor a session.
fn track_name(number: Option<u32>, session: Option<&str>) -> Option<TrackName> {
    number.map(TrackName::Number).or_else(|| session.map(|session| TrackName::Visit(session_id(session))))
}

fn session_id(name: &str) -> ShoppingSessionId {
    ShoppingSessionId::derived(Uuid::NAMESPACE_OID, name)
}
