//! Heads that are drawn with formulas, and turn before the entry's camera.

use std::collections::BTreeSet;

use domain::gate::Place;
use domain::ids::ShopperId;
use domain::sighting::Identity;
use uuid::Uuid;
use vision::presentation::challenge::{Prompt, Turn};
use vision::{Calibration, DecisionParams, Detection, Embedding, Face, Frame, Gallery, Quality};

use crate::recognition::visitors::{Among, Judged, Rules, Visitors, enrolment_reference};
use crate::recognition::{Liveness, Pictures};

const ADA: u128 = 1;
const BEN: u128 = 2;
const EYES_PX: f32 = 40.0;
const SIDE: u32 = 320;

/// The middle between the eyes, in pixels.
const FACE: [f32; 2] = [160.0, 120.0];

/// What the camera sees at one moment.
#[derive(Clone, Copy)]
struct Shot {
    who: u128,
    /// Where the nose is, in distances between the eyes: positive is to the right of the picture.
    nose: f32,
    /// Whether the nose's pixels go where its landmark goes.
    depth: bool,
    /// How large the face is.
    eyes_px: f32,
    /// How far a second face is away from being as large: 0 for none.
    second: f32,
}

const STRAIGHT: Shot = Shot { who: ADA, nose: 0.0, depth: true, eyes_px: EYES_PX, second: 0.0 };

fn at(nose: f32) -> Shot {
    Shot { nose, ..STRAIGHT }
}

fn looks_like(person: u128, noise_axis: usize) -> Embedding {
    let mut values = vec![0.0; vision::shipped::DIMENSION];
    (values[person as usize], values[noise_axis]) = (1.0, 0.3);
    Embedding::new(values).unwrap()
}

fn pattern(x: f32, y: f32) -> f32 {
    let wave = |a: f32, b: f32, phase: f32| (a * x + b * y + phase).sin();
    (wave(0.31, 0.12, 0.0) + wave(-0.17, 0.37, 1.0) + wave(0.23, -0.41, 2.0) + wave(0.47, 0.29, 3.0)) / 2.5
}

fn noise(x: u32, y: u32, seed: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    ((hash >> 16) % 7) as f32 - 3.0
}

fn luma(shot: &Shot, x: u32, y: u32, seed: u32) -> u8 {
    let (fx, fy) = (x as f32 - FACE[0], y as f32 - FACE[1]);
    let (u, v) = (fx / shot.eyes_px, fy / shot.eyes_px);
    let value = if (u / 1.3).powi(2) + ((v - 0.4) / 1.8).powi(2) > 1.0 {
        110.0 + 60.0 * pattern(x as f32 + 700.0, y as f32)
    } else {
        let nose = if shot.depth { (-(u / 0.28).powi(2) - ((v - 0.58) / 0.32).powi(2)).exp() } else { 0.0 };
        120.0 + 45.0 * pattern(fx - shot.nose * shot.eyes_px * nose, fy)
    };
    (value + noise(x, y, seed)).round().clamp(0.0, 255.0) as u8
}

fn face(shot: &Shot, eyes_px: f32, frame: usize) -> Face {
    let point = |u: f32, v: f32| [FACE[0] + u * eyes_px, FACE[1] + v * eyes_px];
    let ([left, top], trembles) = (point(-1.1, -0.9), 0.001 * (frame % 7) as f32);
    let nose = point(shot.nose + trembles, 0.57);
    let landmarks = [point(-0.5, 0.0), point(0.5, 0.0), nose, point(-0.41, 1.16), point(0.41, 1.16)];
    let detection = Detection { bbox: [left, top, 2.2 * eyes_px, 2.8 * eyes_px], landmarks, score: 0.9 };
    Face { detection, quality: Quality::usual(), embedding: looks_like(shot.who, 100 + frame) }
}

/// The entry, which asks for turns to the left (0) or to the right (1).
struct Entry {
    gallery: Gallery<ShopperId>,
    visitors: Visitors,
    random: fn() -> u64,
    frames: usize,
    at_ms: i64,
}

impl Entry {
    fn new(random: fn() -> u64) -> Self {
        let mut gallery = Gallery::new();
        for number in [ADA, BEN] {
            let who = ShopperId(Uuid::from_u128(number));
            gallery.insert(who, enrolment_reference(who), looks_like(number, 99));
        }
        Self { gallery, visitors: Visitors::new(), random, frames: 0, at_ms: 0 }
    }

    fn judge(&mut self, shot: Shot) -> Judged {
        let gate = DecisionParams { fpir: 1e-3, ..DecisionParams::default() };
        let (calibration, shelf) = (Calibration::shipped(), gate.clone());
        let rules = Rules { calibration, gate, shelf, pictures: Pictures::AskTurn, random: self.random };
        let among = Among { place: Place::Entry, gallery: &self.gallery, inside: &BTreeSet::new() };
        self.frames += 1;
        self.at_ms += 200;
        let seed = self.frames as u32;
        let pixels = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
        let rgb = pixels.flat_map(|(x, y)| [luma(&shot, x, y, seed); 3]).collect();
        let frame = Frame::from_rgb(SIDE, SIDE, rgb).unwrap();
        let mut faces = vec![face(&shot, shot.eyes_px, self.frames)];
        if shot.second > 0.0 {
            faces.push(face(&Shot { who: 90, ..shot }, shot.eyes_px * shot.second, self.frames));
        }
        self.visitors.see(&frame, &faces, self.at_ms, &among, &rules)[0]
    }

    fn see(&mut self, shot: Shot) -> Liveness {
        self.judge(shot).liveness
    }

    /// The answers to these looks.
    fn answers(&mut self, shots: &[Shot]) -> Vec<Liveness> {
        shots.iter().map(|shot| self.see(*shot)).collect()
    }

    /// Nobody is there for some seconds, so that the track ends.
    fn nobody(&mut self, seconds: i64) {
        self.at_ms += 1_000 * seconds;
    }
}

fn asked(prompt: Prompt, attempt: usize) -> Liveness {
    Liveness::Turning { prompt, attempt }
}

/// Straight, then to one side and staying there.
fn turned(side: f32) -> Vec<Shot> {
    [0.0, 0.0, 0.0, 0.05, 0.1, 0.12, 0.12, 0.12].map(|nose| at(side * nose)).to_vec()
}

#[test]
fn a_head_that_turns_as_asked_is_believed_and_stays_so() {
    for (random, side, turn) in [((|| 0) as fn() -> u64, 1.0, Turn::Left), (|| 1, -1.0, Turn::Right)] {
        let mut entry = Entry::new(random);
        let answers = entry.answers(&turned(side));
        assert_eq!(answers[0], asked(Prompt::LookStraight, 1));
        assert_eq!(answers[3], asked(Prompt::TurnHead(turn), 1), "{answers:?}");
        assert!(answers.contains(&asked(Prompt::HoldStill, 1)), "{answers:?}");
        assert_eq!(answers.last(), Some(&Liveness::Live), "{answers:?}");
        let judged = entry.judge(STRAIGHT);
        assert_eq!(judged.liveness, Liveness::Live);
        assert!(matches!(judged.identity, Identity::Known { shopper, .. } if shopper.0.as_u128() == ADA));
    }
}

#[test]
fn a_flat_face_whose_landmarks_turn_is_asked_until_the_time_is_over_and_then_needs_the_code() {
    let mut entry = Entry::new(|| 0);
    let flat = |shot: Shot| Shot { depth: false, ..shot };
    let mut answers = entry.answers(&turned(1.0).into_iter().map(flat).collect::<Vec<_>>());
    answers.extend(entry.answers(&[flat(at(0.12)); 45]));
    assert!(!answers.contains(&Liveness::Live), "{answers:?}");
    assert_eq!(answers.last(), Some(&Liveness::Unsure), "{answers:?}");
}

#[test]
fn the_wrong_side_is_forgiven_once_and_coming_back_changes_nothing() {
    // Each new draw would be the other side.
    fn next() -> u64 {
        use std::sync::atomic::{AtomicU64, Ordering};
        static DRAWN: AtomicU64 = AtomicU64::new(0);
        DRAWN.fetch_add(1, Ordering::Relaxed)
    }
    let mut entry = Entry::new(next);
    let first = entry.answers(&turned(-1.0)[..5]);
    assert!(matches!(first.last(), Some(Liveness::Hindered(_))), "{first:?}");
    entry.nobody(5);
    let second = entry.answers(&turned(-1.0)[..5]);
    assert_eq!(second[0], asked(Prompt::LookStraight, 2));
    assert_eq!(second[3], asked(Prompt::TurnHead(Turn::Left), 2), "the same side again: {second:?}");
    assert_eq!(second.last(), Some(&Liveness::Unsure), "{second:?}");
    entry.nobody(60);
    assert_eq!(entry.see(STRAIGHT), Liveness::Unsure, "the code is needed for two minutes");
    entry.nobody(120);
    assert_eq!(entry.see(STRAIGHT), asked(Prompt::LookStraight, 1));
}

#[test]
fn coming_back_from_the_wrong_side_is_no_turn_to_the_right_one() {
    let mut entry = Entry::new(|| 0);
    let there = entry.answers(&turned(-1.0));
    assert!(matches!(there[5..], [Liveness::Hindered(_), Liveness::Hindered(_), Liveness::Hindered(_)]), "{there:?}");
    let back = entry.answers(&[-0.12, -0.08, -0.03, 0.0, 0.0, 0.0].map(at));
    assert!(!back.contains(&Liveness::Live), "{back:?}");
    assert_eq!(back[2], asked(Prompt::LookStraight, 2), "straight again: {back:?}");
    let mut other = Entry::new(|| 0);
    other.answers(&turned(-1.0));
    let stays = other.answers(&[at(-0.12); 45]);
    assert_eq!(stays.last(), Some(&Liveness::Unsure), "who never looks straight again needs the code: {stays:?}");
}

#[test]
fn somebody_else_before_the_camera_does_not_turn_for_another() {
    let mut entry = Entry::new(|| 0);
    entry.answers(&turned(1.0)[..4]);
    let ben = entry.answers(&turned(1.0).into_iter().map(|shot| Shot { who: BEN, ..shot }).collect::<Vec<_>>()[..4]);
    assert_eq!(ben[0], asked(Prompt::LookStraight, 1), "he is asked anew: {ben:?}");
    // A head that is a little like Ada's, so that the track goes on.
    let mut entry = Entry::new(|| 0);
    entry.answers(&turned(1.0));
    assert_eq!(entry.see(STRAIGHT), Liveness::Live);
    assert_ne!(entry.see(Shot { who: BEN, ..STRAIGHT }), Liveness::Live, "her turn does not let him in");
}

#[test]
fn whoever_is_too_far_or_not_alone_is_told_so_and_strangers_are_asked_nothing() {
    let mut entry = Entry::new(|| 0);
    assert_eq!(entry.see(Shot { eyes_px: 20.0, ..STRAIGHT }), Liveness::Hindered("Come a little closer"));
    assert_eq!(entry.see(Shot { second: 0.9, ..STRAIGHT }), Liveness::Hindered("One at a time, please"));
    assert_eq!(entry.see(Shot { who: 50, ..STRAIGHT }), Liveness::Waiting);
    entry.nobody(5);
    assert_eq!(entry.see(Shot { second: 0.5, ..STRAIGHT }), asked(Prompt::LookStraight, 1));
}

#[test]
fn a_forgotten_shopper_leaves_nothing_behind() {
    let mut entry = Entry::new(|| 0);
    entry.answers(&turned(1.0)[..4]);
    entry.visitors.forget(ShopperId(Uuid::from_u128(ADA)));
    assert!(entry.visitors.asked.0.is_empty());
}
