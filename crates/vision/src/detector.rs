//! Finds faces and their five landmarks in a frame (YuNet).

use serde::{Deserialize, Serialize};

use crate::frame::Frame;
use crate::model::{Model, ModelError, Tensor};

/// One face in a frame, in pixels of that frame; the origin is the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Left, top, width, height. May reach beyond the frame.
    pub bbox: [f32; 4],
    /// Points `[x, y]`: the eye on the picture's left, the eye on its right, the tip of the nose, the corner of the mouth
    /// on the left, and on the right.
    pub landmarks: [[f32; 2]; 5],
    /// How sure the detector is, 0..=1.
    pub score: f32,
}

impl Detection {
    /// The height of the bounding box in pixels.
    pub fn height(&self) -> f32 {
        self.bbox[3]
    }

    /// The middle of the bounding box, `[x, y]` in pixels.
    pub fn centre(&self) -> [f32; 2] {
        let [left, top, width, height] = self.bbox;
        [left + width / 2.0, top + height / 2.0]
    }

    fn scaled(mut self, x: f32, y: f32) -> Self {
        let [left, top, width, height] = self.bbox;
        self.bbox = [left * x, top * y, width * x, height * y];
        self.landmarks = self.landmarks.map(|[px, py]| [px * x, py * y]);
        self
    }
}

/// How the detector looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DetectorParams {
    /// The long side in pixels to which a larger frame is shrunk first. Default 640: an entry camera's usual 640x480
    /// stays as it is, and a face of a tenth of the frame keeps the 40 px at which YuNet finds 98 % of faces.
    pub max_side: u32,
    /// How far a frame smaller than `max_side` is enlarged, at least 1. Default 2: of faces 20 px high in small pictures
    /// YuNet then finds all instead of one in eight (see [`MAX_FACE_SIDE`]).
    pub max_enlargement: f32,
    /// Smallest score of a detection, 0..=1.
    pub min_score: f32,
    /// The longest side in pixels of a look at near faces: a frame with a longer one is looked at again from further off.
    /// Default [`MAX_FACE_SIDE`].
    pub max_face_side: f32,
    /// Two boxes that share more than this part of their union (0..=1) are one face. Default 0.3, OpenCV's
    /// `FaceDetectorYN`.
    pub max_overlap: f32,
}

/// The default smallest score. OpenCV's `FaceDetectorYN` uses 0.9, which would miss 2 % of the faces of LFW-a; the lowest of
/// its 1,726 has 0.86 (`models/README.md`). The room below is for faces that are smaller or turned further; a false
/// detection costs one embedding and matches nobody.
pub const MIN_SCORE: f32 = 0.7;

impl Default for DetectorParams {
    fn default() -> Self {
        Self {
            max_side: 640,
            max_enlargement: 2.0,
            min_score: MIN_SCORE,
            max_face_side: MAX_FACE_SIDE,
            max_overlap: 0.3,
        }
    }
}

/// The longest side in pixels of a look at near faces. Measured on 120 faces of LFW-a, scaled: the network finds all from
/// 40 to 400 px high, 94 % of 600 px, and of smaller ones 99 % at 35, 92 % at 30, 67 % at 25 and 12 % at 20 px. A frame with
/// a longer side than this is therefore looked at a second time, at a quarter of the scale, which costs a sixteenth of
/// the time and finds faces up to 1,600 px.
pub const MAX_FACE_SIDE: f32 = 400.0;

/// The scale of the look at near faces, relative to the look before it.
const NEARER: f32 = 0.25;

/// The network's grids: one cell for every so many pixels.
const STRIDES: [usize; 3] = [8, 16, 32];

/// The network halves its input five times.
const ALIGNMENT: usize = 32;

/// Most candidates that enter the overlap test, best first; bounds its quadratic cost.
const MAX_CANDIDATES: usize = 512;

/// Finds faces with a YuNet model.
pub struct Detector {
    model: Box<dyn Model>,
    params: DetectorParams,
}

impl Detector {
    /// Takes the model and proves with one small run that it is a YuNet.
    ///
    /// # Errors
    ///
    /// Fails if the model cannot run or gives other outputs than YuNet.
    pub fn new(model: Box<dyn Model>, params: DetectorParams) -> Result<Self, ModelError> {
        let detector = Self { model, params };
        let blank = Frame::from_rgb(32, 32, vec![0; 32 * 32 * 3]).expect("the buffer has the size of the frame");
        detector.detect(&blank)?;
        Ok(detector)
    }

    /// The faces of a frame, largest first.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does; a frame without faces gives an empty list.
    pub fn detect(&self, frame: &Frame) -> Result<Vec<Detection>, ModelError> {
        self.detect_from(frame, self.params.min_score)
    }

    /// As [`Detector::detect`], with another least score than [`DetectorParams::min_score`].
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn detect_from(&self, frame: &Frame, min_score: f32) -> Result<Vec<Detection>, ModelError> {
        let mut candidates = Vec::new();
        for scale in self.scales(frame) {
            let side = |side: u32| ((side as f32 * scale).round() as u32).max(1);
            let scaled = frame.resized_to(side(frame.width()), side(frame.height()));
            let back_x = frame.width() as f32 / scaled.width() as f32;
            let back_y = frame.height() as f32 / scaled.height() as f32;
            let found = self.faces_at_scale(&scaled, min_score)?;
            candidates.extend(found.into_iter().map(|face| face.scaled(back_x, back_y)));
        }
        let mut faces = without_overlaps(candidates, self.params.max_overlap);
        faces.sort_by(|a, b| {
            (b.bbox[2] * b.bbox[3]).total_cmp(&(a.bbox[2] * a.bbox[3])).then(a.bbox[0].total_cmp(&b.bbox[0]))
        });
        Ok(faces)
    }

    /// What the network finds in a frame as it is, overlaps and all.
    pub(crate) fn faces_at_scale(&self, frame: &Frame, min_score: f32) -> Result<Vec<Detection>, ModelError> {
        let (input, columns) = padded_bgr(frame);
        decode(&self.model.run(input)?, columns, min_score)
    }

    /// The scales at which a frame is looked at, finest first.
    pub fn scales(&self, frame: &Frame) -> Vec<f32> {
        let long = frame.width().max(frame.height()) as f32;
        let mut scale = (self.params.max_side.max(1) as f32 / long).min(self.params.max_enlargement.max(1.0));
        let mut scales = vec![scale];
        while long * scale > self.params.max_face_side.max(ALIGNMENT as f32) {
            scale *= NEARER;
            scales.push(scale);
        }
        scales
    }
}

/// Reads the network's twelve outputs (`cls`, `obj`, `bbox` and `kps`, each at strides 8, 16 and 32) as OpenCV's
/// `FaceDetectorYN` does; `columns` is the width of the input in pixels.
fn decode(outputs: &[Tensor], columns: usize, min_score: f32) -> Result<Vec<Detection>, ModelError> {
    let [cls, obj, bbox, kps] =
        outputs.as_chunks::<3>().0.as_array::<4>().ok_or(ModelError::UnexpectedOutput("YuNet has twelve outputs"))?;
    let mut found = Vec::new();
    for (level, stride) in STRIDES.into_iter().enumerate() {
        let cells = cls[level].values.len();
        let sizes = [&obj[level], &bbox[level], &kps[level]].map(|tensor| tensor.values.len());
        if sizes != [cells, 4 * cells, 10 * cells] {
            return Err(ModelError::UnexpectedOutput("YuNet gives 1, 1, 4 and 10 values a cell"));
        }
        let columns = columns / stride;
        for cell in 0..cells {
            let score = (cls[level].values[cell].clamp(0.0, 1.0) * obj[level].values[cell].clamp(0.0, 1.0)).sqrt();
            if score >= min_score {
                let at = [(cell % columns) as f32, (cell / columns) as f32];
                let bbox = &bbox[level].values[4 * cell..4 * cell + 4];
                let kps = &kps[level].values[10 * cell..10 * cell + 10];
                found.push(face_at(at, stride as f32, bbox, kps, score));
            }
        }
    }
    found.retain(|face| face.bbox.iter().chain(face.landmarks.as_flattened()).all(|value| value.is_finite()));
    Ok(found)
}

/// One cell's regression: the box's centre is relative to the cell, its size is a logarithm, both in strides.
fn face_at(at: [f32; 2], stride: f32, bbox: &[f32], kps: &[f32], score: f32) -> Detection {
    let width = bbox[2].exp() * stride;
    let height = bbox[3].exp() * stride;
    let left = (at[0] + bbox[0]) * stride - width / 2.0;
    let top = (at[1] + bbox[1]) * stride - height / 2.0;
    let landmarks =
        std::array::from_fn(|point| [(at[0] + kps[2 * point]) * stride, (at[1] + kps[2 * point + 1]) * stride]);
    Detection { bbox: [left, top, width, height], landmarks, score }
}

/// Blue, green and red planes, 0..=255, with black added on the right and below up to multiples of 32; and the padded
/// width in pixels.
fn padded_bgr(frame: &Frame) -> (Tensor, usize) {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let columns = width.next_multiple_of(ALIGNMENT);
    let rows = height.next_multiple_of(ALIGNMENT);
    let plane = columns * rows;
    let mut values = vec![0.0; 3 * plane];
    for (y, row) in frame.rgb().chunks_exact(3 * width).enumerate() {
        for (x, pixel) in row.chunks_exact(3).enumerate() {
            let at = y * columns + x;
            values[at] = f32::from(pixel[2]);
            values[plane + at] = f32::from(pixel[1]);
            values[2 * plane + at] = f32::from(pixel[0]);
        }
    }
    let shape = vec![1, 3, rows, columns];
    (Tensor { shape, values }, columns)
}

/// Greedy non-maximum suppression: the best box stays, the boxes that overlap it go, and so on.
fn without_overlaps(mut candidates: Vec<Detection>, max_overlap: f32) -> Vec<Detection> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    candidates.truncate(MAX_CANDIDATES);
    let mut kept: Vec<Detection> = Vec::new();
    for candidate in candidates {
        if kept.iter().all(|face| overlap(face.bbox, candidate.bbox) <= max_overlap) {
            kept.push(candidate);
        }
    }
    kept
}

/// Intersection over union of two boxes.
pub(crate) fn overlap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let side = |start_a: f32, length_a: f32, start_b: f32, length_b: f32| {
        ((start_a + length_a).min(start_b + length_b) - start_a.max(start_b)).max(0.0)
    };
    let shared = side(a[0], a[2], b[0], b[2]) * side(a[1], a[3], b[1], b[3]);
    let union = a[2] * a[3] + b[2] * b[3] - shared;
    if union > 0.0 { shared / union } else { 0.0 }
}

#[cfg(test)]
mod tests;
