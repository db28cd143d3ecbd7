//! A small store whose sensors are simulated: people who walk, stand, hide their faces, and take things.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use attribution::rules::Policy;
use serde::Deserialize;
use serde_json::{Value, json};

/// Somebody in the store: where they are at which second, straight lines between.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    /// Second, gondola (0 or 1), place along it (0 to 1), metres before it.
    pub path: Vec<(f64, usize, f64, f64)>,
    /// Seconds in which no camera sees the face.
    #[serde(default)]
    pub hidden: Vec<(f64, f64)>,
}

/// Something taken (grams below 0) or put down on some plates.
#[derive(Clone)]
pub struct Act {
    pub second: f64,
    pub who: String,
    pub shelf: &'static str,
    pub plates: (usize, usize),
    pub grams: f64,
}

/// A whole recording.
#[derive(Default)]
pub struct Story {
    pub people: Vec<Person>,
    pub acts: Vec<Act>,
    /// Whether an overhead tracker gives positions, and from which second on it has exchanged the first two people.
    pub tracker: bool,
    pub exchanged_at: Option<f64>,
    pub seed: u64,
    pub seconds: usize,
}

const GONDOLAS: [(f64, f64); 2] = [(0.0, 1.0), (3.0, 1.0)];
const LENGTH_M: f64 = 1.2;
const PLATES: usize = 12;
/// Shelf, gondola and height.
pub const SHELVES: [(&str, usize, f64); 3] = [("g1s1", 0, 0.8), ("g1s2", 0, 1.2), ("g2s1", 1, 1.2)];
/// Product, grams, shelf, first and last plate.
pub const FACINGS: [(&str, f64, &str, usize, usize); 8] = [
    ("apple", 300.0, "g1s1", 0, 1),
    ("bread", 412.0, "g1s1", 4, 6),
    ("chips", 62.0, "g1s1", 9, 11),
    ("drink", 520.0, "g1s2", 0, 2),
    ("eggs", 690.0, "g1s2", 4, 5),
    ("flour", 1000.0, "g1s2", 8, 10),
    ("grapes", 300.0, "g2s1", 0, 1),
    ("honey", 250.0, "g2s1", 6, 8),
];

/// The same numbers every time: a linear congruential generator.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// About normal, deviation 1: the sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

impl Person {
    fn at(&self, second: f64) -> Option<[f64; 2]> {
        let place = |&(_, gondola, x, depth): &(f64, usize, f64, f64)| {
            let (left, y) = GONDOLAS[gondola];
            [left + x * LENGTH_M, y - depth]
        };
        let next = self.path.iter().position(|stop| stop.0 >= second)?;
        if next == 0 {
            return (self.path[0].0 <= second).then(|| place(&self.path[0]));
        }
        let (one, two) = (&self.path[next - 1], &self.path[next]);
        let share = (second - one.0) / (two.0 - one.0).max(1e-9);
        let (from, to) = (place(one), place(two));
        Some([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])])
    }
}

/// A file that is too short to be damaged says everything about the store.
pub fn store() -> Value {
    let shelves: Vec<_> = SHELVES
        .iter()
        .map(|&(id, gondola, z)| {
            let sensors: Vec<_> = (0..PLATES)
                .map(|plate| {
                    let x = (plate as f64 + 0.5) / PLATES as f64;
                    let (left, y) = GONDOLAS[gondola];
                    json!({"id": format!("{id}p{plate}"), "kind": "load_cell", "x": x,
                           "x_m": left + x * LENGTH_M, "y_m": y, "rate_hz": 10})
                })
                .collect();
            json!({"id": id, "gondola": format!("g{gondola}"), "camera": format!("cam{gondola}"), "z_m": z, "sensors": sensors})
        })
        .collect();
    let products: Vec<_> = FACINGS
        .iter()
        .map(|facing| json!({"sku": facing.0, "name": facing.0, "price_minor": 100, "weight_g": facing.1}))
        .collect();
    let facings: Vec<_> = FACINGS
        .iter()
        .map(|&(sku, _, shelf, first, last)| {
            let sensors: Vec<_> = (first..=last).map(|plate| format!("{shelf}p{plate}")).collect();
            json!({"sku": sku, "sensors": sensors, "units": 8})
        })
        .collect();
    let cameras = json!([{"id": "cam0", "role": "shelf"}, {"id": "cam1", "role": "shelf"}]);
    json!({"version": 1, "name": "test", "currency": "USD", "products": products, "shelves": shelves,
           "facings": facings, "cameras": cameras})
}

impl Story {
    /// The lines of trace.jsonl.
    pub fn lines(&self) -> Vec<String> {
        let mut chance = Chance(self.seed + 12_345);
        // Time of arrival, order, line.
        let mut lines: Vec<(i64, usize, Value)> = Vec::new();
        for person in &self.people {
            let (first, last) = (person.path[0].0, person.path[person.path.len() - 1].0);
            lines.push(((first * 1e3) as i64, 0, json!({"kind": "enter", "session": person.name})));
            lines.push(((last * 1e3) as i64, 2, json!({"kind": "exit", "session": person.name})));
        }
        for tick in 0..self.seconds * 5 {
            let second = tick as f64 / 5.0 + 0.01;
            for camera in 0..GONDOLAS.len() {
                let faces = self.faces(camera, second, &mut chance);
                if !faces.is_empty() {
                    let line = json!({"kind": "sighting", "camera": format!("cam{camera}"), "faces": faces});
                    lines.push(((second * 1e3) as i64, 1, line));
                }
            }
        }
        if self.tracker {
            self.positions(&mut lines, &mut chance);
        }
        self.weights(&mut lines, &mut chance);
        lines.sort_by_key(|line| (line.0, line.1));
        lines
            .into_iter()
            .map(|(at_ms, _, mut line)| {
                let t_ms = line.get("t_ms").and_then(Value::as_i64).unwrap_or(at_ms);
                line["t_ms"] = t_ms.into();
                line.to_string()
            })
            .collect()
    }

    /// Writes the trace into a folder.
    pub fn write(&self, folder: &Path) {
        write(folder, &self.lines());
    }

    fn faces(&self, camera: usize, second: f64, chance: &mut Chance) -> Vec<Value> {
        let (left, y) = GONDOLAS[camera];
        let inside: Vec<_> = self.people.iter().filter(|person| person.at(second).is_some()).collect();
        let mut faces = Vec::new();
        for person in &inside {
            let Some(place) = person.at(second) else { continue };
            let (x, depth) = ((place[0] - left) / LENGTH_M, y - place[1]);
            let hidden = person.hidden.iter().any(|&(from, to)| (from..to).contains(&second));
            if hidden || !(0.1..1.5).contains(&depth) || !(-0.1..1.1).contains(&x) || chance.next() < 0.15 {
                continue;
            }
            let mut candidates: Vec<(f64, &String)> = inside
                .iter()
                .map(|other| {
                    let mean = if other.name == person.name { 0.58 } else { 0.05 };
                    (mean + 0.09 * chance.normal(), &other.name)
                })
                .collect();
            candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
            let candidates: Vec<_> = candidates
                .iter()
                .map(|(similarity, name)| json!({"session": name, "similarity": similarity}))
                .collect();
            let x = (x + 0.05 * chance.normal()).clamp(0.0, 1.0);
            faces.push(json!({"x": x, "y": 0.4, "size": 0.165 / depth, "quality": 0.8, "candidates": candidates}));
        }
        faces
    }

    fn positions(&self, lines: &mut Vec<(i64, usize, Value)>, chance: &mut Chance) {
        for tick in 0..self.seconds * 10 {
            let second = tick as f64 / 10.0 + 0.02;
            for (index, person) in self.people.iter().enumerate() {
                let Some(place) = person.at(second) else { continue };
                let reaching =
                    self.acts.iter().find(|act| act.who == person.name && (act.second - second).abs() < 0.35);
                let hand = match reaching {
                    Some(act) => slot(act),
                    None => [place[0] + 0.2, place[1] + 0.1, 1.0],
                };
                let hand = hand.map(|axis| axis + 0.05 * chance.normal());
                let exchanged = index < 2 && self.exchanged_at.is_some_and(|from| second >= from);
                let name = if exchanged { &self.people[1 - index].name } else { &person.name };
                let head = place.map(|axis| axis + 0.08 * chance.normal());
                let line = json!({"kind": "position", "session": name, "x_m": head[0], "y_m": head[1], "z_m": 1.6, "hands": [hand]});
                lines.push(((second * 1e3) as i64, 1, line));
            }
        }
    }

    fn weights(&self, lines: &mut Vec<(i64, usize, Value)>, chance: &mut Chance) {
        for &(shelf, _, _) in &SHELVES {
            let ids: Vec<_> = (0..PLATES).map(|plate| format!("{shelf}p{plate}")).collect();
            for second in 0..self.seconds {
                let rows: Vec<Vec<f64>> = (0..10)
                    .map(|row| {
                        let now = second as f64 + f64::from(row) / 10.0;
                        (0..PLATES).map(|plate| self.grams(shelf, plate, now, chance)).collect()
                    })
                    .collect();
                let at_ms = second as i64 * 1_000;
                let line = json!({"t_ms": at_ms, "kind": "weights", "shelf": shelf, "sensors": ids, "samples": rows});
                lines.push((at_ms + 1_000, 3, line));
            }
        }
    }

    fn grams(&self, shelf: &str, plate: usize, now: f64, chance: &mut Chance) -> f64 {
        let mut grams = 2_000.0 + chance.normal();
        for act in self.acts.iter().filter(|act| act.shelf == shelf) {
            let (first, last) = act.plates;
            let share = if (first..=last).contains(&plate) {
                0.96 / (last - first + 1) as f64
            } else if plate + 1 == first || plate == last + 1 {
                0.02
            } else {
                continue;
            };
            // Half a second to lift it, with a hand that trembles.
            let done = ((now - act.second) / 0.5 + 0.5).clamp(0.0, 1.0);
            grams += share * act.grams * done;
            if done > 0.0 && done < 1.0 {
                grams += 20.0 + 15.0 * chance.next();
            }
        }
        (grams * 10.0).round() / 10.0
    }
}

fn slot(act: &Act) -> [f64; 3] {
    let (_, gondola, z) = SHELVES.into_iter().find(|shelf| shelf.0 == act.shelf).expect("a shelf of this store");
    let (left, y) = GONDOLAS[gondola];
    let x = ((act.plates.0 + act.plates.1) as f64 / 2.0 + 0.5) / PLATES as f64;
    [left + x * LENGTH_M, y, z]
}

/// Writes a trace of these lines into a folder.
pub fn write(folder: &Path, lines: &[String]) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("store.json"), store().to_string()).unwrap();
    let mut text = String::new();
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
    fs::write(folder.join("trace.jsonl"), text).unwrap();
}

/// A product is taken from its own facing.
pub fn take(second: f64, who: &str, sku: &str, units: f64) -> Act {
    let (_, grams, shelf, first, last) = FACINGS.into_iter().find(|facing| facing.0 == sku).expect("a product");
    Act { second, who: who.to_owned(), shelf, plates: (first, last), grams: -grams * units }
}

/// A scenario of `scenarios/sensed`, as written; the fields: `scenarios/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    pub title: String,
    pub policy: Option<Policy>,
    pub seconds: usize,
    #[serde(default)]
    tracker: bool,
    exchanged_at: Option<f64>,
    people: Vec<Person>,
    acts: Vec<ActEntry>,
    pub outcomes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActEntry {
    at: f64,
    who: String,
    takes: Option<String>,
    puts: Option<String>,
    /// The product whose place it is taken from, where that is not its own.
    from: Option<String>,
    /// The product whose place it is put down on, likewise.
    onto: Option<String>,
    #[serde(default = "one")]
    units: f64,
}

fn one() -> f64 {
    1.0
}

impl ScenarioFile {
    /// The story, with the noise of this seed.
    pub fn story(&self, seed: u64) -> Story {
        let acts = self.acts.iter().map(|act| {
            let (sku, place, sign) = match (&act.takes, &act.puts) {
                (Some(sku), None) => (sku, act.from.as_ref().unwrap_or(sku), 1.0),
                (None, Some(sku)) => (sku, act.onto.as_ref().unwrap_or(sku), -1.0),
                _ => panic!("{}: an act takes or puts", self.title),
            };
            let grams = take(act.at, &act.who, sku, act.units).grams * sign;
            Act { grams, ..take(act.at, &act.who, place, act.units) }
        });
        Story {
            people: self.people.clone(),
            acts: acts.collect(),
            tracker: self.tracker,
            exchanged_at: self.exchanged_at,
            seed,
            seconds: self.seconds,
        }
    }
}
