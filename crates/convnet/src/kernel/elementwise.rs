//! What needs no weights: the largest of a window, sums, doubled maps, and the sigmoid.
#![expect(unsafe_code, reason = "vectors are loaded and stored through pointers")]

use super::vector::Vector;
use super::{DoubleRow, LANES, SumRow, WindowRow};

/// The largest number of each window.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn largest<V: Vector, const N: usize>(row: WindowRow<'_>) {
    const { assert!(V::LANES * N == LANES) };
    row.check();
    // SAFETY: the row was checked; the caller promises the instructions.
    unsafe {
        match (row.rows, row.across) {
            // By far the most frequent window: with constants the compiler leaves no loop.
            (&[upper, lower], [2, 2]) => largest_of::<V, N>(row, &[upper, lower], 2, 2),
            (rows, [width, step]) => largest_of::<V, N>(row, rows, width, step),
        }
    }
}

/// # Safety
///
/// The row was checked, and the processor has the instructions.
#[inline(always)]
unsafe fn largest_of<V: Vector, const N: usize>(row: WindowRow<'_>, rows: &[usize], width: usize, step: usize) {
    // SAFETY: all offsets are those that were checked.
    unsafe {
        for block in 0..row.blocks {
            let source = row.source.as_ptr().add(block * row.source_stride);
            let target = row.target.as_mut_ptr().add(block * row.target_stride);
            for pixel in 0..row.pixels {
                for part in 0..N {
                    let mut best = V::splat(f32::NEG_INFINITY);
                    for start in rows {
                        let source = source.add(start + pixel * step * LANES + part * V::LANES);
                        for column in 0..width {
                            best = best.max(V::load(source.add(column * LANES)));
                        }
                    }
                    best.store(target.add(pixel * LANES + part * V::LANES));
                }
            }
        }
    }
}

/// The sum of two rows.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn sum<V: Vector, const N: usize>(row: SumRow<'_>) {
    const { assert!(V::LANES * N == LANES) };
    for block in 0..row.blocks {
        let length = row.pixels * LANES;
        let left = &row.left[block * row.left_stride..][..row.pixels.div_ceil(row.repeat) * LANES];
        let right = &row.right[block * row.right_stride..][..length];
        let target = &mut row.target[block * row.target_stride..][..length];
        let mut pixel = 0;
        for left in left.as_chunks::<LANES>().0 {
            let end = (pixel + row.repeat).min(row.pixels);
            // SAFETY: pixels before the end are in both slices, which have the same length; the caller promises the
            // instructions.
            unsafe {
                let mut value = [V::splat(0.0); N];
                for (part, value) in value.iter_mut().enumerate() {
                    *value = V::load(left.as_ptr().add(part * V::LANES));
                }
                for at in pixel..end {
                    for (part, value) in value.iter().enumerate() {
                        let at = at * LANES + part * V::LANES;
                        value.add(V::load(right.as_ptr().add(at))).store(target.as_mut_ptr().add(at));
                    }
                }
            }
            pixel = end;
        }
    }
}

/// A row between two, with twice their pixels: each takes three quarters of the nearer neighbour along each axis.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn double<V: Vector, const N: usize>(row: DoubleRow<'_>) {
    const { assert!(V::LANES * N == LANES) };
    let length = row.pixels * LANES;
    for block in 0..row.blocks {
        let source = &row.source[block * row.source_stride..];
        let (near, far) = (&source[row.near..][..length], &source[row.far..][..length]);
        let target = &mut row.target[block * row.target_stride..][..2 * length];
        // SAFETY: a pixel is in both rows, and the two of the target that lie around it in the target; the caller promises the
        // instructions.
        unsafe {
            for part in 0..N {
                let lane = part * V::LANES;
                let between = |pixel: usize| {
                    let at = pixel * LANES + lane;
                    let (near, far) = (V::load(near.as_ptr().add(at)), V::load(far.as_ptr().add(at)));
                    mixed(near, far)
                };
                let target = target.as_mut_ptr().add(lane);
                let mut left = between(0);
                left.store(target);
                for pixel in 1..row.pixels {
                    let right = between(pixel);
                    mixed(left, right).store(target.add((2 * pixel - 1) * LANES));
                    mixed(right, left).store(target.add(2 * pixel * LANES));
                    left = right;
                }
                left.store(target.add((2 * row.pixels - 1) * LANES));
            }
        }
    }
}

/// Three quarters of one and a quarter of the other.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
unsafe fn mixed<V: Vector>(near: V, far: V) -> V {
    // SAFETY: as for this function.
    unsafe { V::splat(0.0).fma(near, V::splat(0.75)).fma(far, V::splat(0.25)) }
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
