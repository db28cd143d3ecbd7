//! Makes fewer operators of many, without changing what the network computes.

use super::siblings;
use super::{Activation, Axes, Conv, Graph, Node, Op, ValueId};

/// Simplifies a graph.
pub(crate) fn simplify(mut graph: Graph) -> Graph {
    join_slopes(&mut graph);
    graph.drop_unread();
    absorb(&mut graph);
    siblings::join(&mut graph);
    graph
}

/// Finds `relu(x) + c * (x - |x|)`, which is what some converters make of PRelu with the slope `2c`.
fn join_slopes(graph: &mut Graph) {
    let producers = graph.producers();
    let producer = |value: ValueId| producers[value.0].map(|at| &graph.nodes[at]);
    let found: Vec<(usize, Node)> = graph
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, node)| {
            let Op::Add = node.op else { return None };
            let [left, right] = node.inputs.as_slice() else { return None };
            let joined = slope(producer(*left)?, producer(*right)?, &producer)
                .or_else(|| slope(producer(*right)?, producer(*left)?, &producer));
            let (value, slopes) = joined?;
            let op = Op::Activation(Activation::Slope(slopes));
            Some((at, Node { op, inputs: vec![value], output: node.output }))
        })
        .collect();
    for (at, node) in found {
        graph.nodes[at] = node;
    }
}

/// What `positive` and `negative` are the parts of, and the slopes.
fn slope<'a>(
    positive: &Node,
    negative: &Node,
    producer: &impl Fn(ValueId) -> Option<&'a Node>,
) -> Option<(ValueId, Vec<f32>)> {
    let Op::Activation(Activation::Relu) = positive.op else { return None };
    let value = *positive.inputs.first()?;
    let Op::Conv(conv) = &negative.op else { return None };
    if !conv.is_by_channel() || conv.bias.iter().any(|bias| *bias != 0.0) || conv.activation != Activation::None {
        return None;
    }
    let difference = producer(*negative.inputs.first()?)?;
    let (Op::Subtract, [minuend, magnitude]) = (&difference.op, difference.inputs.as_slice()) else { return None };
    let magnitude = producer(*magnitude)?;
    let is_same = matches!(magnitude.op, Op::Abs) && magnitude.inputs == [value] && *minuend == value;
    is_same.then(|| (value, conv.weights.iter().map(|half| 2.0 * half).collect()))
}

/// Joins each node with the one before it where one convolution can do what both do.
fn absorb(graph: &mut Graph) {
    let readers = graph.readers();
    let mut names: Vec<ValueId> = (0..graph.values).map(ValueId).collect();
    let mut producers: Vec<Option<usize>> = vec![None; graph.values];
    let mut nodes: Vec<Node> = Vec::with_capacity(graph.nodes.len());
    for mut node in std::mem::take(&mut graph.nodes) {
        let read_once = matches!(node.inputs.as_slice(), [input] if readers[input.0] == 1);
        node.inputs.iter_mut().for_each(|input| *input = names[input.0]);
        let before = if read_once { producers[node.inputs[0].0] } else { None };
        if let Some(Node { op: Op::Conv(conv), output, .. }) = before.map(|at| &mut nodes[at])
            && conv.activation == Activation::None
            && joined(conv, &node.op)
        {
            names[node.output.0] = *output;
        } else {
            producers[node.output.0] = Some(nodes.len());
            nodes.push(node);
        }
    }
    graph.nodes = nodes;
    graph.outputs.iter_mut().for_each(|output| *output = names[output.0]);
}

/// Lets a convolution without activation do what comes after it, if it can.
fn joined(conv: &mut Conv, next: &Op) -> bool {
    match next {
        Op::Activation(activation) => {
            let Some(activation) = activation.for_channels(conv.channels_out) else { return false };
            conv.activation = activation;
            true
        }
        Op::Conv(next) if next.channels_in != conv.channels_out => false,
        Op::Conv(next) if next.is_by_channel() => {
            conv.scale_outputs(&next.weights, &next.bias);
            conv.activation = next.activation.clone();
            true
        }
        Op::Conv(next) if conv.is_pointwise() && next.is_pointwise() && conv.axes == next.axes => {
            let apart = conv.weights.len() + next.weights.len();
            let together = conv.channels_in * next.channels_out;
            if together <= apart {
                *conv = product(conv, next);
            }
            together <= apart
        }
        Op::Conv(_)
        | Op::MaxPool(_)
        | Op::MeanPool
        | Op::Repeat(_)
        | Op::Double
        | Op::Add
        | Op::Sigmoid
        | Op::Transpose(_)
        | Op::Reshape(_)
        | Op::Channels { .. }
        | Op::Abs
        | Op::Subtract => false,
    }
}

/// Two pointwise convolutions without an activation between them are one. Summed in `f64`, so that the weights err by no
/// more than their own rounding.
fn product(first: &Conv, second: &Conv) -> Conv {
    let mut weights = Vec::with_capacity(first.channels_in * second.channels_out);
    let mut bias = Vec::with_capacity(second.channels_out);
    for (row, shift) in second.weights.chunks_exact(second.channels_in).zip(&second.bias) {
        let mut sums = vec![0.0_f64; first.channels_in];
        let mut total = f64::from(*shift);
        for ((factor, inner), shift) in row.iter().zip(first.weights.chunks_exact(first.channels_in)).zip(&first.bias) {
            let factor = f64::from(*factor);
            sums.iter_mut().zip(inner).for_each(|(sum, weight)| *sum += factor * f64::from(*weight));
            total += factor * f64::from(*shift);
        }
        weights.extend(sums.iter().map(|sum| *sum as f32));
        bias.push(total as f32);
    }
    Conv { channels_out: second.channels_out, weights, bias, activation: second.activation.clone(), ..first.clone() }
}

impl Activation {
    /// The same with one slope for each channel; `None` if there are too many or too few.
    pub(crate) fn for_channels(&self, channels: usize) -> Option<Self> {
        match self {
            Self::Slope(slopes) if slopes.len() == 1 => Some(Self::Slope(vec![slopes[0]; channels])),
            Self::Slope(slopes) if slopes.len() != channels => None,
            Self::None | Self::Relu | Self::Slope(_) | Self::Clip { .. } => Some(self.clone()),
        }
    }
}

impl Axes {
    /// Whether a value of so many axes fits.
    pub(crate) fn fit(self, axes: usize) -> bool {
        match self {
            Self::Maps => axes == 4,
            Self::Rows => axes == 2,
            Self::Either => axes == 2 || axes == 4,
        }
    }
}
