//! Somebody on the floor as one explanation has them: filter, pose, and what of it a camera should see.

use domain::body::Joint;
use nalgebra::Matrix2;

use crate::camera::{Camera, Pixel, Point};
use crate::figure::{CORE, Figure, usual_height};
use crate::filter::Filter;
use crate::room::Place;
use crate::rules::Rules;

/// A joint against the body.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    /// When it was last seen.
    at_ms: i64,
    /// From the place where they stand, metres; z is its height above the floor.
    offset: Point,
}

/// Somebody on the floor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    pub(crate) filter: Filter,
    pub(crate) at_ms: i64,
    /// When a camera last saw them.
    pub(crate) seen_ms: i64,
    /// Cameras that see them now, a bit each.
    pub(crate) seen_by: u32,
    pose: [Option<Held>; Joint::COUNT],
    /// Joints that were placed in this step.
    pub(crate) joints: [Option<Point>; Joint::COUNT],
}

/// How well figures of one person fit, and where they put them.
pub(crate) struct Fit {
    /// Where they stand.
    pub(crate) place: Place,
    /// How unsure that is, m².
    pub(crate) covariance: Matrix2<f64>,
    /// Natural logarithm of how well pose and pictures agree.
    pub(crate) ln_pose: f64,
}

/// A pose is remembered for this long (ms); whoever is seen later may have turned.
const POSE_MS: i64 = 600;
/// Residuals count up to so many standard deviations: one joint may be anything.
const WORST_SD: f64 = 3.0;
/// What of a newly seen joint is taken into the pose at once.
const POSE_GAIN: f64 = 0.6;
/// No place is surer than this (m): the pose itself is not known better.
const LEAST_SD_M: f64 = 0.02;
/// Rounds of least squares for a place.
const ROUNDS: usize = 3;

impl Person {
    /// Somebody new who may stand about here.
    pub(crate) fn new(place: Place, sd_m: f64, at_ms: i64) -> Self {
        Self {
            filter: Filter::new(place, sd_m),
            at_ms,
            seen_ms: at_ms,
            seen_by: 0,
            pose: [None; Joint::COUNT],
            joints: [None; Joint::COUNT],
        }
    }

    pub(crate) fn place(&self) -> Place {
        self.filter.place()
    }

    /// Goes on to a time.
    pub(crate) fn predict(&mut self, at_ms: i64, rules: &Rules) {
        let seconds = (at_ms - self.at_ms).max(0) as f64 / 1000.0;
        self.filter.predict(seconds, rules);
        self.at_ms = self.at_ms.max(at_ms);
        self.seen_by = 0;
        self.joints = [None; Joint::COUNT];
    }

    /// A joint's offset from where they stand and how unsure it is, metres.
    fn expected(&self, joint: Joint, at_ms: i64, rules: &Rules) -> (Point, f64) {
        match &self.pose[joint.index()] {
            Some(held) if at_ms - held.at_ms <= POSE_MS => {
                let old = (at_ms - held.at_ms) as f64 / 100.0;
                let sd = rules.pose_sd_m * old.max(1.0).sqrt();
                (held.offset, sd.min(rules.unseen_sd_m))
            }
            _ => (Point::new(0.0, 0.0, usual_height(joint)), rules.unseen_sd_m),
        }
    }

    /// Where a joint should be.
    pub(crate) fn guess(&self, joint: Joint, rules: &Rules) -> Point {
        let (offset, _) = self.expected(joint, self.at_ms, rules);
        at(self.place(), offset)
    }

    /// Where a joint was seen within the last `within_ms`, carried along with the body.
    pub(crate) fn lately(&self, joint: Joint, within_ms: i64) -> Option<Point> {
        let held = self.pose[joint.index()].filter(|held| self.at_ms - held.at_ms <= within_ms)?;
        Some(at(self.place(), held.offset))
    }

    /// Mean square of how far a figure lies from what is expected, in standard deviations; `None` where nothing of it can
    /// be compared. The place is as unsure as the filter says.
    pub(crate) fn distance(&self, figure: &Figure, hangs: &Camera, rules: &Rules) -> Option<f64> {
        let (mut sum, mut weights, mut count) = (0.0, 0.0, 0);
        let place = self.place();
        let unsure = self.filter.unsure().trace() / 2.0;
        for joint in CORE {
            let Some(glimpse) = figure.joint(joint) else { continue };
            let (offset, sd) = self.expected(joint, self.at_ms, rules);
            let point = at(place, offset);
            let Some(pixel) = hangs.project(&point) else { continue };
            let scale = hangs.metres_a_pixel(&point);
            let variance = sd * sd + unsure + (rules.pixel_sd * scale).powi(2);
            let square = (pixel - glimpse.pixel).norm_squared() * scale * scale / variance;
            sum += glimpse.score * square.min(2.0 * WORST_SD * WORST_SD);
            weights += glimpse.score;
            count += 1;
        }
        (count >= 2).then(|| sum / weights)
    }

    /// Where figures of several cameras put them, by least squares over all joints with the pose as it was; `None` where
    /// nothing can be compared.
    pub(crate) fn fit(&self, figures: &[&Figure], cameras: &[Camera], rules: &Rules) -> Option<Fit> {
        let mut place = self.place();
        let mut sums: Vec<Sums> = Vec::new();
        for _ in 0..ROUNDS {
            sums = figures.iter().map(|figure| self.sums(place, figure, cameras, rules)).collect();
            let information: Matrix2<f64> = sums.iter().map(|one| one.information).sum();
            let gradient: Place = sums.iter().map(|one| one.gradient).sum();
            place += (information.try_inverse()? * gradient).cap_magnitude(0.5);
        }
        let known: Vec<Matrix2<f64>> = sums.iter().filter(|one| one.count >= 2).map(|one| one.worth(rules)).collect();
        if known.is_empty() {
            return None;
        }
        let least = Matrix2::identity() * LEAST_SD_M * LEAST_SD_M;
        let covariance = known.iter().sum::<Matrix2<f64>>().try_inverse()? + least;
        let square: f64 = sums.iter().map(|one| one.square / one.shared(rules)).sum();
        // Each figure is a measurement of the place with a density of its own; together they are the product of them.
        let each: f64 = known.iter().filter_map(|one| Some(ln_peak(&(one.try_inverse()? + least)))).sum();
        Some(Fit { place, covariance, ln_pose: each - ln_peak(&covariance) - 0.5 * square })
    }

    /// What one figure says about the place, linear around it.
    fn sums(&self, place: Place, figure: &Figure, cameras: &[Camera], rules: &Rules) -> Sums {
        let mut sums = Sums { information: Matrix2::zeros(), gradient: Place::zeros(), square: 0.0, count: 0 };
        let hangs = &cameras[figure.camera];
        for joint in CORE {
            let Some(glimpse) = figure.joint(joint) else { continue };
            let (offset, sd) = self.expected(joint, self.at_ms, rules);
            let point = at(place, offset);
            let Some(pixel) = hangs.project(&point) else { continue };
            let scale = hangs.metres_a_pixel(&point);
            let pixels = (rules.pixel_sd.powi(2) + (sd / scale).powi(2)).sqrt();
            let miss = (glimpse.pixel - pixel) / pixels;
            let far = miss.norm_squared();
            // Within reach a square, beyond it no more than a constant.
            let weight = glimpse.score.min(1.0) / (1.0 + far / (WORST_SD * WORST_SD));
            let slope = slope(hangs, &point) / pixels;
            sums.information += slope.transpose() * slope * weight;
            sums.gradient += slope.transpose() * miss * weight;
            sums.square += weight * far;
            sums.count += 1;
        }
        sums
    }

    /// Takes in what cameras see of them. Gives the natural logarithm of how well it fits.
    pub(crate) fn see(&mut self, figures: &[&Figure], fit: &Fit, cameras: &[Camera], rules: &Rules) -> f64 {
        let ln_motion = self.filter.update(fit.place, &fit.covariance);
        self.seen_ms = self.at_ms;
        self.seen_by = figures.iter().fold(0, |all, figure| all | 1 << figure.camera);
        self.joints = crate::triangulation::joints(self, figures, cameras, rules);
        let place = self.place();
        for joint in Joint::ALL {
            let Some(point) = self.joints[joint.index()] else { continue };
            let seen = Point::new(point.x - place.x, point.y - place.y, point.z);
            let (at_ms, held) = (self.at_ms, &mut self.pose[joint.index()]);
            let offset = match held {
                Some(held) if at_ms - held.at_ms <= POSE_MS => held.offset + (seen - held.offset) * POSE_GAIN,
                _ => seen,
            };
            *held = Some(Held { at_ms, offset });
        }
        ln_motion + fit.ln_pose
    }
}

/// Sums over a figure's joints.
struct Sums {
    /// Of the place, 1/m²; as if the joints were independent.
    information: Matrix2<f64>,
    gradient: Place,
    /// Of how far joints are from where they should be, in standard deviations.
    square: f64,
    count: usize,
}

impl Sums {
    /// How many joints are worth one measurement: those of one body err together.
    fn shared(&self, rules: &Rules) -> f64 {
        (self.count as f64 / rules.independent_joints).max(1.0)
    }

    /// What the figure is worth, 1/m².
    fn worth(&self, rules: &Rules) -> Matrix2<f64> {
        self.information / self.shared(rules)
    }
}

/// Natural logarithm of a normal distribution's density at its middle, per square metre.
pub(crate) fn ln_peak(covariance: &Matrix2<f64>) -> f64 {
    -0.5 * covariance.determinant().max(1e-12).ln() - std::f64::consts::TAU.ln()
}

fn at(place: Place, offset: Point) -> Point {
    Point::new(place.x + offset.x, place.y + offset.y, offset.z)
}

/// Pixels that a point moves where it goes a metre along x and along y.
fn slope(hangs: &Camera, point: &Point) -> Matrix2<f64> {
    const STEP_M: f64 = 0.01;
    let pixel = |x: f64, y: f64| hangs.project(&(point + Point::new(x, y, 0.0))).unwrap_or_else(Pixel::zeros);
    let here = pixel(0.0, 0.0);
    Matrix2::from_columns(&[(pixel(STEP_M, 0.0) - here) / STEP_M, (pixel(0.0, STEP_M) - here) / STEP_M])
}
