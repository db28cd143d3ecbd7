//! Whether what is seen beside the head moves: behind a shopper the store stands still, around a held picture it moves along.

use serde::{Deserialize, Serialize};

use crate::presentation::look::Look;
use crate::presentation::plane::{Block, best};

/// What became of the surroundings between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// How far both sides of the head moved as one, in pixels of the frame.
    pub by_px: f32,
    /// How much more alike the surroundings are to what they were if they moved so than if they stayed, on the side where
    /// that is less: normalised cross-correlation, 0..=2.
    pub gain: f32,
}

/// Columns of blocks on each side, in distances between the eyes from the middle between them. Hair seldom reaches so far.
const ACROSS: [f32; 4] = [1.75, 2.2, 2.65, 3.1];

/// Rows of blocks: at the height of the face and above; shoulders, which move with any head, lie lower.
const DOWN: [f32; 6] = [-1.7, -1.2, -0.7, -0.2, 0.3, 0.8];

/// How far the surroundings are looked for, in pixels of the frame: a hand drifts and trembles by less between two looks.
const REACH: isize = 8;

/// The least contrast of a block, as the standard deviation of its luma in grey levels: on a plain wall noise decides.
const MIN_CONTRAST: f32 = 6.0;

/// The fewest blocks on each side that say anything: one alone may be a passer-by's shoulder.
const MIN_BLOCKS: usize = 3;

/// One block beside the head, and where it was.
struct Place {
    block: Block,
    at: [isize; 2],
}

/// Compares what lies beside the head of `before` with the same places in `now`; `None` where there is too little to see.
pub(super) fn compare(before: &Look, now: &Look) -> Option<Surroundings> {
    let half = (0.2 * before.eyes()).clamp(5.0, 8.0) as usize;
    let sides = [-1.0, 1.0].map(|side| places(before, side, half));
    if sides.iter().any(|side| side.len() < MIN_BLOCKS) {
        return None;
    }
    let likeness = |side: &[Place], [dx, dy]: [isize; 2]| {
        let found = side.iter().map(|Place { block, at: [x, y] }| now.luma.likeness(block, [x + dx, y + dy]));
        found.map(|found| found.unwrap_or(0.0)).sum::<f32>() / side.len() as f32
    };
    let both = |by: [isize; 2]| likeness(&sides[0], by) + likeness(&sides[1], by);
    let coarse = best(&both, [0, 0], REACH, 2);
    let by = best(&both, coarse, 1, 1);
    let gains = sides.each_ref().map(|side| likeness(side, by) - likeness(side, [0, 0]));
    Some(Surroundings { by_px: (by[0] as f32).hypot(by[1] as f32), gain: gains[0].min(gains[1]).max(0.0) })
}

fn places(look: &Look, side: f32, half: usize) -> Vec<Place> {
    let offsets = ACROSS.iter().flat_map(|u| DOWN.iter().map(move |v| [side * u, *v]));
    let places = offsets.filter_map(|offset| {
        let at = look.point(offset).map(|value| value.round() as isize);
        look.luma.block(at, half).map(|block| Place { block, at })
    });
    places.filter(|place| place.block.contrast() >= MIN_CONTRAST).collect()
}
