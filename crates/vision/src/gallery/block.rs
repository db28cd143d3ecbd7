//! Keeps references in three bytes a number: one that the search reads, and two that make it exact.

use super::kernel::{Codes, WIDTH};
use crate::embedder::Embedding;

/// References in one block: so many are compared in one go, and so many more memory a growing gallery takes at a time
/// (600 KB).
pub(super) const ROWS: usize = 1024;

/// The largest code.
const LARGEST: f32 = 127.0;

/// Fine steps in one code.
const FINE_STEPS: f32 = 65_536.0;

/// Up to [`ROWS`] references. A number is `scale * (code + fine / 65536)`: 24 bits, whose error of some 1.5e-8 is no more
/// than that of a sum of 192 products in `f32`.
#[derive(Clone, Default)]
pub(super) struct Block {
    pub(super) codes: Vec<Codes>,
    fine: Vec<[i16; WIDTH]>,
    pub(super) scales: Vec<Scale>,
}

/// What one code of a row is worth, and what the row loses without its fine part.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) scale: f32,
    /// The length of the fine part: no probe of unit length can change by more without it.
    pub(super) error: f32,
}

/// One reference, taken apart.
pub(super) struct Row {
    codes: Codes,
    fine: [i16; WIDTH],
    scale: Scale,
}

impl Row {
    pub(super) fn new(embedding: &Embedding) -> Self {
        let values = embedding.values();
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())).max(f32::MIN_POSITIVE);
        let scale = largest / LARGEST;
        let mut row = Self { codes: [0; WIDTH], fine: [0; WIDTH], scale: Scale { scale, error: 0.0 } };
        let mut squares = 0.0;
        for (at, value) in values.iter().enumerate().take(WIDTH) {
            let steps = f64::from(*value) / f64::from(scale);
            let code = steps.round().clamp(-127.0, 127.0);
            row.codes[at] = code as i8;
            // Half a code is one step more than fits.
            row.fine[at] = ((steps - code) * f64::from(FINE_STEPS)).round().clamp(-32_768.0, 32_767.0) as i16;
            squares += (f32::from(row.fine[at]) / FINE_STEPS * scale).powi(2);
        }
        row.scale.error = squares.sqrt();
        row
    }
}

impl Block {
    pub(super) fn new() -> Self {
        Self { codes: Vec::with_capacity(ROWS), fine: Vec::with_capacity(ROWS), scales: Vec::with_capacity(ROWS) }
    }

    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(super) fn push(&mut self, row: Row) {
        self.codes.push(row.codes);
        self.fine.push(row.fine);
        self.scales.push(row.scale);
    }

    pub(super) fn set(&mut self, place: usize, row: Row) {
        self.codes[place] = row.codes;
        self.fine[place] = row.fine;
        self.scales[place] = row.scale;
    }

    /// Takes the last row out. Nothing of it stays behind in memory: it is biometric data.
    pub(super) fn pop(&mut self) -> Option<Row> {
        let row = Row { codes: *self.codes.last()?, fine: *self.fine.last()?, scale: *self.scales.last()? };
        let last = self.len() - 1;
        self.set(last, Row { codes: [0; WIDTH], fine: [0; WIDTH], scale: Scale { scale: 0.0, error: 0.0 } });
        self.codes.pop();
        self.fine.pop();
        self.scales.pop();
        Some(row)
    }

    /// The numbers of a row, exact.
    pub(super) fn values(&self, place: usize) -> [f32; WIDTH] {
        let step = self.scales[place].scale / FINE_STEPS;
        let (codes, fine) = (&self.codes[place], &self.fine[place]);
        // Integers up to 2^23 are exact in f32.
        std::array::from_fn(|at| (i32::from(codes[at]) * 65_536 + i32::from(fine[at])) as f32 * step)
    }
}
