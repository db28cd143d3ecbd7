//! Tells a person before the camera from a picture of one, over several looks at one face.
//!
//! A [`PresentationTrack`] is fed one camera's looks at one face and answers with a [`Presentation`]. Signs of life (the nose
//! moves as only a head's does; eyes or mouth change) and signs of a picture (the surroundings move along; a screen's grid
//! shows; the frames are copies) are measured apart. Without a sign of either kind the answer stays [`Verdict::Unsure`]:
//! then ask for a [`challenge`] or for the phone's code. What it catches and what not is told, with the measurements behind
//! every threshold, in docs/presentation-attacks.md.

pub mod challenge;
mod depth;
mod evidence;
mod expression;
mod grid;
mod look;
mod plane;
mod surroundings;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::detector::Detection;
use crate::frame::Frame;
use crate::presentation::grid::Spectrum;
use crate::presentation::look::Look;
use crate::presentation::plane::Plane;

pub use depth::Parallax;
pub use evidence::{Evidence, Mounting, PresentationParams, Sign};
pub use expression::Change;
pub use surroundings::Surroundings;

/// What is known about whether a person or a picture is before the camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Presentation {
    /// What to make of it.
    pub verdict: Verdict,
    /// Every sign of life or of a picture that was seen.
    pub signs: Vec<Sign>,
    /// The values behind the signs.
    pub evidence: Evidence,
}

/// What to make of the looks so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Signs of life, and none of a picture.
    Live,
    /// No sign of either kind yet. With `more_looks` at zero the passive checks have had their time: ask for something else.
    Unsure {
        /// Looks that may still change it.
        more_looks: usize,
    },
    /// A sign of a picture, whatever else was seen.
    Suspected,
}

/// What one look added to the evidence; a value is `None` where it could not be measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LookMeasures {
    /// When, as given.
    pub at_ms: u64,
    /// The distance between the eyes in pixels of the frame.
    pub eyes_px: f32,
    /// How the nose moved since the first look, and since some looks ago.
    pub nose: [Option<Parallax>; 2],
    /// How eyes and mouth changed since the look before.
    pub change: Option<Change>,
    /// How the surroundings moved since the look before or some looks ago, whichever shows more.
    pub surroundings: Option<Surroundings>,
    /// How far the highest peak of the face's spectrum stands out, as a natural logarithm.
    pub grid: Option<f32>,
}

/// Looks from one to another whose noses are compared beside the first look: 0.8 s at five a second, a head's turn.
const TURN: usize = 4;

/// Looks over which the surroundings are compared beside the last one: a slow hand drifts by some pixels in 0.6 s.
const DRIFT: usize = 3;

/// The most looks that are remembered, newest last: 10 s at five a second.
const REMEMBERED: usize = 50;

/// The evidence of one face at one camera. Holds pixels of the last looks in memory, and shows none of them.
pub struct PresentationTrack {
    params: PresentationParams,
    spectrum: Spectrum,
    /// The face as it was first seen, upright.
    first: Option<Plane>,
    /// The last looks, newest last.
    recent: VecDeque<Look>,
    measures: VecDeque<LookMeasures>,
    /// Frames in a row that were copies of the one before.
    copies: usize,
    most_copies: usize,
}

impl PresentationTrack {
    /// Nothing seen yet.
    pub fn new(params: PresentationParams) -> Self {
        Self {
            params,
            spectrum: Spectrum::new(),
            first: None,
            recent: VecDeque::new(),
            measures: VecDeque::new(),
            copies: 0,
            most_copies: 0,
        }
    }

    /// Adds a look: a frame of the camera, the face in it with refined landmarks ([`crate::Pipeline::refined`]), and when it
    /// was taken, in milliseconds since any fixed moment.
    ///
    /// A look whose landmarks are not numbers, that is too small ([`PresentationParams::min_eyes_px`]) or not later than the one
    /// before adds nothing. A face that jumps, or comes back after a second, is looked at anew: all evidence is forgotten,
    /// except that of copied frames.
    pub fn observe(&mut self, frame: &Frame, detection: &Detection, at_ms: u64) -> Presentation {
        let look = Look::new(frame, detection, at_ms).filter(|look| look.eyes() >= self.params.min_eyes_px);
        if let Some(look) = look
            && self.recent.back().is_none_or(|last| last.at_ms < at_ms)
        {
            self.add(look);
        }
        self.presentation()
    }

    /// What is known so far.
    pub fn presentation(&self) -> Presentation {
        let evidence = Evidence::of(&self.measures, self.most_copies, &self.params);
        let signs = evidence.signs(&self.params);
        let verdict = self.params.verdict(&evidence, &signs);
        Presentation { verdict, signs, evidence }
    }

    /// How many pairs of looks show the nose moving as a head's does, at least so certainly (in standard errors).
    pub fn certain_pairs(&self, certainty: f32) -> usize {
        let noses = self.measures.iter().flat_map(|look| look.nose).flatten();
        noses.filter(|nose| nose.nose >= self.params.nose_motion && nose.certainty >= certainty).count()
    }

    /// What each look added, oldest first, for debugging and for measuring.
    pub fn measures(&self) -> impl Iterator<Item = &LookMeasures> {
        self.measures.iter()
    }

    fn add(&mut self, look: Look) {
        if let Some(last) = self.recent.back_mut()
            && last.luma == look.luma
        {
            // A sensor's noise never repeats: nothing was seen, whatever the time says.
            self.copies += 1;
            self.most_copies = self.most_copies.max(self.copies);
            last.at_ms = look.at_ms;
            return;
        }
        self.copies = 0;
        if !self.recent.back().is_some_and(|last| look.follows(last)) {
            self.first = None;
            self.recent.clear();
            self.measures.clear();
        }
        let ago = |looks: usize| self.recent.len().checked_sub(looks).and_then(|at| self.recent.get(at));
        let nose = [self.first.as_ref(), ago(TURN).map(|look| &look.upright)];
        let surroundings = [1, DRIFT].map(|looks| ago(looks).and_then(|before| surroundings::compare(before, &look)));
        self.measures.push_back(LookMeasures {
            at_ms: look.at_ms,
            eyes_px: look.eyes(),
            nose: nose.map(|before| before.and_then(|before| depth::parallax(before, &look.upright))),
            change: ago(1).and_then(|last| expression::change(&last.upright, &look.upright)),
            surroundings: surroundings.into_iter().flatten().max_by(|a, b| a.gain.total_cmp(&b.gain)),
            grid: self.spectrum.peak(&look),
        });
        self.first.get_or_insert_with(|| look.upright.clone());
        self.recent.push_back(look);
        if self.recent.len() > TURN {
            self.recent.pop_front();
        }
        if self.measures.len() > REMEMBERED {
            self.measures.pop_front();
        }
    }
}

/// The middle value; 0 of nothing.
fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
