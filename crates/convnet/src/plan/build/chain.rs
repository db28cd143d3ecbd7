//! Plans a chain of stages: what each reads, and how many lines of it are kept.

use std::sync::Arc;

use super::{Builder, Held};
use crate::error::RunError;
use crate::graph::{Conv, Op, ValueId, Window};
use crate::kernel::weights::{DepthwiseWeights, Finish};
use crate::kernel::{LANES, Walk};
use crate::network::Packed;
use crate::plan::shape::{count, unfit};
use crate::plan::{Chain, Lines, LinesKind, Map, Size, Source, Stage, Step, View, Work};

/// The most stages of a chain.
pub(super) const LONGEST: usize = 40;

/// A stage before its lines are settled.
struct Draft {
    work: Work,
    window: Window,
    input: Size,
    output: Size,
    /// What stands around the map.
    blank: f32,
}

impl Chain {
    /// Rows of whole maps lie behind each other. A single convolution that sees one pixel at a time takes them for one long row, and
    /// reads its weights once.
    fn flatten(&mut self) {
        let [Stage { work: Work::Dense { walk: Walk::Blocks(1), residual, .. }, window: Window::POINT, input, output }] =
            self.stages.as_mut_slice()
        else {
            return;
        };
        if input.kind != LinesKind::Whole {
            return;
        }
        input.size.flatten();
        output.flatten();
        self.target.size.flatten();
        residual.iter_mut().for_each(|map| map.size.flatten());
        input.row_stride = input.block_stride;
    }
}

impl Size {
    fn flatten(&mut self) {
        (self.width, self.height) = (self.width * self.height, 1);
    }
}

impl Builder<'_> {
    /// Adds the chain that ends with this node.
    pub(super) fn chain(&mut self, last: usize) -> Result<(), RunError> {
        let graph = self.graph;
        let mut nodes = vec![last];
        let mut first = last;
        let source = loop {
            let before = self.name(graph.nodes[first].inputs[self.main[first]]);
            if self.whole[before.0] || self.held[before.0].is_some() {
                break self.source(before)?;
            }
            first = self.producers[before.0].ok_or_else(|| unfit("a value that nothing gives"))?;
            nodes.push(first);
        };
        let mut drafts: Vec<Draft> = Vec::with_capacity(nodes.len());
        for at in nodes.into_iter().rev() {
            let draft = self.draft(at)?;
            let Work::Sum { map, .. } = draft.work else {
                drafts.push(draft);
                continue;
            };
            match drafts.last_mut() {
                // A dense convolution adds in passing, and what is repeated need not be written before it is added to.
                Some(Draft { work: Work::Dense { weights, residual: residual @ None, .. }, .. })
                    if matches!(weights.finish, Finish::None) =>
                {
                    *residual = Some(map);
                }
                Some(Draft { work: work @ Work::Repeat(_), output, .. }) => {
                    if let Work::Repeat(repeat) = *work {
                        *work = Work::Sum { map, repeat };
                        *output = draft.output;
                    }
                }
                Some(_) | None => drafts.push(draft),
            }
        }
        let step = self.steps.len();
        let output = graph.nodes[last].output;
        let size = self.size(output)?;
        let target = Map { place: self.memory.place(Map::length(size), step)?, size };
        match &source {
            Source::Map(map) => self.memory.used(map.place, step),
            Source::View(view) => self.use_view(&view.clone()),
        }
        let mut stages = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let whole = match &source {
                Source::Map(map) if stages.is_empty() => Some(*map),
                Source::Map(_) | Source::View(_) => None,
            };
            let input = self.lines(&draft, whole)?;
            stages.push(Stage { work: draft.work, window: draft.window, input, output: draft.output });
        }
        let mut chain = Chain { source, images: size.images, stages, target };
        chain.flatten();
        self.steps.push(Step::Chain(chain));
        self.held[output.0] = Some(Held::Map { map: target, first: 0, channels: size.channels });
        Ok(())
    }

    fn source(&self, value: ValueId) -> Result<Source, RunError> {
        match self.held(value)? {
            Held::Map { map, first: 0, channels } if channels == map.size.channels => Ok(Source::Map(map)),
            Held::Map { .. } => Err(unfit("a part of the channels")),
            Held::View(View { origin, mut shape, mut strides }) => {
                if shape.len() != 4 && shape.len() != 2 {
                    return Err(unfit(format!("maps have two or four axes, not {}", shape.len())));
                }
                shape.resize(4, 1);
                strides.resize(4, 1);
                Ok(Source::View(View { origin, shape, strides }))
            }
        }
    }

    fn draft(&mut self, at: usize) -> Result<Draft, RunError> {
        let node = &self.graph.nodes[at];
        let input = self.size(node.inputs[self.main[at]])?;
        let output = self.size(node.output)?;
        let mut window = Window::POINT;
        let mut blank = 0.0;
        let by_channel = |conv: &Conv| Work::Depthwise(Arc::new(DepthwiseWeights::new(conv)));
        let work = match &node.op {
            Op::Conv(conv) => {
                window = conv.window;
                match &self.packed[at] {
                    Some(Packed::Dense { weights, walk }) => {
                        Work::Dense { weights: Arc::clone(weights), walk: *walk, residual: None }
                    }
                    Some(Packed::Depthwise(weights)) => Work::Depthwise(Arc::clone(weights)),
                    None => return Err(unfit("a convolution without weights")),
                }
            }
            Op::Activation(activation) => {
                let mut conv = Conv::by_channel(vec![1.0; input.channels], vec![0.0; input.channels]);
                conv.activation = activation.for_channels(input.channels).ok_or_else(|| unfit("slopes"))?;
                by_channel(&conv)
            }
            Op::MeanPool => {
                let area = input.height * input.width;
                count(&[input.channels, area]).filter(|numbers| *numbers < 1 << 26).ok_or(RunError::TooLarge)?;
                let mut conv =
                    Conv::by_channel(vec![1.0 / area as f32; input.channels * area], vec![0.0; input.channels]);
                (conv.channels_in, conv.channels_out) = (input.channels, input.channels);
                conv.window = Window { size: [input.height, input.width], ..Window::POINT };
                window = conv.window;
                by_channel(&conv)
            }
            Op::MaxPool(pool) => {
                window = *pool;
                blank = f32::NEG_INFINITY;
                Work::Largest
            }
            Op::Repeat(times) => Work::Repeat(*times),
            Op::Double => {
                // Each row lies between two.
                window.size = [2, 1];
                Work::Double
            }
            Op::Add => {
                let side = node.inputs[1 - self.main[at]];
                match self.source(side)? {
                    Source::Map(map) => {
                        self.memory.used(map.place, self.steps.len());
                        Work::Sum { map, repeat: [1, 1] }
                    }
                    Source::View(_) => return Err(unfit("Add of the network's input")),
                }
            }
            Op::Sigmoid | Op::Transpose(_) | Op::Reshape(_) | Op::Channels { .. } | Op::Abs | Op::Subtract => {
                return Err(unfit("an operator that gives no maps"));
            }
        };
        Ok(Draft { work, window, input, output, blank })
    }

    /// The lines that a stage reads: those of the source where nothing stands around them.
    fn lines(&mut self, draft: &Draft, whole: Option<Map>) -> Result<Lines, RunError> {
        let size = draft.input;
        let planes = matches!(draft.work, Work::Dense { walk: Walk::Planes(_), .. });
        let is_padded = draft.window.pads != [0; 4];
        if let Some(map) = whole.filter(|_| !planes && !is_padded) {
            let row_stride = size.width * LANES;
            let block_stride = row_stride * size.height;
            let length = block_stride * size.blocks();
            return Ok(Lines { place: map.place, kind: LinesKind::Whole, size, row_stride, block_stride, length });
        }
        let [_, left, _, right] = draft.window.pads;
        let lines = draft.window.size[0];
        let (blocks, lanes) = if planes { (size.channels, 1) } else { (size.blocks(), LANES) };
        let sizes = || {
            let row_stride = count(&[size.width.checked_add(left)?.checked_add(right)?, lanes])?;
            let block_stride = count(&[row_stride, lines.checked_add(1)?])?;
            Some((row_stride, block_stride, count(&[block_stride, blocks])?))
        };
        let (row_stride, block_stride, length) = sizes().ok_or(RunError::TooLarge)?;
        let place = self.memory.place(Some(length), self.steps.len())?;
        let kind = LinesKind::Turns { lines, left, right, planes, blank: draft.blank };
        Ok(Lines { place, kind, size, row_stride, block_stride, length })
    }
}
