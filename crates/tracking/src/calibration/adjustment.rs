//! Bundle adjustment: poses, lenses, clocks and points together, so that the points are seen where they were found.
//!
//! Levenberg-Marquardt; the points are eliminated from the normal equations (Schur complement), which leaves a system of a
//! few dozen unknowns. Errors count by Cauchy's loss, so that a wrong key point pulls no harder the farther off it is.

use nalgebra::{DMatrix, DVector, Matrix2, Matrix2x3, Matrix3, Rotation3, SMatrix, SVector, Vector2, Vector3};

use crate::camera::{Camera, Lens, Pixel, Point};

/// Unknowns of a camera: turn, place, clock.
pub(super) const OF_CAMERA: usize = 7;
/// The clock's among them.
pub(super) const CLOCK: usize = 6;
/// Unknowns of a lens: logarithm of the focal length, distortion.
pub(super) const OF_LENS: usize = 2;
/// Unknowns that one observation depends on, but for its point.
const OF_SIGHT: usize = OF_CAMERA + OF_LENS;
/// Points nearer to a camera's plane than this count as behind it, in units of the scene (metres, about).
const NEAREST: f64 = 0.05;
/// Loss of an observation behind its camera: that of an error of 100 times the noise.
const LOSS_BEHIND: f64 = 9.2;
/// A round that gains less than this share of the loss is the last.
const SMALLEST_GAIN: f64 = 1e-6;

/// A key point in a camera's picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub camera: usize,
    pub pixel: Pixel,
    /// How fast it moves, pixels a second.
    pub velocity: Vector2<f64>,
}

/// A joint at a moment, seen by several cameras.
#[derive(Debug, Clone)]
pub(super) struct Landmark {
    pub at: Point,
    pub moment: i64,
    pub joint: usize,
    pub sights: Vec<Sight>,
}

/// All that is estimated but the points.
#[derive(Debug, Clone)]
pub(super) struct Rig {
    /// Room to camera, and centre.
    pub poses: Vec<(Matrix3<f64>, Point)>,
    /// Seconds by which the sights of a camera are to be read later.
    pub late_s: Vec<f64>,
    /// Number of a camera's lens.
    pub lens_of: Vec<usize>,
    pub lenses: Vec<Lens>,
}

impl Rig {
    pub(super) fn camera(&self, index: usize) -> Camera {
        let (rotation, centre) = self.poses[index];
        Camera { rotation, centre, lens: self.lenses[self.lens_of[index]] }
    }

    pub(super) fn unknowns(&self) -> usize {
        self.poses.len() * OF_CAMERA + self.lenses.len() * OF_LENS
    }

    pub(super) fn lens_at(&self, lens: usize) -> usize {
        self.poses.len() * OF_CAMERA + lens * OF_LENS
    }

    /// Where a sight is expected less where it is, pixels; `None` behind the camera.
    pub(super) fn error(&self, sight: &Sight, at: &Point) -> Option<Vector2<f64>> {
        let (rotation, centre) = &self.poses[sight.camera];
        let seen = rotation * (at - centre);
        let pixel = sight.pixel + sight.velocity * self.late_s[sight.camera];
        let lens = &self.lenses[self.lens_of[sight.camera]];
        (seen.z >= NEAREST).then(|| lens.distort(Vector2::new(seen.x, seen.y) / seen.z) - pixel)
    }

    /// The point nearest to the rays of the sights; `None` where they are too few or meet at less than `least_rad`.
    pub(super) fn triangulate(&self, sights: &[Sight], least_rad: f64) -> Option<Point> {
        let mut pull = Matrix3::zeros();
        let mut towards = Vector3::zeros();
        let mut rays: Vec<Point> = Vec::with_capacity(sights.len());
        for sight in sights {
            let camera = self.camera(sight.camera);
            let ray = camera.ray(sight.pixel + sight.velocity * self.late_s[sight.camera]);
            let across = Matrix3::identity() - ray * ray.transpose();
            pull += across;
            towards += across * camera.centre;
            rays.push(ray);
        }
        let widest = rays.iter().flat_map(|a| rays.iter().map(|b| a.cross(b).norm())).fold(0.0, f64::max);
        let point = (widest >= least_rad).then(|| pull.try_inverse())?? * towards;
        let ahead = sights.iter().all(|sight| self.camera(sight.camera).depth(&point) > NEAREST);
        (ahead && point.iter().all(|part| part.is_finite())).then_some(point)
    }
}

/// What the adjustment may change, and what it believes beforehand.
#[derive(Debug, Clone)]
pub(super) struct Freedom {
    /// For each unknown, whether it is estimated.
    pub free: Vec<bool>,
    /// For each unknown a value expected and its standard deviation.
    pub expected: Vec<Option<(f64, f64)>>,
    /// Standard deviation of a key point in each camera's picture, pixels.
    pub noise_px: Vec<f64>,
}

/// The reduced normal equations, and what is needed to find the points' steps afterwards.
struct Equations {
    reduced: DMatrix<f64>,
    gradient: DVector<f64>,
    points: Vec<Option<(Matrix3<f64>, Vector3<f64>)>>,
    /// For each sight of each point, how its unknowns and its point go together.
    cross: Vec<Vec<SMatrix<f64, OF_SIGHT, 3>>>,
}

/// Improves `rig` and the points in at most `rounds` rounds; gives the loss that is left.
pub(super) fn adjust(rig: &mut Rig, landmarks: &mut [Landmark], freedom: &Freedom, rounds: usize) -> f64 {
    let mut damping = 1e-3;
    let mut loss = total_loss(rig, landmarks, freedom);
    for _ in 0..rounds {
        let mut gained = None;
        while damping < 1e8 {
            if let Some((next, points)) = step(rig, landmarks, freedom, damping) {
                let mut moved = landmarks.to_vec();
                for (landmark, at) in moved.iter_mut().zip(points) {
                    landmark.at = at;
                }
                let next_loss = total_loss(&next, &moved, freedom);
                if next_loss.is_finite() && next_loss < loss {
                    gained = Some(loss - next_loss);
                    loss = next_loss;
                    *rig = next;
                    landmarks.clone_from_slice(&moved);
                    damping = (damping / 5.0).max(1e-9);
                    break;
                }
            }
            damping *= 6.0;
        }
        if gained.is_none_or(|gained| gained <= SMALLEST_GAIN * loss) {
            break;
        }
    }
    loss
}

/// Covariance of the unknowns; those that are not free have none. `None` where they are not determined at all.
pub(super) fn covariance(rig: &Rig, landmarks: &[Landmark], freedom: &Freedom) -> Option<DMatrix<f64>> {
    let mut equations = equations(rig, landmarks, freedom, 0.0);
    for index in (0..rig.unknowns()).filter(|index| !freedom.free[*index]) {
        equations.reduced[(index, index)] = 1.0;
    }
    let mut covariance = equations.reduced.cholesky()?.inverse();
    for index in (0..rig.unknowns()).filter(|index| !freedom.free[*index]) {
        covariance[(index, index)] = 0.0;
    }
    Some(covariance)
}

fn value(rig: &Rig, index: usize) -> f64 {
    let cameras = rig.poses.len() * OF_CAMERA;
    if let Some(index) = index.checked_sub(cameras) {
        let lens = &rig.lenses[index / OF_LENS];
        return if index % OF_LENS == 0 { lens.focal_px.ln() } else { lens.k1 };
    }
    let camera = index / OF_CAMERA;
    match index % OF_CAMERA {
        CLOCK => rig.late_s[camera],
        part @ 3..CLOCK => rig.poses[camera].1[part - 3],
        _ => 0.0,
    }
}

fn total_loss(rig: &Rig, landmarks: &[Landmark], freedom: &Freedom) -> f64 {
    let sights = landmarks.iter().flat_map(|landmark| landmark.sights.iter().map(|sight| (sight, &landmark.at)));
    let seen: f64 = sights
        .map(|(sight, at)| match rig.error(sight, at) {
            Some(error) => (error / freedom.noise_px[sight.camera]).norm_squared().ln_1p().min(LOSS_BEHIND),
            None => LOSS_BEHIND,
        })
        .sum();
    let expected = freedom.expected.iter().enumerate().filter_map(|(index, expected)| expected.map(|it| (index, it)));
    seen + expected.map(|(index, (at, deviation))| ((value(rig, index) - at) / deviation).powi(2)).sum::<f64>()
}

fn step(rig: &Rig, landmarks: &[Landmark], freedom: &Freedom, damping: f64) -> Option<(Rig, Vec<Point>)> {
    let Equations { mut reduced, gradient, points, cross } = equations(rig, landmarks, freedom, damping);
    for index in 0..rig.unknowns() {
        if !freedom.free[index] {
            reduced[(index, index)] = 1.0;
        }
    }
    let change = -reduced.cholesky()?.solve(&gradient);
    let mut next = rig.clone();
    for (camera, pose) in next.poses.iter_mut().enumerate() {
        let part = change.fixed_rows::<OF_CAMERA>(camera * OF_CAMERA);
        let turn = Rotation3::from_scaled_axis(Vector3::new(part[0], part[1], part[2]));
        pose.0 = Rotation3::from_matrix_unchecked(turn.matrix() * pose.0).into_inner();
        pose.1 += Vector3::new(part[3], part[4], part[5]);
        next.late_s[camera] += part[CLOCK];
    }
    for lens in 0..next.lenses.len() {
        let at = rig.lens_at(lens);
        next.lenses[lens].focal_px *= change[at].clamp(-0.5, 0.5).exp();
        next.lenses[lens].k1 += change[at + 1];
    }
    let moved = landmarks.iter().zip(&points).zip(&cross).map(|((landmark, point), cross)| {
        let Some((inverse, slope)) = point else { return landmark.at };
        let mut slope = *slope;
        for (sight, cross) in landmark.sights.iter().zip(cross) {
            slope += cross.transpose() * unknowns_of(rig, sight.camera, &change);
        }
        landmark.at - inverse * slope
    });
    Some((next.clone(), moved.collect()))
}

fn places_of(rig: &Rig, camera: usize) -> [usize; OF_SIGHT] {
    let lens = rig.lens_at(rig.lens_of[camera]);
    std::array::from_fn(|part| if part < OF_CAMERA { camera * OF_CAMERA + part } else { lens + part - OF_CAMERA })
}

fn unknowns_of(rig: &Rig, camera: usize, all: &DVector<f64>) -> SVector<f64, OF_SIGHT> {
    let places = places_of(rig, camera);
    SVector::from_fn(|part, _| all[places[part]])
}

fn equations(rig: &Rig, landmarks: &[Landmark], freedom: &Freedom, damping: f64) -> Equations {
    let unknowns = rig.unknowns();
    let mut own = DMatrix::zeros(unknowns, unknowns);
    let mut eliminated = DMatrix::zeros(unknowns, unknowns);
    let mut gradient = DVector::zeros(unknowns);
    let mut points = Vec::with_capacity(landmarks.len());
    let mut all_cross = Vec::with_capacity(landmarks.len());
    for landmark in landmarks {
        let mut cross = vec![SMatrix::<f64, OF_SIGHT, 3>::zeros(); landmark.sights.len()];
        let mut of_point = Matrix3::zeros();
        let mut slope = Vector3::zeros();
        for (sight, cross) in landmark.sights.iter().zip(&mut cross) {
            let Some((error, by_unknown, by_point)) = derivatives(rig, sight, &landmark.at, freedom) else { continue };
            let weight = 1.0 / (1.0 + error.norm_squared());
            of_point += by_point.transpose() * by_point * weight;
            slope += by_point.transpose() * error * weight;
            *cross = by_unknown.transpose() * by_point * weight;
            let block = by_unknown.transpose() * by_unknown * weight;
            let downhill = by_unknown.transpose() * error * weight;
            let places = places_of(rig, sight.camera);
            for (row, at) in places.into_iter().enumerate() {
                gradient[at] += downhill[row];
                for (column, to) in places.into_iter().enumerate() {
                    own[(at, to)] += block[(row, column)];
                }
            }
        }
        let damped = of_point + Matrix3::from_diagonal(&of_point.diagonal().map(|part| part * damping + 1e-9));
        let point = damped.try_inverse().map(|inverse| (inverse, slope));
        if let Some((inverse, slope)) = &point {
            for (sight, left) in landmark.sights.iter().zip(&cross) {
                let at = places_of(rig, sight.camera);
                let through = left * inverse;
                let down = through * slope;
                (0..OF_SIGHT).for_each(|row| gradient[at[row]] -= down[row]);
                for (other, right) in landmark.sights.iter().zip(&cross) {
                    let to = places_of(rig, other.camera);
                    let block = through * right.transpose();
                    for row in 0..OF_SIGHT {
                        for column in 0..OF_SIGHT {
                            eliminated[(at[row], to[column])] += block[(row, column)];
                        }
                    }
                }
            }
        }
        points.push(point);
        all_cross.push(cross);
    }
    for (index, expected) in freedom.expected.iter().enumerate() {
        if let Some((at, deviation)) = expected {
            own[(index, index)] += deviation.powi(-2);
            gradient[index] += (value(rig, index) - at) / deviation.powi(2);
        }
    }
    for index in 0..unknowns {
        own[(index, index)] += own[(index, index)] * damping + 1e-9;
    }
    let mut reduced = own - eliminated;
    for index in (0..unknowns).filter(|index| !freedom.free[*index]) {
        reduced.row_mut(index).fill(0.0);
        reduced.column_mut(index).fill(0.0);
        gradient[index] = 0.0;
    }
    Equations { reduced, gradient, points, cross: all_cross }
}

type Derivatives = (Vector2<f64>, SMatrix<f64, 2, OF_SIGHT>, Matrix2x3<f64>);

/// The error of a sight in units of its noise, and how it changes with the unknowns and with the point. What is not free
/// changes nothing.
fn derivatives(rig: &Rig, sight: &Sight, at: &Point, freedom: &Freedom) -> Option<Derivatives> {
    let noise = freedom.noise_px[sight.camera];
    let error = rig.error(sight, at)? / noise;
    let (rotation, centre) = &rig.poses[sight.camera];
    let lens = &rig.lenses[rig.lens_of[sight.camera]];
    let seen = rotation * (at - centre);
    let flat = Vector2::new(seen.x, seen.y) / seen.z;
    let radius = flat.norm_squared();
    let scale = lens.focal_px / noise;
    let by_flat = (Matrix2::identity() * (1.0 + lens.k1 * radius) + flat * flat.transpose() * (2.0 * lens.k1)) * scale;
    let by_seen = by_flat * Matrix2x3::new(1.0, 0.0, -flat.x, 0.0, 1.0, -flat.y) / seen.z;
    let by_point = by_seen * rotation;
    let mut by_unknown = SMatrix::<f64, 2, OF_SIGHT>::zeros();
    by_unknown.fixed_columns_mut::<3>(0).copy_from(&(-by_seen * seen.cross_matrix()));
    by_unknown.fixed_columns_mut::<3>(3).copy_from(&-by_point);
    by_unknown.set_column(CLOCK, &(-sight.velocity / noise));
    by_unknown.set_column(OF_CAMERA, &(flat * (scale * (1.0 + lens.k1 * radius))));
    by_unknown.set_column(OF_CAMERA + 1, &(flat * (scale * radius)));
    for (part, place) in places_of(rig, sight.camera).into_iter().enumerate() {
        if !freedom.free[place] {
            by_unknown.column_mut(part).fill(0.0);
        }
    }
    Some((error, by_unknown, by_point))
}
