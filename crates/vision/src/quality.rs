//! Measures how well a face is photographed, so that an unfit one is refused with a reason.

use serde::{Deserialize, Serialize};

use crate::aligner::Crop;
use crate::detector::Detection;

/// How well one face is photographed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Height of the face's bounding box, in pixels of the frame.
    pub face_height_px: f32,
    /// Variance of the Laplacian over the variance of the luma, on the face in the crop: how much of the contrast is fine
    /// detail. Without unit; the light does not change it. See [`MIN_SHARPNESS`].
    pub sharpness: f32,
    /// Mean luma of the face, 0 (black) to 255 (white).
    pub brightness: f32,
    /// Standard deviation of the luma of the face, 0 to 127: a face in fog or glare has little.
    pub contrast: f32,
    /// How far the head turns to a side, in degrees from frontal, roughly: read from the nose's place between the eyes.
    /// Positive if the nose points to the right of the picture.
    pub yaw_degrees: f32,
    /// How far the head nods, in degrees from frontal, roughly: read from the nose's place between eyes and mouth. Positive
    /// if it looks up.
    pub pitch_degrees: f32,
    /// How far the head leans to a side, in degrees: the slope of the line through the eyes. Alignment takes it away.
    pub roll_degrees: f32,
    /// The length of the embedder's output, 0 and more: how much it found to recognise. On LFW-a 56 to 84 for 9 faces of 10.
    /// It goes with the similarity to the same person's other photographs (rank correlation 0.61), better than any other
    /// measure here; blur, darkness, profiles and covered faces all lower it. 0 where no embedding was made.
    pub strength: f32,
    /// The similarity of the crop's embedding to its mirror image's, -1..=1: low where one half of the face is covered, dark
    /// or turned away. On LFW-a 0.957 to 0.989 for 9 faces of 10. 1 where no mirror image was looked at.
    pub symmetry: f32,
}

/// Smallest height of a face worth identifying, in pixels of the frame: YuNet finds 98 % of faces of 40 px, but only 81 %
/// of 30 px (measured on LFW-a, `models/README.md`).
pub const MIN_FACE_HEIGHT_PX: f32 = 40.0;

/// Smallest sharpness of a face worth identifying. Measured on LFW-a (`models/README.md`): all 1,726 photographs have more
/// than 0.013. A Gaussian blur of 3 px brings the median to 0.007, and costs 0.26 of similarity to the sharp photograph.
pub const MIN_SHARPNESS: f32 = 0.01;

/// Darkest acceptable face, mean luma 0..=255. The darkest of 1,726 photographs of LFW-a has 57.
pub const MIN_BRIGHTNESS: f32 = 30.0;

/// Brightest acceptable face, mean luma 0..=255. The brightest of 1,726 photographs of LFW-a has 210.
pub const MAX_BRIGHTNESS: f32 = 235.0;

/// Smallest acceptable contrast, standard deviation of luma. The smallest of 1,726 photographs of LFW-a is 17.
pub const MIN_CONTRAST: f32 = 12.0;

/// The furthest acceptable turn of the head in degrees: 99 of 100 photographs of LFW-a, on which the similarity thresholds
/// were measured, are turned less.
pub const MAX_YAW_DEGREES: f32 = 35.0;

/// The median [`Quality::strength`] of LFW-a.
pub(crate) const USUAL_STRENGTH: f32 = 70.0;

/// How much similarity a face of twice the usual strength is ahead. On LFW-a people A to C, anything from 0.05 to 0.1 for
/// each face raises the accuracy and the true-accept rates at 1e-3 to 1e-5; 0.1 misses a third fewer people at FPIR 1e-3.
const HANDICAP: f32 = 0.1;

/// The largest handicap. Strengths beyond it hardly occur on LFW-a, and a picture of nothing must not gain by its weakness.
const MOST_HANDICAP: f32 = 0.03;

/// A face never counts for nothing: it may be the only one.
const LEAST_WEIGHT: f32 = 0.05;

/// Where the nose lies between the middle of the eyes (0) and of the mouth (1) in a frontal face: as in the template of the
/// aligner.
const FRONTAL_NOSE: f32 = 0.495;

/// How far the tip of the nose stands before the eyes, as a part of the distance between the eyes: some 38 mm of 63 mm, a
/// rough human average.
const NOSE_DEPTH: f32 = 0.6;

/// Pixels cut from each side of the crop before measuring: what remains is face, not hair and background.
const MARGIN: usize = 24;

impl Quality {
    /// A frontal face in good light, near enough: as most of LFW-a. For tests, and for whoever has no picture to measure.
    pub fn usual() -> Self {
        Self {
            face_height_px: 120.0,
            sharpness: 0.05,
            brightness: 120.0,
            contrast: 40.0,
            yaw_degrees: 0.0,
            pitch_degrees: 0.0,
            roll_degrees: 0.0,
            strength: USUAL_STRENGTH,
            symmetry: 0.98,
        }
    }

    /// Measures a face: its place in the frame, and its crop of 112 px (the limits are for that size).
    pub fn measure(detection: &Detection, crop: &Crop) -> Self {
        let luma = crop.luma();
        let inner = MARGIN..crop.side() - MARGIN;
        let points = || inner.clone().flat_map(|y| inner.clone().map(move |x| (x, y)));
        let at = |x: usize, y: usize| f32::from(luma[y * crop.side() + x]);
        let laplacian = |(x, y)| at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y);
        let (brightness, spread) = mean_and_variance(points().map(|(x, y)| at(x, y)));
        let (_, detail) = mean_and_variance(points().map(laplacian));
        Self {
            face_height_px: detection.height(),
            // One grey level of variance keeps a blank crop from dividing by zero.
            sharpness: detail / spread.max(1.0),
            brightness,
            contrast: spread.sqrt(),
            yaw_degrees: yaw_degrees(&detection.landmarks),
            pitch_degrees: pitch_degrees(&detection.landmarks),
            roll_degrees: roll_degrees(&detection.landmarks),
            strength: 0.0,
            symmetry: 1.0,
        }
    }

    /// Whether the face is worth identifying: every measure lies within this file's limits.
    pub fn is_sufficient(&self) -> bool {
        self.face_height_px >= MIN_FACE_HEIGHT_PX
            && self.sharpness >= MIN_SHARPNESS
            && (MIN_BRIGHTNESS..=MAX_BRIGHTNESS).contains(&self.brightness)
            && self.contrast >= MIN_CONTRAST
            && self.yaw_degrees.abs() <= MAX_YAW_DEGREES
    }

    /// What to take from the similarity of this face to any other before it is compared with a threshold; below zero for weak
    /// faces. Strangers look no more alike in weak pictures than in strong ones (rank correlation 0.01 on LFW-a), but two
    /// pictures of one person do look less alike: so a threshold may fall where a picture is weak, at the same false-match
    /// rate. Each of two faces has its own handicap.
    pub fn handicap(&self) -> f32 {
        if self.strength <= 0.0 {
            return 0.0;
        }
        (HANDICAP * (self.strength / USUAL_STRENGTH - 1.0)).clamp(-MOST_HANDICAP, MOST_HANDICAP)
    }

    /// How much this face counts among several of one person, above 0; see [`crate::fusion`]. The usual face of LFW-a has 1.
    /// The square of the strength: of the powers 0 to 3 it and the third served best on LFW-a. Without a strength, size and
    /// sharpness stand in for it.
    pub fn weight(&self) -> f32 {
        if self.strength > 0.0 {
            return (self.strength / USUAL_STRENGTH).powi(2).max(LEAST_WEIGHT);
        }
        let part = |value: f32, enough: f32| (value / enough).clamp(LEAST_WEIGHT, 1.0);
        part(self.face_height_px, 2.0 * MIN_FACE_HEIGHT_PX) * part(self.sharpness, 3.0 * MIN_SHARPNESS)
    }
}

/// The turn of the head: the nose leaves the middle of the eyes by `depth * tan(yaw)` eye distances.
fn yaw_degrees(landmarks: &[[f32; 2]; 5]) -> f32 {
    let [left_eye, right_eye, nose, ..] = *landmarks;
    let (across_x, across_y) = (right_eye[0] - left_eye[0], right_eye[1] - left_eye[1]);
    let square = across_x * across_x + across_y * across_y;
    if square <= 0.0 {
        return 90.0;
    }
    let to_nose_x = nose[0] - (left_eye[0] + right_eye[0]) / 2.0;
    let to_nose_y = nose[1] - (left_eye[1] + right_eye[1]) / 2.0;
    let offset = (to_nose_x * across_x + to_nose_y * across_y) / square;
    (offset / NOSE_DEPTH).atan().to_degrees()
}

/// The nod of the head: the nose leaves its place by `depth * tan(pitch)` eye distances; eyes and mouth are about as far apart
/// as the eyes are.
fn pitch_degrees(landmarks: &[[f32; 2]; 5]) -> f32 {
    let middle = |a: [f32; 2], b: [f32; 2]| [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])];
    let [left_eye, right_eye, nose, left_mouth, right_mouth] = *landmarks;
    let (eyes, mouth) = (middle(left_eye, right_eye), middle(left_mouth, right_mouth));
    let (down_x, down_y) = (mouth[0] - eyes[0], mouth[1] - eyes[1]);
    let square = down_x * down_x + down_y * down_y;
    if square <= 0.0 {
        return 90.0;
    }
    let along = ((nose[0] - eyes[0]) * down_x + (nose[1] - eyes[1]) * down_y) / square;
    ((FRONTAL_NOSE - along) / NOSE_DEPTH).atan().to_degrees()
}

/// The lean of the head: the slope of the line through the eyes.
fn roll_degrees(landmarks: &[[f32; 2]; 5]) -> f32 {
    let [left_eye, right_eye, ..] = *landmarks;
    (right_eye[1] - left_eye[1]).atan2(right_eye[0] - left_eye[0]).to_degrees()
}

fn mean_and_variance(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let (mut count, mut sum, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
    for value in values {
        let value = f64::from(value);
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / count;
    (mean as f32, (squares / count - mean * mean).max(0.0) as f32)
}

#[cfg(test)]
mod tests;
