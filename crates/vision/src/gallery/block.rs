//! Keeps references in three bytes a number: one that the search reads, and two that make it exact.

use super::kernel::width_for;
use crate::embedder::Embedding;

/// References in one block: so many are compared in one go, and so many more memory a growing gallery takes at a time
/// (600 KB).
pub(super) const ROWS: usize = 1024;

/// The largest code.
const LARGEST: f32 = 127.0;

/// Fine steps in one code.
const FINE_STEPS: f32 = 65_536.0;

/// Up to [`ROWS`] references of one width. A number is `scale * (code + fine / 65536)`: 24 bits, whose error of some 1.5e-8
/// is no more than that of a sum of 192 products in `f32`.
#[derive(Clone, Default)]
pub(super) struct Block {
    width: usize,
    /// Row after row.
    pub(super) codes: Vec<i8>,
    fine: Vec<i16>,
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
    codes: Vec<i8>,
    fine: Vec<i16>,
    scale: Scale,
}

impl Row {
    pub(super) fn new(embedding: &Embedding) -> Self {
        let values = embedding.values();
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())).max(f32::MIN_POSITIVE);
        let scale = largest / LARGEST;
        let mut row = Self::blank(width_for(values.len()));
        let mut squares = 0.0;
        for (at, value) in values.iter().enumerate() {
            let steps = f64::from(*value) / f64::from(scale);
            let code = steps.round().clamp(-127.0, 127.0);
            row.codes[at] = code as i8;
            // Half a code is one step more than fits.
            row.fine[at] = ((steps - code) * f64::from(FINE_STEPS)).round().clamp(-32_768.0, 32_767.0) as i16;
            squares += (f32::from(row.fine[at]) / FINE_STEPS * scale).powi(2);
        }
        row.scale = Scale { scale, error: squares.sqrt() };
        row
    }

    fn blank(width: usize) -> Self {
        Self { codes: vec![0; width], fine: vec![0; width], scale: Scale { scale: 0.0, error: 0.0 } }
    }
}

impl Block {
    pub(super) fn new(width: usize) -> Self {
        let numbers = width * ROWS;
        Self {
            width,
            codes: Vec::with_capacity(numbers),
            fine: Vec::with_capacity(numbers),
            scales: Vec::with_capacity(ROWS),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn push(&mut self, row: &Row) {
        self.codes.extend(&row.codes);
        self.fine.extend(&row.fine);
        self.scales.push(row.scale);
    }

    pub(super) fn set(&mut self, place: usize, row: &Row) {
        let numbers = self.numbers(place);
        self.codes[numbers.clone()].copy_from_slice(&row.codes);
        self.fine[numbers].copy_from_slice(&row.fine);
        self.scales[place] = row.scale;
    }

    /// Takes the last row out. Nothing of it stays behind in memory: it is biometric data.
    pub(super) fn pop(&mut self) -> Option<Row> {
        let last = self.len().checked_sub(1)?;
        let numbers = self.numbers(last);
        let row = Row {
            codes: self.codes[numbers.clone()].to_vec(),
            fine: self.fine[numbers.clone()].to_vec(),
            scale: self.scales[last],
        };
        self.set(last, &Row::blank(self.width));
        self.codes.truncate(numbers.start);
        self.fine.truncate(numbers.start);
        self.scales.pop();
        Some(row)
    }

    /// The numbers of a row, exact, as many as there is room for.
    pub(super) fn read(&self, place: usize, into: &mut [f32]) {
        let step = self.scales[place].scale / FINE_STEPS;
        let numbers = self.numbers(place);
        let pairs = self.codes[numbers.clone()].iter().zip(&self.fine[numbers]);
        for (value, (code, fine)) in into.iter_mut().zip(pairs) {
            // Integers up to 2^23 are exact in f32.
            *value = (i32::from(*code) * 65_536 + i32::from(*fine)) as f32 * step;
        }
    }

    fn numbers(&self, place: usize) -> std::ops::Range<usize> {
        place * self.width..(place + 1) * self.width
    }
}
