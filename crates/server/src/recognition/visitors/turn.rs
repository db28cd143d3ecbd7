//! The turn of the head that the entry asks of a face it knows, and what it remembers of those that it asked.

use domain::ids::ShopperId;
use domain::sighting::Identity;
use vision::presentation::Sign;
use vision::presentation::challenge::{Challenge, ChallengeParams, Failure, Outcome, Seen, Turn, nose_place};
use vision::{Detection, Embedding, Face, PresentationParams};

use super::Judged;
use crate::recognition::Liveness;

/// How often somebody may fail before the phone's code is asked for.
const MOST_FAILURES: usize = 2;

/// For so long, in milliseconds, the same shopper is asked for the same side again, and failures are remembered: two minutes. Who
/// walks away and comes back gets no other side, so that a film of one turn cannot be held up until its turn is asked for.
const REMEMBER_MS: i64 = 120_000;

/// How far the nose may lie, at a second try, from where it was at the beginning of the first: half of what a turn needs, in
/// distances between the eyes. Otherwise a head that has turned to the wrong side would turn to the right one by coming back.
const SAME_STRAIGHT: f32 = 0.04;

/// For so long, in milliseconds, a second try waits for the head to look straight again: as long as a turn may take.
const LONGEST_WAIT_MS: i64 = 8_000;

/// A face of this part of the nearest one's height stands beside it: then nobody can be asked. As the challenge judges it.
const SECOND_FACE: f32 = 0.7;

/// Said after the first failure.
const ONCE_MORE: &str = "That did not work. Look straight at the camera and try once more";

/// Whom this camera asked lately.
#[derive(Debug, Default)]
pub struct Asked(Vec<AskedOne>);

#[derive(Debug)]
struct AskedOne {
    shopper: ShopperId,
    turn: Turn,
    failures: usize,
    /// Where the nose was when the first try began.
    straight: f32,
    at_ms: i64,
}

impl Asked {
    /// What is asked of this shopper: what was asked before, or a side by these random bits.
    fn of(&mut self, shopper: ShopperId, nearest: &Nearest<'_>, random: fn() -> u64) -> &mut AskedOne {
        let at_ms = nearest.at_ms;
        self.0.retain(|one| at_ms.saturating_sub(one.at_ms) <= REMEMBER_MS);
        let place = self.0.iter().position(|one| one.shopper == shopper).unwrap_or_else(|| {
            let (turn, straight) = (Turn::chosen_by(random()), nearest.nose());
            self.0.push(AskedOne { shopper, turn, failures: 0, straight, at_ms });
            self.0.len() - 1
        });
        &mut self.0[place]
    }

    /// Whatever was asked of this shopper is forgotten.
    pub fn forget(&mut self, shopper: ShopperId) {
        self.0.retain(|one| one.shopper != shopper);
    }
}

/// Where one track stands.
#[derive(Default)]
pub enum Trial {
    /// Nobody was asked, or the last turn failed.
    #[default]
    Idle,
    /// Somebody is turning.
    Turning(Turning),
    /// This shopper turned as asked; who else the face may be taken for has not.
    Passed(ShopperId),
    /// It is a picture, it seems: whatever comes, the code is needed.
    Picture,
}

/// A turn under way.
pub struct Turning {
    shopper: ShopperId,
    challenge: Challenge,
    /// What the face looked like at first.
    straight: Embedding,
}

/// The nearest face of a frame.
#[derive(Clone, Copy)]
pub struct Nearest<'a> {
    /// All faces of the frame, the nearest first.
    pub faces: &'a [Face],
    /// When, in milliseconds.
    pub at_ms: i64,
    /// Who it is, by its track.
    pub judged: Judged,
    /// What the passive checks saw since the turn was asked for, or since the track began.
    pub signs: &'a [Sign],
}

impl Nearest<'_> {
    /// Where the nose is; far from everything where that cannot be said.
    fn nose(&self) -> f32 {
        nose_place(&self.faces[0].detection.landmarks).unwrap_or(f32::INFINITY)
    }
}

impl Trial {
    /// Takes a look at the nearest face, and says whether it is believed, or what is asked of it.
    pub fn observe(&mut self, nearest: &Nearest<'_>, asked: &mut Asked, random: fn() -> u64) -> Liveness {
        if nearest.signs.iter().any(|sign| sign.is_of_a_picture()) {
            *self = Self::Picture;
        }
        let known = known(nearest.judged);
        match self {
            Self::Picture => Liveness::Suspected,
            Self::Passed(shopper) if known.is_none_or(|known| known == *shopper) => Liveness::Live,
            Self::Passed(_) | Self::Idle => match known {
                Some(shopper) => self.begin(shopper, nearest, asked, random),
                None => Liveness::Waiting,
            },
            Self::Turning(turning) => {
                let shopper = turning.shopper;
                let outcome = turning.observe(nearest);
                let asked = asked.of(shopper, nearest, random);
                asked.at_ms = nearest.at_ms;
                self.go_on(shopper, outcome, asked)
            }
        }
    }

    /// Whether a turn is under way.
    pub fn is_turning(&self) -> bool {
        matches!(self, Self::Turning(_))
    }

    fn begin(&mut self, shopper: ShopperId, nearest: &Nearest<'_>, asked: &mut Asked, random: fn() -> u64) -> Liveness {
        *self = Self::Idle;
        let asked = asked.of(shopper, nearest, random);
        if asked.failures >= MOST_FAILURES {
            return Liveness::Unsure;
        }
        if let Some(hint) = hindrance(nearest.faces) {
            return Liveness::Hindered(hint);
        }
        match asked.failures {
            0 => asked.straight = nearest.nose(),
            _ if (nearest.nose() - asked.straight).abs() <= SAME_STRAIGHT => {}
            _ if nearest.at_ms.saturating_sub(asked.at_ms) > LONGEST_WAIT_MS => {
                asked.failures = MOST_FAILURES;
                return Liveness::Unsure;
            }
            _ => return Liveness::Hindered(ONCE_MORE),
        }
        let challenge = Challenge::new(asked.turn, ChallengeParams::default());
        let mut turning = Turning { shopper, challenge, straight: nearest.faces[0].embedding.clone() };
        asked.at_ms = nearest.at_ms;
        let outcome = turning.observe(nearest);
        *self = Self::Turning(turning);
        self.go_on(shopper, outcome, asked)
    }

    fn go_on(&mut self, shopper: ShopperId, outcome: Outcome, asked: &mut AskedOne) -> Liveness {
        match outcome {
            Outcome::Waiting(prompt) => return Liveness::Turning { prompt, attempt: asked.failures + 1 },
            Outcome::Passed => {
                *self = Self::Passed(shopper);
                // The next time it may be the other side.
                asked.at_ms = i64::MIN;
                return Liveness::Live;
            }
            Outcome::Failed(Failure::Picture | Failure::Copies) => {
                *self = Self::Picture;
                return Liveness::Suspected;
            }
            Outcome::Failed(Failure::TooLate) => asked.failures = MOST_FAILURES,
            Outcome::Failed(
                Failure::WrongWay
                | Failure::Jumped
                | Failure::SomebodyElse
                | Failure::SeveralFaces
                | Failure::ClockRanBack,
            ) => asked.failures += 1,
        }
        metrics::counter!("smartmart_turns_failed_total").increment(1);
        *self = Self::Idle;
        if asked.failures >= MOST_FAILURES { Liveness::Unsure } else { Liveness::Hindered(ONCE_MORE) }
    }
}

impl Turning {
    fn observe(&mut self, nearest: &Nearest<'_>) -> Outcome {
        let denied = nearest.judged.taken_back == Some(self.shopper)
            || known(nearest.judged).is_some_and(|known| known != self.shopper);
        if denied {
            return Outcome::Failed(Failure::SomebodyElse);
        }
        let detections: Vec<Detection> = nearest.faces.iter().map(|face| face.detection).collect();
        self.challenge.observe(&Seen {
            at_ms: u64::try_from(nearest.at_ms).unwrap_or(0),
            faces: &detections,
            similarity: Some(self.straight.similarity(&nearest.faces[0].embedding)),
            signs: nearest.signs,
        })
    }
}

fn known(judged: Judged) -> Option<ShopperId> {
    match judged.identity {
        Identity::Known { shopper, .. } => Some(shopper),
        Identity::Unknown | Identity::Ambiguous | Identity::Undecided => None,
    }
}

/// What keeps somebody from being asked to turn: the sentence to say.
fn hindrance(faces: &[Face]) -> Option<&'static str> {
    let [nearest, others @ ..] = faces else { return None };
    let [left, right, ..] = nearest.detection.landmarks;
    if (left[0] - right[0]).hypot(left[1] - right[1]) < PresentationParams::default().min_eyes_px {
        Some("Come a little closer")
    } else if others.iter().any(|face| face.detection.height() >= SECOND_FACE * nearest.detection.height()) {
        Some("One at a time, please")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
