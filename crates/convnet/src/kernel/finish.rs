//! What happens to sums before they are written: the activation.
#![expect(unsafe_code, reason = "sums are written through pointers whose range is checked once for the row")]

use super::LANES;
use super::unrolled::for_pixels;
use super::vector::Vector;
use super::weights::Finish;

/// An activation with its numbers in registers.
#[derive(Clone, Copy)]
pub(super) enum Finished<V> {
    None,
    Relu,
    Slope(V),
    Clip(V, V),
}

impl<V: Vector> Finished<V> {
    /// # Safety
    ///
    /// The processor has the instructions, and slopes are there for this block.
    #[inline(always)]
    pub(super) unsafe fn new(finish: &Finish, block: usize, lane: usize) -> Self {
        // SAFETY: as for this function.
        unsafe {
            match finish {
                Finish::None => Self::None,
                Finish::Relu => Self::Relu,
                Finish::Slope(slopes) => Self::Slope(V::load(slopes.get_unchecked(block).0.as_ptr().add(lane))),
                Finish::Clip { low, high } => Self::Clip(V::splat(*low), V::splat(*high)),
            }
        }
    }

    /// Writes one vector to each of `PIXELS` pixels, deciding only once what to do with them.
    ///
    /// # Safety
    ///
    /// The processor has the instructions, and there is room for the pixels.
    #[inline(always)]
    pub(super) unsafe fn write<const PIXELS: usize>(self, sums: [V; PIXELS], target: *mut f32) {
        // SAFETY: as for this function.
        unsafe {
            let zero = V::splat(0.0);
            match self {
                Self::None => for_pixels!(at in PIXELS => { sums[at].store(target.add(at * LANES)) }),
                // What is not a number comes second, so that it stays.
                Self::Relu => for_pixels!(at in PIXELS => { zero.max(sums[at]).store(target.add(at * LANES)) }),
                Self::Slope(slope) => for_pixels!(at in PIXELS => {
                    zero.max(sums[at]).fma(slope, zero.min(sums[at])).store(target.add(at * LANES));
                }),
                Self::Clip(low, high) => for_pixels!(at in PIXELS => {
                    high.min(low.max(sums[at])).store(target.add(at * LANES));
                }),
            }
        }
    }
}
