//! From a walk to cameras: a start, then adjustments with ever better clocks and fewer outliers.

use super::adjustment::{Freedom, Landmark, Rig, adjust};
use super::gathering::{shared, spread};
use super::lenses::FOCAL_OPEN;
use super::levelling::{level, middle};
use super::starting::Start;
use super::walk::Walk;
use super::{Calibrated, FEWEST_MOMENTS, Finding, FocalFrom, Refused};

/// Rays that meet at less than this give no point, radians.
const LEAST_RAD: f64 = 0.05;
const MANY_POINTS: usize = 1500;
/// Share of a camera's key points that fit nowhere from which it is said.
const UNFIT: f64 = 0.35;
/// Errors farther out than this many times the usual are dropped.
const OUTLIER: f64 = 4.0;

impl Walk {
    /// Finds the cameras; `height_m` is how tall the person is.
    pub fn calibrate(&self, height_m: f64) -> Result<Calibrated, Refused> {
        if !(1.2..=2.2).contains(&height_m) {
            return Err(Refused::Height);
        }
        self.find(height_m).map_err(|refused| {
            // Where several people were inside, that is why little is left.
            let little =
                matches!(refused, Refused::TooFewFrames { .. } | Refused::NoOverlap(..) | Refused::NotUpright { .. });
            let crowded = self.coverage().cameras.into_iter().find(|camera| little && camera.is_crowded());
            crowded.map_or(refused, |coverage| Refused::Crowded { camera: coverage.camera })
        })
    }

    fn find(&self, height_m: f64) -> Result<Calibrated, Refused> {
        for (camera, view) in self.views.iter().enumerate() {
            let frames = self.recording.frames(camera);
            if frames < FEWEST_MOMENTS {
                return Err(Refused::TooFewFrames { camera: view.name.clone(), frames });
            }
        }
        let Start { mut rig, mut ahead_ms, focal } = self.start(height_m)?;
        self.check_overlap(&ahead_ms)?;
        let mut freedom = self.freedom(&rig, &ahead_ms, &focal);
        let mut landmarks = Vec::new();
        for _ in 0..4 {
            freedom = self.freedom(&rig, &ahead_ms, &focal);
            landmarks = self.landmarks(&rig, &ahead_ms, MANY_POINTS);
            for _ in 0..2 {
                adjust(&mut rig, &mut landmarks, &freedom, 30);
                drop_outliers(&rig, &mut landmarks, &freedom);
            }
            let late_ms: Vec<f64> = rig.late_s.iter().map(|late_s| late_s * 1000.0).collect();
            rig.late_s.fill(0.0);
            ahead_ms.iter_mut().zip(&late_ms).for_each(|(ahead, late)| *ahead += late);
            if late_ms.iter().all(|late| late.abs() < 10.0) {
                break;
            }
        }
        let mut findings = Vec::new();
        findings.extend(self.doubtful(&rig, &landmarks, &freedom));
        let deviations = self.focal_deviations(&rig, &landmarks, &freedom);
        let open = self.open_focals(&mut rig, &deviations);
        let kept = |finding: &Finding| matches!(finding, Finding::FocalOpen { from: FocalFrom::Given, .. });
        if open.iter().any(kept) {
            for (lens, deviation) in deviations.iter().enumerate() {
                let kept = deviation.is_none_or(|deviation| deviation > FOCAL_OPEN) && self.given(&rig, lens);
                freedom.free[rig.lens_at(lens)] &= !kept;
            }
            adjust(&mut rig, &mut landmarks, &freedom, 40);
        }
        findings.extend(open);
        // Bodies as complete as they are, where the adjustment took single joints.
        let all = shared(self, &ahead_ms);
        let wanted = self.sights(&all);
        let mut landmarks = triangulated(&rig, all);
        freedom.free.fill(false);
        adjust(&mut rig, &mut landmarks, &freedom, 5);
        drop_outliers(&rig, &mut landmarks, &freedom);
        for (camera, (kept, wanted)) in self.sights(&landmarks).into_iter().zip(wanted).enumerate() {
            let share = 1.0 - kept as f64 / wanted.max(1) as f64;
            if share > UNFIT {
                findings.push(Finding::Unfit { camera: self.views[camera].name.clone(), share });
            }
        }
        level(&mut rig, &mut landmarks, height_m);
        self.check_depth(&rig, &landmarks)?;
        self.finish(&rig, &landmarks, &ahead_ms, &deviations, findings)
    }

    /// Key points of each camera.
    fn sights(&self, landmarks: &[Landmark]) -> Vec<usize> {
        let mut sights = vec![0; self.views.len()];
        landmarks.iter().flat_map(|landmark| &landmark.sights).for_each(|sight| sights[sight.camera] += 1);
        sights
    }

    fn landmarks(&self, rig: &Rig, ahead_ms: &[f64], most: usize) -> Vec<Landmark> {
        triangulated(rig, spread(&self.sizes(), shared(self, ahead_ms), most))
    }
}

pub(super) fn triangulated(rig: &Rig, landmarks: Vec<Landmark>) -> Vec<Landmark> {
    let found = landmarks.into_iter().filter_map(|mut landmark| {
        landmark.at = rig.triangulate(&landmark.sights, LEAST_RAD)?;
        Some(landmark)
    });
    found.collect()
}

/// Drops sights that are far out for their camera, and points that one camera alone is left to see.
fn drop_outliers(rig: &Rig, landmarks: &mut Vec<Landmark>, freedom: &Freedom) {
    let mut errors: Vec<f64> = Vec::new();
    let error = |landmark: &Landmark, index: usize| {
        let sight = &landmark.sights[index];
        rig.error(sight, &landmark.at).map_or(f64::INFINITY, |error| error.norm() / freedom.noise_px[sight.camera])
    };
    for landmark in landmarks.iter() {
        errors.extend((0..landmark.sights.len()).map(|index| error(landmark, index)));
    }
    let usual = middle(&mut errors).unwrap_or(1.0).max(1.0);
    for landmark in landmarks.iter_mut() {
        let kept: Vec<_> = (0..landmark.sights.len())
            .filter(|index| error(landmark, *index) <= OUTLIER * usual)
            .map(|index| landmark.sights[index])
            .collect();
        landmark.sights = kept;
    }
    landmarks.retain(|landmark| landmark.sights.len() >= 2);
}
