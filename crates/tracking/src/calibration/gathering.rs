//! Which key points the cameras share, once their clocks are known, and a choice of them that is spread over the pictures.

use std::collections::BTreeMap;

use domain::body::Joint;

use super::adjustment::{Landmark, Sight};
use super::recording::STEP_MS;
use super::walk::Walk;
use crate::camera::Point;

/// Joints that are compared. Eyes and ears say no more than the nose, and ears are often guessed.
pub(super) const JOINTS: [Joint; 13] = [
    Joint::Nose,
    Joint::LeftShoulder,
    Joint::RightShoulder,
    Joint::LeftElbow,
    Joint::RightElbow,
    Joint::LeftWrist,
    Joint::RightWrist,
    Joint::LeftHip,
    Joint::RightHip,
    Joint::LeftKnee,
    Joint::RightKnee,
    Joint::LeftAnkle,
    Joint::RightAnkle,
];
/// Fields across and down a picture, from which key points are taken in turn.
const FIELDS: [f64; 2] = [6.0, 4.0];

/// All key points that at least two cameras saw at the same moment. `ahead_ms` says how far each clock is ahead.
pub(super) fn shared(walk: &Walk, ahead_ms: &[f64]) -> Vec<Landmark> {
    let mut landmarks = Vec::new();
    for moment in walk.recording.moments(ahead_ms) {
        let at_ms = |camera: usize| moment as f64 * STEP_MS as f64 + ahead_ms[camera];
        let seen: Vec<_> = (0..walk.views.len()).map(|camera| (camera, walk.spots(camera, at_ms(camera)))).collect();
        for joint in JOINTS {
            let spot = |(camera, spots): &(usize, Option<super::recording::Spots>)| {
                let spot = (*spots)?[joint.index()]?;
                Some(Sight { camera: *camera, pixel: spot.pixel, velocity: spot.velocity })
            };
            let sights: Vec<Sight> = seen.iter().filter_map(spot).collect();
            if sights.len() >= 2 {
                landmarks.push(Landmark { at: Point::zeros(), moment, joint: joint.index(), sights });
            }
        }
    }
    landmarks
}

/// At most `most` of them, taken in turn from each set of cameras and each part of their pictures.
pub(super) fn spread(sizes: &[[f64; 2]], landmarks: Vec<Landmark>, most: usize) -> Vec<Landmark> {
    if landmarks.len() <= most {
        return landmarks;
    }
    let mut fields: BTreeMap<(u32, Vec<u32>), Vec<Landmark>> = BTreeMap::new();
    for landmark in landmarks {
        let cameras = landmark.sights.iter().fold(0, |set, sight| set | 1 << sight.camera);
        let field = landmark.sights.iter().take(2).map(|sight| {
            let size = sizes[sight.camera];
            let along = |at: f64, length: f64, fields: f64| (at / length * fields).clamp(0.0, fields - 1.0) as u32;
            along(sight.pixel.y, size[1], FIELDS[1]) * 16 + along(sight.pixel.x, size[0], FIELDS[0])
        });
        fields.entry((cameras, field.collect())).or_default().push(landmark);
    }
    // The largest number that each field may give, so that all together are at most as many as wanted.
    let given = |each: usize| fields.values().map(|field| field.len().min(each)).sum::<usize>();
    let mut each = 1;
    while given(each + 1) <= most {
        each += 1;
    }
    let mut chosen = Vec::new();
    for field in fields.into_values() {
        let every = field.len() as f64 / field.len().min(each) as f64;
        let count = field.len().min(each);
        let mut field: Vec<Option<Landmark>> = field.into_iter().map(Some).collect();
        chosen.extend((0..count).filter_map(|index| field[(index as f64 * every) as usize].take()));
    }
    let every = chosen.len().div_ceil(most).max(1);
    chosen.into_iter().step_by(every).collect()
}
