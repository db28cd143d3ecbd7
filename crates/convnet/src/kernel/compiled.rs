//! The inner loops compiled once for each set of instructions, from one source.
#![expect(unsafe_code, reason = "functions for special instructions are unsafe to call until the processor was asked")]

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use super::vector::Baseline;
use super::vector::Four;
#[cfg(target_arch = "x86_64")]
use super::vector::{Eight, Sixteen};
use super::weights::DepthwiseWeights;
use super::{DenseRow, DoubleRow, Instructions, Kernels, SumRow, WindowRow, depthwise, elementwise, tile};

/// Registers decide how many pixels a tile can have: NEON has 32, SSE2 has 16.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const BASELINE_PIXELS: usize = if cfg!(target_arch = "aarch64") { 6 } else { 2 };

/// Whether the processor has these instructions.
pub(crate) fn has(instructions: Instructions) -> bool {
    match instructions {
        Instructions::Portable => true,
        Instructions::Baseline => cfg!(any(target_arch = "x86_64", target_arch = "aarch64")),
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => is_x86_feature_detected!("avx512f") && has(Instructions::Avx2),
        #[cfg(not(target_arch = "x86_64"))]
        Instructions::Avx2 | Instructions::Avx512 => false,
    }
}

/// The inner loops for these instructions; `None` if the processor does not have them.
pub(crate) fn kernels(instructions: Instructions) -> Option<Kernels> {
    let kernels = match instructions {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        Instructions::Baseline => baseline::KERNELS,
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => avx2::KERNELS,
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => avx512::KERNELS,
        // What is not there is not given out.
        #[cfg(not(target_arch = "x86_64"))]
        Instructions::Avx2 | Instructions::Avx512 => portable::KERNELS,
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        Instructions::Baseline => portable::KERNELS,
        Instructions::Portable => portable::KERNELS,
    };
    has(instructions).then_some(kernels)
}

/// A module with all inner loops, and the table of them. The functions are private: they are reached through the table,
/// and that only after `has` said yes.
macro_rules! compiled {
    ($name:ident, $instructions:expr, $(#[$features:meta])?, $vector:ty, $parts:literal, $pixels:expr, $panel:literal,
     $depthwise_pixels:expr) => {
        mod $name {
            use super::*;

            pub(super) const KERNELS: Kernels = Kernels {
                instructions: $instructions,
                panel: $panel,
                // SAFETY, for all: the table is given out only if the processor has the instructions.
                dense: |row| unsafe { dense(row) },
                depthwise: |row, weights| unsafe { depthwise(row, weights) },
                largest: |row| unsafe { largest(row) },
                sum: |row| unsafe { sum(row) },
                double: |row| unsafe { double(row) },
                sigmoid: |values| unsafe { sigmoid(values) },
            };

            $(#[$features])?
            unsafe fn dense(row: DenseRow<'_>) {
                // SAFETY: the caller promises the instructions.
                unsafe { tile::row::<$vector, $parts, { $pixels }, $panel>(row) }
            }

            $(#[$features])?
            unsafe fn depthwise(row: WindowRow<'_>, weights: &DepthwiseWeights) {
                // SAFETY: the caller promises the instructions.
                unsafe { depthwise::row::<$vector, $parts, { $depthwise_pixels }>(row, weights) }
            }

            $(#[$features])?
            unsafe fn largest(row: WindowRow<'_>) {
                // SAFETY: the caller promises the instructions.
                unsafe { elementwise::largest::<$vector, $parts>(row) }
            }

            $(#[$features])?
            unsafe fn sum(row: SumRow<'_>) {
                // SAFETY: the caller promises the instructions.
                unsafe { elementwise::sum::<$vector, $parts>(row) }
            }

            $(#[$features])?
            unsafe fn double(row: DoubleRow<'_>) {
                // SAFETY: the caller promises the instructions.
                unsafe { elementwise::double::<$vector, $parts>(row) }
            }

            $(#[$features])?
            unsafe fn sigmoid(values: &mut [f32]) {
                elementwise::sigmoid(values);
            }
        }
    };
}

compiled!(portable, Instructions::Portable, , Four, 4, 2, 1, 2);
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
compiled!(baseline, Instructions::Baseline, , Baseline, 4, BASELINE_PIXELS, 1, BASELINE_PIXELS);
#[cfg(target_arch = "x86_64")]
compiled!(avx2, Instructions::Avx2, #[target_feature(enable = "avx2,fma")], Eight, 2, 6, 1, 4);
#[cfg(target_arch = "x86_64")]
compiled!(avx512, Instructions::Avx512, #[target_feature(enable = "avx512f,avx2,fma")], Sixteen, 1, 14, 2, 6);
