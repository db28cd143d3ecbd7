//! Simulated people walk, virtual cameras see them, and the tracker follows what these see: how right is that?

use std::collections::VecDeque;

use domain::body::Body;
use domain::ids::{SlotId, ZoneId};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tracking::rules::Rules;
use tracking::tracker::{Step, Tracker, View, Walker};

use super::*;
use crate::shopper::wishes;

/// One thing after another, as a shopper does them.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Waits for a turn and takes it: at a gate, or at a slot.
    Take(Turn),
    Give(Turn),
    Enter,
    /// The gate opens, and a visit with it.
    Open,
    Go(Way),
    Arrive,
    /// Waits for room before a slot.
    Await(usize),
    Wait(i64),
    Reach(usize),
    Grasp(usize),
    Leave,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Turn {
    Entry,
    Exit,
    Slot(usize),
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Inside,
    Near(usize),
    Before(usize),
    BeforeExit,
    Exit,
}

struct Life {
    acts: VecDeque<Act>,
    until_ms: i64,
    visit: Option<u32>,
    waits_since_ms: Option<i64>,
    rng: ChaCha8Rng,
}

/// What happens to one camera's pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    None,
    /// The first camera gives none.
    Dark,
    /// The first camera's come two seconds late, and are taken as they come.
    Late,
}

/// How right the tracker was.
#[derive(Debug, Default)]
struct Figures {
    inside: usize,
    followed: usize,
    errors_m: Vec<f64>,
    right: usize,
    open: usize,
    wrong: usize,
    visits: u32,
}

struct Shop {
    room: Room,
    slots: Vec<Slot>,
    lives: Vec<Life>,
    turns: Vec<(Turn, usize)>,
    cameras: Vec<VirtualCamera>,
    tracker: Tracker<u32>,
    late: VecDeque<Vec<Body>>,
    /// Hands that took something since the last step: whose, and where.
    grasps: Vec<(u32, usize)>,
    figures: Figures,
    at_ms: i64,
}

const TICK_MS: i64 = 50;

fn slots() -> Vec<Slot> {
    let slot = |zone: &str, number: usize| Slot {
        id: SlotId(format!("{zone}s{number}")),
        sku: String::new(),
        unit_g: 100.0,
        zone: ZoneId::from(zone),
        x: (number as f32 + 0.5) / 4.0,
    };
    ["g1", "g2", "g3"].iter().flat_map(|zone| (0..4).map(|number| slot(zone, number))).collect()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

impl Shop {
    fn open(shoppers: usize, seed: u64) -> Self {
        let room = Room::new(stage::plan(), seed, Pace::new(1.0));
        let lives = (0..shoppers).map(|shopper| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(shopper as u64);
            Life {
                acts: VecDeque::new(),
                until_ms: rng.random_range(0..12_000),
                visit: None,
                waits_since_ms: None,
                rng,
            }
        });
        Self {
            slots: slots(),
            lives: lives.collect(),
            turns: Vec::new(),
            cameras: room.cameras(),
            tracker: Tracker::new(tracking::room::Room::of(room.plan()), Rules::default()),
            late: VecDeque::new(),
            grasps: Vec::new(),
            figures: Figures::default(),
            room,
            at_ms: 0,
        }
    }

    fn run(shoppers: usize, seed: u64, seconds: i64, trouble: Trouble) -> Figures {
        let mut shop = Self::open(shoppers, seed);
        let mut pictures: Vec<Vec<Body>> = vec![Vec::new(); shop.cameras.len()];
        let mut taken_ms = vec![0; shop.cameras.len()];
        while shop.at_ms < seconds * 1000 {
            shop.at_ms += TICK_MS;
            for shopper in 0..shoppers {
                while shop.does_next(shopper) {}
            }
            // The cameras look one after the other, and the tracker takes what all of them saw.
            let turn = (shop.at_ms / TICK_MS) as usize % shop.cameras.len();
            let mut bodies = shop.cameras[turn].picture(&shop.room.people(at(shop.at_ms)));
            if turn == 0 && trouble == Trouble::Dark {
                bodies.clear();
            }
            if turn == 0 && trouble == Trouble::Late {
                shop.late.push_back(bodies);
                bodies = if shop.late.len() > 10 { shop.late.pop_front().unwrap() } else { Vec::new() };
            }
            (pictures[turn], taken_ms[turn]) = (bodies, shop.at_ms);
            if turn == shop.cameras.len() - 1 {
                let views: Vec<View> = pictures
                    .iter()
                    .enumerate()
                    .map(|(camera, bodies)| View { camera, at_ms: taken_ms[camera], bodies })
                    .collect();
                let step = shop.tracker.step(shop.at_ms, &views);
                shop.judge(&step);
            }
        }
        shop.figures
    }

    /// Does a shopper's next act; false where it has to wait.
    fn does_next(&mut self, shopper: usize) -> bool {
        let now = at(self.at_ms);
        if self.at_ms < self.lives[shopper].until_ms {
            return false;
        }
        let Some(act) = self.lives[shopper].acts.front().copied() else {
            self.lives[shopper].acts = trip(&mut self.lives[shopper].rng, &self.slots);
            return true;
        };
        match act {
            Act::Take(turn) if self.turns.iter().any(|(other, _)| *other == turn) => return false,
            Act::Take(turn) => self.turns.push((turn, shopper)),
            Act::Give(turn) => self.turns.retain(|one| *one != (turn, shopper)),
            Act::Enter if !self.room.enter(shopper, now) => return false,
            Act::Enter => {}
            Act::Open => {
                self.figures.visits += 1;
                self.lives[shopper].visit = Some(self.figures.visits);
                self.tracker.open(self.figures.visits, self.at_ms);
            }
            Act::Go(way) => {
                let goal = match way {
                    Way::Inside => Goal::Inside,
                    Way::Near(slot) => Goal::Near(&self.slots[slot]),
                    Way::Before(slot) => Goal::Before(&self.slots[slot]),
                    Way::BeforeExit => Goal::BeforeExit,
                    Way::Exit => Goal::Exit,
                };
                self.room.go(shopper, goal, now);
            }
            Act::Await(slot) if !self.is_free_or_late(shopper, slot) => return false,
            Act::Await(_) => {}
            Act::Arrive if !self.room.has_arrived(shopper, now) => return false,
            Act::Arrive => {}
            Act::Wait(ms) => self.lives[shopper].until_ms = self.at_ms + ms,
            Act::Reach(slot) => self.room.reach(shopper, &self.slots[slot], now),
            Act::Grasp(slot) => self.grasps.extend(self.lives[shopper].visit.map(|visit| (visit, slot))),
            Act::Leave => {
                self.room.leave(shopper, now);
                let visit = self.lives[shopper].visit.take();
                visit.into_iter().for_each(|visit| self.tracker.close(visit));
            }
        }
        self.lives[shopper].acts.pop_front();
        true
    }

    /// Whether there is room before a slot, or somebody has waited for ten seconds.
    fn is_free_or_late(&mut self, shopper: usize, slot: usize) -> bool {
        let since_ms = *self.lives[shopper].waits_since_ms.get_or_insert(self.at_ms);
        let goes = self.room.is_free(shopper, &self.slots[slot], at(self.at_ms)) || self.at_ms - since_ms >= 10_000;
        if goes {
            self.lives[shopper].waits_since_ms = None;
        }
        goes
    }

    fn judge(&mut self, step: &Step<u32>) {
        for (shopper, joints) in self.room.people(at(self.at_ms)) {
            if self.lives[shopper].visit.is_none() {
                continue;
            }
            let hips = (joints[11] + joints[12]) / 2.0;
            let far = |walker: &Walker<u32>| (walker.place - hips.xy()).norm();
            let nearest = step.people.iter().map(far).fold(f64::INFINITY, f64::min);
            self.figures.inside += 1;
            if nearest < 0.5 {
                self.figures.followed += 1;
                self.figures.errors_m.push(nearest);
            }
        }
        for (visit, slot) in std::mem::take(&mut self.grasps) {
            match self.whose_hand(step, slot) {
                Some((likeliest, share)) if share >= 0.9 && likeliest != visit => self.figures.wrong += 1,
                Some((likeliest, share)) if share >= 0.9 && likeliest == visit => self.figures.right += 1,
                _ => self.figures.open += 1,
            }
        }
    }

    /// Whose hand is at a slot, and how likely: of the nearest hand within half a metre, or else of whoever stands before it.
    fn whose_hand(&self, step: &Step<u32>, slot: usize) -> Option<(u32, f64)> {
        let slot = &self.slots[slot];
        let place = Places::of(self.room.plan()).slot(&slot.zone, slot.x)?;
        let hand = |walker: &Walker<u32>| {
            walker.hands.iter().map(|hand| (hand - place.hand).norm()).filter(|far| *far < 0.5).fold(10.0, f64::min)
                + 0.01 * (walker.place - place.before).norm()
        };
        let near = |walker: &&Walker<u32>| (walker.place - place.before).norm() < 1.0;
        let nearest = step.people.iter().filter(near).min_by(|one, two| hand(one).total_cmp(&hand(two)))?;
        nearest.shares.likeliest()
    }
}

/// A visit, act by act, as [`crate::shopper::Shopper`] does it with a server.
fn trip(rng: &mut ChaCha8Rng, slots: &[Slot]) -> VecDeque<Act> {
    let errands = wishes::draw(rng, slots);
    let ms = |seconds: f64| Act::Wait((seconds * 1000.0) as i64);
    let mut acts = vec![Act::Take(Turn::Entry), Act::Enter, ms(rng.random_range(0.8..1.6)), Act::Open];
    acts.extend([Act::Go(Way::Inside), ms(1.7), Act::Give(Turn::Entry)]);
    for errand in errands {
        let slot = errand.slot;
        acts.extend([Act::Go(Way::Near(slot)), ms(errand.way_s), Act::Arrive, Act::Take(Turn::Slot(slot))]);
        acts.extend([Act::Await(slot), Act::Go(Way::Before(slot)), ms(errand.look_s), Act::Arrive]);
        for _ in 0..1 + errand.put_back.min(1) {
            acts.extend([
                Act::Reach(slot),
                Act::Wait(OUT_MS + rng.random_range(-250..=250)),
                Act::Grasp(slot),
                ms(2.7),
            ]);
        }
        acts.push(Act::Give(Turn::Slot(slot)));
    }
    acts.extend([
        Act::Go(Way::BeforeExit),
        ms(2.0),
        Act::Arrive,
        Act::Take(Turn::Exit),
        Act::Go(Way::Exit),
        Act::Arrive,
    ]);
    acts.extend([
        ms(rng.random_range(0.8..1.6)),
        Act::Leave,
        ms(1.7),
        Act::Give(Turn::Exit),
        ms(rng.random_range(12.0..25.0)),
    ]);
    acts.into()
}

impl Figures {
    fn of(shoppers: usize, seeds: std::ops::Range<u64>, seconds: i64, trouble: Trouble) -> Self {
        let mut all = Self::default();
        for seed in seeds {
            let one = Shop::run(shoppers, seed, seconds, trouble);
            all.inside += one.inside;
            all.followed += one.followed;
            all.errors_m.extend(one.errors_m);
            all.right += one.right;
            all.open += one.open;
            all.wrong += one.wrong;
            all.visits += one.visits;
        }
        all.errors_m.sort_by(f64::total_cmp);
        let picks = all.right + all.open + all.wrong;
        let line = format!(
            "{shoppers} people, {trouble:?}: {} visits, coverage {:.3}, floor error {:.2} / {:.2} m, {picks} picks: {} right, {} open, {} wrong",
            all.visits,
            all.coverage(),
            all.error_m(0.5),
            all.error_m(0.9),
            all.right,
            all.open,
            all.wrong
        );
        say(&line);
        all
    }

    fn coverage(&self) -> f64 {
        self.followed as f64 / self.inside as f64
    }

    fn error_m(&self, share: f64) -> f64 {
        self.errors_m[(self.errors_m.len() as f64 * share) as usize]
    }

    fn share(&self, count: usize) -> f64 {
        count as f64 / (self.right + self.open + self.wrong) as f64
    }
}

#[expect(clippy::print_stdout, reason = "the figures are for whoever runs this with --nocapture")]
fn say(line: &str) {
    println!("{line}");
}

#[test]
fn three_shoppers_are_followed_and_their_hands_are_theirs() {
    let figures = Figures::of(3, 1..3, 240, Trouble::None);
    assert!(figures.coverage() > 0.97);
    assert!(figures.error_m(0.5) < 0.15 && figures.error_m(0.9) < 0.3);
    assert!(figures.share(figures.right) > 0.7);
    assert!(figures.share(figures.wrong) < 0.05);
}

#[test]
fn six_shoppers_are_followed_and_hardly_any_hand_is_surely_anothers() {
    let figures = Figures::of(6, 1..3, 240, Trouble::None);
    assert!(figures.coverage() > 0.95);
    assert!(figures.error_m(0.5) < 0.15 && figures.error_m(0.9) < 0.35);
    assert!(figures.share(figures.right) > 0.5);
    assert!(figures.share(figures.wrong) < 0.06);
}

#[test]
fn a_camera_without_pictures_or_one_that_is_two_seconds_late_costs_certainty_and_breaks_nothing() {
    for trouble in [Trouble::Dark, Trouble::Late] {
        let figures = Figures::of(3, 1..3, 240, trouble);
        assert!(figures.coverage() > 0.85);
        assert!(figures.share(figures.wrong) < 0.08);
    }
}
