//! Turns and scales a face so that its landmarks lie where the embedder expects them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::frame::{Frame, luma};

/// An aligned face: a square of RGB, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Crop {
    side: usize,
    rgb: Vec<u8>,
}

/// How large a crop is, and how large the face in it. The default is that of ArcFace: 112 px, filled by the face.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CropShape {
    /// Pixels on each side, 16 to 512.
    pub side_px: u16,
    /// The size of the face relative to ArcFace's crop of the same side: below 1 with a margin around it. dlib's chips, with a
    /// padding of 0.25, have about 0.75.
    pub face: f32,
}

impl Default for CropShape {
    fn default() -> Self {
        Self { side_px: 112, face: 1.0 }
    }
}

impl CropShape {
    /// Pixels on each side.
    pub fn side(&self) -> usize {
        usize::from(self.side_px.clamp(16, 512))
    }

    /// Where the landmarks belong.
    fn template(&self) -> [[f32; 2]; 5] {
        // Pixels are counted at their middles.
        let (middle, scale) =
            (Self::default().side() as f32 / 2.0 - 0.5, self.side() as f32 / TEMPLATE_SIDE * self.face);
        let to = self.side() as f32 / 2.0 - 0.5;
        if *self == Self::default() {
            return TEMPLATE;
        }
        TEMPLATE.map(|[x, y]| [(x - middle) * scale + to, (y - middle) * scale + to])
    }
}

impl Crop {
    /// Pixels on each side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The pixels: [`Crop::side`] squared triples of red, green and blue.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The luma (BT.601, 0..=255) of each pixel.
    pub fn luma(&self) -> Vec<u8> {
        self.rgb.chunks_exact(3).map(|p| luma(p[0], p[1], p[2])).collect()
    }

    /// Black everywhere.
    pub(crate) fn blank(side: usize) -> Self {
        Self { side, rgb: vec![0; side * side * 3] }
    }

    /// One colour everywhere.
    #[cfg(test)]
    pub(crate) fn of_colour(side: usize, colour: [u8; 3]) -> Self {
        Self { side, rgb: colour.repeat(side * side) }
    }

    /// The crop as seen in a mirror.
    pub fn mirrored(&self) -> Self {
        let rows = self.rgb.chunks_exact(3 * self.side);
        Self { side: self.side, rgb: rows.flat_map(|row| row.chunks_exact(3).rev().flatten().copied()).collect() }
    }

    /// The crop as a frame of its own, for debugging.
    pub fn to_frame(&self) -> Frame {
        let side = self.side as u32;
        Frame::from_rgb(side, side, self.rgb.clone()).expect("a crop has as many pixels as its sides say")
    }
}

/// Shows nothing of the face.
impl fmt::Debug for Crop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crop({side}x{side})", side = self.side)
    }
}

/// Where the five landmarks belong in a crop, in pixels: the template of ArcFace (InsightFace's `arcface_dst`), with
/// which MobileFaceNet was trained.
pub(crate) const TEMPLATE: [[f32; 2]; 5] =
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];

/// The side of the crop that [`TEMPLATE`] is for.
const TEMPLATE_SIDE: f32 = 112.0;

/// Most samples for one pixel of the crop along one axis. A face of 900 px needs 8; a larger one loses only what the crop
/// could not show anyway.
const MAX_SAMPLES: usize = 8;

/// Cuts the face with these landmarks (in the order of [`crate::Detection::landmarks`]) out of a frame. What lies beyond
/// the frame is black. `None` if all landmarks coincide, or are not numbers.
pub fn align(frame: &Frame, landmarks: &[[f32; 2]; 5], shape: &CropShape) -> Option<Crop> {
    let to_frame = Similarity::fit(landmarks, &shape.template())?.inverse()?;
    let side = shape.side();
    // A large face shrinks: several samples a pixel keep fine structure from turning into noise.
    let samples = (to_frame.scale().round() as usize).clamp(1, MAX_SAMPLES);
    let step = 1.0 / samples as f32;
    let offset = |sample: usize| (sample as f32 + 0.5) * step - 0.5;
    let weight = 1.0 / (samples * samples) as f32;
    let mut rgb = Vec::with_capacity(side * side * 3);
    for y in 0..side {
        for x in 0..side {
            let mut sum = [0.0; 3];
            for sub_y in 0..samples {
                for sub_x in 0..samples {
                    let point = [x as f32 + offset(sub_x), y as f32 + offset(sub_y)];
                    let pixel = bilinear(frame, to_frame.apply(point));
                    for channel in 0..3 {
                        sum[channel] += pixel[channel];
                    }
                }
            }
            rgb.extend(sum.map(|value| (value * weight).round() as u8));
        }
    }
    Some(Crop { side, rgb })
}

/// Turning, scaling and moving in the plane: `[a x - b y + tx, b x + a y + ty]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Similarity {
    a: f32,
    b: f32,
    tx: f32,
    ty: f32,
}

impl Similarity {
    /// The similarity that brings `from` nearest to `to` by least squares: Umeyama's method (1991), which in the plane and
    /// without mirroring has this closed form.
    pub(crate) fn fit(from: &[[f32; 2]; 5], to: &[[f32; 2]; 5]) -> Option<Self> {
        let [from_x, from_y] = mean(from);
        let [to_x, to_y] = mean(to);
        let (mut along, mut across, mut spread) = (0.0, 0.0, 0.0);
        for ([fx, fy], [tx, ty]) in from.iter().zip(to) {
            let (fx, fy, tx, ty) = (fx - from_x, fy - from_y, tx - to_x, ty - to_y);
            along += fx * tx + fy * ty;
            across += fx * ty - fy * tx;
            spread += fx * fx + fy * fy;
        }
        let (a, b) = (along / spread, across / spread);
        let similarity = Self { a, b, tx: to_x - (a * from_x - b * from_y), ty: to_y - (b * from_x + a * from_y) };
        (spread > 0.0 && a.is_finite() && b.is_finite()).then_some(similarity)
    }

    pub(crate) fn inverse(self) -> Option<Self> {
        let square = self.a * self.a + self.b * self.b;
        let (a, b) = (self.a / square, -self.b / square);
        let inverse = Self { a, b, tx: -(a * self.tx - b * self.ty), ty: -(b * self.tx + a * self.ty) };
        (square > 0.0 && a.is_finite() && b.is_finite()).then_some(inverse)
    }

    pub(crate) fn scale(self) -> f32 {
        self.a.hypot(self.b)
    }

    pub(crate) fn apply(self, [x, y]: [f32; 2]) -> [f32; 2] {
        [self.a * x - self.b * y + self.tx, self.b * x + self.a * y + self.ty]
    }
}

fn mean(points: &[[f32; 2]; 5]) -> [f32; 2] {
    let sum = points.iter().fold([0.0, 0.0], |sum, point| [sum[0] + point[0], sum[1] + point[1]]);
    sum.map(|value| value / 5.0)
}

/// The colour between four pixels; black beyond the frame.
fn bilinear(frame: &Frame, [x, y]: [f32; 2]) -> [f32; 3] {
    let (left, top) = (x.floor(), y.floor());
    let (right_part, lower_part) = (x - left, y - top);
    let corners = [
        (left, top, (1.0 - right_part) * (1.0 - lower_part)),
        (left + 1.0, top, right_part * (1.0 - lower_part)),
        (left, top + 1.0, (1.0 - right_part) * lower_part),
        (left + 1.0, top + 1.0, right_part * lower_part),
    ];
    let mut colour = [0.0; 3];
    for (x, y, weight) in corners {
        if x >= 0.0 && y >= 0.0 && x < frame.width() as f32 && y < frame.height() as f32 {
            let at = 3 * (y as usize * frame.width() as usize + x as usize);
            for (sum, &value) in colour.iter_mut().zip(&frame.rgb()[at..at + 3]) {
                *sum += weight * f32::from(value);
            }
        }
    }
    colour
}

#[cfg(test)]
mod tests;
