//! Turns a graph and the shape of its input into a plan.

mod chain;

use std::sync::Mutex;

use super::memory::Memory;
use super::shape::{count, shapes, size, unfit};
use super::{Export, Map, Origin, Plan, Size, Step, View};
use crate::error::RunError;
use crate::graph::{Activation, Graph, Node, Op, ValueId};
use crate::kernel::{LANES, Walk};
use crate::network::Packed;

/// Weights of one convolution that stay in the cache while the rows of others pass: 128 KB, half of the second level of a small
/// processor.
const IN_CACHE: usize = 1 << 15;

/// Makes a plan.
pub(crate) fn build(graph: &Graph, packed: &[Option<Packed>], input: &[usize]) -> Result<Plan, RunError> {
    let shapes = shapes(graph, input)?;
    let names = names(graph, &shapes);
    let producers = graph.producers();
    let mut builder = Builder {
        graph,
        packed,
        whole: vec![false; graph.values],
        held: vec![None; graph.values],
        main: vec![0; graph.nodes.len()],
        shapes,
        names,
        producers,
        steps: Vec::new(),
        memory: Memory::default(),
    };
    builder.choose_whole();
    builder.held[graph.input.0] = Some(Held::View(View::plain(Origin::Input, input)));
    for (at, node) in graph.nodes.iter().enumerate() {
        builder.node(at, node)?;
    }
    builder.finish()
}

/// What stands for a value while a plan is made.
#[derive(Clone)]
enum Held {
    /// Some channels of maps.
    Map {
        map: Map,
        first: usize,
        channels: usize,
    },
    View(View),
}

struct Builder<'a> {
    graph: &'a Graph,
    packed: &'a [Option<Packed>],
    shapes: Vec<Vec<usize>>,
    /// The value that each value is another name of: mostly itself.
    names: Vec<ValueId>,
    producers: Vec<Option<usize>>,
    /// Values that are kept whole in memory, rather than passed on row by row.
    whole: Vec<bool>,
    /// For each node, which of its inputs is passed on row by row.
    main: Vec<usize>,
    held: Vec<Option<Held>>,
    steps: Vec<Step>,
    memory: Memory,
}

/// Operators that give maps, row by row.
fn gives_maps(op: &Op) -> bool {
    match op {
        Op::Conv(_) | Op::Activation(_) | Op::MaxPool(_) | Op::MeanPool | Op::Repeat(_) | Op::Double | Op::Add => true,
        Op::Sigmoid | Op::Transpose(_) | Op::Reshape(_) | Op::Channels { .. } | Op::Abs | Op::Subtract => false,
    }
}

/// Reshaping to the same shape changes no more than the name.
fn names(graph: &Graph, shapes: &[Vec<usize>]) -> Vec<ValueId> {
    let mut names: Vec<ValueId> = (0..graph.values).map(ValueId).collect();
    for node in &graph.nodes {
        let input = node.inputs[0];
        if matches!(node.op, Op::Reshape(_)) && shapes[input.0] == shapes[node.output.0] {
            names[node.output.0] = names[input.0];
        }
    }
    names
}

impl View {
    /// An array without gaps.
    fn plain(origin: Origin, shape: &[usize]) -> Self {
        let mut strides = vec![1; shape.len()];
        for at in (1..shape.len()).rev() {
            strides[at - 1] = strides[at] * shape[at];
        }
        Self { origin, shape: shape.to_vec(), strides }
    }

    fn is_plain(&self) -> bool {
        self.strides == Self::plain(self.origin, &self.shape).strides
    }
}

impl Map {
    /// Numbers of maps of this size.
    fn length(size: Size) -> Option<usize> {
        count(&[size.images, size.blocks(), size.height, size.width, LANES])
    }
}

impl Builder<'_> {
    fn name(&self, value: ValueId) -> ValueId {
        self.names[value.0]
    }

    fn is_renaming(&self, node: &Node) -> bool {
        self.name(node.output) != node.output
    }

    /// Decides which values are kept whole: those read more than once, read by something that is no stage of a chain, or
    /// added to what passes by.
    fn choose_whole(&mut self) {
        let graph = self.graph;
        let mut readers = vec![0_usize; graph.values];
        graph.outputs.iter().for_each(|output| readers[self.name(*output).0] += 2);
        for node in graph.nodes.iter().filter(|node| !self.is_renaming(node)) {
            node.inputs.iter().for_each(|input| readers[self.name(*input).0] += 1);
        }
        for (whole, readers) in self.whole.iter_mut().zip(&readers) {
            *whole = *readers != 1;
        }
        self.choose_heavy();
        let mut lengths = vec![0_usize; graph.values];
        for (at, node) in graph.nodes.iter().enumerate() {
            if self.is_renaming(node) {
                continue;
            }
            if !gives_maps(&node.op) || self.walks_planes(at) {
                let input = self.name(node.inputs[0]);
                self.whole[input.0] = true;
            }
            if let Op::Add = node.op {
                // A convolution that comes before can add while it still has its sums in registers.
                let rank = |input: ValueId| {
                    let input = self.name(input);
                    let before = self.producers[input.0].map(|at| &graph.nodes[at].op);
                    match before {
                        _ if self.whole[input.0] => 0,
                        Some(Op::Conv(conv)) if conv.activation == Activation::None => 2,
                        Some(_) => 1,
                        None => 0,
                    }
                };
                self.main[at] = usize::from(rank(node.inputs[1]) > rank(node.inputs[0]));
                let side = self.name(node.inputs[1 - self.main[at]]);
                self.whole[side.0] = true;
            }
            // Stages call each other, so a chain must not be endless.
            let main = self.name(node.inputs[self.main[at]]);
            let length = if self.whole[main.0] { 1 } else { lengths[main.0] + 1 };
            self.whole[node.output.0] |= length >= chain::LONGEST;
            lengths[node.output.0] = length;
        }
    }

    /// Weights that do not stay in the cache from one row to the next are better read once: what such a convolution reads and
    /// gives is kept whole, so that it runs over all pixels at once, if that moves less than the weights of every row would.
    fn choose_heavy(&mut self) {
        let graph = self.graph;
        let mut readers: Vec<Option<&Node>> = vec![None; graph.values];
        for node in &graph.nodes {
            node.inputs.iter().for_each(|input| readers[self.name(*input).0] = Some(node));
        }
        for (at, node) in graph.nodes.iter().enumerate() {
            let (Op::Conv(conv), Some(Packed::Dense { weights, .. })) = (&node.op, &self.packed[at]) else { continue };
            let length = weights.panels.len() * LANES;
            let (Ok(input), Ok(output)) = (self.size(node.inputs[0]), self.size(node.output)) else { continue };
            let moved = 2 * output.height * output.width * LANES * (input.blocks() + output.blocks());
            if conv.is_pointwise() && length > IN_CACHE && length * (output.height - 1) > moved {
                // What is added to it in passing stays a part of it.
                let added = readers[node.output.0].filter(|reader| matches!(reader.op, Op::Add));
                let input = self.name(node.inputs[0]);
                self.whole[input.0] = true;
                self.whole[added.map_or(node.output, |added| added.output).0] = true;
            }
        }
    }

    fn walks_planes(&self, at: usize) -> bool {
        matches!(self.packed[at], Some(Packed::Dense { walk: Walk::Planes(_), .. }))
    }

    fn node(&mut self, at: usize, node: &Node) -> Result<(), RunError> {
        if self.is_renaming(node) {
            return Ok(());
        }
        if gives_maps(&node.op) {
            return if self.whole[node.output.0] { self.chain(at) } else { Ok(()) };
        }
        let held = self.held(node.inputs[0])?;
        let held = match &node.op {
            Op::Channels { first, count } => match held {
                Held::Map { map, .. } => Held::Map { map, first: *first, channels: *count },
                Held::View(_) => return Err(unfit("channels of something that is no map")),
            },
            Op::Transpose(order) => Held::View(self.transposed(held, order)?),
            Op::Reshape(_) => {
                let plain = self.plain(held)?;
                Held::View(View::plain(plain.origin, &self.shapes[node.output.0]))
            }
            Op::Sigmoid => {
                let shape = &self.shapes[node.output.0].clone();
                let from = self.plain(held)?;
                let length = count(shape);
                let place = self.memory.place(length, self.steps.len())?;
                self.use_view(&from);
                self.steps.push(Step::Copy { from, to: place });
                self.memory.used(place, self.steps.len());
                self.steps.push(Step::Sigmoid { place, length: length.unwrap_or(0) });
                Held::View(View::plain(Origin::Memory(place), shape))
            }
            Op::Abs | Op::Subtract => return Err(unfit("an operator that stands for nothing alone")),
            Op::Conv(_) | Op::Activation(_) | Op::MaxPool(_) | Op::MeanPool | Op::Repeat(_) | Op::Double | Op::Add => {
                return Err(unfit("maps that no chain gives"));
            }
        };
        self.held[node.output.0] = Some(held);
        Ok(())
    }

    fn held(&self, value: ValueId) -> Result<Held, RunError> {
        self.held[self.name(value).0].clone().ok_or_else(|| unfit("a value that is not there yet"))
    }

    /// Notes that the step to come reads a view.
    fn use_view(&mut self, view: &View) {
        if let Origin::Memory(place) = view.origin {
            self.memory.used(place, self.steps.len());
        }
    }

    fn transposed(&mut self, held: Held, order: &[usize]) -> Result<View, RunError> {
        match held {
            Held::Map { map, first, channels } => self.export(map, first, channels, order),
            Held::View(view) => Ok(View {
                origin: view.origin,
                shape: order.iter().map(|axis| view.shape[*axis]).collect(),
                strides: order.iter().map(|axis| view.strides[*axis]).collect(),
            }),
        }
    }

    /// The same numbers in an array without gaps.
    fn plain(&mut self, held: Held) -> Result<View, RunError> {
        match held {
            Held::Map { map, first, channels } => self.export(map, first, channels, &[0, 1, 2, 3]),
            Held::View(view) if view.is_plain() => Ok(view),
            Held::View(from) => {
                let to = self.memory.place(count(&from.shape), self.steps.len())?;
                self.use_view(&from);
                let plain = View::plain(Origin::Memory(to), &from.shape);
                self.steps.push(Step::Copy { from, to });
                Ok(plain)
            }
        }
    }

    /// Writes out channels of maps with the axes in this order.
    fn export(&mut self, map: Map, first: usize, channels: usize, order: &[usize]) -> Result<View, RunError> {
        let axes = [map.size.images, channels, map.size.height, map.size.width];
        if order.len() != 4 && map.size.height * map.size.width != 1 {
            return Err(unfit("maps have four axes"));
        }
        // Rows of numbers have two axes, and those that are missing are 1.
        let order: Vec<usize> = order.iter().copied().chain(order.len()..4).collect();
        let shape: Vec<usize> = order.iter().map(|axis| axes[*axis]).collect();
        let length = count(&shape);
        let to = self.memory.place(length, self.steps.len())?;
        let view = View::plain(Origin::Memory(to), &shape);
        let mut strides = [0; 4];
        order.iter().zip(&view.strides).for_each(|(axis, stride)| strides[*axis] = *stride);
        self.memory.used(map.place, self.steps.len());
        let length = length.unwrap_or(0);
        self.steps.push(Step::Export(Export { from: map, first_channel: first, channels, to, length, strides }));
        Ok(view)
    }

    fn finish(mut self) -> Result<Plan, RunError> {
        let mut outputs = Vec::with_capacity(self.graph.outputs.len());
        for output in &self.graph.outputs {
            let held = self.held(*output)?;
            let plain = self.plain(held)?;
            outputs.push(View::plain(plain.origin, &self.shapes[output.0]));
        }
        // All outputs are there until the end.
        outputs.iter().for_each(|output| self.use_view(output));
        let (offsets, length) = self.memory.offsets()?;
        Ok(Plan { steps: self.steps, outputs, offsets, length, spare: Mutex::default() })
    }

    fn size(&self, value: ValueId) -> Result<Size, RunError> {
        size(&self.shapes[value.0])
    }
}
