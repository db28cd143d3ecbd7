//! A network as a list of operators in the order in which they can run.

pub(crate) mod read;
pub(crate) mod rewrite;
pub(crate) mod siblings;

/// Names a value: the input, or what a node gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ValueId(pub(crate) usize);

/// Operators and what flows between them. Nodes stand in an order in which each comes after those that feed it.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    pub(crate) input: ValueId,
    /// The input's lengths where the file gives them.
    pub(crate) input_shape: Vec<Option<usize>>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) outputs: Vec<ValueId>,
    /// The number of values.
    pub(crate) values: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) inputs: Vec<ValueId>,
    pub(crate) output: ValueId,
}

#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Any convolution, and whatever is one: a matrix product with constants, a scale and shift by channel.
    Conv(Conv),
    Activation(Activation),
    MaxPool(Window),
    /// The mean over each map.
    MeanPool,
    /// Repeats each number so many times down and across.
    Repeat([usize; 2]),
    /// Twice as many rows and columns, by lines between the middles of neighbours; the outermost are repeated.
    Double,
    Add,
    Sigmoid,
    Transpose(Vec<usize>),
    /// The lengths to come, as ONNX writes them: 0 keeps one, -1 is what is left over.
    Reshape(Vec<i64>),
    /// Some of the channels.
    Channels {
        first: usize,
        count: usize,
    },
    /// Parts of PRelu as some converters write it.
    Abs,
    Subtract,
}

/// A convolution over maps, or over rows of numbers (maps of one pixel).
#[derive(Debug, Clone)]
pub(crate) struct Conv {
    pub(crate) kind: ConvKind,
    pub(crate) axes: Axes,
    pub(crate) window: Window,
    pub(crate) channels_in: usize,
    pub(crate) channels_out: usize,
    /// By output channel, input channel (one if depthwise), row, column.
    pub(crate) weights: Vec<f32>,
    /// One for each output channel.
    pub(crate) bias: Vec<f32>,
    pub(crate) activation: Activation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConvKind {
    /// Each output channel sees all input channels.
    Dense,
    /// Each output channel sees the input channel of its number.
    Depthwise,
}

/// What a convolution runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axes {
    /// Image, channel, row, column.
    Maps,
    /// Image, channel.
    Rows,
    /// One or the other: the operator only looks at the channel.
    Either,
}

/// How a window moves over a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Height and width.
    pub(crate) size: [usize; 2],
    /// Steps down and across.
    pub(crate) stride: [usize; 2],
    /// What is added around the map: top, left, bottom, right.
    pub(crate) pads: [usize; 4],
}

/// What happens to each number after an operator.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Activation {
    None,
    Relu,
    /// Negative numbers are multiplied by their channel's slope.
    Slope(Vec<f32>),
    Clip {
        low: f32,
        high: f32,
    },
}

impl Op {
    /// The ONNX name of an operator that means something only as a part of PRelu.
    pub(crate) fn part_of_slope(&self) -> Option<&'static str> {
        if matches!(self, Self::Abs) {
            return Some("Abs");
        }
        matches!(self, Self::Subtract).then_some("Sub")
    }
}

impl Window {
    /// The window that sees one pixel.
    pub(crate) const POINT: Self = Self { size: [1, 1], stride: [1, 1], pads: [0; 4] };

    /// Height and width of what comes out; `None` if the map is smaller than the window.
    pub(crate) fn output(&self, height: usize, width: usize) -> Option<[usize; 2]> {
        let along = |length: usize, before: usize, after: usize, at: usize| {
            let room = length.checked_add(before)?.checked_add(after)?.checked_sub(self.size[at])?;
            (length > 0).then_some(room / self.stride[at] + 1)
        };
        Some([along(height, self.pads[0], self.pads[2], 0)?, along(width, self.pads[1], self.pads[3], 1)?])
    }
}

impl Conv {
    /// Weights that one output channel has.
    pub(crate) fn fan_in(&self) -> usize {
        self.weights.len() / self.channels_out.max(1)
    }

    pub(crate) fn is_pointwise(&self) -> bool {
        self.kind == ConvKind::Dense && self.window == Window::POINT
    }

    /// Multiplies and then shifts each channel that comes out.
    pub(crate) fn scale_outputs(&mut self, scale: &[f32], shift: &[f32]) {
        let fan_in = self.fan_in();
        for (at, (scale, shift)) in scale.iter().zip(shift).enumerate() {
            self.weights[at * fan_in..][..fan_in].iter_mut().for_each(|weight| *weight *= scale);
            self.bias[at] = self.bias[at] * scale + shift;
        }
    }

    /// A scale and shift by channel.
    pub(crate) fn by_channel(scale: Vec<f32>, shift: Vec<f32>) -> Self {
        let channels = scale.len();
        Self {
            kind: ConvKind::Depthwise,
            axes: Axes::Either,
            window: Window::POINT,
            channels_in: channels,
            channels_out: channels,
            weights: scale,
            bias: shift,
            activation: Activation::None,
        }
    }

    /// Whether this is no more than a scale and shift by channel.
    pub(crate) fn is_by_channel(&self) -> bool {
        self.kind == ConvKind::Depthwise && self.window == Window::POINT
    }
}

impl Graph {
    /// How often each value is read, as an input or as an output of the network.
    pub(crate) fn readers(&self) -> Vec<usize> {
        let mut readers = vec![0; self.values];
        let read = self.nodes.iter().flat_map(|node| &node.inputs).chain(&self.outputs);
        for value in read {
            readers[value.0] += 1;
        }
        readers
    }

    /// The place in `nodes` of the node that gives each value; `None` for the input and for values no longer given.
    pub(crate) fn producers(&self) -> Vec<Option<usize>> {
        let mut producers = vec![None; self.values];
        for (at, node) in self.nodes.iter().enumerate() {
            producers[node.output.0] = Some(at);
        }
        producers
    }

    /// Drops nodes whose output nobody reads.
    pub(crate) fn drop_unread(&mut self) {
        let mut read = vec![false; self.values];
        for output in &self.outputs {
            read[output.0] = true;
        }
        for node in self.nodes.iter().rev() {
            if read[node.output.0] {
                node.inputs.iter().for_each(|input| read[input.0] = true);
            }
        }
        self.nodes.retain(|node| read[node.output.0]);
    }
}
