//! Runs a chain: each row of the last stage asks the stage before for the rows that it needs.

mod fetch;

use super::Memory;
use crate::kernel::{DenseRow, DoubleRow, Kernels, LANES, SumRow, Walk, WindowRow};
use crate::plan::{Chain, Lines, LinesKind, Map, Stage, Work};

/// Runs a chain on all images.
pub(super) fn run(chain: &Chain, memory: &mut Memory<'_>, kernels: &Kernels) {
    let mut running = Running { chain, kernels, image: 0, ready: vec![0; chain.stages.len()], places: Vec::new() };
    for stage in &chain.stages {
        blank(&stage.input, memory);
    }
    for image in 0..chain.images {
        running.image = image;
        running.ready.fill(0);
        let size = chain.target.size;
        let row_length = size.width * LANES;
        let block_stride = row_length * size.height;
        let start = memory.offset(chain.target.place) + image * size.blocks() * block_stride;
        let end = start + size.blocks() * block_stride;
        for row in 0..size.height {
            let target = Target { start: start + row * row_length, end, block_stride };
            running.row(chain.stages.len() - 1, row, target, memory);
        }
    }
}

/// Where a row is to be written: its first pixel in memory, the end of the array that it is in, and the numbers from one
/// block of channels to the next.
#[derive(Clone, Copy)]
struct Target {
    start: usize,
    end: usize,
    block_stride: usize,
}

struct Running<'a> {
    chain: &'a Chain,
    kernels: &'a Kernels,
    image: usize,
    /// Rows that each stage was given so far.
    ready: Vec<usize>,
    /// Scratch: where taps or rows lie.
    places: Vec<usize>,
}

impl Running<'_> {
    /// Computes one row of a stage.
    fn row(&mut self, at: usize, row: usize, target: Target, memory: &mut Memory<'_>) {
        let chain = self.chain;
        let stage = &chain.stages[at];
        let height = stage.input.size.height;
        let (first, count) = match &stage.work {
            Work::Repeat([down, _]) | Work::Sum { repeat: [down, _], .. } => (row / down, 1),
            Work::Double => (row.div_ceil(2).saturating_sub(1), 2),
            Work::Dense { .. } | Work::Depthwise(_) | Work::Largest => {
                (row * stage.window.stride[0], stage.window.size[0])
            }
        };
        let top = stage.window.pads[0];
        if let LinesKind::Turns { .. } = stage.input.kind {
            let needed = (first + count).saturating_sub(top).min(height);
            while self.ready[at] < needed {
                self.fill(at, self.ready[at], memory);
                self.ready[at] += 1;
            }
        }
        let rows = (first..first + count).map(|row| row.checked_sub(top).filter(|row| *row < height));
        self.compute(stage, row, rows, target, memory);
    }

    /// Gets one row of a stage's input.
    fn fill(&mut self, at: usize, row: usize, memory: &mut Memory<'_>) {
        let lines = &self.chain.stages[at].input;
        let LinesKind::Turns { left, planes, .. } = lines.kind else { return };
        let lanes = if planes { 1 } else { LANES };
        let place = memory.offset(lines.place);
        let start = place + lines.row(Some(row)) + left * lanes;
        let target = Target { start, end: place + lines.length, block_stride: lines.block_stride };
        if let Some(before) = at.checked_sub(1) {
            return self.row(before, row, target, memory);
        }
        self.fetch(planes, row, target, memory);
    }

    fn compute(
        &mut self,
        stage: &Stage,
        row: usize,
        rows: impl Iterator<Item = Option<usize>>,
        target: Target,
        memory: &mut Memory<'_>,
    ) {
        let Stage { work, window, input, output } = stage;
        let image = match input.kind {
            LinesKind::Whole => self.image,
            LinesKind::Turns { .. } => 0,
        };
        let start = memory.offset(input.place) + image * input.length;
        let side = match work {
            Work::Dense { residual: Some(map), .. } | Work::Sum { map, .. } => {
                Some(Side::new(map, self.image, row, memory))
            }
            Work::Dense { residual: None, .. }
            | Work::Depthwise(_)
            | Work::Largest
            | Work::Repeat(_)
            | Work::Double => None,
        };
        let (to, rest) = memory.apart(target.start, target.end - target.start);
        let source = rest.read(start, input.length);
        let side = side.map(|side| (rest.read(side.start, side.length), side.stride));
        let (target_stride, pixels) = (target.block_stride, output.width);
        let places = &mut self.places;
        places.clear();
        match work {
            Work::Dense { weights, walk, .. } => {
                let (blocks, step) = match walk {
                    Walk::Blocks(_) => (input.size.blocks(), LANES),
                    Walk::Planes(_) => (input.size.channels, 1),
                };
                for row in rows.map(|row| input.row(row)) {
                    for column in 0..window.size[1] {
                        places.extend((0..blocks).map(|block| row + block * input.block_stride + column * step));
                    }
                }
                let taps = places.as_slice();
                let residual = side;
                let walk = *walk;
                (self.kernels.dense)(DenseRow {
                    weights,
                    walk,
                    source,
                    taps,
                    residual,
                    target: to,
                    target_stride,
                    pixels,
                });
            }
            Work::Depthwise(_) | Work::Largest => {
                places.extend(rows.map(|row| input.row(row)));
                let row = WindowRow {
                    blocks: output.blocks(),
                    source,
                    rows: places,
                    source_stride: input.block_stride,
                    target: to,
                    target_stride,
                    pixels,
                    across: [window.size[1], window.stride[1]],
                };
                if let Work::Depthwise(weights) = work {
                    (self.kernels.depthwise)(row, weights);
                } else {
                    (self.kernels.largest)(row);
                }
            }
            Work::Repeat([_, across]) => {
                for row in rows.map(|row| input.row(row)) {
                    for block in 0..output.blocks() {
                        let from = source[row + block * input.block_stride..].as_chunks::<LANES>().0;
                        let to = to[block * target_stride..].as_chunks_mut::<LANES>().0;
                        for (to, from) in to[..pixels].chunks_exact_mut(*across).zip(from) {
                            to.fill(*from);
                        }
                    }
                }
            }
            Work::Double => {
                // The rows above and below; beyond the edge the outermost one again.
                let lower = row.div_ceil(2).min(input.size.height - 1);
                let upper = row.div_ceil(2).saturating_sub(1);
                (self.kernels.double)(DoubleRow {
                    blocks: output.blocks(),
                    // An even row lies nearer to the one below, an odd one nearer to the one above.
                    near: input.row(Some(if row.is_multiple_of(2) { lower } else { upper })),
                    far: input.row(Some(if row.is_multiple_of(2) { upper } else { lower })),
                    source,
                    source_stride: input.block_stride,
                    target: to,
                    target_stride,
                    pixels: input.size.width,
                });
            }
            Work::Sum { repeat, .. } => {
                let Some((right, right_stride)) = side else { return };
                for row in rows.map(|row| input.row(row)) {
                    (self.kernels.sum)(SumRow {
                        blocks: output.blocks(),
                        left: &source[row..],
                        left_stride: input.block_stride,
                        repeat: repeat[1],
                        right,
                        right_stride,
                        target: to,
                        target_stride,
                        pixels,
                    });
                }
            }
        }
    }
}

/// A row of maps that is added to another.
#[derive(Clone, Copy)]
struct Side {
    start: usize,
    length: usize,
    stride: usize,
}

impl Side {
    fn new(map: &Map, image: usize, row: usize, memory: &Memory<'_>) -> Self {
        let row_length = map.size.width * LANES;
        let stride = row_length * map.size.height;
        let all = stride * map.size.blocks();
        let start = memory.offset(map.place) + image * all + row * row_length;
        Self { start, length: all - row * row_length, stride }
    }
}

/// Writes what stands around the rows: it is never written over.
fn blank(lines: &Lines, memory: &mut Memory<'_>) {
    let LinesKind::Turns { lines: count, left, right, planes, blank } = lines.kind else { return };
    let lanes = if planes { 1 } else { LANES };
    let start = memory.offset(lines.place);
    let all = &mut memory.values[start..][..lines.length];
    for block in all.chunks_exact_mut(lines.block_stride) {
        let (rows, spare) = block.split_at_mut(count * lines.row_stride);
        spare.fill(blank);
        for row in rows.chunks_exact_mut(lines.row_stride) {
            row[..left * lanes].fill(blank);
            let inner = row.len() - right * lanes;
            row[inner..].fill(blank);
        }
    }
}
