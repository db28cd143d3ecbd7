//! Sums up the looks at one face, and says which values are signs of life or of a picture.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::presentation::{Change, LookMeasures, Verdict, median};

/// How to judge. The default thresholds were chosen on the tuning set of docs/presentation-attacks.md.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PresentationParams {
    /// How the camera is held.
    pub mounting: Mounting,
    /// The fewest looks before a face is called live. Default 8: the checks for
    /// pictures need a second and a half at five a second to see something, and so does recognition.
    pub fewest_looks: usize,
    /// The looks after which the passive checks give up. Default 15: three seconds, as long as a shopper waits.
    pub most_looks: usize,
    /// The least distance between the eyes in pixels of the frame. Default 24: a face some 60 px high; below, noise decides.
    pub min_eyes_px: f32,
    /// From here on the nose's motion is a head's: in standard errors.
    pub nose_certainty: f32,
    /// … and in distances between the eyes.
    pub nose_motion: f32,
    /// From here on the eyes' change is a blink: 0..=2.
    pub eyes_change: f32,
    /// From here on the mouth's change is an expression: 0..=2.
    pub mouth_change: f32,
    /// From here on the surroundings have moved between two looks: a gain of likeness, 0..=2.
    pub surroundings_gain: f32,
    /// From this part of the looks on the surroundings move along: 0..=1.
    pub surroundings_share: f32,
    /// From here on a peak of the spectrum is a screen's grid: a natural logarithm of powers.
    pub grid_peak: f32,
    /// So many copied frames in a row mean that no camera is looking. Default 5: a browser repeats one or two where its camera
    /// is slow, and a second of them is no camera any more.
    pub copies: usize,
}

/// How the camera is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mounting {
    /// On a wall or a stand: what is behind the shopper stands still.
    #[default]
    Fixed,
    /// In a hand: everything moves, and the surroundings say nothing.
    HandHeld,
}

impl Default for PresentationParams {
    fn default() -> Self {
        Self {
            mounting: Mounting::default(),
            fewest_looks: 8,
            most_looks: 15,
            min_eyes_px: 24.0,
            nose_certainty: 4.5,
            nose_motion: 0.02,
            eyes_change: 0.12,
            mouth_change: 0.15,
            surroundings_gain: 0.1,
            surroundings_share: 0.25,
            grid_peak: 5.5,
            copies: 5,
        }
    }
}

/// Something seen that speaks for a person or for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Life: the nose moves against the face as in no sheet.
    Depth,
    /// Life: both eyes change at once while the nose between them does not.
    Blink,
    /// Life: the mouth changes while the nose above it does not.
    Mouth,
    /// A picture: what is beside the head moves, although the camera does not.
    SurroundingsMove,
    /// A picture: the face shows a periodic pattern.
    Grid,
    /// A picture, of an injected kind: the frames are copies of one.
    Copies,
}

impl Sign {
    /// Whether it speaks for a picture.
    pub fn is_of_a_picture(self) -> bool {
        match self {
            Self::Depth | Self::Blink | Self::Mouth => false,
            Self::SurroundingsMove | Self::Grid | Self::Copies => true,
        }
    }
}

/// The looks at one face, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Looks that were measured.
    pub looks: usize,
    /// The second highest certainty of the nose's motion among the pairs of looks in which it moved far enough; 0 if in
    /// fewer than two.
    pub nose_certainty: f32,
    /// The most that both eyes changed between two looks, beyond their median and the nose's change.
    pub eyes_change: f32,
    /// As [`Evidence::eyes_change`], of the mouth.
    pub mouth_change: f32,
    /// The part of the looks at which the surroundings had moved; `None` where they show nothing that could.
    pub surroundings_share: Option<f32>,
    /// Looks at which they had moved.
    pub surroundings_moved: usize,
    /// The median over looks of the highest peak of the face's spectrum.
    pub grid_peak: f32,
    /// The most frames in a row that were copies of the one before.
    pub copies: usize,
}

/// A change of the nose's bridge above this means that the looks don't lie on each other: then no change says anything.
const MAX_REST: f32 = 0.15;

/// The fewest looks with something to see beside the head.
const MIN_SURROUNDED: usize = 4;

/// The fewest looks in which it moved: one or two may be people passing on both sides.
const MIN_MOVED: usize = 3;

/// The least motion of the surroundings in pixels: what finding them errs by, and what a kiosk's stand shakes.
const MIN_MOTION_PX: f32 = 1.0;

impl Evidence {
    pub(super) fn of(measures: &VecDeque<LookMeasures>, copies: usize, params: &PresentationParams) -> Self {
        let noses = measures.iter().flat_map(|look| look.nose).flatten();
        let mut certain: Vec<f32> =
            noses.filter(|nose| nose.nose >= params.nose_motion).map(|nose| nose.certainty).collect();
        certain.sort_by(|a, b| b.total_cmp(a));
        let changes: Vec<Change> = measures.iter().filter_map(|look| look.change).collect();
        let steady = || changes.iter().filter(|change| change.rest <= MAX_REST);
        let beyond = |part: fn(&Change) -> f32| {
            let values = || steady().map(|change| part(change) - change.rest);
            (values().fold(0.0, f32::max) - median(values().collect())).max(0.0)
        };
        let surrounded: Vec<_> = measures.iter().filter_map(|look| look.surroundings).collect();
        let moved = surrounded
            .iter()
            .filter(|seen| seen.gain >= params.surroundings_gain && seen.by_px >= MIN_MOTION_PX)
            .count();
        Self {
            looks: measures.len(),
            nose_certainty: certain.get(1).copied().unwrap_or(0.0),
            eyes_change: beyond(|change| change.eyes),
            mouth_change: beyond(|change| change.mouth),
            surroundings_share: (surrounded.len() >= MIN_SURROUNDED).then(|| moved as f32 / surrounded.len() as f32),
            surroundings_moved: moved,
            grid_peak: median(measures.iter().filter_map(|look| look.grid).collect()),
            copies,
        }
    }

    pub(super) fn signs(&self, params: &PresentationParams) -> Vec<Sign> {
        let surroundings = match params.mounting {
            Mounting::Fixed => {
                self.surroundings_moved >= MIN_MOVED
                    && self.surroundings_share.is_some_and(|share| share >= params.surroundings_share)
            }
            Mounting::HandHeld => false,
        };
        let seen = [
            (self.nose_certainty >= params.nose_certainty, Sign::Depth),
            (self.eyes_change >= params.eyes_change, Sign::Blink),
            (self.mouth_change >= params.mouth_change, Sign::Mouth),
            (surroundings, Sign::SurroundingsMove),
            (self.grid_peak >= params.grid_peak, Sign::Grid),
            (self.copies >= params.copies, Sign::Copies),
        ];
        seen.into_iter().filter(|(seen, _)| *seen).map(|(_, sign)| sign).collect()
    }
}

impl PresentationParams {
    pub(super) fn verdict(&self, evidence: &Evidence, signs: &[Sign]) -> Verdict {
        if signs.iter().any(|sign| sign.is_of_a_picture()) {
            return Verdict::Suspected;
        }
        if !signs.is_empty() && evidence.looks >= self.fewest_looks {
            return Verdict::Live;
        }
        Verdict::Unsure { more_looks: self.most_looks.saturating_sub(evidence.looks) }
    }
}
