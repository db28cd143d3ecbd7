//! What is believed of lenses and clocks beforehand, and how surely a walk tells focal lengths.

use super::adjustment::{CLOCK, Freedom, Landmark, OF_CAMERA, Rig, adjust, covariance};
use super::walk::Walk;
use super::{CLOCK_FINDING_MS, Finding, Focal, FocalFrom};

/// A value expected, and its standard deviation.
pub(super) type Belief = (f64, f64);

/// What is believed of the distortion: none, give or take this.
const DISTORTION_DEVIATION: f64 = 0.1;
/// What is believed of clocks that were not found to be off: that they are right, give or take this, s.
const CLOCK_RIGHT_S: f64 = 0.05;
/// What is believed of what is left of a clock's error after the paths were laid onto each other, s.
const CLOCK_OFF_S: f64 = 0.2;
/// How exactly a network finds a joint, pixels of a picture 640 wide.
const NOISE_PX: f64 = 2.0;
/// Key points of a body share their errors with each other and with the frames before and after, so that uncertainties are
/// this much larger than independent ones would be.
const SHARED_ERRORS: f64 = 4.0;
/// A focal length less certain than this share of it is not determined.
pub(super) const FOCAL_OPEN: f64 = 0.04;

impl Walk {
    pub(super) fn freedom(&self, rig: &Rig, ahead_ms: &[f64], focal: &[Option<Belief>]) -> Freedom {
        let belief = |at: f64, deviation: f64| Some((at, deviation / SHARED_ERRORS));
        let mut freedom = Freedom {
            free: vec![true; rig.unknowns()],
            expected: vec![None; rig.unknowns()],
            noise_px: self.views.iter().map(|view| NOISE_PX * view.unit_px()).collect(),
        };
        for (camera, ahead_ms) in ahead_ms.iter().enumerate() {
            let right = ahead_ms.abs() < CLOCK_FINDING_MS;
            freedom.expected[camera * OF_CAMERA + CLOCK] =
                if right { belief(-ahead_ms / 1000.0, CLOCK_RIGHT_S) } else { belief(0.0, CLOCK_OFF_S) };
        }
        // The first camera's clock is the one that the others are compared with.
        freedom.free[CLOCK] = false;
        for (lens, focal) in focal.iter().enumerate() {
            let at = rig.lens_at(lens);
            freedom.expected[at + 1] = belief(0.0, DISTORTION_DEVIATION);
            freedom.expected[at] = focal.and_then(|(logarithm, deviation)| belief(logarithm, deviation));
            freedom.free[at] = focal.is_some();
        }
        freedom
    }

    /// Standard deviation of each lens's focal length as a share of it, from the walk alone.
    pub(super) fn focal_deviations(&self, rig: &Rig, landmarks: &[Landmark], freedom: &Freedom) -> Vec<Option<f64>> {
        let mut fixed = freedom.clone();
        // Turn, place and size of the whole are nobody's: held by the first camera, and by the way to the farthest.
        fixed.free[..OF_CAMERA].fill(false);
        let way = |camera: usize| rig.poses[camera].1 - rig.poses[0].1;
        let farthest =
            (1..rig.poses.len()).max_by(|a, b| way(*a).norm().total_cmp(&way(*b).norm())).unwrap_or_default();
        fixed.free[farthest * OF_CAMERA + 3 + way(farthest).iamax()] = false;
        for lens in 0..rig.lenses.len() {
            fixed.expected[rig.lens_at(lens)] = None;
        }
        let covariance = covariance(rig, landmarks, &fixed);
        let of_lens = |lens: usize| {
            covariance.as_ref().map(|all| all[(rig.lens_at(lens), rig.lens_at(lens))].max(0.0).sqrt() * SHARED_ERRORS)
        };
        (0..rig.lenses.len()).map(of_lens).collect()
    }

    /// What is said of focal lengths that the walk does not tell; those that were given are taken back to that.
    pub(super) fn open_focals(&self, rig: &mut Rig, deviations: &[Option<f64>]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (lens, deviation) in deviations.iter().enumerate() {
            let open = deviation.is_none_or(|deviation| deviation > FOCAL_OPEN);
            let Some(camera) = rig.lens_of.iter().position(|of| *of == lens).filter(|_| open) else { continue };
            let from = match self.views[camera].focal {
                Focal::Fixed(_) => continue,
                Focal::Near(focal_px) => {
                    rig.lenses[lens].focal_px = focal_px;
                    FocalFrom::Given
                }
                Focal::Unknown => FocalFrom::Guess,
            };
            let used_px = rig.lenses[lens].focal_px;
            findings.push(Finding::FocalOpen { camera: self.views[camera].name.clone(), used_px, from });
        }
        findings
    }

    /// Whether a lens's focal length was given.
    pub(super) fn given(&self, rig: &Rig, lens: usize) -> bool {
        let camera = rig.lens_of.iter().position(|of| *of == lens);
        camera.is_some_and(|camera| self.views[camera].focal != Focal::Unknown)
    }

    /// Focal lengths that were given exactly and that the walk contradicts.
    pub(super) fn doubtful(&self, rig: &Rig, landmarks: &[Landmark], freedom: &Freedom) -> Vec<Finding> {
        let given = |lens: usize| {
            let camera = rig.lens_of.iter().position(|of| *of == lens)?;
            matches!(self.views[camera].focal, Focal::Fixed(_)).then_some((lens, camera))
        };
        let given: Vec<(usize, usize)> = (0..rig.lenses.len()).filter_map(given).collect();
        if given.is_empty() {
            return Vec::new();
        }
        let (mut rig, mut landmarks, mut freedom) = (rig.clone(), landmarks.to_vec(), freedom.clone());
        let was: Vec<f64> = rig.lenses.iter().map(|lens| lens.focal_px).collect();
        given.iter().for_each(|(lens, _)| freedom.free[rig.lens_at(*lens)] = true);
        adjust(&mut rig, &mut landmarks, &freedom, 30);
        let deviations = self.focal_deviations(&rig, &landmarks, &freedom);
        let doubtful = given.into_iter().filter_map(|(lens, camera)| {
            let (given_px, fits_px) = (was[lens], rig.lenses[lens].focal_px);
            let off = (fits_px / given_px).ln().abs();
            let sure = deviations[lens]
                .is_some_and(|deviation| deviation < FOCAL_OPEN && off > (2.0 * deviation).max(FOCAL_OPEN));
            sure.then(|| Finding::FocalDoubtful { camera: self.views[camera].name.clone(), given_px, fits_px })
        });
        doubtful.collect()
    }
}
