//! Gets rows from the source of a chain: maps, or a plain array with its axes in any order.

use super::{Running, Side, Target};
use crate::kernel::LANES;
use crate::plan::{Map, Origin, Source, View};
use crate::run::{Memory, Rest};

/// A row of a view, as far as the view goes.
fn row_of_view<'a>(view: &View, image: usize, row: usize, input: &'a [f32], place: usize, rest: Rest<'a>) -> &'a [f32] {
    let start = image * view.strides[0] + row * view.strides[2];
    match view.origin {
        Origin::Input => &input[start..],
        Origin::Memory(_) => &rest.read(place, view.shape.iter().product())[start..],
    }
}

impl Running<'_> {
    /// Gets one row from the source of the chain.
    pub(super) fn fetch(&self, planes: bool, row: usize, target: Target, memory: &mut Memory<'_>) {
        let place = match &self.chain.source {
            Source::Map(Map { place, .. }) | Source::View(View { origin: Origin::Memory(place), .. }) => {
                memory.offset(*place)
            }
            Source::View(View { origin: Origin::Input, .. }) => 0,
        };
        let input = memory.input;
        let side = match &self.chain.source {
            Source::Map(map) => Some(Side::new(map, self.image, row, memory)),
            Source::View(_) => None,
        };
        let (to, rest) = memory.apart(target.start, target.end - target.start);
        let stride = target.block_stride;
        match (&self.chain.source, side) {
            (Source::Map(map), Some(side)) => {
                let from = rest.read(side.start, side.length);
                if planes {
                    planes_of_map(map, from, side.stride, to, stride)
                } else {
                    blocks_of_map(map, from, side.stride, to, stride)
                }
            }
            (Source::View(view), _) => {
                let from = row_of_view(view, self.image, row, input, place, rest);
                if planes { planes_of_view(view, from, to, stride) } else { blocks_of_view(view, from, to, stride) }
            }
            (Source::Map(_), None) => {}
        }
    }
}

fn planes_of_view(view: &View, from: &[f32], to: &mut [f32], stride: usize) {
    let (channels, width) = (view.shape[1], view.shape[3]);
    for channel in 0..channels {
        let to = &mut to[channel * stride..][..width];
        let from = &from[channel * view.strides[1]..];
        match view.strides[3] {
            1 => to.copy_from_slice(&from[..width]),
            step => to.iter_mut().zip(from.iter().step_by(step)).for_each(|(to, from)| *to = *from),
        }
    }
}

fn blocks_of_view(view: &View, from: &[f32], to: &mut [f32], stride: usize) {
    let (channels, width) = (view.shape[1], view.shape[3]);
    for block in 0..channels.div_ceil(LANES) {
        let pixels = to[block * stride..].as_chunks_mut::<LANES>().0;
        for (column, pixel) in pixels.iter_mut().take(width).enumerate() {
            for (lane, to) in pixel.iter_mut().enumerate() {
                let channel = block * LANES + lane;
                let at = channel * view.strides[1] + column * view.strides[3];
                *to = if channel < channels { from[at] } else { 0.0 };
            }
        }
    }
}

fn planes_of_map(map: &Map, from: &[f32], from_stride: usize, to: &mut [f32], stride: usize) {
    for channel in 0..map.size.channels {
        let from = from[channel / LANES * from_stride..].as_chunks::<LANES>().0;
        let to = &mut to[channel * stride..][..map.size.width];
        to.iter_mut().zip(from).for_each(|(to, from)| *to = from[channel % LANES]);
    }
}

fn blocks_of_map(map: &Map, from: &[f32], from_stride: usize, to: &mut [f32], stride: usize) {
    let length = map.size.width * LANES;
    for block in 0..map.size.blocks() {
        to[block * stride..][..length].copy_from_slice(&from[block * from_stride..][..length]);
    }
}
