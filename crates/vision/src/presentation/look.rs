//! One look at a face: its luma where it was, and laid upright at one size so that looks can be compared.

use crate::aligner::{Similarity, TEMPLATE};
use crate::detector::Detection;
use crate::frame::Frame;
use crate::presentation::plane::Plane;

/// The distance between the eyes in an upright patch, in pixels: about that of a face 100 px high.
pub(super) const EYES: f32 = 32.0;

/// The side of an upright patch in pixels: two distances between the eyes to each side of the face's middle.
pub(super) const SIDE: usize = 128;

/// The distance between the eyes in the aligner's template, in pixels of a crop.
const TEMPLATE_EYES: f32 = 35.24;

/// The middle between the eyes in the aligner's template, in pixels of a crop.
const TEMPLATE_MIDDLE: [f32; 2] = [55.91, 51.6];

/// The middle between the eyes in an upright patch, in pixels.
pub(super) const MIDDLE: [f32; 2] = [64.0, 50.0];

/// The longest time between two looks at one face, in milliseconds: five looks of the usual five a second.
const LONGEST_GAP_MS: u64 = 1_000;

/// How far a face may move from one look to the next, in distances between the eyes: some 13 cm, two thirds of a metre a second.
/// Who walks faster than that is looked at anew when he stands.
const FURTHEST: f32 = 2.0;

/// How much larger a face may become from one look to the next. Landmarks err by some 7 % (the refiner's measurement).
const MOST_GROWTH: f32 = 1.3;

/// A face in a frame, prepared for comparison. Holds pixels of a shopper: kept in memory for one track only.
pub(super) struct Look {
    /// Milliseconds since any fixed moment.
    pub at_ms: u64,
    /// The luma of the frame.
    pub luma: Plane,
    /// The luma of the face, upright, [`EYES`] pixels between the eyes.
    pub upright: Plane,
    /// From an upright patch to the frame.
    pub to_frame: Similarity,
    /// Whole pixels of the frame: left, top, right and bottom of the face's box.
    pub bbox: [f32; 4],
}

impl Look {
    /// `None` if the landmarks are not numbers, coincide, or lie far beyond the frame.
    pub fn new(frame: &Frame, detection: &Detection, at_ms: u64) -> Option<Self> {
        let template = TEMPLATE.map(|[x, y]| {
            let scale = EYES / TEMPLATE_EYES;
            [MIDDLE[0] + (x - TEMPLATE_MIDDLE[0]) * scale, MIDDLE[1] + (y - TEMPLATE_MIDDLE[1]) * scale]
        });
        let to_frame = Similarity::fit(&detection.landmarks, &template)?.inverse()?;
        let [left, top, width, height] = detection.bbox;
        let bbox = [left, top, left + width, top + height];
        let middle = to_frame.apply(MIDDLE);
        let inside =
            (0.0..frame.width() as f32).contains(&middle[0]) && (0.0..frame.height() as f32).contains(&middle[1]);
        if !inside || bbox.iter().any(|edge| !edge.is_finite()) {
            return None;
        }
        let luma = Plane::of(frame);
        let upright = Plane::from_fn(SIDE, SIDE, |x, y| luma.at(to_frame.apply([x as f32, y as f32])));
        Some(Self { at_ms, luma, upright, to_frame, bbox })
    }

    /// The distance between the eyes in pixels of the frame, as the whole face's size gives it: a turned head keeps it.
    pub fn eyes(&self) -> f32 {
        EYES * self.to_frame.scale()
    }

    /// Whether this can be the same face a moment later: not as far away as its own width, and of a similar size.
    pub fn follows(&self, before: &Self) -> bool {
        let [from, to] = [before, self].map(|look| look.to_frame.apply(MIDDLE));
        let apart = (from[0] - to[0]).hypot(from[1] - to[1]);
        let growth = self.eyes() / before.eyes();
        let soon = self.at_ms - before.at_ms <= LONGEST_GAP_MS;
        soon && apart < FURTHEST * before.eyes() && (1.0 / MOST_GROWTH..MOST_GROWTH).contains(&growth)
    }

    /// A point given in distances between the eyes from the middle between them, in pixels of the frame.
    pub fn point(&self, [u, v]: [f32; 2]) -> [f32; 2] {
        self.to_frame.apply([MIDDLE[0] + u * EYES, MIDDLE[1] + v * EYES])
    }
}
