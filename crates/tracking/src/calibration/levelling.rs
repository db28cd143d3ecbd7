//! Which way is up, where the floor is, and how long a metre is, from the body that was found.

use std::collections::BTreeMap;

use domain::body::Joint;
use nalgebra::{Matrix3, Rotation3, Vector2, Vector3};

use super::adjustment::{Landmark, Rig};
use crate::camera::Point;

/// Lengths of limbs as shares of a person's height, hip to knee to ankle, and middle of the hips to middle of the shoulders.
const LEG: f64 = 0.48;
const TRUNK: f64 = 0.288;
/// How high the middle of the ankles of somebody who walks is, as a share of the height.
const ANKLES: f64 = 0.06;
/// How high shoulders are over ankles, as a share of the height, and hips over the floor.
const UPRIGHT: f64 = 0.77;
const HIPS: f64 = 0.53;
/// How far the mean of a walking body may lean, radians.
const LEAN_RAD: f64 = 0.035;
/// How exactly the middle of the ankles is on one level, metres.
const STEP_M: f64 = 0.05;
/// How exactly a body is upright at a moment, radians.
const SWAY_RAD: f64 = 0.1;

/// The joints of a body at a moment, as far as they are known.
type Figure = [Option<Point>; Joint::COUNT];

/// Bodies by moment.
pub(super) fn figures(landmarks: &[Landmark]) -> Vec<Figure> {
    let mut figures: BTreeMap<i64, Figure> = BTreeMap::new();
    for landmark in landmarks {
        figures.entry(landmark.moment).or_insert([None; Joint::COUNT])[landmark.joint] = Some(landmark.at);
    }
    figures.into_values().collect()
}

/// Turns, shifts and scales a rig and its points so that the floor is level at 0 and the person as tall as they are.
pub(super) fn level(rig: &mut Rig, landmarks: &mut [Landmark], height_m: f64) {
    let found = figures(landmarks);
    if let Some(scale) = scale(&found, height_m) {
        carry(rig, landmarks, &Rotation3::identity(), &Vector3::zeros(), scale);
    }
    let found = figures(landmarks);
    let up = up(&found);
    let Some(turn) = Rotation3::rotation_between(&up, &Vector3::z()) else { return };
    carry(rig, landmarks, &turn, &Vector3::zeros(), 1.0);
    if let Some(scale) = stature(&figures(landmarks)).map(|stature_m| UPRIGHT * height_m / stature_m) {
        carry(rig, landmarks, &Rotation3::identity(), &Vector3::zeros(), scale);
    }
    let mut levels: Vec<f64> = figures(landmarks).iter().filter_map(|figure| Some(ankles(figure)?.z)).collect();
    if let Some(level) = middle(&mut levels) {
        carry(rig, landmarks, &Rotation3::identity(), &Vector3::new(0.0, 0.0, ANKLES * height_m - level), 1.0);
    } else {
        // No ankle was seen by two cameras: hips tell as much, less exactly.
        let mut hips: Vec<f64> = figures(landmarks).iter().filter_map(|figure| Some(hips(figure)?.z)).collect();
        if let Some(level) = middle(&mut hips) {
            carry(rig, landmarks, &Rotation3::identity(), &Vector3::new(0.0, 0.0, HIPS * height_m - level), 1.0);
        }
    }
}

/// Applies a similarity to everything.
pub(super) fn carry(
    rig: &mut Rig,
    landmarks: &mut [Landmark],
    turn: &Rotation3<f64>,
    shift: &Vector3<f64>,
    scale: f64,
) {
    for (rotation, centre) in &mut rig.poses {
        *rotation *= turn.matrix().transpose();
        *centre = turn * *centre * scale + shift;
    }
    for landmark in landmarks {
        landmark.at = turn * landmark.at * scale + shift;
    }
}

/// Where somebody stood at each moment, on the floor.
pub(super) fn path(landmarks: &[Landmark]) -> Vec<Vector2<f64>> {
    let middle = |figure: &Figure| {
        let seen: Vec<Point> = figure.iter().flatten().copied().collect();
        hips(figure).unwrap_or_else(|| seen.iter().sum::<Point>() / seen.len().max(1) as f64).xy()
    };
    figures(landmarks).iter().map(middle).collect()
}

/// How long a path is and how wide: nine in ten places lie within.
pub(super) fn extent(path: &[Vector2<f64>]) -> [f64; 2] {
    if path.is_empty() {
        return [0.0; 2];
    }
    let mean = path.iter().sum::<Vector2<f64>>() / path.len() as f64;
    let spread: nalgebra::Matrix2<f64> = path.iter().map(|at| (at - mean) * (at - mean).transpose()).sum();
    let eigen = spread.symmetric_eigen();
    [eigen.eigenvalues.imax(), eigen.eigenvalues.imin()].map(|axis| {
        let along = eigen.eigenvectors.column(axis).into_owned();
        let mut places: Vec<f64> = path.iter().map(|at| along.dot(at)).collect();
        places.sort_by(f64::total_cmp);
        places[places.len() - 1 - places.len() / 20] - places[places.len() / 20]
    })
}

fn pair(figure: &Figure, left: Joint, right: Joint) -> Option<Point> {
    Some((figure[left.index()]? + figure[right.index()]?) / 2.0)
}

fn hips(figure: &Figure) -> Option<Point> {
    pair(figure, Joint::LeftHip, Joint::RightHip)
}

fn ankles(figure: &Figure) -> Option<Point> {
    pair(figure, Joint::LeftAnkle, Joint::RightAnkle)
}

/// How high the shoulders of somebody who stands or walks are over the ankles. Unlike the lengths of limbs, errors do not
/// make it longer.
fn stature(figures: &[Figure]) -> Option<f64> {
    let upright = |figure: &Figure| {
        lean(figure, &Rotation3::identity())?;
        Some((pair(figure, Joint::LeftShoulder, Joint::RightShoulder)? - ankles(figure)?).z)
    };
    let mut statures: Vec<f64> = figures.iter().filter_map(upright).collect();
    // Somebody who sits is shorter, so the taller half counts.
    middle(&mut statures)?;
    (statures.len() >= 10).then(|| statures[statures.len() * 6 / 10])
}

fn scale(figures: &[Figure], height_m: f64) -> Option<f64> {
    let apart = |figure: &Figure, a: Joint, b: Joint| Some((figure[a.index()]? - figure[b.index()]?).norm());
    let leg = |figure: &Figure, hip, knee, ankle| Some(apart(figure, hip, knee)? + apart(figure, knee, ankle)?);
    let left = figures.iter().filter_map(|figure| leg(figure, Joint::LeftHip, Joint::LeftKnee, Joint::LeftAnkle));
    let right = figures.iter().filter_map(|figure| leg(figure, Joint::RightHip, Joint::RightKnee, Joint::RightAnkle));
    let mut legs: Vec<f64> = left.chain(right).collect();
    let trunk =
        |figure: &Figure| Some((pair(figure, Joint::LeftShoulder, Joint::RightShoulder)? - hips(figure)?).norm());
    let mut trunks: Vec<f64> = figures.iter().filter_map(trunk).collect();
    let legs = middle(&mut legs).map(|leg| (leg, LEG));
    let trunks = middle(&mut trunks).map(|trunk| (trunk, TRUNK));
    let both = legs.into_iter().chain(trunks).fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    (both.0 > 0.0).then(|| both.1 * height_m / both.0)
}

/// Which way is up, near to the z axis: from ankles, which lie in a plane, and from bodies, which are upright.
fn up(figures: &[Figure]) -> Vector3<f64> {
    let mut up = Vector3::z();
    for _ in 0..6 {
        // Up is up + (x, y, 0) of its own frame; the plane is at `level` along it.
        let to_up = Rotation3::rotation_between(&up, &Vector3::z()).unwrap_or_else(Rotation3::identity);
        let bodies: Vec<Vector2<f64>> = figures.iter().filter_map(|figure| lean(figure, &to_up)).collect();
        let mut weights = vec![1.0; bodies.len()];
        let mut lean = Vector2::zeros();
        for _ in 0..4 {
            let total: f64 = weights.iter().sum();
            if total > 0.0 {
                lean = bodies.iter().zip(&weights).map(|(body, weight)| body * *weight).sum::<Vector2<f64>>() / total;
            }
            for (body, weight) in bodies.iter().zip(&mut weights) {
                *weight = 1.0 / (1.0 + (body - lean).norm_squared() / SWAY_RAD.powi(2));
            }
        }
        let ankles: Vec<Point> = figures.iter().filter_map(|figure| Some(to_up * ankles(figure)?)).collect();
        let tilt = if bodies.is_empty() && ankles.len() < 10 { Vector2::zeros() } else { plane(&ankles, &lean) };
        up = (to_up.inverse() * Vector3::new(tilt.x, tilt.y, 1.0)).normalize();
    }
    up
}

/// How far a body leans, as tangents, in a frame whose z axis is up; `None` for one that is bent or sits.
fn lean(figure: &Figure, to_up: &Rotation3<f64>) -> Option<Vector2<f64>> {
    let top = pair(figure, Joint::LeftShoulder, Joint::RightShoulder)?;
    let bottom = ankles(figure).or_else(|| hips(figure))?;
    let body = to_up * (top - bottom);
    let tilt = body.xy() / body.z;
    (body.z > 0.0 && tilt.norm() < 0.35).then_some(tilt)
}

/// Tilt of the plane through ankles, drawn to `lean` as far as bodies tell.
fn plane(ankles: &[Point], lean: &Vector2<f64>) -> Vector2<f64> {
    let mut weights = vec![1.0; ankles.len()];
    let (mut tilt, mut level) = (*lean, 0.0);
    let mut levels: Vec<f64> = ankles.iter().map(|ankle| ankle.z + tilt.dot(&ankle.xy())).collect();
    if let Some(middle) = middle(&mut levels) {
        level = middle;
    }
    for _ in 0..8 {
        // Ankles near each other in time share their errors: all together weigh as a hundred.
        let share = (100.0 / ankles.len().max(1) as f64).min(1.0);
        let mut square = Matrix3::from_diagonal(&Vector3::new(LEAN_RAD.powi(-2), LEAN_RAD.powi(-2), 1e-9));
        let mut right = Vector3::new(lean.x, lean.y, 0.0) / LEAN_RAD.powi(2);
        for (ankle, weight) in ankles.iter().zip(&mut weights) {
            let error = (ankle.z + tilt.dot(&ankle.xy()) - level) / STEP_M;
            *weight = share / (1.0 + error * error) / STEP_M.powi(2);
            let row = Vector3::new(ankle.x, ankle.y, -1.0);
            square += row * row.transpose() * *weight;
            right -= row * (ankle.z * *weight);
        }
        let Some(found) = square.try_inverse().map(|inverse| inverse * right) else { return tilt };
        (tilt, level) = (found.xy(), found.z);
    }
    tilt
}

pub(super) fn middle(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
