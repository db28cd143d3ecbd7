//! What needs no weights: the largest of a window, sums, and the sigmoid. Plain Rust that the compiler makes vectors of.

use super::{LANES, PlainRow, SumRow};

/// The largest number of each window.
#[inline(always)]
pub(super) fn largest(row: PlainRow<'_>) {
    let [width, step] = row.across;
    for block in 0..row.blocks {
        let target = &mut row.target[block * row.target_stride..][..row.pixels * LANES];
        for (pixel, target) in target.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut best = [f32::NEG_INFINITY; LANES];
            for start in row.rows {
                let source = &row.source[start + block * row.source_stride + pixel * step * LANES..][..width * LANES];
                for source in source.as_chunks::<LANES>().0 {
                    for (best, value) in best.iter_mut().zip(source) {
                        // What is not a number wins, and stays.
                        *best = if *best >= *value { *best } else { *value };
                    }
                }
            }
            *target = best;
        }
    }
}

/// The sum of two rows.
#[inline(always)]
pub(super) fn sum(row: SumRow<'_>) {
    let length = row.pixels * LANES;
    for block in 0..row.blocks {
        let left = &row.left[block * row.left_stride..][..length];
        let right = &row.right[block * row.right_stride..][..length];
        let target = &mut row.target[block * row.target_stride..][..length];
        for ((target, left), right) in target.iter_mut().zip(left).zip(right) {
            *target = left + right;
        }
    }
}

/// `1 / (1 + exp(-x))` of each number, to about two units in the last place.
#[inline(always)]
pub(super) fn sigmoid(values: &mut [f32]) {
    for value in values {
        *value = 1.0 / (1.0 + exponential(-*value));
    }
}

/// `exp(x)` without a branch: two to a whole power, times a polynomial for the rest.
#[inline(always)]
fn exponential(x: f32) -> f32 {
    const ROUNDING: f32 = 12_582_912.0; // 1.5 * 2^23: adding it rounds to a whole number.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // Beyond these bounds the sigmoid is 0 or 1 to the last place. What is not a number passes through.
    let bounded = if x > 88.0 { 88.0 } else { x };
    let bounded = if bounded < -87.0 { -87.0 } else { bounded };
    let shifted = bounded * std::f32::consts::LOG2_E + ROUNDING;
    let whole = shifted - ROUNDING;
    let rest = (bounded - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let mut sum = 1.987_569_1e-4_f32;
    for factor in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
        sum = sum * rest + factor;
    }
    let fraction = sum * rest * rest + rest + 1.0;
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    fraction * power
}
