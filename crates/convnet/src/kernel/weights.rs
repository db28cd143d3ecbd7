//! Weights in the order in which the inner loops read them.

use super::{LANES, Walk};
use crate::graph::{Activation, Conv, Window};

/// A number for each channel of a block, in one cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Block(pub(crate) [f32; LANES]);

/// What is done to a row's numbers before they are written.
#[derive(Debug, Clone)]
pub(crate) enum Finish {
    None,
    Relu,
    /// By block.
    Slope(Vec<Block>),
    Clip {
        low: f32,
        high: f32,
    },
}

/// The weights of a dense convolution, in panels of a few blocks of output channels: by panel, tap, channel of the tap,
/// block, lane.
#[derive(Debug, Clone)]
pub(crate) struct DenseWeights {
    pub(crate) panels: Vec<Block>,
    pub(crate) bias: Vec<Block>,
    pub(crate) finish: Finish,
    /// Blocks in a panel; the last panel may have fewer.
    pub(crate) panel: usize,
    /// Rows of weights in a panel: one for each input channel of each pixel under the window.
    pub(crate) depth: usize,
    /// Taps that belong together, and the channels of the last of them; the others are whole blocks.
    pub(crate) taps: usize,
    pub(crate) last: usize,
}

/// The weights of a depthwise convolution, by block, tap and lane.
#[derive(Debug, Clone)]
pub(crate) struct DepthwiseWeights {
    pub(crate) window: Window,
    pub(crate) taps: Vec<Block>,
    pub(crate) bias: Vec<Block>,
    pub(crate) finish: Finish,
}

/// Numbers by channel as blocks, filled up with zeros.
pub(crate) fn blocks(values: &[f32]) -> Vec<Block> {
    let filled = |chunk: &[f32]| Block(std::array::from_fn(|lane| chunk.get(lane).copied().unwrap_or(0.0)));
    values.chunks(LANES).map(filled).collect()
}

impl Finish {
    fn new(activation: &Activation) -> Self {
        match activation {
            Activation::None => Self::None,
            Activation::Relu => Self::Relu,
            Activation::Slope(slopes) => Self::Slope(blocks(slopes)),
            Activation::Clip { low, high } => Self::Clip { low: *low, high: *high },
        }
    }
}

impl DenseWeights {
    /// Packs a dense convolution for panels of `panel` blocks. Taps are ordered by row, column and block of channels, or
    /// by row, column and channel if the walk is over planes.
    pub(crate) fn new(conv: &Conv, walk: Walk, panel: usize) -> Self {
        let [height, width] = conv.window.size;
        let area = height * width;
        // Channels that only fill a block up are not multiplied with.
        let channels = conv.channels_in;
        let blocks_out = conv.channels_out.div_ceil(LANES);
        let depth = area * channels;
        let mut panels = Vec::with_capacity(blocks_out * depth);
        for first in (0..blocks_out).step_by(panel) {
            for row in 0..depth {
                let (spot, channel) = (row / channels, row % channels);
                for block in first..blocks_out.min(first + panel) {
                    panels.push(Block(std::array::from_fn(|lane| {
                        let output = block * LANES + lane;
                        if output < conv.channels_out {
                            conv.weights[(output * conv.channels_in + channel) * area + spot]
                        } else {
                            0.0
                        }
                    })));
                }
            }
        }
        let (taps, last) = match walk {
            Walk::Blocks(_) => (channels.div_ceil(LANES), (channels - 1) % LANES + 1),
            Walk::Planes(_) => (1, 1),
        };
        Self { panels, bias: blocks(&conv.bias), finish: Finish::new(&conv.activation), panel, depth, taps, last }
    }
}

impl DepthwiseWeights {
    pub(crate) fn new(conv: &Conv) -> Self {
        let area = conv.window.size[0] * conv.window.size[1];
        let taps = (0..conv.channels_out.div_ceil(LANES))
            .flat_map(|block| (0..area).map(move |tap| (block, tap)))
            .map(|(block, tap)| {
                Block(std::array::from_fn(|lane| {
                    let channel = block * LANES + lane;
                    if channel < conv.channels_out { conv.weights[channel * area + tap] } else { 0.0 }
                }))
            })
            .collect();
        Self { window: conv.window, taps, bias: blocks(&conv.bias), finish: Finish::new(&conv.activation) }
    }
}
