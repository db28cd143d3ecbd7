//! What cameras saw, in the order of time, in bounded memory; and where each key point was at a moment between two frames.

use std::collections::BTreeSet;

use domain::body::{Body, Joint};
use nalgebra::Vector2;

use crate::camera::Pixel;

/// Score from which a key point counts; those of hidden joints are mostly below it, those of seen ones above.
pub(super) const SURE_SCORE: f32 = 0.4;
/// Common moments lie this far apart, ms: somebody who walks gets ahead by a hand's length in it.
pub(super) const STEP_MS: i64 = 100;
/// Longest time between two frames across which key points are interpolated, ms: 5 frames a second, one lost.
const LONGEST_GAP_MS: f64 = 450.0;
/// Frames of one camera closer than this to another (ms) add nothing.
const CLOSEST_MS: i64 = 20;
/// Length of the stretches that are kept or dropped as a whole when memory is full, ms. Much longer than a clock may be off,
/// so that what two cameras keep still belongs together.
const STRETCH_MS: i64 = 12_000;
/// Farthest that a body moves between two frames and is still the same, in heights of its box.
const FARTHEST_STEP: f64 = 0.5;

/// The bodies of one picture.
#[derive(Debug, Clone)]
struct Frame {
    at_ms: i64,
    bodies: Vec<Body>,
}

/// A key point at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub pixel: Pixel,
    /// How fast it moves, pixels a second.
    pub velocity: Vector2<f64>,
}

/// The key points of a body at a moment that are sure.
pub(super) type Spots = [Option<Spot>; Joint::COUNT];

/// The frames of all cameras.
#[derive(Debug, Clone)]
pub(super) struct Recording {
    cameras: Vec<Vec<Frame>>,
    most_frames: usize,
    /// One of 2^this stretches is kept.
    thinning: u32,
}

impl Recording {
    /// Nothing yet, of `cameras` cameras; `most_frames` are kept of each.
    pub(super) fn new(cameras: usize, most_frames: usize) -> Self {
        Self { cameras: vec![Vec::new(); cameras], most_frames, thinning: 0 }
    }

    /// Keeps a frame; false where it is left out: too close to another one, or in a stretch that is left out because there
    /// are enough frames.
    pub(super) fn keep(&mut self, camera: usize, at_ms: i64, bodies: Vec<Body>) -> bool {
        if !self.keeps(at_ms) {
            return false;
        }
        let frames = &mut self.cameras[camera];
        let place = frames.partition_point(|frame| frame.at_ms < at_ms);
        let near = |frame: Option<&Frame>| frame.is_some_and(|frame| frame.at_ms.abs_diff(at_ms) < CLOSEST_MS as u64);
        if near(frames.get(place)) || near(place.checked_sub(1).and_then(|before| frames.get(before))) {
            return false;
        }
        frames.insert(place, Frame { at_ms, bodies });
        while self.cameras.iter().any(|frames| frames.len() > self.most_frames) && self.thinning < 40 {
            self.thinning += 1;
            let stride = 1_i64 << self.thinning;
            for frames in &mut self.cameras {
                frames.retain(|frame| frame.at_ms.div_euclid(STRETCH_MS).rem_euclid(stride) == 0);
            }
        }
        self.keeps(at_ms)
    }

    fn keeps(&self, at_ms: i64) -> bool {
        at_ms.div_euclid(STRETCH_MS).rem_euclid(1_i64 << self.thinning) == 0
    }

    /// Frames of a camera that are kept.
    pub(super) fn frames(&self, camera: usize) -> usize {
        self.cameras[camera].len()
    }

    /// Moments, numbers of [`STEP_MS`], near which a camera has a frame. `offsets_ms` says how far each clock is ahead.
    pub(super) fn moments(&self, offsets_ms: &[f64]) -> BTreeSet<i64> {
        let mut moments = BTreeSet::new();
        for (frames, offset_ms) in self.cameras.iter().zip(offsets_ms) {
            for frame in frames {
                let moment = ((frame.at_ms as f64 - offset_ms) / STEP_MS as f64).round() as i64;
                moments.extend([moment.saturating_sub(1), moment, moment.saturating_add(1)]);
            }
        }
        moments
    }

    /// Times of a camera's frames, ms.
    pub(super) fn times(&self, camera: usize) -> impl Iterator<Item = f64> + '_ {
        self.cameras[camera].iter().map(|frame| frame.at_ms as f64)
    }

    /// The bodies that a camera saw when its clock said `at_ms`, between the frames before and after.
    pub(super) fn bodies_at(&self, camera: usize, at_ms: f64) -> Vec<Spots> {
        let frames = &self.cameras[camera];
        let after = frames.partition_point(|frame| frame.at_ms as f64 <= at_ms);
        let Some([before, after]) = after.checked_sub(1).and_then(|before| frames.get(before..=after)) else {
            return Vec::new();
        };
        let gap_ms = after.at_ms as f64 - before.at_ms as f64;
        if !(0.0..=LONGEST_GAP_MS).contains(&gap_ms) {
            return Vec::new();
        }
        let share = (at_ms - before.at_ms as f64) / gap_ms;
        let nearest = |body: &Body, others: &[Body]| {
            let near = others.iter().map(|other| step(body, other)).enumerate();
            near.filter(|(_, far)| *far <= FARTHEST_STEP).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
        };
        let mut found = Vec::new();
        for (index, body) in before.bodies.iter().enumerate() {
            let Some(next) = nearest(body, &after.bodies) else { continue };
            if nearest(&after.bodies[next], &before.bodies) == Some(index) {
                found.push(between(body, &after.bodies[next], share, gap_ms / 1000.0));
            }
        }
        found
    }
}

/// Those that do not lie at the picture's edge, where a joint that is outside of it is found.
pub(super) fn within(spots: Spots, size: [f64; 2]) -> Spots {
    let margin = size[0].max(size[1]) / 100.0;
    let inside = |at: f64, length: f64| (margin..=length - margin).contains(&at);
    spots.map(|spot| spot.filter(|spot| inside(spot.pixel.x, size[0]) && inside(spot.pixel.y, size[1])))
}

/// How far a body moved from one frame to the next, in heights of its box.
fn step(body: &Body, next: &Body) -> f64 {
    let height = f64::from(body.bounds[3] - body.bounds[1]).max(f64::from(next.bounds[3] - next.bounds[1])).max(1.0);
    let sure = |index: &usize| body.points[*index].score >= SURE_SCORE && next.points[*index].score >= SURE_SCORE;
    let mut far: Vec<f64> =
        (0..Joint::COUNT).filter(sure).map(|index| (place(body, index) - place(next, index)).norm() / height).collect();
    far.sort_by(f64::total_cmp);
    far.get(far.len() / 2).copied().unwrap_or(f64::INFINITY)
}

fn place(body: &Body, index: usize) -> Pixel {
    Pixel::new(f64::from(body.points[index].x), f64::from(body.points[index].y))
}

fn between(body: &Body, next: &Body, share: f64, gap_s: f64) -> Spots {
    std::array::from_fn(|index| {
        let sure = body.points[index].score >= SURE_SCORE && next.points[index].score >= SURE_SCORE;
        let (from, to) = (place(body, index), place(next, index));
        sure.then(|| Spot { pixel: from + (to - from) * share, velocity: (to - from) / gap_s })
    })
}
