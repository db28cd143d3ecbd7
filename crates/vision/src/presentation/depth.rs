//! Whether the nose moves against the rest of the face as a head's does, and no sheet's, however it is turned or bent.

use serde::{Deserialize, Serialize};

use crate::presentation::look::{EYES, MIDDLE};
use crate::presentation::plane::Plane;

/// How the nose moved between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Parallax {
    /// How far the nose moved beyond the sheet that fits the rest of the face best, in distances between the eyes.
    pub nose: f32,
    /// The same over its standard error.
    pub certainty: f32,
}

/// Half the side of the blocks that are found again, in pixels of an upright patch: a third of the distance between the eyes.
const HALF: usize = 5;

/// Pixels from one block to the next.
const STEP: usize = 6;

/// How far a block may have moved in an upright patch, in pixels: an eighth of the distance between the eyes for the landmarks'
/// error, and as much again for the head's turning.
const REACH: isize = 6;

/// The least likeness of a block that counts as found again. Blocks of a blinking eye have less.
const MIN_LIKENESS: f32 = 0.6;

/// The least texture in grey levels: twice the noise of a cheap camera in a dim room.
const MIN_TEXTURE: f32 = 2.0;

/// The fewest blocks found again: three for each number that is fitted.
const MIN_BLOCKS: usize = 3 * TERMS;

/// A sheet bent once (six numbers an axis: a plane's and a parabola's) and the nose.
const TERMS: usize = 7;

/// The nose's motion between two upright patches; `None` where too little of the face is found again.
pub(super) fn parallax(before: &Plane, now: &Plane) -> Option<Parallax> {
    let mut rows = Vec::new();
    for y in (26..=100).step_by(STEP) {
        for x in (34..=94).step_by(STEP) {
            let at = [x, y];
            let Some(block) = before.block(at, HALF).filter(|block| block.texture() >= MIN_TEXTURE) else {
                continue;
            };
            if let Some(found) = now.find(&block, at, REACH)
                && found.likeness >= MIN_LIKENESS
            {
                rows.push((terms([x as f32, y as f32]), found.by.map(f64::from)));
            }
        }
    }
    let first = Fit::new(&rows)?;
    // What does not fit a face at all was found in the wrong place.
    let most = 3.0 * first.spread.max(0.1);
    rows.retain(|row| first.error(row) <= most);
    let fit = Fit::new(&rows)?;
    let [x, y] = fit.nose;
    let [error_x, error_y] = fit.nose_errors;
    let certainty = (x / error_x.max(0.02)).hypot(y / error_y.max(0.02));
    Some(Parallax { nose: (x.hypot(y) / f64::from(EYES)) as f32, certainty: certainty as f32 })
}

/// The numbers by which a place takes part in each motion.
fn terms([x, y]: [f32; 2]) -> [f64; TERMS] {
    let (u, v) = (f64::from((x - MIDDLE[0]) / EYES), f64::from((y - MIDDLE[1]) / EYES));
    // The tip of the nose lies 0.6 below the eyes; a quarter of the eyes' distance away hardly anything of it is left.
    let nose = (-(u / 0.28).powi(2) - ((v - 0.58) / 0.32).powi(2)).exp();
    [1.0, u, v, u * u, u * v, v * v, nose]
}

type Row = ([f64; TERMS], [f64; 2]);

/// The least-squares fit of blocks' motions.
struct Fit {
    numbers: [[f64; TERMS]; 2],
    nose: [f64; 2],
    nose_errors: [f64; 2],
    /// The standard deviation of what does not fit, in pixels.
    spread: f64,
}

impl Fit {
    fn new(rows: &[Row]) -> Option<Self> {
        if rows.len() < MIN_BLOCKS {
            return None;
        }
        let mut normal = [[0.0; TERMS]; TERMS];
        let mut right = [[0.0; 3]; TERMS];
        for (terms, by) in rows {
            for ((row, sides), part) in normal.iter_mut().zip(&mut right).zip(terms) {
                for (sum, term) in row.iter_mut().zip(terms) {
                    *sum += part * term;
                }
                for (sum, motion) in sides.iter_mut().zip(by) {
                    *sum += part * motion;
                }
            }
        }
        // The third right side gives the nose's place in the inverse, and with it the nose's standard error.
        right[TERMS - 1][2] = 1.0;
        let solved = solve(normal, right)?;
        let numbers = [0, 1].map(|axis| solved.map(|row| row[axis]));
        let mut fit = Self { numbers, nose: numbers.map(|axis| axis[TERMS - 1]), nose_errors: [0.0; 2], spread: 0.0 };
        let squares = [0, 1].map(|axis| rows.iter().map(|row| fit.rest(row)[axis].powi(2)).sum::<f64>());
        let freedom = (rows.len() - TERMS) as f64;
        fit.nose_errors = squares.map(|sum| (sum / freedom * solved[TERMS - 1][2].max(0.0)).sqrt());
        fit.spread = ((squares[0] + squares[1]) / freedom / 2.0).sqrt();
        Some(fit)
    }

    fn rest(&self, (terms, by): &Row) -> [f64; 2] {
        [0, 1].map(|axis| by[axis] - terms.iter().zip(&self.numbers[axis]).map(|(a, b)| a * b).sum::<f64>())
    }

    fn error(&self, row: &Row) -> f64 {
        let [x, y] = self.rest(row);
        x.hypot(y)
    }
}

/// Takes a multiple of one row from another.
fn subtract<const N: usize>(from: &mut [f64; N], factor: f64, row: &[f64; N]) {
    from.iter_mut().zip(row).for_each(|(value, other)| *value -= factor * other);
}

/// Gauss's elimination with pivots; `None` where the equations do not decide.
fn solve(mut left: [[f64; TERMS]; TERMS], mut right: [[f64; 3]; TERMS]) -> Option<[[f64; 3]; TERMS]> {
    for at in 0..TERMS {
        let pivot = (at..TERMS).max_by(|a, b| left[*a][at].abs().total_cmp(&left[*b][at].abs()))?;
        left.swap(at, pivot);
        right.swap(at, pivot);
        if left[at][at].abs() < 1e-9 {
            return None;
        }
        let (pivot_left, pivot_right) = (left[at], right[at]);
        for row in (0..TERMS).filter(|row| *row != at) {
            let factor = left[row][at] / pivot_left[at];
            subtract(&mut left[row], factor, &pivot_left);
            subtract(&mut right[row], factor, &pivot_right);
        }
    }
    for (at, row) in right.iter_mut().enumerate() {
        *row = row.map(|value| value / left[at][at]);
    }
    Some(right)
}
