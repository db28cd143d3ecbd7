//! What one camera alone says from somebody who walks upright: which way is down, how high it hangs, and where on the floor
//! they were.
//!
//! A standing body is a pole whose shoulders, hips, knees and ankles are at known shares of its height. With the direction of
//! gravity and a focal length given, the places of all poles and the camera's height follow from linear equations; the
//! direction is searched over all that a camera can hang in. It is a start for the adjustment, good to some 20 cm.

use domain::body::Joint;
use nalgebra::{Matrix2, Matrix3, Vector2, Vector3};

use super::recording::Spots;
use crate::camera::{Lens, Pixel};

/// Levels of a body that are looked at: the joints whose middle is taken, and its height as a share of the person's
/// (Drillis and Contini's proportions; shoulders a little higher, as networks see them, and ankles with shoes).
const LEVELS: [(&[Joint], f64); 5] = [
    (&[Joint::Nose], 0.92),
    (&[Joint::LeftShoulder, Joint::RightShoulder], 0.83),
    (&[Joint::LeftHip, Joint::RightHip], 0.53),
    (&[Joint::LeftKnee, Joint::RightKnee], 0.285),
    (&[Joint::LeftAnkle, Joint::RightAnkle], 0.05),
];
/// How far off a level of a walking body is, pixels of a picture 640 wide: some 5 cm at 3 m.
const POSTURE_PX: f64 = 6.0;
/// Heights at which a camera may hang, in heights of the person: one at the hip to one in a hall.
const HANGS: std::ops::Range<f64> = 0.5..5.5;
/// Rounds in which poles that do not fit lose weight.
const ROUNDS: usize = 3;
/// Poles that are tried with every direction; all are used only near the best.
const FEW: usize = 25;

/// The levels of a body that one camera saw at one time.
#[derive(Debug, Clone)]
pub(super) struct Pole {
    pub at_ms: f64,
    /// Pixel, and height over the floor as a share of the person's.
    levels: Vec<(Pixel, f64)>,
}

impl Pole {
    /// From the key points of a body; `None` where fewer than two levels are seen, or they span too little of it.
    pub(super) fn new(at_ms: f64, spots: &Spots) -> Option<Self> {
        let mut levels = Vec::new();
        for (joints, height) in LEVELS {
            let seen: Option<Vec<Pixel>> =
                joints.iter().map(|joint| spots[joint.index()].map(|spot| spot.pixel)).collect();
            if let Some(seen) = seen {
                levels.push((seen.iter().sum::<Pixel>() / seen.len() as f64, height));
            }
        }
        let span = levels.first()?.1 - levels.last()?.1;
        (span > 0.25).then_some(Self { at_ms, levels })
    }
}

/// How far apart poles stand in the picture: nine in ten are within, along the axis along which it is more. Pixels.
pub(super) fn extent(poles: &[Pole]) -> f64 {
    let along = |axis: usize| {
        let middle =
            |pole: &Pole| pole.levels.iter().map(|(pixel, _)| pixel[axis]).sum::<f64>() / pole.levels.len() as f64;
        let mut all: Vec<f64> = poles.iter().map(middle).collect();
        all.sort_by(f64::total_cmp);
        all.last().map_or(0.0, |_| all[all.len() - 1 - all.len() / 20] - all[all.len() / 20])
    };
    along(0).max(along(1))
}

/// What was found from a camera's poles.
#[derive(Debug, Clone)]
pub(super) struct Upright {
    /// Room to camera; the room's x axis is the level direction in which the camera looks.
    pub rotation: Matrix3<f64>,
    /// How high the camera hangs, heights of the person.
    pub height: f64,
    /// Where on the floor each pole stood, in heights of the person from below the camera; `None` for one that fits nowhere.
    pub places: Vec<Option<Vector2<f64>>>,
    /// Mean loss of a pole; 0 fits, 0.7 is as far off as bodies mostly are.
    pub loss: f64,
    tilt: f64,
    roll: f64,
}

impl Upright {
    /// The same direction, with the places of other poles of the same camera.
    pub(super) fn with_all(&self, poles: &[Pole], lens: &Lens) -> Option<Self> {
        fit(&flat(poles, lens), lens, self.tilt, self.roll, ROUNDS)
    }
}

/// A pole's levels by x / z and y / z in the camera, with their heights.
type Flat = Vec<(Vector2<f64>, f64)>;

fn flat(poles: &[Pole], lens: &Lens) -> Vec<Flat> {
    let flat = |pole: &Pole| pole.levels.iter().map(|(pixel, level)| (lens.undistort(*pixel), *level)).collect();
    poles.iter().map(flat).collect()
}

/// The direction that fits best; `None` where none fits or there are fewer than five poles.
pub(super) fn stand(poles: &[Pole], lens: &Lens) -> Option<Upright> {
    let poles = flat(poles, lens);
    let few: Vec<Flat> = poles.iter().step_by(poles.len().div_ceil(FEW).max(1)).cloned().collect();
    let mut tried: Vec<(f64, f64, f64)> = Vec::new();
    for tilt in (-30..=85).step_by(12) {
        for roll in (-180..180).step_by(15) {
            let (tilt, roll) = (f64::from(tilt).to_radians(), f64::from(roll).to_radians());
            if let Some(fit) = fit(&few, lens, tilt, roll, 2) {
                tried.push((fit.loss, tilt, roll));
            }
        }
    }
    tried.sort_by(|a, b| a.0.total_cmp(&b.0));
    let refined = tried.into_iter().take(3).filter_map(|(_, tilt, roll)| refine(&poles, lens, tilt, roll));
    refined.min_by(|a, b| a.loss.total_cmp(&b.loss))
}

fn refine(poles: &[Flat], lens: &Lens, mut tilt: f64, mut roll: f64) -> Option<Upright> {
    let mut best = fit(poles, lens, tilt, roll, ROUNDS)?;
    let mut step = 8_f64.to_radians();
    while step > 0.2_f64.to_radians() {
        let around = [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)];
        let tries = around.into_iter().filter_map(|(up, round)| {
            let (tilt, roll) = (tilt + up, roll + round);
            fit(poles, lens, tilt, roll, ROUNDS).map(|fit| (fit, tilt, roll))
        });
        match tries.min_by(|a, b| a.0.loss.total_cmp(&b.0.loss)) {
            Some((better, to_tilt, to_roll)) if better.loss < best.loss => {
                (best, tilt, roll) = (better, to_tilt, to_roll)
            }
            _ => step /= 2.0,
        }
    }
    Some(best)
}

fn fit(poles: &[Flat], lens: &Lens, tilt: f64, roll: f64, rounds: usize) -> Option<Upright> {
    if poles.len() < 5 {
        return None;
    }
    let up = -Vector3::new(roll.sin() * tilt.cos(), roll.cos() * tilt.cos(), tilt.sin());
    let forward = if up.z.abs() < 0.99 { Vector3::z() } else { -Vector3::y() };
    let along = (forward - up * up.dot(&forward)).normalize();
    let across = up.cross(&along);
    let rotation = Matrix3::from_columns(&[along, across, up]);
    let posture = POSTURE_PX * lens.size[0].max(lens.size[1]) / 640.0 / lens.focal_px;
    let mut weights = vec![1.0; poles.len()];
    let mut depths: Vec<Vec<f64>> = poles.iter().map(|pole| vec![1.0; pole.len()]).collect();
    let mut places = vec![None; poles.len()];
    let (mut height, mut loss) = (0.0, 0.0);
    for _ in 0..rounds {
        // Elimination of each pole's place leaves one equation for the height of the camera.
        let (mut of_height, mut right) = (0.0, 0.0);
        let mut solved = Vec::with_capacity(poles.len());
        for ((pole, depths), weight) in poles.iter().zip(&depths).zip(&weights) {
            let mut square = Matrix2::zeros();
            let (mut mixed, mut known) = (Vector2::zeros(), Vector2::zeros());
            let (mut alone, mut alone_known) = (0.0, 0.0);
            for ((flat, level), depth) in pole.iter().zip(depths) {
                for axis in 0..2 {
                    let row = |direction: &Vector3<f64>| (direction[axis] - flat[axis] * direction.z) / depth;
                    let (floor, rise) = (Vector2::new(row(&along), row(&across)), row(&up));
                    // floor · place - rise * height = -rise * level
                    square += floor * floor.transpose();
                    mixed -= floor * rise;
                    alone += rise * rise;
                    known -= floor * (rise * level);
                    alone_known += rise * rise * level;
                }
            }
            let Some(inverse) = square.try_inverse() else {
                solved.push(None);
                continue;
            };
            of_height += weight * (alone - mixed.dot(&(inverse * mixed)));
            right += weight * (alone_known - mixed.dot(&(inverse * known)));
            solved.push(Some((inverse, mixed, known)));
        }
        height = right / of_height;
        if !HANGS.contains(&height) {
            return None;
        }
        loss = 0.0;
        for (index, pole) in poles.iter().enumerate() {
            places[index] = None;
            let mut error = f64::INFINITY;
            if let Some((inverse, mixed, known)) = &solved[index] {
                let place: Vector2<f64> = inverse * (known - mixed * height);
                error = 0.0;
                for ((flat, level), depth) in pole.iter().zip(&mut depths[index]) {
                    let seen = rotation * Vector3::new(place.x, place.y, level - height);
                    if seen.z > 0.05 {
                        error += (Vector2::new(seen.x, seen.y) / seen.z - flat).norm_squared();
                        *depth = seen.z;
                    } else {
                        error = f64::INFINITY;
                        *depth = 1.0;
                    }
                }
                error = (error / pole.len() as f64).sqrt() / posture;
                places[index] = (error < 4.0).then_some(place);
            }
            weights[index] = 1.0 / (1.0 + error * error);
            loss += (error * error).min(1e4).ln_1p();
        }
    }
    loss /= poles.len() as f64;
    Some(Upright { rotation, height, places, loss, tilt, roll })
}
