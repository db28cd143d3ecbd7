//! Measures how well a face is photographed, so that an unfit one is refused with a reason.

use crate::aligner::Crop;
use crate::detector::Detection;

/// How well one face is photographed.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// How far the tip of the nose stands before the eyes, as a part of the distance between the eyes: some 38 mm of 63 mm, a
/// rough human average.
const NOSE_DEPTH: f32 = 0.6;

/// Pixels cut from each side of the crop before measuring: what remains is face, not hair and background.
const MARGIN: usize = 24;

impl Quality {
    /// Measures a face: its place in the frame, and its crop.
    pub fn measure(detection: &Detection, crop: &Crop) -> Self {
        let luma = crop.luma();
        let inner = MARGIN..Crop::SIDE - MARGIN;
        let points = || inner.clone().flat_map(|y| inner.clone().map(move |x| (x, y)));
        let at = |x: usize, y: usize| f32::from(luma[y * Crop::SIDE + x]);
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
