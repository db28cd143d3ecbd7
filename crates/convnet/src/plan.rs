//! What has to be done for one input shape, with every size and place in memory settled beforehand.

mod build;
mod memory;
mod shape;

use std::sync::{Arc, Mutex, PoisonError};

use crate::graph::Window;
use crate::kernel::Walk;
use crate::kernel::weights::{DenseWeights, DepthwiseWeights};

pub(crate) use build::build;
pub(crate) use memory::Place;

/// The steps for one input shape.
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) outputs: Vec<View>,
    /// Where each [`Place`] begins, in numbers.
    pub(crate) offsets: Vec<usize>,
    /// Numbers of memory that a run needs.
    pub(crate) length: usize,
    /// Memory of runs that are over, for those to come.
    spare: Mutex<Vec<Vec<f32>>>,
}

/// Memory that is kept for a plan: so many threads can run it at once without asking the system for more.
const MAX_SPARE: usize = 4;

pub(crate) enum Step {
    Chain(Chain),
    /// Writes maps out as a plain array.
    Export(Export),
    /// Copies a view to a place, without gaps.
    Copy {
        from: View,
        to: Place,
    },
    Sigmoid {
        place: Place,
        length: usize,
    },
}

/// Maps in memory: by image, block of 16 channels, row, pixel, channel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) place: Place,
    pub(crate) size: Size,
}

/// How many maps, and how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) images: usize,
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

/// A plain array, perhaps with its axes in another order than in memory.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) origin: Origin,
    pub(crate) shape: Vec<usize>,
    /// Numbers from one entry to the next along each axis.
    pub(crate) strides: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// What the caller gave.
    Input,
    Memory(Place),
}

/// Writes channels of maps to a plain array.
pub(crate) struct Export {
    pub(crate) from: Map,
    pub(crate) first_channel: usize,
    pub(crate) channels: usize,
    pub(crate) to: Place,
    /// Numbers in the array.
    pub(crate) length: usize,
    /// Numbers from one image, channel, row, column to the next in the array.
    pub(crate) strides: [usize; 4],
}

/// Operators that run one row at a time, each as soon as those before it have given the rows that it needs: what lies
/// between them never leaves the cache.
pub(crate) struct Chain {
    pub(crate) source: Source,
    pub(crate) images: usize,
    /// Never empty.
    pub(crate) stages: Vec<Stage>,
    pub(crate) target: Map,
}

#[derive(Debug, Clone)]
pub(crate) enum Source {
    Map(Map),
    /// Image, channel, row, column.
    View(View),
}

/// One operator of a chain.
pub(crate) struct Stage {
    pub(crate) work: Work,
    pub(crate) window: Window,
    pub(crate) input: Lines,
    pub(crate) output: Size,
}

pub(crate) enum Work {
    Dense {
        weights: Arc<DenseWeights>,
        walk: Walk,
        residual: Option<Map>,
    },
    Depthwise(Arc<DepthwiseWeights>),
    Largest,
    Repeat([usize; 2]),
    Double,
    /// Each pixel is repeated so many times down and across before the map is added.
    Sum {
        map: Map,
        repeat: [usize; 2],
    },
}

/// Rows that a stage reads: the source itself, or a few lines that are written over again and again.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    pub(crate) place: Place,
    pub(crate) kind: LinesKind,
    /// Of the rows without what is added around them.
    pub(crate) size: Size,
    /// Numbers from one row to the next.
    pub(crate) row_stride: usize,
    /// Numbers from one block of channels (or one channel, for planes) to the next.
    pub(crate) block_stride: usize,
    /// Numbers of one image.
    pub(crate) length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum LinesKind {
    /// The rows of a map as they lie in memory.
    Whole,
    /// So many lines in turn, and one more that stays blank; each has blank pixels on its left and right.
    Turns { lines: usize, left: usize, right: usize, planes: bool, blank: f32 },
}

impl Size {
    pub(crate) fn blocks(&self) -> usize {
        self.channels.div_ceil(crate::kernel::LANES)
    }
}

impl Lines {
    /// Where a row begins within the lines of an image; rows beyond the map are the blank one.
    pub(crate) fn row(&self, row: Option<usize>) -> usize {
        match self.kind {
            LinesKind::Whole => row.unwrap_or(0) * self.row_stride,
            LinesKind::Turns { lines, .. } => row.map_or(lines, |row| row % lines) * self.row_stride,
        }
    }
}

impl Plan {
    /// Memory for one run.
    pub(crate) fn memory(&self) -> Vec<f32> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(|| vec![0.0; self.length + ALIGNMENT])
    }

    /// Takes memory back after a run.
    pub(crate) fn keep(&self, memory: Vec<f32>) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MAX_SPARE {
            spare.push(memory);
        }
    }
}

/// Numbers in a cache line: memory begins at a multiple of it.
pub(crate) const ALIGNMENT: usize = 16;
