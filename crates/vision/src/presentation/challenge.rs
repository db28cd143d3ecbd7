//! The active check: "turn your head to the left", judged by where the nose goes, and by the depth that the passive checks see.
//!
//! However a flat picture is turned, tilted or stretched, the nose keeps its place between the eyes and the mouth (affine maps
//! keep such ratios); on a head it stands before them and moves. But the detector guesses landmarks from what faces look
//! like, and moves the nose of turned prints nearly as far (docs/presentation-attacks.md). So the landmarks only tell whether
//! the shopper did what was asked for; [`Sign::Depth`] tells that it was a head. A state machine without clock or pixels: each look's faces
//! go in, an [`Outcome`] comes out. The side is chosen by randomness that the caller passes in, so that a recording of one
//! turn is wrong every second time.

use serde::{Deserialize, Serialize};

use crate::detector::Detection;
use crate::presentation::Sign;

/// To which side the shopper is asked to turn, as he says it himself. Pictures must not be mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The nose moves to the right of the picture.
    Left,
    /// The nose moves to the left of the picture.
    Right,
}

impl Turn {
    /// One of both, by a random number's lowest bit.
    pub fn chosen_by(random: u64) -> Self {
        if random & 1 == 0 { Self::Left } else { Self::Right }
    }

    fn sign(self) -> f32 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }
}

/// How the turn is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChallengeParams {
    /// How far the nose must move along the line of the eyes, in distances between them. Default 0.08: less than each of
    /// four synthetic heads moved it in turns of 23 to 37 degrees (0.09 to 0.15).
    pub needed: f32,
    /// How far it may move from one look to the next. Default 0.14: so some look shows the head on its way; a second picture put
    /// before the first has none. At five looks a second it is a turn of 90 degrees a second.
    pub most_step: f32,
    /// Looks in a row that must show the head turned. Default 2.
    pub turned_looks: usize,
    /// From the first look to the end, in milliseconds. Default 8,000.
    pub limit_ms: u64,
    /// The least similarity of a look's embedding to the first look's, where it is given. Default 0.3: a head turned by 35
    /// degrees is still more like itself than 98 of 100 strangers are.
    pub least_similarity: f32,
}

impl Default for ChallengeParams {
    fn default() -> Self {
        Self { needed: 0.08, most_step: 0.14, turned_looks: 2, limit_ms: 8_000, least_similarity: 0.3 }
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Show this, and look again.
    Waiting(Prompt),
    /// A head turned as asked, and had depth.
    Passed,
    /// It did not; ask again with a new [`Challenge`], or for something else.
    Failed(Failure),
}

/// What to show to the shopper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Look at the camera.
    LookStraight,
    /// Turn your head.
    TurnHead(Turn),
    /// Stay so for a moment.
    HoldStill,
}

/// Why a turn was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The time is over.
    TooLate,
    /// The head turned to the other side.
    WrongWay,
    /// The face turned, moved or grew from one look to the next as heads don't, or was gone.
    Jumped,
    /// The embedding is no longer the same person's.
    SomebodyElse,
    /// The passive checks saw a picture.
    Picture,
    /// A second face is as near.
    SeveralFaces,
    /// The same look came again and again: no camera looks.
    Copies,
    /// Time ran backwards.
    ClockRanBack,
}

/// What the camera saw at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Milliseconds since any fixed moment.
    pub at_ms: u64,
    /// All faces of the frame; that of the shopper with refined landmarks, if possible.
    pub faces: &'a [Detection],
    /// The similarity of the shopper's embedding to that of the first look, where the caller compares them.
    pub similarity: Option<f32>,
    /// What a [`crate::PresentationTrack`] that was fed the same looks has seen so far.
    pub signs: &'a [Sign],
}

/// One turn that was asked for. Holds no pixels and no embedding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    params: ChallengeParams,
    turn: Turn,
    state: State,
    started_ms: Option<u64>,
    last: Option<Last>,
    copies: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum State {
    /// The nose's place in the looks so far, to learn where it is when the head is straight.
    Straight(Vec<f32>),
    /// Where it was when the head was straight.
    Turning {
        straight: f32,
        turned: usize,
    },
    Ended(Outcome),
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Last {
    at_ms: u64,
    face: Detection,
    nose: f32,
}

/// Looks from which the straight head's nose is learned.
const STRAIGHT_LOOKS: usize = 3;

/// How far the nose may lie from the middle when the head is straight, in distances between the eyes: faces are uneven, and
/// cameras stand beside them.
const STRAIGHT: f32 = 0.2;

/// A face of this part of the shopper's height is a second one before the camera, not somebody who waits behind.
const SECOND_FACE: f32 = 0.7;

/// The longest time without a look, in milliseconds.
const LONGEST_GAP_MS: u64 = 1_000;

/// Looks in a row with the very same landmarks.
const MOST_COPIES: usize = 4;

impl Challenge {
    /// Asks for this turn.
    pub fn new(turn: Turn, params: ChallengeParams) -> Self {
        Self { params, turn, state: State::Straight(Vec::new()), started_ms: None, last: None, copies: 0 }
    }

    /// How it stands.
    pub fn outcome(&self) -> Outcome {
        match &self.state {
            State::Straight(_) => Outcome::Waiting(Prompt::LookStraight),
            State::Turning { turned: 0, .. } => Outcome::Waiting(Prompt::TurnHead(self.turn)),
            State::Turning { .. } => Outcome::Waiting(Prompt::HoldStill),
            State::Ended(outcome) => *outcome,
        }
    }

    /// Adds a look. After the end nothing changes any more.
    ///
    /// A frame without a usable face (none, or landmarks that are not numbers) adds nothing; time goes on.
    pub fn observe(&mut self, seen: &Seen<'_>) -> Outcome {
        if !matches!(self.state, State::Ended(_))
            && let Err(failure) = self.add(seen)
        {
            self.state = State::Ended(Outcome::Failed(failure));
        }
        self.outcome()
    }

    fn add(&mut self, seen: &Seen<'_>) -> Result<(), Failure> {
        let started = *self.started_ms.get_or_insert(seen.at_ms);
        if self.last.is_some_and(|last| seen.at_ms < last.at_ms) {
            return Err(Failure::ClockRanBack);
        }
        if seen.at_ms.saturating_sub(started) > self.params.limit_ms {
            return Err(Failure::TooLate);
        }
        let Some((face, nose)) = self.shopper(seen.faces)? else { return Ok(()) };
        let now = Last { at_ms: seen.at_ms, face: *face, nose };
        if let Some(last) = self.last.replace(now) {
            if last.face.landmarks == now.face.landmarks {
                self.copies += 1;
                return if self.copies >= MOST_COPIES { Err(Failure::Copies) } else { Ok(()) };
            }
            self.copies = 0;
            if !follows(&last.face, &now.face, now.at_ms - last.at_ms)
                || (nose - last.nose).abs() > self.params.most_step
            {
                return Err(Failure::Jumped);
            }
        }
        if seen.similarity.is_some_and(|similarity| similarity.is_nan() || similarity < self.params.least_similarity) {
            return Err(Failure::SomebodyElse);
        }
        if seen.signs.iter().any(|sign| sign.is_of_a_picture()) {
            return Err(Failure::Picture);
        }
        self.judge(nose, seen.signs)
    }

    /// The largest face, with its nose's place.
    fn shopper<'a>(&self, faces: &'a [Detection]) -> Result<Option<(&'a Detection, f32)>, Failure> {
        let mut usable: Vec<_> = faces.iter().filter_map(|face| Some((face, nose_place(&face.landmarks)?))).collect();
        usable.sort_by(|(a, _), (b, _)| b.height().total_cmp(&a.height()));
        match usable.as_slice() {
            [(first, _), (second, _), ..] if second.height() >= SECOND_FACE * first.height() => {
                Err(Failure::SeveralFaces)
            }
            [first, ..] => Ok(Some(*first)),
            [] => Ok(None),
        }
    }

    fn judge(&mut self, nose: f32, signs: &[Sign]) -> Result<(), Failure> {
        match &mut self.state {
            State::Straight(places) => {
                if nose.abs() > STRAIGHT {
                    places.clear();
                } else {
                    places.push(nose);
                }
                if places.len() >= STRAIGHT_LOOKS {
                    let straight = places.iter().sum::<f32>() / places.len() as f32;
                    self.state = State::Turning { straight, turned: 0 };
                }
            }
            State::Turning { straight, turned } => {
                let moved = (nose - *straight) * self.turn.sign();
                if moved <= -self.params.needed {
                    return Err(Failure::WrongWay);
                }
                *turned = if moved >= self.params.needed { *turned + 1 } else { 0 };
                if *turned >= self.params.turned_looks && signs.contains(&Sign::Depth) {
                    self.state = State::Ended(Outcome::Passed);
                }
            }
            State::Ended(_) => {}
        }
        Ok(())
    }
}

/// Whether this can be the same face so many milliseconds later.
pub(crate) fn follows(before: &Detection, now: &Detection, after_ms: u64) -> bool {
    let middle =
        |landmarks: &[[f32; 2]; 5]| [0, 1].map(|axis| landmarks.iter().map(|point| point[axis]).sum::<f32>() / 5.0);
    let (from, to) = (middle(&before.landmarks), middle(&now.landmarks));
    let apart = (from[0] - to[0]).hypot(from[1] - to[1]);
    after_ms <= LONGEST_GAP_MS
        && apart < 0.6 * before.height()
        && (0.7..1.4).contains(&(now.height() / before.height()))
}

/// The nose's place along the line of the eyes, from the middle between them, in the axes that eyes and mouth make, in distances
/// between the eyes: any affine picture of a flat face has the same. `None` where the landmarks make no axes.
pub fn nose_place(landmarks: &[[f32; 2]; 5]) -> Option<f32> {
    let [left_eye, right_eye, nose, left_mouth, right_mouth] = *landmarks;
    let middle = |a: [f32; 2], b: [f32; 2]| [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])];
    let minus = |a: [f32; 2], b: [f32; 2]| [a[0] - b[0], a[1] - b[1]];
    let cross = |a: [f32; 2], b: [f32; 2]| a[0] * b[1] - a[1] * b[0];
    let eyes = middle(left_eye, right_eye);
    let (across, down, to_nose) =
        (minus(right_eye, left_eye), minus(middle(left_mouth, right_mouth), eyes), minus(nose, eyes));
    let area = cross(across, down);
    let place = cross(to_nose, down) / area;
    // Below a tenth of a square the face is seen from its edge.
    let wide = area > 0.1 * (across[0] * across[0] + across[1] * across[1]);
    (wide && place.is_finite()).then_some(place)
}

#[cfg(test)]
mod tests;
