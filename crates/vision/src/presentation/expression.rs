//! Whether the eyes and the mouth change between looks while the rest of the face stays what it was.

use serde::{Deserialize, Serialize};

use crate::presentation::look::{EYES, MIDDLE};
use crate::presentation::plane::Plane;

/// How unlike each part of the face has become between two looks: 1 less the likeness, 0..=2.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The eye that changed less: a blink closes both.
    pub eyes: f32,
    /// The mouth.
    pub mouth: f32,
    /// The bridge of the nose with the inner corners, which hardly changes: what light and noise do to any part.
    pub rest: f32,
}

/// Half the side of the eyes' blocks, in pixels of an upright patch.
const EYE: usize = 8;

/// Half the side of the other blocks.
const OTHER: usize = 11;

/// How far a part may have moved in an upright patch, in pixels.
const REACH: isize = 5;

/// What changed between two upright patches; `None` where a part lies beyond the frame or shows nothing.
pub(super) fn change(before: &Plane, now: &Plane) -> Option<Change> {
    let unlike = |[u, v]: [f32; 2], half: usize| {
        let at = [MIDDLE[0] + u * EYES, MIDDLE[1] + v * EYES].map(|value| value.round() as isize);
        let block = before.block(at, half)?;
        let likeness = (-REACH..=REACH)
            .flat_map(|dy| (-REACH..=REACH).map(move |dx| (dx, dy)))
            .filter_map(|(dx, dy)| now.likeness(&block, [at[0] + dx, at[1] + dy]))
            .fold(-1.0, f32::max);
        Some(1.0 - likeness)
    };
    Some(Change {
        eyes: unlike([-0.5, 0.0], EYE)?.min(unlike([0.5, 0.0], EYE)?),
        mouth: unlike([0.0, 1.15], OTHER)?,
        rest: unlike([0.0, 0.45], OTHER)?,
    })
}
