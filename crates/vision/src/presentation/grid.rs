//! Whether the face shows a periodic pattern, as the pixel grid of a screen leaves it in a camera (moiré).

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::presentation::look::Look;
use crate::presentation::median;

/// The side of the transformed square in pixels of the frame.
const SIDE: usize = 128;

/// The lowest looked-at frequency in waves a square: eyes, nose and mouth themselves lie below.
const LOWEST: usize = 14;

/// JPEG's blocks of 8 pixels leave peaks at multiples of `SIDE / 8` waves along the axes; so many waves around them are left out.
const JPEG_GUARD: usize = 1;

/// Finds peaks in spectra. Holds the transform's table only.
pub(super) struct Spectrum {
    transform: Arc<dyn Fft<f32>>,
}

impl Spectrum {
    pub fn new() -> Self {
        Self { transform: FftPlanner::new().plan_fft_forward(SIDE) }
    }

    /// How far the highest peak of the face's spectrum stands above the median of its ring, as a natural logarithm of powers;
    /// `None` where the square reaches beyond the frame.
    pub fn peak(&self, look: &Look) -> Option<f32> {
        let power = self.power(look)?;
        let signed = |index: usize| if index < SIDE / 2 { index as isize } else { index as isize - SIDE as isize };
        let mut rings: Vec<Vec<f32>> = vec![Vec::new(); SIDE];
        for (at, value) in power.iter().enumerate() {
            let (x, y) = (signed(at % SIDE).unsigned_abs(), signed(at / SIDE).unsigned_abs());
            let on_axis = x <= JPEG_GUARD || y <= JPEG_GUARD;
            let on_block = [x, y].iter().any(|waves| {
                let rest = waves % (SIDE / 8);
                rest.min(SIDE / 8 - rest) <= JPEG_GUARD && *waves >= SIDE / 8 - JPEG_GUARD
            });
            let radius = ((x * x + y * y) as f32).sqrt().round() as usize;
            if radius >= LOWEST && !(on_axis && on_block) {
                rings[radius].push(*value);
            }
        }
        let peak = rings.iter().filter(|ring| ring.len() >= 16).map(|ring| {
            let highest = ring.iter().copied().fold(0.0, f32::max);
            (highest / median(ring.clone()).max(1e-3)).ln()
        });
        peak.max_by(f32::total_cmp)
    }

    fn power(&self, look: &Look) -> Option<Vec<f32>> {
        let [left, top, right, bottom] = look.bbox;
        let from = |start: f32, end: f32| ((start + end) / 2.0 - SIDE as f32 / 2.0).round();
        let (left, top) = (from(left, right), from(top, bottom));
        if left < 0.0 || top < 0.0 {
            return None;
        }
        let (left, top) = (left as usize, top as usize);
        if left + SIDE > look.luma.width || top + SIDE > look.luma.height {
            return None;
        }
        let window = |at: usize| {
            let phase = std::f32::consts::TAU * (at as f32 + 0.5) / SIDE as f32;
            0.5 - 0.5 * phase.cos()
        };
        let mut values = Vec::with_capacity(SIDE * SIDE);
        for y in 0..SIDE {
            let row = &look.luma.row(top + y)[left..left + SIDE];
            values.extend(row.iter().enumerate().map(|(x, value)| Complex::new(value * window(x) * window(y), 0.0)));
        }
        self.transform.process(&mut values);
        let mut turned: Vec<_> = (0..SIDE * SIDE).map(|at| values[(at % SIDE) * SIDE + at / SIDE]).collect();
        self.transform.process(&mut turned);
        // Turned once more would only mirror the spectrum about its diagonal, which no ring notices.
        Some(turned.into_iter().map(|value| value.norm_sqr()).collect())
    }
}
