//! What needs no weights: the largest of a window, sums, and the sigmoid.
#![expect(unsafe_code, reason = "vectors are loaded and stored through pointers")]

use super::vector::Vector;
use super::{LANES, PlainRow, SumRow};

/// The largest number of each window.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn largest<V: Vector, const N: usize>(row: PlainRow<'_>) {
    const { assert!(V::LANES * N == LANES) };
    let [width, step] = row.across;
    for block in 0..row.blocks {
        let target = &mut row.target[block * row.target_stride..][..row.pixels * LANES];
        for (pixel, target) in target.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            // SAFETY: loads and stores are of parts of whole pixels; the caller promises the instructions.
            unsafe {
                let mut best = [V::splat(f32::NEG_INFINITY); N];
                for start in row.rows {
                    let start = start + block * row.source_stride + pixel * step * LANES;
                    for source in row.source[start..][..width * LANES].as_chunks::<LANES>().0 {
                        for (part, best) in best.iter_mut().enumerate() {
                            *best = best.max(V::load(source.as_ptr().add(part * V::LANES)));
                        }
                    }
                }
                for (part, best) in best.iter().enumerate() {
                    best.store(target.as_mut_ptr().add(part * V::LANES));
                }
            }
        }
    }
}

/// The sum of two rows.
#[inline(always)]
pub(super) fn sum(row: SumRow<'_>) {
    let length = row.pixels * LANES;
    for block in 0..row.blocks {
        let left = row.left[block * row.left_stride..].as_chunks::<LANES>().0;
        let right = row.right[block * row.right_stride..][..length].as_chunks::<LANES>().0;
        let target = row.target[block * row.target_stride..][..length].as_chunks_mut::<LANES>().0;
        let groups = target.chunks_mut(row.repeat).zip(right.chunks(row.repeat));
        for ((target, right), left) in groups.zip(left) {
            for (target, right) in target.iter_mut().zip(right) {
                *target = std::array::from_fn(|lane| left[lane] + right[lane]);
            }
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
