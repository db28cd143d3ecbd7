//! Tells a person before the camera from a picture of one, over several looks at one face.

mod depth;
mod expression;
mod grid;
mod look;
mod plane;
mod surroundings;

use serde::{Deserialize, Serialize};

use crate::detector::Detection;
use crate::frame::Frame;
use crate::presentation::grid::Spectrum;
use crate::presentation::look::Look;

/// What one look added to the evidence. A value is `None` where it could not be measured.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LookMeasures {
    /// 
    pub at_ms: u64,
    /// 
    pub eyes_px: f32,
    /// 
    pub nose: Option<[f32; 2]>,
    /// 
    pub nose_prev: Option<[f32; 2]>,
    /// 
    pub surroundings: [f32; 3],
    /// 
    pub surroundings2: [f32; 3],
    /// 
    pub change: Option<[f32; 3]>,
    /// 
    pub grid: Option<f32>,
}

/// Explore.
pub struct PresentationTrack {
    spectrum: Spectrum,
    looks: Vec<Look>,
    /// x
    pub measured: Vec<LookMeasures>,
}

impl PresentationTrack {
    /// x
    pub fn new() -> Self {
        Self { spectrum: Spectrum::new(), looks: Vec::new(), measured: Vec::new() }
    }

    /// x
    pub fn observe(&mut self, frame: &Frame, detection: &Detection, at_ms: u64) {
        let Some(look) = Look::new(frame, detection, at_ms) else { return };
        let mut m = LookMeasures { at_ms, eyes_px: look.eyes(), grid: self.spectrum.peak(&look), ..Default::default() };
        if let Some(first) = self.looks.first() {
            m.nose = depth::parallax(first, &look).map(|p| [p.nose, p.certainty]);
        }
        let n = self.looks.len();
        if n >= 5 {
            m.nose_prev = depth::parallax(&self.looks[n - 4], &look).map(|p| [p.nose, p.certainty]);
        }
        if let Some(last) = self.looks.last() {
            let s = surroundings::compare(last, &look);
            m.surroundings = [s.moved as f32, s.stayed as f32, s.by_px];
            m.change = expression::change(last, &look).map(|c| [c.eyes, c.mouth, c.rest]);
        }
        if n >= 3 {
            let s = surroundings::compare(&self.looks[n - 3], &look);
            m.surroundings2 = [s.moved as f32, s.stayed as f32, s.by_px];
        }
        self.looks.push(look);
        self.measured.push(m);
    }
}
