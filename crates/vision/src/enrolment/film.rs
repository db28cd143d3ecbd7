//! A short film of whoever enrols: straight, turned to the side that was asked for, and straight again.
//!
//! It gives the photographs of the enrolment and shows that a head was before the camera while they were taken: the
//! [`Challenge`] sees the turn, and the passive checks see depth in it, over the whole film. A state machine without clock: frames
//! with their faces go in, what to show next comes out.

use serde::{Deserialize, Serialize};

use super::{EnrolmentParams, PhotoProblemKind, faults, main_face};
use crate::detector::Detection;
use crate::embedder::Embedding;
use crate::frame::Frame;
use crate::pipeline::Face;
use crate::presentation::challenge::{self, Challenge, ChallengeParams, Failure, Outcome, Prompt, Turn, follows};
use crate::presentation::{Mounting, PresentationParams, PresentationTrack, Sign};

/// How a film is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilmParams {
    /// What a photograph must offer.
    pub enrolment: EnrolmentParams,
    /// The turn of the head. Default: twelve seconds for it, because a phone's frames come over a network.
    pub challenge: ChallengeParams,
    /// The passive checks. Default: a camera in a hand.
    pub presentation: PresentationParams,
    /// The least time between two photographs, in milliseconds. Default 400: frames next to each other say the same.
    pub between_photographs_ms: u64,
    /// The longest time from the turn to the end, in milliseconds. Default 8,000.
    pub look_back_ms: u64,
    /// From here on the nose's motion between two looks is a head's: in standard errors. Default 4.15: on 40 synthetic heads and
    /// 40 bent prints that turn and come back, the fifth highest was at least 4.41 and at most 3.90.
    pub certainty: f32,
    /// Pairs of looks that must show it. Default 5.
    pub certain_pairs: usize,
    /// The longest wait for them once all photographs are there, in milliseconds. Default 2,000.
    pub depth_ms: u64,
}

impl Default for FilmParams {
    fn default() -> Self {
        Self {
            enrolment: EnrolmentParams::default(),
            challenge: ChallengeParams { limit_ms: 12_000, ..ChallengeParams::default() },
            presentation: PresentationParams { mounting: Mounting::HandHeld, ..PresentationParams::default() },
            between_photographs_ms: 400,
            look_back_ms: 8_000,
            certainty: 4.15,
            certain_pairs: 5,
            depth_ms: 2_000,
        }
    }
}

/// How the film stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilmStep {
    /// Show this.
    Show(Prompt),
    /// Nothing can be made of what the camera sees: mend this; the film begins when it is mended.
    Mend(PhotoProblemKind),
    /// The turn was seen: look at the camera again.
    LookBack,
    /// All photographs are there.
    Done,
    /// It is not believed; ask for another.
    Failed(Failure),
}

/// A film under way. `P` is a picture as it came, of which some are kept as photographs. Holds pixels and the first look's
/// embedding, and shows neither.
pub struct Film<P> {
    params: FilmParams,
    turn: Turn,
    challenge: Challenge,
    presentation: PresentationTrack,
    /// What the face looked like at first.
    first: Option<Embedding>,
    photographs: Vec<P>,
    photographed_ms: Option<u64>,
    last: Option<(Detection, u64)>,
    /// Since when the turn is over.
    turned_ms: Option<u64>,
    ended: Option<FilmStep>,
}

/// A frame's faces, with what the passive checks have seen so far.
struct Seen<'a> {
    faces: &'a [Face],
    at_ms: u64,
    signs: &'a [Sign],
    /// The passive checks saw depth so far.
    has_depth: bool,
}

impl<P: Clone> Film<P> {
    /// Asks for a turn to this side.
    pub fn new(turn: Turn, params: FilmParams) -> Self {
        Self {
            turn,
            challenge: Challenge::new(turn, params.challenge.clone()),
            presentation: PresentationTrack::new(params.presentation.clone()),
            params,
            first: None,
            photographs: Vec::new(),
            photographed_ms: None,
            last: None,
            turned_ms: None,
            ended: None,
        }
    }

    /// Adds a frame with its faces, when it was taken in milliseconds since any fixed moment, and as it came. After the end nothing
    /// changes any more.
    pub fn observe(&mut self, frame: &Frame, faces: &[Face], at_ms: u64, picture: &P) -> FilmStep {
        let signs = match nearest(faces) {
            Some(face) if self.ended.is_none() => self.presentation.observe(frame, &face.detection, at_ms).signs,
            Some(_) | None => Vec::new(),
        };
        let has_depth = self.presentation.certain_pairs(self.params.certainty) >= self.params.certain_pairs;
        self.judge(&Seen { faces, at_ms, signs: &signs, has_depth }, picture)
    }

    fn judge(&mut self, seen: &Seen<'_>, picture: &P) -> FilmStep {
        if let Some(ended) = self.ended {
            return ended;
        }
        let step = match self.turned_ms {
            None => self.before(seen, picture),
            Some(since) => self.after(seen, since, picture),
        };
        if let FilmStep::Done | FilmStep::Failed(_) = step {
            self.ended = Some(step);
        }
        step
    }

    /// The photographs so far.
    pub fn photographs(&self) -> &[P] {
        &self.photographs
    }

    /// Until the head has turned.
    fn before(&mut self, seen: &Seen<'_>, picture: &P) -> FilmStep {
        let is_straight = self.challenge.outcome() == Outcome::Waiting(Prompt::LookStraight);
        if is_straight && let Err(kind) = usable(seen.faces, &self.params.enrolment) {
            *self = Self::new(self.turn, self.params.clone());
            return FilmStep::Mend(kind);
        }
        let similarity = nearest(seen.faces).map(|face| {
            self.last = Some((face.detection, seen.at_ms));
            let first = self.first.get_or_insert_with(|| face.embedding.clone());
            first.similarity(&face.embedding)
        });
        let faces: Vec<Detection> = seen.faces.iter().map(|face| face.detection).collect();
        // Whether it has depth is asked at the end, when the way back has been seen as well.
        let signs = [seen.signs, &[Sign::Depth]].concat();
        let look = challenge::Seen { at_ms: seen.at_ms, faces: &faces, similarity, signs: &signs };
        let outcome = self.challenge.observe(&look);
        if is_straight && self.photographs.len() + 1 < self.params.enrolment.photographs {
            self.photograph(seen.at_ms, picture);
        }
        match outcome {
            Outcome::Waiting(prompt) => FilmStep::Show(prompt),
            Outcome::Failed(failure) => FilmStep::Failed(failure),
            Outcome::Passed => {
                self.turned_ms = Some(seen.at_ms);
                FilmStep::LookBack
            }
        }
    }

    /// Since the head has turned: the rest of the photographs, of the same face.
    fn after(&mut self, seen: &Seen<'_>, since: u64, picture: &P) -> FilmStep {
        if seen.at_ms.saturating_sub(since) > self.params.look_back_ms {
            return FilmStep::Failed(Failure::TooLate);
        }
        if seen.signs.iter().any(|sign| sign.is_of_a_picture()) {
            return FilmStep::Failed(Failure::Picture);
        }
        if let Some(face) = nearest(seen.faces) {
            let last = self.last.replace((face.detection, seen.at_ms));
            if last.is_some_and(|(last, at)| !follows(&last, &face.detection, seen.at_ms.saturating_sub(at))) {
                return FilmStep::Failed(Failure::Jumped);
            }
        }
        let face = match usable(seen.faces, &self.params.enrolment) {
            Ok(face) => face,
            Err(PhotoProblemKind::TurnedAway | PhotoProblemKind::Blurred) => return FilmStep::LookBack,
            Err(kind) => return FilmStep::Mend(kind),
        };
        let least = self.params.enrolment.min_agreement;
        if !self.first.as_ref().is_some_and(|first| first.similarity(&face.embedding) >= least) {
            return FilmStep::Failed(Failure::SomebodyElse);
        }
        if self.photographs.len() < self.params.enrolment.photographs {
            self.photograph(seen.at_ms, picture);
        }
        let all_at = self.photographed_ms.filter(|_| self.photographs.len() >= self.params.enrolment.photographs);
        match all_at {
            Some(_) if seen.has_depth => FilmStep::Done,
            Some(all_at) if seen.at_ms.saturating_sub(all_at) > self.params.depth_ms => {
                FilmStep::Failed(Failure::Picture)
            }
            Some(_) | None => FilmStep::LookBack,
        }
    }

    fn photograph(&mut self, at_ms: u64, picture: &P) {
        let is_soon = |last: u64| at_ms.saturating_sub(last) < self.params.between_photographs_ms;
        if !self.photographed_ms.is_some_and(is_soon) {
            self.photographs.push(picture.clone());
            self.photographed_ms = Some(at_ms);
        }
    }
}

fn nearest(faces: &[Face]) -> Option<&Face> {
    faces.iter().max_by(|a, b| a.detection.height().total_cmp(&b.detection.height()))
}

/// The face that makes a photograph, or what is wrong with it.
fn usable<'a>(faces: &'a [Face], params: &EnrolmentParams) -> Result<&'a Face, PhotoProblemKind> {
    let face = main_face(faces, params)?;
    faults(&face.quality, params).next().map_or(Ok(face), Err)
}

#[cfg(test)]
mod tests;
