//! Places the landmarks of a found face more exactly, by looking at it again from several distances.

use crate::detector::{Detection, Detector};
use crate::frame::Frame;
use crate::model::ModelError;

/// One more look: how many face sizes wide the view is, and whether it is seen in a mirror.
#[derive(Debug, Clone, Copy)]
struct Look {
    zoom: f32,
    mirrored: bool,
}

/// The looks of which the landmarks are averaged. YuNet places the landmarks of one face differently at each size, by some
/// 7 % of the distance between the eyes, and leans to one side; four looks average that out. On LFW-a people A to C the
/// true-accept rate at one false accept in 10,000 rises from 92.3 to 95.1 % (each person counting once; docs/recognition.md).
const LOOKS: [Look; 4] = [
    Look { zoom: 1.8, mirrored: false },
    Look { zoom: 1.8, mirrored: true },
    Look { zoom: 2.7, mirrored: false },
    Look { zoom: 2.7, mirrored: true },
];

/// The side of a view in pixels: the face is 60 to 90 px high in it, where the detector is surest.
const SIDE: u32 = 160;

/// The least score of a face in a view, 0..=1: lower than when it was found, because a face is known to be there.
const MIN_SCORE: f32 = 0.5;

/// How far a view's landmarks may lie from the found ones on average, in distances between the eyes: what lies further is
/// a neighbour's face.
const MAX_SHIFT: f32 = 0.35;

impl Detector {
    /// The same face with its landmarks averaged over several looks; as it was, if no look finds it again.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn refined(&self, frame: &Frame, found: &Detection) -> Result<Detection, ModelError> {
        let mut sum = [[0.0; 2]; 5];
        let mut count = 0.0;
        for look in LOOKS {
            let Some(view) = View::new(frame, found, look) else { continue };
            let faces = self.faces_at_scale(&view.pixels, MIN_SCORE)?;
            let seen = faces.iter().map(|face| view.landmarks_in_frame(face)).map(|seen| (shift(&seen, found), seen));
            let nearest = seen.filter(|(shift, _)| *shift <= MAX_SHIFT).min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, landmarks)) = nearest {
                count += 1.0;
                for (sum, point) in sum.iter_mut().zip(landmarks) {
                    *sum = [sum[0] + point[0], sum[1] + point[1]];
                }
            }
        }
        if count == 0.0 {
            return Ok(*found);
        }
        Ok(Detection { landmarks: sum.map(|[x, y]| [x / count, y / count]), ..*found })
    }
}

/// The mean distance between two sets of landmarks, in distances between the eyes.
fn shift(landmarks: &[[f32; 2]; 5], found: &Detection) -> f32 {
    let distance = |a: &[f32; 2], b: &[f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let eyes = distance(&found.landmarks[0], &found.landmarks[1]);
    let sum: f32 = landmarks.iter().zip(&found.landmarks).map(|(a, b)| distance(a, b)).sum();
    sum / 5.0 / eyes
}

/// A square around a face, [`SIDE`] pixels wide.
struct View {
    pixels: Frame,
    /// The middle of the face in the frame.
    centre: [f32; 2],
    /// Pixels of the view for one of the frame.
    scale: f32,
    mirrored: bool,
}

impl View {
    /// `None` if the face is no place in the frame.
    fn new(frame: &Frame, face: &Detection, look: Look) -> Option<Self> {
        let centre = face.centre();
        let scale = SIDE as f32 / (look.zoom * face.bbox[2].max(face.bbox[3]));
        let sound = scale.is_finite() && scale > 0.0 && centre.iter().all(|value| value.is_finite());
        let pixels = if sound { frame.view(centre, scale, SIDE)? } else { return None };
        let pixels = if look.mirrored { pixels.mirrored() } else { pixels };
        Some(Self { pixels, centre, scale, mirrored: look.mirrored })
    }

    /// The landmarks of a face in this view, in pixels of the frame.
    fn landmarks_in_frame(&self, face: &Detection) -> [[f32; 2]; 5] {
        // Pixels are counted at their middles: the first is 0, the middle of the view lies between the middle two.
        let middle = (SIDE - 1) as f32 / 2.0;
        let back = |[x, y]: [f32; 2]| {
            let x = if self.mirrored { (SIDE - 1) as f32 - x } else { x };
            [(x - middle) / self.scale + self.centre[0], (y - middle) / self.scale + self.centre[1]]
        };
        let [left_eye, right_eye, nose, left_mouth, right_mouth] = face.landmarks.map(back);
        if self.mirrored {
            [right_eye, left_eye, nose, right_mouth, left_mouth]
        } else {
            [left_eye, right_eye, nose, left_mouth, right_mouth]
        }
    }
}

#[cfg(test)]
mod tests;
