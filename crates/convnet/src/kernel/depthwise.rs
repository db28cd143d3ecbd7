//! Depthwise convolution: the taps of one block of channels stay in registers while they move along the row.
#![expect(unsafe_code, reason = "the innermost loop reads through pointers whose range is checked once for the row")]

use super::finish::Finished;
use super::vector::Vector;
use super::weights::Finish;
use super::{DepthwiseRow, LANES};

/// Computes a row with vectors of which `N` make a block, `PIXELS` at a time.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn row<V: Vector, const N: usize, const PIXELS: usize>(row: DepthwiseRow<'_>) {
    const { assert!(V::LANES * N == LANES) };
    check(&row);
    // SAFETY: the row was checked; the caller promises the instructions.
    unsafe {
        match (row.weights.window.size, row.weights.window.stride[1]) {
            ([3, 3], 1) => three::<V, N, PIXELS, 1>(row),
            ([3, 3], 2) => three::<V, N, PIXELS, 2>(row),
            _ => any::<V, N>(row),
        }
    }
}

/// Everything that the loops rely on. Panics if the plan is wrong, which no input and no file can cause.
fn check(row: &DepthwiseRow<'_>) {
    let window = &row.weights.window;
    let blocks = row.weights.bias.len();
    assert!(row.pixels > 0 && row.pixels < 1 << 32 && row.source_stride < 1 << 40 && row.target_stride < 1 << 40);
    assert!(blocks > 0 && blocks < 1 << 20 && window.stride[1] < 1 << 20 && window.size[1] < 1 << 20);
    assert!(row.rows.len() == window.size[0] && row.weights.taps.len() == blocks * window.size[0] * window.size[1]);
    let furthest = row.rows.iter().copied().max().unwrap_or(0);
    let reach = (blocks - 1) * row.source_stride + ((row.pixels - 1) * window.stride[1] + window.size[1]) * LANES;
    assert!(furthest <= row.source.len() && reach <= row.source.len() - furthest, "rows lie in the source");
    assert!((blocks - 1) * row.target_stride + row.pixels * LANES <= row.target.len(), "the target has room");
    if let Finish::Slope(slopes) = &row.weights.finish {
        assert!(slopes.len() == blocks);
    }
}

/// # Safety
///
/// The row was checked, and the processor has the instructions.
#[inline(always)]
unsafe fn three<V: Vector, const N: usize, const PIXELS: usize, const STEP: usize>(row: DepthwiseRow<'_>) {
    // SAFETY: all offsets are those that were checked.
    unsafe {
        for block in 0..row.weights.bias.len() {
            for part in 0..N {
                let lane = part * V::LANES;
                let at = row.source.as_ptr().add(block * row.source_stride + lane);
                let rows = [at.add(row.rows[0]), at.add(row.rows[1]), at.add(row.rows[2])];
                let taps = row.weights.taps.as_ptr().add(9 * block).cast::<f32>().add(lane);
                let mut factors = [V::splat(0.0); 9];
                for (tap, factor) in factors.iter_mut().enumerate() {
                    *factor = V::load(taps.add(tap * LANES));
                }
                let bias = V::load(row.weights.bias[block].0.as_ptr().add(lane));
                let finish = Finished::<V>::new(&row.weights.finish, block, lane);
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
unsafe fn any<V: Vector, const N: usize>(row: DepthwiseRow<'_>) {
    let [height, width] = row.weights.window.size;
    let step = row.weights.window.stride[1];
    // SAFETY: all offsets are those that were checked.
    unsafe {
        for block in 0..row.weights.bias.len() {
            for part in 0..N {
                let lane = part * V::LANES;
                let finish = Finished::<V>::new(&row.weights.finish, block, lane);
                let target = row.target.as_mut_ptr().add(block * row.target_stride + lane);
                let bias = V::load(row.weights.bias[block].0.as_ptr().add(lane));
                for pixel in 0..row.pixels {
                    let mut sum = [bias];
                    let mut taps = row.weights.taps.as_ptr().add(block * height * width).cast::<f32>().add(lane);
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
