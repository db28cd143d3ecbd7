//! Joins small convolutions that look at the same maps, such as a detector's heads, so that they fill a whole block.

use super::{Activation, Conv, ConvKind, Graph, Node, Op, ValueId};
use crate::kernel::LANES;

/// A pointwise convolution and the depthwise one that alone reads it: places in the list of nodes.
#[derive(Clone, Copy)]
struct Pair {
    point: usize,
    depth: usize,
}

/// Joins all pairs of a pointwise and a depthwise convolution that read the same value, if that saves blocks.
pub(super) fn join(graph: &mut Graph) {
    let pairs = pairs(graph);
    let mut dropped = vec![false; graph.nodes.len()];
    let mut added: Vec<(usize, Vec<Node>)> = Vec::new();
    for (at, first) in pairs.iter().enumerate() {
        if dropped[first.point] {
            continue;
        }
        let group: Vec<Pair> = pairs[at..].iter().filter(|pair| is_like(graph, first, pair)).copied().collect();
        let channels: Vec<usize> =
            group.iter().map(|pair| conv(graph, pair.depth).map_or(0, |c| c.channels_out)).collect();
        let apart: usize = channels.iter().map(|count| count.div_ceil(LANES)).sum();
        if channels.iter().sum::<usize>().div_ceil(LANES) < apart {
            group.iter().for_each(|pair| (dropped[pair.point], dropped[pair.depth]) = (true, true));
            let nodes = joined(graph, &group);
            added.push((first.point, nodes));
        }
    }
    added.sort_by_key(|(place, _)| *place);
    let mut added = added.into_iter().peekable();
    for (at, node) in std::mem::take(&mut graph.nodes).into_iter().enumerate() {
        if let Some((_, nodes)) = added.next_if(|(place, _)| *place == at) {
            graph.nodes.extend(nodes);
        }
        if !dropped[at] {
            graph.nodes.push(node);
        }
    }
}

fn conv(graph: &Graph, at: usize) -> Option<&Conv> {
    if let Op::Conv(conv) = &graph.nodes[at].op { Some(conv) } else { None }
}

fn pairs(graph: &Graph) -> Vec<Pair> {
    let readers = graph.readers();
    let producers = graph.producers();
    // Channels can be picked out only where the values are written out.
    let mut written_out = vec![0; graph.values];
    for node in graph.nodes.iter().filter(|node| matches!(node.op, Op::Transpose(_))) {
        written_out[node.inputs[0].0] += 1;
    }
    let is_plain = |conv: &Conv| conv.activation == Activation::None;
    (0..graph.nodes.len())
        .filter_map(|depth| {
            let after = conv(graph, depth).filter(|conv| conv.kind == ConvKind::Depthwise && is_plain(conv))?;
            let node = &graph.nodes[depth];
            let middle = node.inputs[0];
            let point = producers[middle.0].filter(|_| readers[middle.0] == 1)?;
            let before = conv(graph, point).filter(|conv| conv.is_pointwise() && is_plain(conv))?;
            let fits = before.channels_out == after.channels_in && before.axes == after.axes;
            (fits && readers[node.output.0] == written_out[node.output.0]).then_some(Pair { point, depth })
        })
        .collect()
}

fn is_like(graph: &Graph, first: &Pair, other: &Pair) -> bool {
    let parts = |pair: &Pair| Some((conv(graph, pair.point)?, conv(graph, pair.depth)?));
    let (Some((point, depth)), Some((other_point, other_depth))) = (parts(first), parts(other)) else { return false };
    graph.nodes[first.point].inputs == graph.nodes[other.point].inputs
        && point.channels_in == other_point.channels_in
        && point.axes == other_point.axes
        && depth.window == other_depth.window
}

/// One pair that does the work of the group, and nodes that pick out what each gave.
fn joined(graph: &mut Graph, group: &[Pair]) -> Vec<Node> {
    let input = graph.nodes[group[0].point].inputs.clone();
    let mut fresh = || {
        graph.values += 1;
        ValueId(graph.values - 1)
    };
    let (middle, all) = (fresh(), fresh());
    let point = stacked(group.iter().filter_map(|pair| conv(graph, pair.point)));
    let depth = stacked(group.iter().filter_map(|pair| conv(graph, pair.depth)));
    let (Some(point), Some(mut depth)) = (point, depth) else { return Vec::new() };
    depth.channels_in = depth.channels_out;
    let mut nodes = vec![
        Node { op: Op::Conv(point), inputs: input, output: middle },
        Node { op: Op::Conv(depth), inputs: vec![middle], output: all },
    ];
    let mut first = 0;
    for pair in group {
        let count = conv(graph, pair.depth).map_or(0, |conv| conv.channels_out);
        let output = graph.nodes[pair.depth].output;
        nodes.push(Node { op: Op::Channels { first, count }, inputs: vec![all], output });
        first += count;
    }
    nodes
}

/// One convolution that gives the outputs of all, one after the other.
fn stacked<'a>(mut convs: impl Iterator<Item = &'a Conv>) -> Option<Conv> {
    let mut all = convs.next()?.clone();
    for conv in convs {
        all.channels_out += conv.channels_out;
        all.weights.extend(&conv.weights);
        all.bias.extend(&conv.bias);
    }
    Some(all)
}
