//! Dense convolution: a tile of some pixels by some blocks of channels stays in registers while all taps are added.
#![expect(unsafe_code, reason = "the innermost loop reads through pointers whose range is checked once for the row")]

use super::finish::Finished;
use super::unrolled::{for_parts, for_pixels};
use super::vector::Vector;
use super::weights::{Block, DenseWeights, Finish};
use super::{DenseRow, LANES, Walk};

/// The most pixels in a tile.
pub(super) const MOST_PIXELS: usize = 14;

/// The most pixels in a tile of a walk that is rare: each size is compiled for itself, and that takes long.
const RARE_PIXELS: usize = 4;

/// Where one tile reads and writes.
struct Tile<'a> {
    source: *const f32,
    taps: &'a [usize],
    /// How many taps belong together, and how many channels the last of them has.
    together: usize,
    last: usize,
    weights: *const Block,
    bias: &'a [Block],
    finish: &'a Finish,
    /// The first of the tile's blocks.
    block: usize,
    residual: Option<(*const f32, usize)>,
    target: *mut f32,
    target_stride: usize,
}

/// Computes a row with vectors of which `N` make a block, in tiles of at most `PIXELS` pixels by `PANEL` blocks.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn row<V: Vector, const N: usize, const PIXELS: usize, const PANEL: usize>(row: DenseRow<'_>) {
    const { assert!(V::LANES * N == LANES && PIXELS <= MOST_PIXELS && (PANEL == 1 || PANEL == 2)) };
    check(&row, PANEL);
    // SAFETY: the row was checked; the caller promises the instructions.
    unsafe {
        match row.walk {
            Walk::Blocks(1) => panels::<V, N, PIXELS, PANEL, LANES, LANES>(row),
            Walk::Blocks(_) => panels::<V, N, RARE_PIXELS, PANEL, LANES, { 2 * LANES }>(row),
            Walk::Planes(1) => panels::<V, N, RARE_PIXELS, PANEL, 1, 1>(row),
            Walk::Planes(_) => panels::<V, N, PIXELS, PANEL, 1, 2>(row),
        }
    }
}

/// Everything that the loops rely on. Panics if the plan is wrong, which no input and no file can cause.
fn check(row: &DenseRow<'_>, panel: usize) {
    let (taken, step) = match row.walk {
        Walk::Blocks(step @ (1 | 2)) => (LANES, step * LANES),
        Walk::Planes(step @ (1 | 2)) => (1, step),
        Walk::Blocks(_) | Walk::Planes(_) => unreachable!("steps are 1 or 2"),
    };
    assert!(row.pixels > 0 && row.pixels < 1 << 32 && row.target_stride < 1 << 40);
    let reach = (row.pixels - 1) * step + taken;
    let furthest = row.taps.iter().copied().max().unwrap_or(0);
    assert!(furthest <= row.source.len() && reach <= row.source.len() - furthest, "taps lie in the source");
    let blocks = row.weights.bias.len();
    let DenseWeights { taps: together, last, depth, .. } = *row.weights;
    assert!((1..=taken).contains(&last) && together > 0 && row.taps.len().is_multiple_of(together));
    assert!(row.weights.panel == panel && depth == row.taps.len() / together * ((together - 1) * taken + last));
    assert!(row.weights.panels.len() == blocks * row.weights.depth);
    if let Finish::Slope(slopes) = &row.weights.finish {
        assert!(slopes.len() == blocks);
    }
    let written = |stride: usize| (blocks - 1) * stride + row.pixels * LANES;
    assert!(blocks > 0 && written(row.target_stride) <= row.target.len());
    if let Some((values, stride)) = row.residual {
        assert!(stride < 1 << 40 && written(stride) <= values.len());
    }
}

/// # Safety
///
/// The row was checked, and the processor has the instructions.
#[inline(always)]
unsafe fn panels<
    V: Vector,
    const N: usize,
    const PIXELS: usize,
    const PANEL: usize,
    const TAKEN: usize,
    const STEP: usize,
>(
    row: DenseRow<'_>,
) {
    let blocks = row.weights.bias.len();
    let tiles = row.pixels.div_ceil(PIXELS);
    for block in (0..blocks).step_by(PANEL) {
        let mut first = 0;
        for tile in 0..tiles {
            // Tiles of about the same size: a small one at the end would keep the multipliers waiting.
            let pixels = (row.pixels - first).div_ceil(tiles - tile);
            // SAFETY: the offsets are those that were checked.
            unsafe {
                let tile = Tile {
                    source: row.source.as_ptr().add(first * STEP),
                    taps: row.taps,
                    together: row.weights.taps,
                    last: row.weights.last,
                    weights: row.weights.panels.as_ptr().add(block * row.weights.depth),
                    bias: &row.weights.bias,
                    finish: &row.weights.finish,
                    block,
                    residual: row
                        .residual
                        .map(|(values, stride)| (values.as_ptr().add(block * stride + first * LANES), stride)),
                    target: row.target.as_mut_ptr().add(block * row.target_stride + first * LANES),
                    target_stride: row.target_stride,
                };
                if PANEL == 2 && block + 1 < blocks {
                    sized::<V, N, PIXELS, 2, TAKEN, STEP>(pixels, &tile);
                } else {
                    sized::<V, N, PIXELS, 1, TAKEN, STEP>(pixels, &tile);
                }
            }
            first += pixels;
        }
    }
}

/// Calls the tile that is compiled for so many pixels.
#[inline(always)]
unsafe fn sized<
    V: Vector,
    const N: usize,
    const PIXELS: usize,
    const WIDE: usize,
    const TAKEN: usize,
    const STEP: usize,
>(
    pixels: usize,
    tile: &Tile<'_>,
) {
    // Only the tiles that fit are compiled.
    macro_rules! sizes {
        ($($size:literal)*) => {
            $(if const { $size <= PIXELS } {
                if pixels == $size {
                    // SAFETY: as for this function.
                    return unsafe { compute::<V, N, $size, WIDE, TAKEN, STEP>(tile) };
                }
            })*
        };
    }
    sizes!(1 2 3 4 5 6 7 8 9 10 11 12 13 14);
}

/// # Safety
///
/// From the tile's source, each tap plus the steps of all pixels must lie in the source, and so on for the others: see
/// [`check`].
#[inline(always)]
unsafe fn compute<
    V: Vector,
    const N: usize,
    const PIXELS: usize,
    const WIDE: usize,
    const TAKEN: usize,
    const STEP: usize,
>(
    tile: &Tile<'_>,
) {
    // SAFETY: as for this function.
    unsafe {
        let mut sums = [[[V::splat(0.0); PIXELS]; N]; WIDE];
        for_parts!(wide, part in WIDE, N => {
            let bias = tile.bias.get_unchecked(tile.block + wide).0.as_ptr();
            sums[wide][part] = [V::load(bias.add(part * V::LANES)); PIXELS];
        });
        let mut weights = tile.weights.cast::<f32>();
        for (at, tap) in tile.taps.iter().enumerate() {
            let source = tile.source.add(*tap);
            let is_last = (at + 1).is_multiple_of(tile.together);
            let taken = if TAKEN > 1 && is_last { tile.last } else { TAKEN };
            for channel in 0..taken {
                let mut factors = [[V::splat(0.0); N]; WIDE];
                for_parts!(wide, part in WIDE, N => {
                    factors[wide][part] = V::load(weights.add(wide * LANES + part * V::LANES));
                });
                weights = weights.add(WIDE * LANES);
                for_pixels!(pixel in PIXELS => {
                    let value = V::splat(*source.add(pixel * STEP + channel));
                    for_parts!(wide, part in WIDE, N => {
                        sums[wide][part][pixel] = sums[wide][part][pixel].fma(value, factors[wide][part]);
                    });
                });
            }
        }
        for_parts!(wide, part in WIDE, N => {
            let mut column = sums[wide][part];
            if let Some((residual, stride)) = tile.residual {
                let residual = residual.add(wide * stride + part * V::LANES);
                for_pixels!(pixel in PIXELS => { column[pixel] = column[pixel].add(V::load(residual.add(pixel * LANES))) });
            }
            let finish = Finished::<V>::new(tile.finish, tile.block + wide, part * V::LANES);
            finish.write(column, tile.target.add(wide * tile.target_stride + part * V::LANES));
        });
    }
}
