//! A virtual room camera: what a program that looks at its pictures would find of everybody, with the misses and errors
//! of a real one.
//!
//! "Measured" here means: on a real store's four cameras (640x360, MoveNet), with one shopper and with crowds made of his
//! cut-outs. What no measurement says is called assumed.

use std::collections::BTreeMap;

use domain::body::{Body, Joint, KeyPoint};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tracking::camera::{Camera, Pixel, Point};

/// Somebody in the room.
pub type Somebody = (usize, [Point; Joint::COUNT]);

/// Bodies below this score are not passed on.
const LEAST_SCORE: f64 = 0.15;
/// Mean and standard deviation of a body's score who is alone in the picture. Measured: found in 95.5 % of pictures at a
/// score of 0.15 and in 91.4 % at 0.2, which a normal distribution of these gives.
const ALONE_SCORE: [f64; 2] = [0.408, 0.152];
/// The mean with others in the picture: nobody before them; up to [`HALF_COVERED`] of them covered; more. Measured: found in
/// 84 to 95, 52 to 92 and 31 to 42 % of the pictures in which they are found alone; each mean gives the middle of that.
const CROWD_SCORE: [f64; 3] = [0.314, 0.225, 0.092];
const HALF_COVERED: f64 = 0.4;
/// Less than this of somebody covered is nobody before them.
const FREE: f64 = 0.05;
/// Standard deviation of a key point along an axis, pixels of a picture 640 wide: of the head and of the rest. Measured: heads within 1.3
/// to 1.9 px, all joints within 2.3 px, half of them.
const HEAD_PX: f64 = 1.4;
const JOINT_PX: f64 = 1.95;
const WIDTH_PX: f64 = 640.0;
/// The same of a joint that is hidden, and so guessed; assumed.
const GUESSED_PX: f64 = 14.0;
/// What errs in one picture errs in the next: correlation from one to the next at five a second; assumed.
const LASTING: f64 = 0.5;
/// How often somebody who is hidden is given the joints of whoever hides them. Measured: three of seven encounters of people
/// nearer than 0.15 m ended in an exchange.
const EXCHANGED: f64 = 3.0 / 7.0;
/// Score of a wrist that the own trunk hides; it is found on the trunk. Measured.
const TRUNK_SCORE: f64 = 0.2;
/// How often a wrist in full view is not found. Measured: 64 of 68 were.
const NO_WRIST: f64 = 0.06;
/// Half of a trunk's width, metres.
const HALF_WIDTH_M: f64 = 0.2;
/// Fewer joints in the picture are nobody: a head alone at its edge is not found. Measured; the number is assumed.
const FEWEST_JOINTS: usize = 6;
/// Whoever stands less upright in the picture than this (cosine) is found less often, and not at all below the second. Measured
/// for 15 degrees; that nobody is found beyond 60 is assumed.
const UPRIGHT: [f64; 2] = [0.9, 0.5];

/// A camera with what lasts from one picture to the next.
#[derive(Debug, Clone)]
pub struct VirtualCamera {
    camera: Camera,
    rng: ChaCha8Rng,
    lasting: BTreeMap<usize, Lasting>,
}

/// How the network errs about somebody.
#[derive(Debug, Clone)]
struct Lasting {
    /// Of the body's score, in standard deviations.
    score: f64,
    /// Of each joint along x and y, in standard deviations.
    joints: [[f64; 2]; Joint::COUNT],
    /// For exchanges and for wrists, 0 to 1.
    fate: f64,
}

/// Somebody's box in the picture, pixels.
#[derive(Debug, Clone, Copy)]
struct Outline {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    middle: Pixel,
    /// Half of the trunk's width.
    half: f64,
    depth: f64,
    upright: f64,
}

impl VirtualCamera {
    /// The same seed gives the same pictures of the same people.
    pub fn new(camera: Camera, seed: u64) -> Self {
        Self { camera, rng: ChaCha8Rng::seed_from_u64(seed), lasting: BTreeMap::new() }
    }

    /// Whom the network finds in a picture of these people now, surest first.
    pub fn picture(&mut self, people: &[Somebody]) -> Vec<Body> {
        self.lasting.retain(|shopper, _| people.iter().any(|(other, _)| other == shopper));
        let outlines: Vec<Option<Outline>> = people.iter().map(|(_, joints)| self.outline(joints)).collect();
        let shown = outlines.iter().flatten().count();
        let mut bodies = Vec::new();
        for (at, somebody) in people.iter().enumerate() {
            let lasting = self.next_errors(somebody.0);
            let Some(outline) = outlines[at] else { continue };
            let before = |other: &usize| outlines[*other].is_some_and(|other| other.depth < outline.depth - 0.05);
            let before: Vec<usize> = (0..people.len()).filter(before).collect();
            let covered = |other: &usize| outlines[*other].map_or(0.0, |other| outline.covered_by(&other));
            let covered = before.iter().map(covered).fold(0.0, f64::max);
            let [alone, deviation] = ALONE_SCORE;
            let mean = if shown == 1 {
                alone
            } else if covered <= FREE {
                CROWD_SCORE[0]
            } else if covered <= HALF_COVERED {
                CROWD_SCORE[1]
            } else {
                CROWD_SCORE[2]
            };
            let [upright, lying] = UPRIGHT;
            let upright = ((outline.upright - lying) / (upright - lying)).clamp(0.0, 1.0);
            let score = (mean + deviation * lasting.score) * upright;
            if score >= LEAST_SCORE {
                let before: Vec<_> =
                    before.iter().filter_map(|other| Some((outlines[*other]?, &people[*other].1))).collect();
                bodies.push(self.body(&somebody.1, &outline, &before, &lasting, score.min(0.95)));
            }
        }
        bodies.sort_by(|one, two| two.score.total_cmp(&one.score));
        bodies
    }

    fn body(
        &mut self,
        joints: &[Point; Joint::COUNT],
        outline: &Outline,
        before: &[(Outline, &[Point; Joint::COUNT])],
        lasting: &Lasting,
        score: f64,
    ) -> Body {
        let scale = self.camera.lens.size[0] / WIDTH_PX;
        let points = Joint::ALL.map(|joint| {
            let Some(mut pixel) = self.camera.project(&joints[joint.index()]) else {
                return KeyPoint { x: 0.0, y: 0.0, score: 0.0 };
            };
            let mut sd_px = if is_head(joint) { HEAD_PX } else { JOINT_PX };
            let mut score = (0.65 + 0.12 * normal(&mut self.rng)).clamp(0.35, 0.95);
            let hides = before.iter().find(|(other, _)| other.hides(pixel));
            let depth = self.camera.depth(&joints[joint.index()]);
            if let Some((_, others)) = hides {
                let theirs = self.camera.project(&others[joint.index()]);
                match theirs.filter(|_| lasting.fate < EXCHANGED) {
                    Some(theirs) => pixel = theirs,
                    None => (sd_px, score) = (GUESSED_PX, self.rng.random_range(0.02..0.25)),
                }
            } else if is_wrist(joint) {
                if depth > outline.depth + 0.05 && (pixel.x - outline.middle.x).abs() < 0.8 * outline.half {
                    pixel.x = outline.middle.x;
                    score = TRUNK_SCORE + 0.03 * normal(&mut self.rng);
                } else if lasting.fate > 1.0 - NO_WRIST {
                    score = self.rng.random_range(0.02..0.2);
                }
            }
            let [x, y] = lasting.joints[joint.index()];
            pixel += Pixel::new(x, y) * (sd_px * scale);
            if !self.camera.lens.shows(pixel, 0.0) {
                score = self.rng.random_range(0.0..0.1);
            }
            KeyPoint { x: pixel.x as f32, y: pixel.y as f32, score: score.clamp(0.0, 1.0) as f32 }
        });
        let bounds = [outline.left, outline.top, outline.right, outline.bottom].map(|edge| edge as f32);
        Body { score: score as f32, bounds, points }
    }

    /// The errors of the next picture, like those of the last.
    fn next_errors(&mut self, shopper: usize) -> Lasting {
        let rng = &mut self.rng;
        let fresh = Lasting {
            score: normal(rng),
            joints: std::array::from_fn(|_| [normal(rng), normal(rng)]),
            fate: rng.random_range(0.0..1.0),
        };
        let keeps_fate = rng.random_bool(LASTING);
        let next = match self.lasting.get(&shopper) {
            None => fresh,
            Some(last) => {
                let goes_on = |last: f64, fresh: f64| LASTING * last + (1.0 - LASTING * LASTING).sqrt() * fresh;
                Lasting {
                    score: goes_on(last.score, fresh.score),
                    joints: std::array::from_fn(|at| {
                        std::array::from_fn(|axis| goes_on(last.joints[at][axis], fresh.joints[at][axis]))
                    }),
                    fate: if keeps_fate { last.fate } else { fresh.fate },
                }
            }
        };
        self.lasting.insert(shopper, next.clone());
        next
    }

    /// Somebody's box; `None` where too little of them is in the picture.
    fn outline(&self, joints: &[Point; Joint::COUNT]) -> Option<Outline> {
        let camera = &self.camera;
        let middle_of = |one: Joint, two: Joint| (joints[one.index()] + joints[two.index()]) / 2.0;
        let (neck, hips) =
            (middle_of(Joint::LeftShoulder, Joint::RightShoulder), middle_of(Joint::LeftHip, Joint::RightHip));
        let chest = (neck + hips) / 2.0;
        let (depth, middle) = (camera.depth(&chest), camera.project(&chest)?);
        let up = camera.project(&neck)? - camera.project(&hips)?;
        let pixels: Vec<Pixel> = joints.iter().filter_map(|joint| camera.project(joint)).collect();
        if pixels.iter().filter(|pixel| camera.lens.shows(**pixel, 0.0)).count() < FEWEST_JOINTS {
            return None;
        }
        let [width, height] = camera.lens.size;
        let half = HALF_WIDTH_M * camera.lens.focal_px / depth.max(0.3);
        let edge =
            |axis: usize, most: fn(f64, f64) -> f64, from: f64| pixels.iter().map(|pixel| pixel[axis]).fold(from, most);
        Some(Outline {
            left: edge(0, f64::min, middle.x - half).max(0.0),
            right: edge(0, f64::max, middle.x + half).min(width),
            top: edge(1, f64::min, f64::INFINITY).max(0.0),
            bottom: edge(1, f64::max, 0.0).min(height),
            middle,
            half,
            depth,
            upright: -up.y / up.norm().max(1e-6),
        })
    }
}

impl Outline {
    /// Which share of this box another one covers.
    fn covered_by(&self, other: &Self) -> f64 {
        let across = (self.right.min(other.right) - self.left.max(other.left)).max(0.0);
        let down = (self.bottom.min(other.bottom) - self.top.max(other.top)).max(0.0);
        across * down / ((self.right - self.left) * (self.bottom - self.top)).max(1.0)
    }

    /// Whether this trunk stands before a pixel.
    fn hides(&self, pixel: Pixel) -> bool {
        (pixel.x - self.middle.x).abs() < self.half && (self.top..self.bottom).contains(&pixel.y)
    }
}

fn is_head(joint: Joint) -> bool {
    matches!(joint, Joint::Nose | Joint::LeftEye | Joint::RightEye | Joint::LeftEar | Joint::RightEar)
}

fn is_wrist(joint: Joint) -> bool {
    matches!(joint, Joint::LeftWrist | Joint::RightWrist)
}

/// A number that is nearly normal, with a standard deviation of one.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests;
