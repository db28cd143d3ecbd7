//! A plane of luma, and how a block of one is found again in another.

use crate::frame::Frame;

/// Luma, row by row, 0..=255.
#[derive(Clone, PartialEq)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    values: Vec<f32>,
}

/// Where a block was found again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// From the block's place to where it was found, in pixels, to a part of one.
    pub by: [f32; 2],
    /// The normalised cross-correlation there, -1..=1.
    pub likeness: f32,
}

impl Plane {
    pub fn of(frame: &Frame) -> Self {
        let values = frame.luma().into_iter().map(f32::from).collect();
        Self { width: frame.width() as usize, height: frame.height() as usize, values }
    }

    pub fn from_fn(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let value = &value;
        let values = (0..height).flat_map(|y| (0..width).map(move |x| value(x, y))).collect();
        Self { width, height, values }
    }

    pub fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..(y + 1) * self.width]
    }

    /// The luma between four pixels; that of the nearest pixel beyond the edges.
    pub fn at(&self, [x, y]: [f32; 2]) -> f32 {
        let clamped = |value: f32, side: usize| value.clamp(0.0, (side - 1) as f32);
        let (x, y) = (clamped(x, self.width), clamped(y, self.height));
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (across, down) = (x - left as f32, y - top as f32);
        let (upper, lower) = (self.row(top), self.row(bottom));
        let mix = |a: f32, b: f32, part: f32| a + (b - a) * part;
        mix(mix(upper[left], upper[right], across), mix(lower[left], lower[right], across), down)
    }

    /// The square block of `2 * half + 1` pixels around a point; `None` where it reaches beyond the plane.
    pub fn block(&self, [x, y]: [isize; 2], half: usize) -> Option<Block> {
        let (left, top) = (usize::try_from(x).ok()?.checked_sub(half)?, usize::try_from(y).ok()?.checked_sub(half)?);
        let side = 2 * half + 1;
        if left + side > self.width || top + side > self.height {
            return None;
        }
        let values: Vec<f32> = (top..top + side).flat_map(|y| self.row(y)[left..left + side].iter().copied()).collect();
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let values: Vec<f32> = values.into_iter().map(|value| value - mean).collect();
        let energy = values.iter().map(|value| value * value).sum();
        Some(Block { side, values, energy })
    }

    /// How like the block is to what lies around a point here, -1..=1; `None` beyond the plane.
    pub fn likeness(&self, block: &Block, [x, y]: [isize; 2]) -> Option<f32> {
        let half = block.side / 2;
        let (left, top) = (usize::try_from(x).ok()?.checked_sub(half)?, usize::try_from(y).ok()?.checked_sub(half)?);
        if left + block.side > self.width || top + block.side > self.height {
            return None;
        }
        let mut sums = Sums::default();
        for (row, values) in block.values.chunks_exact(block.side).enumerate() {
            sums.add(values, &self.row(top + row)[left..left + block.side]);
        }
        let [product, sum, squares] = sums.total();
        let energy = squares - sum * sum / block.values.len() as f32;
        // One grey level a pixel of variance at least: plain surfaces have no likeness to tell of.
        let least = block.values.len() as f32;
        Some(product / (block.energy.max(least) * energy.max(least)).sqrt())
    }

    /// Where the block is found best among the points `start + [-reach..=reach, -reach..=reach]`; `None` where it is found
    /// nowhere, or best at the rim, where it may not be the best at all. Every second point is tried first, then those around
    /// the best of them: a lens blurs too much for a match to hide between.
    pub fn find(&self, block: &Block, start: [isize; 2], reach: isize) -> Option<Found> {
        let at = |[dx, dy]: [isize; 2]| self.likeness(block, [start[0] + dx, start[1] + dy]).unwrap_or(-1.0);
        let coarse = best(&at, [0, 0], reach, 2);
        let [dx, dy] = best(&at, coarse, 1, 1);
        let likeness = at([dx, dy]);
        if likeness <= 0.0 || dx.abs() >= reach || dy.abs() >= reach {
            return None;
        }
        let across = vertex(at([dx - 1, dy]), likeness, at([dx + 1, dy]));
        let down = vertex(at([dx, dy - 1]), likeness, at([dx, dy + 1]));
        Some(Found { by: [dx as f32 + across, dy as f32 + down], likeness })
    }
}

/// The sums behind a likeness, in lanes: compilers may not reorder sums of floating-point numbers, and one after the other they
/// take several times as long.
#[derive(Default)]
struct Sums {
    product: [f32; LANES],
    sum: [f32; LANES],
    squares: [f32; LANES],
}

const LANES: usize = 8;

impl Sums {
    fn add(&mut self, block: &[f32], seen: &[f32]) {
        let (blocks, block_rest) = block.as_chunks::<LANES>();
        let (seens, seen_rest) = seen.as_chunks::<LANES>();
        for (block, seen) in blocks.iter().zip(seens) {
            for lane in 0..LANES {
                self.product[lane] += block[lane] * seen[lane];
                self.sum[lane] += seen[lane];
                self.squares[lane] += seen[lane] * seen[lane];
            }
        }
        for (lane, (a, b)) in block_rest.iter().zip(seen_rest).enumerate() {
            self.product[lane] += a * b;
            self.sum[lane] += b;
            self.squares[lane] += b * b;
        }
    }

    /// Of the products, of what is seen, and of its squares.
    fn total(&self) -> [f32; 3] {
        [&self.product, &self.sum, &self.squares].map(|lanes| lanes.iter().sum())
    }
}

/// The motion with the highest value among those up to `reach` from `start`, every `step` pixels; the first of equal ones.
pub(super) fn best(value: &impl Fn([isize; 2]) -> f32, start: [isize; 2], reach: isize, step: usize) -> [isize; 2] {
    let steps = || (-reach..=reach).step_by(step);
    let all = steps().flat_map(|dy| steps().map(move |dx| [start[0] + dx, start[1] + dy]));
    let first = (start, value(start));
    all.map(|by| (by, value(by))).fold(first, |best, next| if next.1 > best.1 { next } else { best }).0
}

/// Pixels of a plane, less their mean.
pub(super) struct Block {
    side: usize,
    values: Vec<f32>,
    energy: f32,
}

impl Block {
    /// The standard deviation of the luma, in grey levels.
    pub fn contrast(&self) -> f32 {
        (self.energy / self.values.len() as f32).sqrt()
    }

    /// The standard deviation of the luma along the weaker of both directions of differences, in grey levels: below a few,
    /// noise decides where the block is found.
    pub fn texture(&self) -> f32 {
        let at = |x: usize, y: usize| self.values[y * self.side + x];
        let inner = 0..self.side - 1;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for (x, y) in inner.clone().flat_map(|y| inner.clone().map(move |x| (x, y))) {
            let (dx, dy) = (at(x + 1, y) - at(x, y), at(x, y + 1) - at(x, y));
            (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
        }
        let count = ((self.side - 1) * (self.side - 1)) as f32;
        let (middle, half) = ((xx + yy) / 2.0, (xx - yy) / 2.0);
        ((middle - half.hypot(xy)).max(0.0) / count).sqrt()
    }
}

/// The top of the parabola through three values at -1, 0 and 1, of which the middle one is the highest: -0.5..=0.5.
fn vertex(before: f32, top: f32, after: f32) -> f32 {
    let bend = 2.0 * top - before - after;
    if bend > 0.0 { (0.5 * (after - before) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}
