//! Who is where in the room at each moment: people who walk to where they have to be, keep apart, touch and pass.

use std::collections::{BTreeMap, VecDeque};
use std::f64::consts::TAU;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tracking::camera::Point;
use tracking::room::Place;

use super::body::Stance;
use super::places::Places;

/// Somebody's build and manner, the same in every run with the same seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Build {
    /// Body height, metres: 1.55 to 1.95.
    pub height_m: f64,
    /// How fast they walk, m/s: 0.8 to 1.4.
    pub pace_m_s: f64,
    /// How far from others they stay where they can, metres; a few do not mind touching.
    pub apart_m: f64,
    /// When they sway, radians.
    phase: f64,
}

impl Build {
    /// The build of the shopper with this number.
    pub fn of(shopper: usize, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x0077_616c_6b65_7273);
        rng.set_stream(shopper as u64 + 1);
        Self {
            height_m: rng.random_range(1.55..1.95),
            pace_m_s: rng.random_range(0.8..1.4),
            apart_m: if rng.random_bool(0.2) { TOUCHING_M } else { rng.random_range(0.4..0.5) },
            phase: rng.random_range(0.0..TAU),
        }
    }
}

/// Distance (m) of those who do not mind touching.
const TOUCHING_M: f64 = 0.25;
/// People are moved on in steps of so many milliseconds.
const STEP_MS: i64 = 50;
/// After a longer time (ms) in which nobody asked, people go on from where they were.
const LONGEST_MS: i64 = 60_000;
/// How soon somebody walks as they want to, seconds.
const CHANGES_IN_S: f64 = 0.2;
/// How soon somebody steps aside for whom they are about to touch, m/s at no distance.
const ASIDE_M_S: f64 = 1.2;
/// Somebody ahead this near (m) is passed on the right.
const AHEAD_M: f64 = 1.5;
/// Whoever gets this near (m) to a place on their way goes on to the next one.
const TURN_M: f64 = 0.3;
/// Whoever is this near (m) to where they go is there …
const THERE_M: f64 = 0.12;
/// … and so is somebody within this (m) who has not got on for so long (ms), because another stands there; the longer, the
/// further.
const NEARLY_M: f64 = 0.6;
const STUCK_MS: i64 = 600;
/// Slower than this (m/s) nobody gets on.
const STILL_M_S: f64 = 0.12;
/// A hand goes out, stays and comes back, milliseconds.
const REACH_MS: [i64; 3] = [OUT_MS, 600, 450];
/// A hand is at the slot so long after it went out, milliseconds.
pub const OUT_MS: i64 = 450;
/// How far somebody who stands sways, metres, and how often, a second.
const SWAY_M: f64 = 0.015;
const SWAYS_A_S: f64 = 0.35;

#[derive(Debug, Clone)]
struct Walker {
    build: Build,
    place: Place,
    velocity: Place,
    heading: f64,
    walked_m: f64,
    /// Places to go to, the last of them to stay at.
    way: VecDeque<Place>,
    /// What they look at when they are there.
    looks_at: Option<Place>,
    still_since_ms: Option<i64>,
    reach: Option<(Point, i64)>,
}

/// Everybody in the room.
#[derive(Debug, Clone)]
pub struct Walkers {
    places: Places,
    people: BTreeMap<usize, Walker>,
    at_ms: i64,
    /// How much faster than life people walk.
    hurry: f64,
}

impl Walkers {
    /// An empty room, in which people walk so much faster than in life.
    pub fn new(places: Places, hurry: f64) -> Self {
        Self { places, people: BTreeMap::new(), at_ms: i64::MIN, hurry }
    }

    /// The places of the room.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Somebody comes in through the entry.
    pub fn enter(&mut self, shopper: usize, build: Build) {
        let (place, ahead) = (self.places.entry(), self.places.inside() - self.places.entry());
        let walker = Walker {
            build,
            place,
            velocity: Place::zeros(),
            heading: ahead.y.atan2(ahead.x),
            walked_m: 0.0,
            way: VecDeque::from([place]),
            looks_at: None,
            still_since_ms: None,
            reach: None,
        };
        self.people.insert(shopper, walker);
    }

    /// Somebody leaves the room.
    pub fn leave(&mut self, shopper: usize) {
        self.people.remove(&shopper);
    }

    /// Whether nobody but this shopper stands, or means to stand, within `apart_m` of a place.
    pub fn is_free(&self, place: Place, apart_m: f64, shopper: usize) -> bool {
        self.people.iter().filter(|(other, _)| **other != shopper).all(|(_, walker)| {
            let goal = walker.way.back().copied().unwrap_or(walker.place);
            (walker.place - place).norm() >= apart_m && (goal - place).norm() >= apart_m
        })
    }

    /// Somebody sets out for a place, to look at another when they are there.
    pub fn go(&mut self, shopper: usize, to: Place, looks_at: Option<Place>) {
        let Some(walker) = self.people.get_mut(&shopper) else { return };
        walker.way = self.places.way(walker.place, to).into();
        walker.looks_at = looks_at;
        walker.still_since_ms = None;
    }

    /// Whether somebody is where they went, or is not in the room at all.
    pub fn has_arrived(&self, shopper: usize) -> bool {
        let Some(walker) = self.people.get(&shopper) else { return true };
        let Some(to) = walker.way.back().filter(|_| walker.way.len() == 1) else { return walker.way.is_empty() };
        let far = (to - walker.place).norm();
        let still_ms = walker.still_since_ms.map_or(0, |since| self.at_ms - since);
        far <= THERE_M || far <= NEARLY_M * (still_ms / STUCK_MS) as f64
    }

    /// Somebody's hand goes out now; it is there after [`OUT_MS`].
    pub fn reach(&mut self, shopper: usize, hand: Point) {
        let at_ms = self.at_ms;
        if let Some(walker) = self.people.get_mut(&shopper) {
            walker.reach = Some((hand, at_ms));
        }
    }

    /// How everybody stands, by shopper.
    pub fn stances(&self) -> Vec<(usize, Stance)> {
        self.people.iter().map(|(shopper, walker)| (*shopper, walker.stance(self.at_ms))).collect()
    }

    /// Moves everybody on to a time, milliseconds. A time before the last changes nothing.
    pub fn advance(&mut self, to_ms: i64) {
        if to_ms.saturating_sub(self.at_ms) > LONGEST_MS {
            self.at_ms = to_ms;
        }
        while self.at_ms + STEP_MS <= to_ms {
            self.at_ms += STEP_MS;
            self.step();
        }
    }

    fn step(&mut self) {
        const SECONDS: f64 = STEP_MS as f64 / 1000.0;
        let others: Vec<(usize, Place, f64)> =
            self.people.iter().map(|(shopper, walker)| (*shopper, walker.place, walker.build.apart_m)).collect();
        for (shopper, walker) in &mut self.people {
            let pace = walker.build.pace_m_s * self.hurry;
            walker.look_ahead(&self.places);
            let wanted = walker.wanted(*shopper, pace, &others);
            walker.velocity += (wanted - walker.velocity) * (SECONDS * self.hurry.max(1.0) / CHANGES_IN_S).min(1.0);
            let fastest = 1.2 * pace;
            if walker.velocity.norm() > fastest {
                walker.velocity *= fastest / walker.velocity.norm();
            }
            let next = walker.place + walker.velocity * SECONDS;
            // Nobody is pushed into a gondola.
            if self.places.is_between(walker.place, next) {
                walker.velocity = Place::zeros();
            } else {
                walker.walked_m += (next - walker.place).norm();
                walker.place = next;
            }
            walker.turn(SECONDS * self.hurry.max(1.0));
            if walker.velocity.norm() > STILL_M_S {
                walker.still_since_ms = None;
            } else {
                walker.still_since_ms.get_or_insert(self.at_ms);
            }
        }
    }
}

impl Walker {
    /// Goes for the next place but one as soon as nothing stands between: somebody may stand in the next.
    fn look_ahead(&mut self, places: &Places) {
        while self.way.len() > 1
            && ((self.way[0] - self.place).norm() < TURN_M || !places.is_blocked(self.place, self.way[1]))
        {
            self.way.pop_front();
        }
        // Whoever was pushed off the way finds another.
        if places.is_between(self.place, self.way[0]) {
            self.way = places.way(self.place, self.way[self.way.len() - 1]).into();
        }
    }

    /// The velocity that somebody wants: towards the next place of their way, around whoever is there.
    fn wanted(&self, shopper: usize, pace: f64, others: &[(usize, Place, f64)]) -> Place {
        let to = self.way.front().map_or(Place::zeros(), |next| next - self.place);
        let far = to.norm();
        let ahead = to.try_normalize(1e-6).unwrap_or_default();
        // Whoever arrives slows down.
        let speed = if self.way.len() > 1 { pace } else { pace.min(far / 0.35) };
        let mut wanted = ahead * speed;
        for (_, place, apart_m) in others.iter().filter(|(other, ..)| *other != shopper) {
            let off = place - self.place;
            let distance = off.norm();
            let apart_m = apart_m.min(self.build.apart_m);
            if distance < apart_m {
                // Two in the very same place part to the right of where each wants to go.
                let away = (-off).try_normalize(1e-6).unwrap_or(Place::new(ahead.y, -ahead.x));
                wanted += away * (ASIDE_M_S * (1.0 - distance / apart_m));
            }
            let is_ahead = distance < AHEAD_M && off.dot(&ahead) > 0.75 * distance && far > distance;
            if is_ahead && speed > STILL_M_S && apart_m > TOUCHING_M {
                wanted += Place::new(ahead.y, -ahead.x) * (0.9 * speed * (1.0 - distance / AHEAD_M));
            }
        }
        wanted
    }

    /// Turns towards the walk, or to what they look at once they stand.
    fn turn(&mut self, seconds: f64) {
        const TURN_A_S: f64 = 5.0;
        let towards = if self.velocity.norm() > 2.0 * STILL_M_S {
            self.velocity
        } else if let Some(looks_at) = self.looks_at.filter(|_| self.way.len() <= 1) {
            looks_at - self.place
        } else {
            return;
        };
        let turn = (towards.y.atan2(towards.x) - self.heading + 1.5 * TAU).rem_euclid(TAU) - TAU / 2.0;
        self.heading += turn * (TURN_A_S * seconds).min(1.0);
    }

    fn stance(&self, at_ms: i64) -> Stance {
        let angle = TAU * SWAYS_A_S * (at_ms.rem_euclid(1_000_000) as f64 / 1000.0) + self.build.phase;
        let sway = Place::new(angle.sin(), (0.7 * angle).cos()) * SWAY_M;
        let reach = self.reach.and_then(|(hand, since_ms)| Some((hand, out(at_ms - since_ms)?)));
        Stance {
            place: self.place + sway,
            heading: self.heading,
            height_m: self.build.height_m,
            speed_m_s: self.velocity.norm(),
            walked_m: self.walked_m,
            reach,
        }
    }
}

/// How far a hand is out, 0 to 1, so many milliseconds after it set out; `None` when it is back.
fn out(since_ms: i64) -> Option<f64> {
    let [out, stays, back] = REACH_MS;
    let part = if since_ms < 0 || since_ms >= out + stays + back {
        return None;
    } else if since_ms < out {
        since_ms as f64 / out as f64
    } else if since_ms < out + stays {
        1.0
    } else {
        1.0 - (since_ms - out - stays) as f64 / back as f64
    };
    Some(part * part * (3.0 - 2.0 * part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::stage::plan;
    use domain::ids::ZoneId;

    fn walkers() -> Walkers {
        let mut walkers = Walkers::new(Places::of(&plan()), 1.0);
        walkers.advance(0);
        walkers
    }

    fn place(walkers: &Walkers, shopper: usize) -> Place {
        walkers.people[&shopper].place
    }

    #[test]
    fn somebody_walks_around_the_gondola_at_their_pace_and_faces_the_slot() {
        let mut walkers = walkers();
        let build = Build::of(3, 1);
        walkers.enter(3, build);
        let slot = walkers.places().slot(&ZoneId::from("g3"), 0.5).unwrap();
        walkers.go(3, slot.before, Some(slot.hand.xy()));
        let (mut at_ms, mut before) = (0, place(&walkers, 3));
        while !walkers.has_arrived(3) {
            at_ms += 100;
            walkers.advance(at_ms);
            let now = place(&walkers, 3);
            assert!(!walkers.places().is_between(before, now));
            assert!((now - before).norm() <= 0.1 * 1.21 * build.pace_m_s, "{before} to {now}");
            before = now;
            assert!(at_ms < 20_000, "still at {before}");
        }
        assert!(at_ms > 2_000, "it is several metres");
        walkers.advance(at_ms + 1_000);
        let stance = walkers.stances()[0].1;
        assert!((stance.place - slot.before).norm() < 0.15, "{stance:?}");
        assert!((stance.heading.sin() + 1.0).abs() < 0.1, "it looks down the y axis: {stance:?}");
    }

    #[test]
    fn people_who_meet_pass_and_who_mind_it_never_stand_in_each_other() {
        let mut walkers = walkers();
        let build = |apart_m| Build { apart_m, ..Build::of(1, 1) };
        for (shopper, from, to) in [(1, [0.5, 2.9], [5.5, 2.9]), (2, [5.5, 2.9], [0.5, 2.9])] {
            walkers.enter(shopper, build(0.45));
            walkers.people.get_mut(&shopper).unwrap().place = from.into();
            walkers.go(shopper, to.into(), None);
        }
        let mut nearest = f64::INFINITY;
        for at in 1..200 {
            walkers.advance(at * 50);
            nearest = nearest.min((place(&walkers, 1) - place(&walkers, 2)).norm());
        }
        assert!(walkers.has_arrived(1) && walkers.has_arrived(2), "both got past each other");
        assert!((0.3..0.8).contains(&nearest), "{nearest}");
    }

    #[test]
    fn of_two_for_one_place_the_second_stands_beside_and_counts_as_there() {
        let mut walkers = walkers();
        let slot = walkers.places().slot(&ZoneId::from("g1"), 0.5).unwrap();
        for shopper in [1, 2] {
            walkers.enter(shopper, Build { apart_m: 0.4, ..Build::of(shopper, 1) });
            walkers.go(shopper, slot.before, Some(slot.hand.xy()));
            walkers.advance(shopper as i64 * 15_000);
        }
        assert!(!walkers.is_free(slot.before, 0.4, 2));
        assert!(walkers.has_arrived(1) && walkers.has_arrived(2));
        assert!((place(&walkers, 1) - place(&walkers, 2)).norm() > 0.25);
    }

    #[test]
    fn whoever_stands_at_a_corner_stops_nobody() {
        let mut walkers = walkers();
        let slot = walkers.places().slot(&ZoneId::from("g3"), 0.9).unwrap();
        let corner = walkers.places().way(Place::new(2.5, 1.4), slot.before)[0];
        walkers.enter(1, Build { apart_m: 0.5, ..Build::of(1, 1) });
        walkers.people.get_mut(&1).unwrap().place = corner;
        walkers.go(1, corner, None);
        walkers.enter(2, Build { apart_m: 0.5, ..Build::of(2, 1) });
        walkers.people.get_mut(&2).unwrap().place = Place::new(2.5, 1.4);
        walkers.go(2, slot.before, None);
        walkers.advance(15_000);
        assert!((place(&walkers, 2) - slot.before).norm() < 0.2, "still at {}", place(&walkers, 2));
    }

    #[test]
    fn whoever_was_pushed_to_the_other_side_of_a_gondola_goes_around_it() {
        let mut walkers = walkers();
        let slot = walkers.places().slot(&ZoneId::from("g3"), 0.9).unwrap();
        walkers.enter(1, Build::of(1, 1));
        walkers.people.get_mut(&1).unwrap().place = Place::new(2.0, 2.4);
        walkers.go(1, slot.before, None);
        walkers.people.get_mut(&1).unwrap().place = Place::new(2.9, 1.6);
        walkers.advance(10_000);
        assert!(walkers.has_arrived(1) && (place(&walkers, 1) - slot.before).norm() < 0.2);
    }

    #[test]
    fn a_hand_is_out_when_it_was_said_and_comes_back() {
        assert_eq!((out(-1), out(0), out(OUT_MS), out(OUT_MS + 600)), (None, Some(0.0), Some(1.0), Some(1.0)));
        assert_eq!(out(2_000), None);
    }

    #[test]
    fn a_clock_that_jumps_moves_nobody_and_a_stranger_is_nowhere() {
        let mut walkers = walkers();
        walkers.enter(1, Build::of(1, 1));
        walkers.go(1, walkers.places().exit(), None);
        let before = place(&walkers, 1);
        walkers.advance(-5_000);
        walkers.advance(3_600_000);
        assert_eq!(place(&walkers, 1), before);
        walkers.go(9, before, None);
        walkers.reach(9, Point::zeros());
        assert!(walkers.has_arrived(9));
    }
}
