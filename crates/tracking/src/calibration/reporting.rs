//! What is told of a calibration: each camera, its errors, and what an installer should know.

use super::adjustment::{Landmark, Rig};
use super::levelling::middle;
use super::walk::Walk;
use super::{CLOCK_FINDING_MS, Calibrated, Finding, Found, Overlap, Refused, Reprojection, View};

/// Median error from which cameras do not agree, pixels of a picture 640 wide.
const DISAGREE_PX: f64 = 7.0;

impl Walk {
    pub(super) fn finish(
        &self,
        rig: &Rig,
        landmarks: &[Landmark],
        ahead_ms: &[f64],
        deviations: &[Option<f64>],
        mut findings: Vec<Finding>,
    ) -> Result<Calibrated, Refused> {
        let middle_ms = middle(&mut ahead_ms.to_vec()).unwrap_or_default();
        let mut errors: Vec<Vec<f64>> = vec![Vec::new(); self.views.len()];
        // The share of a picture's size counts where pictures differ; pixels are told.
        for landmark in landmarks {
            for sight in &landmark.sights {
                errors[sight.camera].extend(rig.error(sight, &landmark.at).map(|error| error.norm()));
            }
        }
        let mut all: Vec<f64> = errors.iter().flatten().copied().collect();
        let error = reprojection(&mut all);
        let scaled = |camera: usize, error: &Reprojection| error.median_px / self.views[camera].unit_px();
        let mut cameras = Vec::new();
        for (camera, view) in self.views.iter().enumerate() {
            let own = reprojection(&mut errors[camera].clone());
            let ahead = ahead_ms[camera] - middle_ms;
            let name = view.name.clone();
            if ahead.abs() > CLOCK_FINDING_MS {
                findings.push(Finding::ClockOff { camera: name.clone(), ahead_ms: ahead });
            }
            let up = rig.poses[camera].0.column(2);
            let roll_deg = (-up.x).atan2(-up.y).to_degrees();
            if roll_deg.abs() > 45.0 && up.z.abs() < 0.9 {
                findings.push(Finding::UpsideDown { camera: name.clone(), roll_deg: roll_deg.abs() });
            }
            if own.median_px > 2.0 * error.median_px {
                findings.push(Finding::Worse { camera: name.clone(), median_px: own.median_px });
            }
            let focal_deviation = deviations[rig.lens_of[camera]].unwrap_or(f64::INFINITY);
            cameras.push(Found {
                name,
                camera: rig.camera(camera),
                clock_ahead_ms: ahead,
                error: own,
                points: errors[camera].len(),
                focal_deviation,
            });
        }
        let worst = (0..cameras.len())
            .max_by(|a, b| scaled(*a, &cameras[*a].error).total_cmp(&scaled(*b, &cameras[*b].error)))
            .unwrap_or_default();
        let usual_px = scaled(worst, &cameras[worst].error);
        if usual_px > DISAGREE_PX || !usual_px.is_finite() {
            return Err(Refused::Disagree { median_px: error.median_px, worst: self.views[worst].name.clone() });
        }
        let mut overlaps = Vec::new();
        for first in 0..self.views.len() {
            for second in first + 1..self.views.len() {
                let sees =
                    |landmark: &Landmark, camera: usize| landmark.sights.iter().any(|sight| sight.camera == camera);
                let points =
                    landmarks.iter().filter(|landmark| sees(landmark, first) && sees(landmark, second)).count();
                if points > 0 {
                    overlaps.push(Overlap {
                        cameras: [self.views[first].name.clone(), self.views[second].name.clone()],
                        points,
                    });
                }
            }
        }
        Ok(Calibrated { cameras, error, points: landmarks.len(), overlaps, findings })
    }
}

impl View {
    /// Pixels of its pictures for one of a picture 640 wide.
    pub(super) fn unit_px(&self) -> f64 {
        self.size[0].max(self.size[1]) / 640.0
    }
}

fn reprojection(errors: &mut [f64]) -> Reprojection {
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| {
        errors
            .get(((errors.len() as f64 * share) as usize).min(errors.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::INFINITY)
    };
    Reprojection { median_px: at(0.5), p90_px: at(0.9) }
}
