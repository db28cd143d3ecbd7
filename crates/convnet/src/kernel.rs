//! The inner loops, one row of a map at a time, and the choice of instructions to run them with.

pub(crate) mod compiled;
mod depthwise;
mod elementwise;
mod finish;
mod tile;
mod unrolled;
mod vector;
pub(crate) mod weights;

use weights::{DenseWeights, DepthwiseWeights};

/// Channels in a block: maps are kept as blocks of so many channels, and a pixel of a block is one 64-byte line.
pub(crate) const LANES: usize = 16;

/// Vector instructions to compute with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instructions {
    /// None in particular: plain Rust, for any processor.
    Portable,
    /// What every processor of the architecture has: SSE2 on x86-64, NEON on 64-bit ARM.
    Baseline,
    /// x86-64 with AVX2 and FMA: most machines since 2013.
    Avx2,
    /// x86-64 with AVX-512 F: servers since 2017, AMD since Zen 4.
    Avx512,
}

impl Instructions {
    /// What this machine has, fastest first; never empty.
    pub fn available() -> Vec<Self> {
        [Self::Avx512, Self::Avx2, Self::Baseline, Self::Portable]
            .into_iter()
            .filter(|one| compiled::has(*one))
            .collect()
    }

    /// The fastest that this machine has; the processor is asked once.
    pub fn best() -> Self {
        static BEST: std::sync::OnceLock<Instructions> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| Self::available().first().copied().unwrap_or(Self::Portable))
    }
}

/// How a dense convolution walks over its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    /// Each tap is a block of 16 channels; so many pixels apart are two outputs (1 or 2).
    Blocks(usize),
    /// Each tap is one number; so many numbers apart are two outputs (1 or 2).
    Planes(usize),
}

/// One row of a dense convolution.
pub(crate) struct DenseRow<'a> {
    pub(crate) weights: &'a DenseWeights,
    pub(crate) walk: Walk,
    pub(crate) source: &'a [f32],
    /// Where in `source` each tap of the first pixel lies, in the order of the weights.
    pub(crate) taps: &'a [usize],
    /// Added before the activation; laid out like the target.
    pub(crate) residual: Option<(&'a [f32], usize)>,
    pub(crate) target: &'a mut [f32],
    /// Numbers from one block of channels to the next in the target.
    pub(crate) target_stride: usize,
    pub(crate) pixels: usize,
}

/// One row that a window gives on its way along a few rows, each block of channels for itself.
pub(crate) struct WindowRow<'a> {
    pub(crate) blocks: usize,
    pub(crate) source: &'a [f32],
    /// Where each row under the window begins in `source`.
    pub(crate) rows: &'a [usize],
    /// Numbers from one block of channels to the next in the source.
    pub(crate) source_stride: usize,
    pub(crate) target: &'a mut [f32],
    pub(crate) target_stride: usize,
    pub(crate) pixels: usize,
    /// Width of the window and step across.
    pub(crate) across: [usize; 2],
}

/// The sum of two rows.
pub(crate) struct SumRow<'a> {
    pub(crate) blocks: usize,
    pub(crate) left: &'a [f32],
    pub(crate) left_stride: usize,
    /// How often each pixel of the left row counts.
    pub(crate) repeat: usize,
    pub(crate) right: &'a [f32],
    pub(crate) right_stride: usize,
    pub(crate) target: &'a mut [f32],
    pub(crate) target_stride: usize,
    pub(crate) pixels: usize,
}

/// A row of twice as many pixels between two rows.
pub(crate) struct DoubleRow<'a> {
    pub(crate) blocks: usize,
    pub(crate) source: &'a [f32],
    /// Where the row begins in `source` that counts three quarters, and the one that counts the last quarter.
    pub(crate) near: usize,
    pub(crate) far: usize,
    /// Numbers from one block of channels to the next in the source.
    pub(crate) source_stride: usize,
    pub(crate) target: &'a mut [f32],
    pub(crate) target_stride: usize,
    /// Of the source: the target has twice as many.
    pub(crate) pixels: usize,
}

/// The inner loops as compiled for one set of instructions.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    pub(crate) instructions: Instructions,
    /// Blocks of output channels that one tile computes together.
    pub(crate) panel: usize,
    pub(crate) dense: fn(DenseRow<'_>),
    pub(crate) depthwise: fn(WindowRow<'_>, &DepthwiseWeights),
    /// The largest in each window.
    pub(crate) largest: fn(WindowRow<'_>),
    pub(crate) sum: fn(SumRow<'_>),
    pub(crate) double: fn(DoubleRow<'_>),
    pub(crate) sigmoid: fn(&mut [f32]),
}

impl WindowRow<'_> {
    /// Everything that the loops rely on. Panics if the plan is wrong, which no input and no file can cause.
    fn check(&self) {
        let [width, step] = self.across;
        // A plan takes no more memory than this, so none of the products below can overflow.
        let most = 1 << 28;
        assert!(self.pixels > 0 && self.pixels <= most && self.blocks > 0 && self.blocks <= most);
        assert!(width <= most && step <= most && self.source_stride <= most && self.target_stride <= most);
        let furthest = self.rows.iter().copied().max().unwrap_or(0);
        let reach = (self.blocks - 1) * self.source_stride + ((self.pixels - 1) * step + width) * LANES;
        assert!(furthest <= self.source.len() && reach <= self.source.len() - furthest, "rows lie in the source");
        let written = (self.blocks - 1) * self.target_stride + self.pixels * LANES;
        assert!(written <= self.target.len(), "the target has room");
    }
}
