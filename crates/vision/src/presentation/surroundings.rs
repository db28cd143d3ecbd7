//! Whether what is seen beside the head moves: behind a shopper the store stands still, around a held picture it moves along.

use crate::presentation::look::Look;
use crate::presentation::plane::Found;

/// What became of the blocks beside the head between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Surroundings {
    /// Blocks that moved as one, on both sides of the head.
    pub moved: usize,
    /// Blocks that stayed.
    pub stayed: usize,
    /// How far the moved ones moved, in pixels of the frame.
    pub by_px: f32,
}

/// Where blocks are looked for, in distances between the eyes from the middle between them: beside the head at the height of
/// the face, and above it. Hair and shoulders, which move with any head, lie nearer or lower.
const PLACES: [[f32; 2]; 22] = [
    [-1.7, -1.1], [-1.7, -0.5], [-1.7, 0.1], [-1.7, 0.7],
    [-2.2, -1.1], [-2.2, -0.5], [-2.2, 0.1], [-2.2, 0.7],
    [-2.7, -0.8], [-2.7, 0.1], [-2.2, -1.7],
    [1.7, -1.1], [1.7, -0.5], [1.7, 0.1], [1.7, 0.7],
    [2.2, -1.1], [2.2, -0.5], [2.2, 0.1], [2.2, 0.7],
    [2.7, -0.8], [2.7, 0.1], [2.2, -1.7],
];

/// How many of [`PLACES`] lie on the left, first.
const LEFT: usize = 11;

/// How far a block is looked for, in pixels of the frame: a hand drifts and trembles by less between two looks.
const REACH: isize = 7;

/// The least texture of a block in grey levels, so that noise does not decide where it is found.
const MIN_TEXTURE: f32 = 4.0;

/// The least likeness of a block found again.
const MIN_LIKENESS: f32 = 0.8;

/// A block has moved if it is found this far away in pixels: beyond the error of finding it, and what a kiosk's stand shakes.
const MIN_MOTION_PX: f32 = 0.7;

/// Blocks move as one if their motions differ by less than this from the median motion, in pixels.
const TOGETHER_PX: f32 = 1.2;

/// Compares what lies beside the head of `before` with the same places in `now`.
pub(super) fn compare(before: &Look, now: &Look) -> Surroundings {
    let half = (0.22 * before.eyes()).clamp(5.0, 12.0) as usize;
    let mut found: Vec<(usize, Found)> = Vec::new();
    for (place, offset) in PLACES.iter().enumerate() {
        let [x, y] = before.point(*offset).map(|value| value.round() as isize);
        let Some(block) = before.luma.block([x, y], half).filter(|block| block.texture() >= MIN_TEXTURE) else {
            continue;
        };
        if let Some(again) = now.luma.find(&block, [x, y], REACH)
            && again.likeness >= MIN_LIKENESS
        {
            found.push((place, again));
        }
    }
    let (moved, stayed): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(_, found)| found.by[0].hypot(found.by[1]) >= MIN_MOTION_PX);
    let typical = [0, 1].map(|axis| median(moved.iter().map(|(_, found)| found.by[axis]).collect()));
    let together = |found: &Found| (found.by[0] - typical[0]).hypot(found.by[1] - typical[1]) <= TOGETHER_PX;
    let moved: Vec<usize> = moved.into_iter().filter(|(_, found)| together(found)).map(|(place, _)| place).collect();
    let both_sides = moved.iter().any(|place| *place < LEFT) && moved.iter().any(|place| *place >= LEFT);
    Surroundings {
        moved: if both_sides { moved.len() } else { 0 },
        stayed: stayed.len(),
        by_px: typical[0].hypot(typical[1]),
    }
}

/// 0 of nothing.
pub(super) fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
