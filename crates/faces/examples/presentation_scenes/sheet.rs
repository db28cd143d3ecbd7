//! A flat thing held before the camera: a printed sheet, a cut-out, or a screen.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::head;
use crate::motion::{Pose, Ramp, Wander};
use crate::texture::{Colour, Portrait, mix};

/// What the flat thing is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Material {
    /// Paper, with its border.
    Paper,
    /// Paper, cut along the head's outline.
    CutOut,
    /// A phone or tablet.
    Screen,
}

/// One flat thing in one hand.
pub struct Sheet {
    material: Material,
    turn: [Wander; 3],
    hand: [Wander; 3],
    tremor: [Wander; 2],
    tilt: [f32; 2],
    /// How strongly it is bent to a cylinder, one over distances between the eyes.
    bend: f32,
    border: f32,
    contrast: f32,
    brightness: f32,
    glare: ([f32; 2], f32),
    /// The period of the screen's grid and how much of it the camera shows, 0..1.
    grid: (f32, f32),
    grain: u32,
    asked: Option<Ramp>,
}

impl Sheet {
    pub fn new(random: &mut ChaCha8Rng, material: Material) -> Self {
        let waving = random.random_range(0.3..2.5);
        let trembling = random.random_range(0.003..0.02);
        let is_paper = material != Material::Screen;
        let bend = if is_paper && random.random_bool(0.7) { random.random_range(-0.12..0.12) } else { 0.0 };
        let grid = if !is_paper && random.random_bool(0.5) { random.random_range(0.015..0.08) } else { 0.0 };
        Self {
            material,
            turn: std::array::from_fn(|_| Wander::new(random, 0.04 * waving, 0.1..0.8)),
            hand: std::array::from_fn(|_| Wander::new(random, 0.08 * waving, 0.1..0.6)),
            tremor: std::array::from_fn(|_| Wander::new(random, trembling, 3.0..9.0)),
            tilt: std::array::from_fn(|_| random.random_range(-0.2..0.2)),
            bend,
            border: random.random_range(0.0..0.4),
            contrast: if is_paper { random.random_range(0.55..0.9) } else { random.random_range(0.9..1.2) },
            brightness: if is_paper { random.random_range(0.0..30.0) } else { random.random_range(0.0..25.0) },
            glare: (std::array::from_fn(|_| random.random_range(-2.0..2.0)), random.random_range(0.0..70.0)),
            grid: (random.random_range(0.008..0.035), grid),
            grain: random.random(),
            asked: None,
        }
    }

    /// The same sheet, bent round a can and turned as a head would be.
    pub fn turning(self, random: &mut ChaCha8Rng) -> Self {
        Self { bend: random.random_range(-0.4..-0.1), asked: Some(Ramp::new(random, 0.5..0.9)), ..self }
    }

    pub fn pose(&self, seconds: f32) -> Pose {
        let [yaw, pitch, roll] = [0, 1, 2].map(|axis| self.turn[axis].at(seconds));
        let yaw = yaw + self.asked.as_ref().map_or(0.0, |ramp| ramp.at(seconds));
        let tremor = self.tremor.each_ref().map(|tremor| tremor.at(seconds));
        let [x, y, z] = [0, 1, 2].map(|axis| self.hand[axis].at(seconds));
        Pose::new(self.tilt[0] + yaw, self.tilt[1] + pitch, roll, [x + tremor[0], y + tremor[1], z])
    }

    /// The colour that the camera sees; `None` beside the sheet.
    pub fn colour(&self, picture: &Portrait, pose: &Pose, ray: [f32; 2], distance: f32) -> Option<Colour> {
        let mut point = pose.seen_at(ray, distance, 0.0)?;
        let [left, top, right, bottom] = picture.edges();
        let beyond = |[u, v]: [f32; 2]| (left - u).max(u - right).max(top - v).max(v - bottom);
        if beyond(point) > 1.0 {
            return None;
        }
        if self.bend != 0.0 {
            for _ in 0..4 {
                point = pose.seen_at(ray, distance, self.bend * point[0] * point[0])?;
            }
        }
        let beyond = beyond(point);
        match self.material {
            Material::CutOut if beyond > 0.0 || !head::inside(point) => None,
            Material::Paper | Material::Screen if beyond > self.border => None,
            Material::Paper if beyond > 0.0 => Some(self.lit([235.0; 3], point)),
            Material::Screen if beyond > 0.0 => Some([18.0; 3]),
            Material::Paper | Material::CutOut | Material::Screen => Some(self.lit(picture.at(point), point)),
        }
    }

    fn lit(&self, colour: Colour, [u, v]: [f32; 2]) -> Colour {
        let reprinted = colour.map(|value| 128.0 + (value - 128.0) * self.contrast + self.brightness);
        let ([x, y], strength) = self.glare;
        let glare = strength * (-(u - x).powi(2) - (v - y).powi(2)).exp();
        let (period, visible) = self.grid;
        let wave = |along: f32| (std::f32::consts::TAU * along / period).cos();
        let grid = 1.0 + visible * (wave(u) + wave(v));
        let shaded = mix(reprinted, [255.0; 3], glare / 255.0).map(|value| value * grid);
        let grain = if self.material == Material::Screen { 0.0 } else { self.paper(u, v) };
        shaded.map(|value| value + grain)
    }

    /// The paper's own grain, which stays where it is on the sheet: -3..3 grey levels.
    fn paper(&self, u: f32, v: f32) -> f32 {
        let cell = |value: f32| (value * 40.0).floor() as i32 as u32;
        let mut hash = cell(u).wrapping_mul(0x9e37_79b1) ^ cell(v).wrapping_mul(0x85eb_ca77) ^ self.grain;
        hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
        ((hash >> 16) % 61) as f32 / 10.0 - 3.0
    }
}
