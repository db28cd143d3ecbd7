//! Carries out a plan.

mod chain;

use crate::kernel::{Kernels, LANES};
use crate::network::Output;
use crate::plan::{ALIGNMENT, Export, Map, Origin, Place, Plan, Step, View};

/// Runs a plan on the values of its input.
pub(crate) fn run(plan: &Plan, kernels: &Kernels, input: &[f32]) -> Vec<Output> {
    let mut kept = plan.memory();
    let skipped = kept.as_ptr().align_offset(ALIGNMENT * size_of::<f32>()).min(ALIGNMENT);
    let mut memory = Memory { values: &mut kept[skipped..][..plan.length], offsets: &plan.offsets, input };
    for step in &plan.steps {
        match step {
            Step::Chain(chain) => chain::run(chain, &mut memory, kernels),
            Step::Export(export) => memory.export(export),
            Step::Copy { from, to } => memory.copy(from, *to),
            Step::Sigmoid { place, length } => {
                let start = memory.offset(*place);
                (kernels.sigmoid)(&mut memory.values[start..][..*length]);
            }
        }
    }
    let outputs = plan.outputs.iter().map(|output| {
        let length = output.shape.iter().product();
        let values = match output.origin {
            Origin::Input => input[..length].to_vec(),
            Origin::Memory(place) => memory.values[memory.offset(place)..][..length].to_vec(),
        };
        Output { shape: output.shape.clone(), values }
    });
    let outputs = outputs.collect();
    plan.keep(kept);
    outputs
}

/// The memory of one run.
struct Memory<'a> {
    values: &'a mut [f32],
    offsets: &'a [usize],
    input: &'a [f32],
}

/// All memory but an array that is being written.
#[derive(Clone, Copy)]
struct Rest<'a> {
    before: &'a [f32],
    after: &'a [f32],
    /// Where `after` begins.
    end: usize,
}

impl<'a> Rest<'a> {
    fn read(self, start: usize, length: usize) -> &'a [f32] {
        match start.checked_sub(self.end) {
            Some(start) => &self.after[start..][..length],
            None => &self.before[start..][..length],
        }
    }
}

impl Memory<'_> {
    fn offset(&self, place: Place) -> usize {
        self.offsets[place.0]
    }

    /// An array to write, and the rest to read from.
    fn apart(&mut self, start: usize, length: usize) -> (&mut [f32], Rest<'_>) {
        let (before, rest) = self.values.split_at_mut(start);
        let (target, after) = rest.split_at_mut(length);
        (target, Rest { before, after, end: start + length })
    }

    fn export(&mut self, export: &Export) {
        let Export { from: Map { place, size }, first_channel, strides, .. } = export;
        let area = size.height * size.width;
        let from = self.offset(*place);
        let (target, rest) = self.apart(self.offset(export.to), export.length);
        for image in 0..size.images {
            for (block, first) in (0..size.blocks()).map(|block| (block, block * LANES)) {
                // The lanes of this block that are asked for.
                let lanes = first_channel.saturating_sub(first)
                    ..(first_channel + export.channels).saturating_sub(first).min(LANES);
                if lanes.is_empty() {
                    continue;
                }
                let start = image * strides[0] + (first + lanes.start - first_channel) * strides[1];
                let maps = rest.read(from + (image * size.blocks() + block) * area * LANES, area * LANES);
                let (pixels, _) = maps.as_chunks::<LANES>();
                let whole = strides[1] == 1 && strides[2] == size.width * strides[3];
                match lanes.len() {
                    // The outputs of detectors: with constants the compiler moves all numbers of a pixel at once.
                    1 if whole => copy::<1>(&mut target[start..], strides[3], pixels, lanes.start),
                    4 if whole => copy::<4>(&mut target[start..], strides[3], pixels, lanes.start),
                    10 if whole => copy::<10>(&mut target[start..], strides[3], pixels, lanes.start),
                    _ => {
                        for (at, pixel) in pixels.iter().enumerate() {
                            let start = start + at / size.width * strides[2] + at % size.width * strides[3];
                            let to = target[start..].iter_mut().step_by(strides[1]);
                            to.zip(&pixel[lanes.clone()]).for_each(|(to, from)| *to = *from);
                        }
                    }
                }
            }
        }
    }

    /// Copies a view number by number; views with gaps are rare and small.
    fn copy(&mut self, from: &View, to: Place) {
        let length: usize = from.shape.iter().product();
        let input = self.input;
        let start = match from.origin {
            Origin::Input => 0,
            Origin::Memory(place) => self.offset(place),
        };
        let (target, rest) = self.apart(self.offset(to), length);
        let source = match from.origin {
            Origin::Input => input,
            Origin::Memory(_) => rest.read(start, length),
        };
        let mut index = vec![0; from.shape.len()];
        let mut at = 0;
        for target in target {
            *target = source[at];
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                at += from.strides[axis];
                if index[axis] < from.shape[axis] {
                    break;
                }
                at -= index[axis] * from.strides[axis];
                index[axis] = 0;
            }
        }
    }
}

/// Copies `COUNT` lanes of each pixel to places that are `stride` apart.
fn copy<const COUNT: usize>(target: &mut [f32], stride: usize, pixels: &[[f32; LANES]], lane: usize) {
    for (to, from) in target.chunks_mut(stride).zip(pixels) {
        if let (Some(to), Some(from)) = (to.first_chunk_mut::<COUNT>(), from[lane..].first_chunk::<COUNT>()) {
            *to = *from;
        }
    }
}
