//! How right tracks are, where the truth lies beside the films.

use std::collections::BTreeMap;

use serde::Deserialize;
use tracking::camera::Point;
use tracking::room::Place;
use tracking::tracker::{TrackId, Walker};

/// `truth.json` of a film: who stands where and takes what.
#[derive(Debug, Clone, Deserialize)]
pub struct Truth {
    /// In the order in which they come in.
    pub people: Vec<TruePerson>,
}

/// Somebody as they really were.
#[derive(Debug, Clone, Deserialize)]
pub struct TruePerson {
    /// `s1`, `s2`, ...
    pub session: String,
    /// Milliseconds, and x and y in metres.
    pub places: Vec<(i64, f64, f64)>,
    /// What they take.
    #[serde(default)]
    pub picks: Vec<TruePick>,
}

/// Something taken.
#[derive(Debug, Clone, Deserialize)]
pub struct TruePick {
    /// Milliseconds.
    pub t_ms: i64,
    /// The plates that it was taken from.
    pub sensors: Vec<String>,
}

/// What a film's tracks come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// Places of people, and those at which a track was.
    pub places: usize,
    /// Of them, those with a track within [`COVERED_M`].
    pub covered: usize,
    /// How far the tracks were from the places, metres.
    pub errors: Vec<f64>,
    /// Tracks that went over from one person to another.
    pub exchanges: usize,
    /// Picks by how they would be attributed.
    pub right: usize,
    /// No visit likely enough.
    pub open: usize,
    /// Another visit, surely.
    pub wrong: usize,
    /// A line for each pick.
    pub picks: Vec<String>,
}

/// A track this far (m) from a person is theirs.
pub const COVERED_M: f64 = 0.5;
/// From this probability on a pick is a visit's; below it, it is open.
pub const SURE: f64 = 0.8;
/// Time (ms) within which a true place and a step belong together.
const TOGETHER_MS: i64 = 60;

/// Compares.
pub struct Scorer<'a> {
    truth: &'a Truth,
    plates: &'a BTreeMap<String, Point>,
    score: Score,
    last: Vec<Option<TrackId>>,
}

impl<'a> Scorer<'a> {
    /// Nothing has been seen yet. `plates` says where each plate is.
    pub fn new(truth: &'a Truth, plates: &'a BTreeMap<String, Point>) -> Self {
        Self { truth, plates, score: Score::default(), last: vec![None; truth.people.len()] }
    }

    /// Takes a step in. Visits are numbered from 0 in the order in which they came in.
    pub fn step(&mut self, at_ms: i64, people: &[Walker<usize>], every_ms: i64) {
        let mut pairs = Vec::new();
        for (who, person) in self.truth.people.iter().enumerate() {
            let at = person.places.partition_point(|place| place.0 < at_ms - TOGETHER_MS);
            let Some((_, x, y)) = person.places.get(at).filter(|one| one.0 <= at_ms + TOGETHER_MS) else { continue };
            self.score.places += 1;
            pairs.extend(people.iter().map(|walker| ((walker.place - Place::new(*x, *y)).norm(), who, walker.track)));
        }
        pairs.sort_by(|one, two| one.0.total_cmp(&two.0));
        let mut matched: BTreeMap<usize, TrackId> = BTreeMap::new();
        for (far, who, track) in pairs {
            if far > COVERED_M || matched.contains_key(&who) || matched.values().any(|other| *other == track) {
                continue;
            }
            matched.insert(who, track);
            self.score.covered += 1;
            self.score.errors.push(far);
        }
        self.exchanges(at_ms, people);
        for (who, person) in self.truth.people.iter().enumerate() {
            for pick in person.picks.iter().filter(|pick| (at_ms..at_ms + every_ms).contains(&pick.t_ms)) {
                self.pick(who, pick, people);
            }
        }
    }

    /// Counts a track as exchanged once it walks beside somebody else, and that one's beside its person.
    fn exchanges(&mut self, at_ms: i64, people: &[Walker<usize>]) {
        let place = |who: usize| {
            let places = &self.truth.people[who].places;
            let at = places.partition_point(|place| place.0 < at_ms - TOGETHER_MS);
            places.get(at).filter(|one| one.0 <= at_ms + TOGETHER_MS).map(|one| Place::new(one.1, one.2))
        };
        for who in 0..self.truth.people.len() {
            let Some(here) = place(who) else { continue };
            let others = (0..self.truth.people.len()).filter(|other| *other != who).filter_map(place);
            if others.map(|there| (there - here).norm()).fold(f64::INFINITY, f64::min) < 0.6 {
                continue;
            }
            let near = people.iter().find(|walker| (walker.place - here).norm() < 0.3);
            if let Some(walker) = near {
                if self.last[who].is_some_and(|last| last != walker.track) {
                    self.score.exchanges += 1;
                }
                self.last[who] = Some(walker.track);
            }
        }
    }

    fn pick(&mut self, who: usize, pick: &TruePick, people: &[Walker<usize>]) {
        let plates: Vec<Point> = pick.sensors.iter().filter_map(|sensor| self.plates.get(sensor)).copied().collect();
        let fits = |walker: &Walker<usize>| fits(walker, &plates);
        let nearest = people.iter().max_by(|one, two| fits(one).total_cmp(&fits(two)));
        let session = &self.truth.people[who].session;
        let name = session.trim_start_matches('s').parse::<usize>().map_or(usize::MAX, |number| number - 1);
        let said = match nearest.and_then(|walker| walker.shares.likeliest()) {
            Some((visit, sure)) if sure >= SURE && visit == name => {
                self.score.right += 1;
                "right"
            }
            Some((_, sure)) if sure >= SURE => {
                self.score.wrong += 1;
                "wrong"
            }
            _ => {
                self.score.open += 1;
                "open"
            }
        };
        let hand = nearest.map_or(f64::NAN, |walker| hand_to(walker, &plates));
        let shares: Vec<String> = nearest
            .iter()
            .flat_map(|walker| walker.shares.iter())
            .map(|(visit, share)| format!("s{} {share:.2}", visit + 1))
            .collect();
        self.score.picks.push(format!("{} ms {session}: {said} ({}), hand {hand:.2} m", pick.t_ms, shares.join(", ")));
    }

    /// What it came to.
    pub fn finish(mut self) -> Score {
        self.score.errors.sort_by(f64::total_cmp);
        self.score
    }
}

/// Metres from the plates to the nearest hand that is seen.
fn hand_to(walker: &Walker<usize>, plates: &[Point]) -> f64 {
    let hands = walker.hands.iter().flat_map(|hand| plates.iter().map(move |plate| (hand - plate).norm()));
    hands.fold(f64::INFINITY, f64::min)
}

/// How well somebody fits a pick, as a logarithm: a hand at the plate, or else a place from where a hand that nobody sees
/// reaches it.
fn fits(walker: &Walker<usize>, plates: &[Point]) -> f64 {
    let ln = |far: f64, sd: f64| -0.5 * (far / sd).powi(2) - 2.0 * sd.ln();
    let stands = plates.iter().map(|plate| (plate.xy() - walker.place).norm()).fold(f64::INFINITY, f64::min);
    let unseen = [1.0, 0.3, 0.03][walker.hands.len().min(2)];
    let reaches = ln((stands - REACH_M).max(0.0), 0.3) + f64::ln(unseen);
    reaches.max(ln(hand_to(walker, plates), 0.15))
}

/// From where people stand to what they take, metres.
const REACH_M: f64 = 0.5;

impl Score {
    /// The error that so many of the places stay below, metres; NaN where nothing was covered.
    pub fn error(&self, quantile: f64) -> f64 {
        let at = ((self.errors.len() as f64 * quantile) as usize).min(self.errors.len().saturating_sub(1));
        self.errors.get(at).copied().unwrap_or(f64::NAN)
    }
}
