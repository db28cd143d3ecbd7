//! One plate over a load cell: its level while nobody touches it, its noise, and whether it is moving.

use std::collections::VecDeque;

/// What the HX711 gives when its input is out of range, or while nothing is connected; no plate of a shop carries this.
const HX711_SPIKE_G: f64 = 1e5;

/// A plate, followed sample by sample.
#[derive(Clone, Debug)]
pub struct Plate {
    /// Grams while nobody touches it.
    level: Option<f64>,
    /// Variance of single samples, g².
    noise: f64,
    /// Variance of the mean of a window around the level, g²: what is left of noise and wander after averaging.
    wander: f64,
    window: VecDeque<f64>,
    sum: f64,
    squares: f64,
    length: usize,
    hot_run: u32,
}

/// A new plate is believed to be this noisy (g) until it has been heard: the real store's plates are mostly below.
const FIRST_NOISE_G: f64 = 4.0;
/// The least noise (g) that is believed: the HX711's own resolution behind a 10 kg cell.
const LEAST_NOISE_G: f64 = 0.5;
/// One sample this many deviations off is a touch; two running, so that a single spike is none.
const TOUCH: f64 = 5.0;
/// The mean of a window this many deviations off is a step, even where no sample stands out.
const STEP: f64 = 5.0;

impl Plate {
    /// A plate whose window holds `length` samples.
    pub fn new(length: usize) -> Self {
        Self {
            level: None,
            noise: FIRST_NOISE_G * FIRST_NOISE_G,
            wander: 4.0,
            window: VecDeque::with_capacity(length + 1),
            sum: 0.0,
            squares: 0.0,
            length,
            hot_run: 0,
        }
    }

    /// The sample in grams, if it is one at all: spike codes, NaN and nothing are none.
    pub fn measured(sample: Option<f64>) -> Option<f64> {
        sample.filter(|value| value.is_finite() && value.abs() < HX711_SPIKE_G)
    }

    /// Takes one valid sample in.
    pub fn read(&mut self, value: f64) {
        // Sums are kept of differences to the level, so that they lose no digits.
        let level = *self.level.get_or_insert(value);
        let off = value - level;
        self.window.push_back(off);
        self.sum += off;
        self.squares += off * off;
        if self.window.len() > self.length
            && let Some(old) = self.window.pop_front()
        {
            self.sum -= old;
            self.squares -= old * old;
        }
        let limit = TOUCH * self.noise.sqrt() + 2.0;
        self.hot_run = if off.abs() > limit { self.hot_run + 1 } else { 0 };
    }

    /// Whether it is away from its level: touched, or standing at another weight.
    pub fn is_hot(&self) -> bool {
        self.hot_run >= 2 || (self.is_full() && self.mean_off().abs() > STEP * self.wander.sqrt() + 1.0)
    }

    /// Whether the window is as still as the plate can be.
    pub fn is_still(&self) -> bool {
        self.is_full() && self.variance() < 4.0 * self.noise + 1.0
    }

    /// While nobody touches it: lets level, noise and wander follow. Slow against a hand, fast against warming.
    pub fn rest(&mut self) {
        if !self.is_full() {
            return;
        }
        let share = 1.0 / (self.length as f64 * 10.0);
        let off = self.mean_off();
        self.noise += share * (self.variance().min(9.0 * self.noise + 1.0) - self.noise);
        self.noise = self.noise.max(LEAST_NOISE_G * LEAST_NOISE_G);
        self.wander += share * ((off * off).min(9.0 * self.wander + 1.0) - self.wander);
        self.wander = self.wander.max(0.05 + self.noise / self.length as f64);
        self.shift(off * share);
    }

    /// The window's mean becomes the level: the plate carries something else now.
    pub fn settle(&mut self) {
        self.shift(self.mean_off());
        self.hot_run = 0;
    }

    /// Grams by which the window's mean is off the level.
    pub fn mean_off(&self) -> f64 {
        if self.window.is_empty() { 0.0 } else { self.sum / self.window.len() as f64 }
    }

    /// Standard deviation of a difference between two levels of this plate, in grams.
    pub fn spread_g(&self) -> f64 {
        (self.wander + self.noise / self.length as f64).sqrt()
    }

    /// Grams by which the newest sample is off the level.
    pub fn latest_off(&self) -> f64 {
        self.window.back().copied().unwrap_or(0.0)
    }

    /// Grams while nobody touches it; `None` before the first sample.
    pub fn level_g(&self) -> Option<f64> {
        self.level
    }

    fn is_full(&self) -> bool {
        self.window.len() >= self.length
    }

    fn variance(&self) -> f64 {
        let count = self.window.len().max(1) as f64;
        let mean = self.sum / count;
        (self.squares / count - mean * mean).max(0.0)
    }

    fn shift(&mut self, by: f64) {
        if let Some(level) = &mut self.level {
            *level += by;
        }
        self.sum = 0.0;
        self.squares = 0.0;
        for off in &mut self.window {
            *off -= by;
            self.sum += *off;
            self.squares += *off * *off;
        }
    }
}
