//! Depthwise convolution: the taps of one block of channels stay in registers while they move along the row.
#![expect(unsafe_code, reason = "the innermost loop reads through pointers whose range is checked once for the row")]

use super::finish::Finished;
use super::vector::Vector;
use super::weights::{DepthwiseWeights, Finish};
use super::{LANES, WindowRow};

/// Computes a row with vectors of which `N` make a block, `PIXELS` at a time.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn row<V: Vector, const N: usize, const PIXELS: usize>(
    row: WindowRow<'_>,
    weights: &DepthwiseWeights,
) {
    const { assert!(V::LANES * N == LANES) };
    check(&row, weights);
    // SAFETY: the row was checked; the caller promises the instructions.
    unsafe {
        match (weights.window.size, weights.window.stride[1]) {
            ([3, 3], 1) => three::<V, N, PIXELS, 1>(row, weights),
            ([3, 3], 2) => three::<V, N, PIXELS, 2>(row, weights),
            _ => any::<V, N>(row, weights),
        }
    }
}

/// What the loops rely on besides the row itself.
fn check(row: &WindowRow<'_>, weights: &DepthwiseWeights) {
    row.check();
    let window = &weights.window;
    assert!(weights.bias.len() == row.blocks && row.across == [window.size[1], window.stride[1]]);
    assert!(row.rows.len() == window.size[0] && weights.taps.len() == row.blocks * window.size[0] * window.size[1]);
    if let Finish::Slope(slopes) = &weights.finish {
        assert!(slopes.len() == row.blocks);
    }
}

/// # Safety
///
/// The row was checked, and the processor has the instructions.
#[inline(always)]
unsafe fn three<V: Vector, const N: usize, const PIXELS: usize, const STEP: usize>(
    row: WindowRow<'_>,
    weights: &DepthwiseWeights,
) {
    // SAFETY: all offsets are those that were checked.
    unsafe {
        for block in 0..weights.bias.len() {
            for part in 0..N {
                let lane = part * V::LANES;
                let at = row.source.as_ptr().add(block * row.source_stride + lane);
                let rows = [at.add(row.rows[0]), at.add(row.rows[1]), at.add(row.rows[2])];
                let taps = weights.taps.as_ptr().add(9 * block).cast::<f32>().add(lane);
                let mut factors = [V::splat(0.0); 9];
                for (tap, factor) in factors.iter_mut().enumerate() {
                    *factor = V::load(taps.add(tap * LANES));
                }
                let bias = V::load(weights.bias[block].0.as_ptr().add(lane));
                let finish = Finished::<V>::new(&weights.finish, block, lane);
                let target = row.target.as_mut_ptr().add(block * row.target_stride + lane);
                let mut first = 0;
                while first + PIXELS <= row.pixels {
                    let rows = rows.map(|row| row.add(first * STEP * LANES));
                    three_pixels::<V, PIXELS, STEP>(rows, &factors, bias, finish, target.add(first * LANES));
                    first += PIXELS;
                }
                while first < row.pixels {
                    let rows = rows.map(|row| row.add(first * STEP * LANES));
                    three_pixels::<V, 1, STEP>(rows, &factors, bias, finish, target.add(first * LANES));
                    first += 1;
                }
            }
        }
    }
}

/// # Safety
///
/// The rows have the pixels under the windows, the target has room, and the processor has the instructions.
#[inline(always)]
unsafe fn three_pixels<V: Vector, const PIXELS: usize, const STEP: usize>(
    rows: [*const f32; 3],
    factors: &[V; 9],
    bias: V,
    finish: Finished<V>,
    target: *mut f32,
) {
    // SAFETY: as for this function.
    unsafe {
        let mut sums = [bias; PIXELS];
        for (row, factors) in rows.iter().zip(factors.as_chunks::<3>().0) {
            for (pixel, sum) in sums.iter_mut().enumerate() {
                for (column, factor) in factors.iter().enumerate() {
                    *sum = sum.fma(V::load(row.add((pixel * STEP + column) * LANES)), *factor);
                }
            }
        }
        finish.write(sums, target);
    }
}

/// A window of any size, one pixel at a time.
///
/// # Safety
///
/// The row was checked, and the processor has the instructions.
#[inline(always)]
unsafe fn any<V: Vector, const N: usize>(row: WindowRow<'_>, weights: &DepthwiseWeights) {
    let [height, width] = weights.window.size;
    let step = weights.window.stride[1];
    // SAFETY: all offsets are those that were checked.
    unsafe {
        for block in 0..weights.bias.len() {
            for part in 0..N {
                let lane = part * V::LANES;
                let finish = Finished::<V>::new(&weights.finish, block, lane);
                let target = row.target.as_mut_ptr().add(block * row.target_stride + lane);
                let bias = V::load(weights.bias[block].0.as_ptr().add(lane));
                for pixel in 0..row.pixels {
                    let mut sum = [bias];
                    let mut taps = weights.taps.as_ptr().add(block * height * width).cast::<f32>().add(lane);
                    for start in row.rows {
                        let offset = start + block * row.source_stride + pixel * step * LANES + lane;
                        let source = row.source.as_ptr().add(offset);
                        for column in 0..width {
                            sum[0] = sum[0].fma(V::load(source.add(column * LANES)), V::load(taps));
                            taps = taps.add(LANES);
                        }
                    }
                    finish.write(sum, target.add(pixel * LANES));
                }
            }
        }
    }
}
