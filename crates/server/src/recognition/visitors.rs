//! Who stands before one camera: each face's track, and what its frames say together.

use std::collections::BTreeSet;

use domain::gate::Place;
use domain::ids::ShopperId;
use domain::sighting::Identity;
use vision::presentation::Verdict;
use vision::{
    Calibration, Candidates, Decision, DecisionParams, Embedding, Evidence, Face, Frame, Gallery, Presentation,
    PresentationParams, PresentationTrack, Tracks,
};

use self::turn::{Asked, Nearest, Trial};
use super::{Liveness, Pictures};

mod turn;

/// How surely to decide.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How alike strangers are.
    pub calibration: Calibration,
    /// At the gates.
    pub gate: DecisionParams,
    /// At shelves.
    pub shelf: DecisionParams,
    /// What the entry does about pictures of faces.
    pub pictures: Pictures,
    /// Random bits, by which the side of a turn is chosen.
    pub random: fn() -> u64,
}

/// The visitors before one camera.
pub struct Visitors {
    tracks: Tracks<Visitor>,
    asked: Asked,
}

/// What is known of one track.
#[derive(Default)]
struct Visitor {
    inside: Attempts,
    everybody: Attempts,
    latest: Option<Judged>,
    presentation: Option<PresentationTrack>,
    liveness: Liveness,
    trial: Trial,
    /// For whom the gate was opened.
    let_in: Option<ShopperId>,
}

/// What the frames so far say of a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Who it is.
    pub identity: Identity,
    /// Whether it is a person's.
    pub liveness: Liveness,
    /// Who it was said to be before, which the frames since then deny.
    pub taken_back: Option<ShopperId>,
    /// The gate was opened for this face before.
    pub was_let_in: bool,
}

/// Who a face may be.
#[derive(Clone, Copy)]
pub struct Among<'a> {
    /// Where the camera stands.
    pub place: Place,
    /// Everybody's templates.
    pub gallery: &'a Gallery<ShopperId>,
    /// Who is in the store.
    pub inside: &'a BTreeSet<ShopperId>,
}

/// What a face looks like over several frames.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// Of all its frames.
    pub embedding: Embedding,
    /// How many those are.
    pub frames: usize,
}

impl Visitors {
    /// Nobody seen yet.
    pub fn new() -> Self {
        Self { tracks: Tracks::new(vision::TrackParams::default()), asked: Asked::default() }
    }

    /// Takes the faces of a frame and says who each is, in their order.
    pub fn see(&mut self, frame: &Frame, faces: &[Face], at_ms: i64, among: &Among<'_>, rules: &Rules) -> Vec<Judged> {
        let visitors = self.tracks.follow(faces, at_ms, Visitor::default);
        let mut all = Vec::with_capacity(faces.len());
        for (place, (face, visitor)) in faces.iter().zip(visitors).enumerate() {
            let judged = visitor.judge(face, among, rules);
            match rules.pictures {
                Pictures::RefusePictures | Pictures::RequireLife if among.place == Place::Entry => {
                    visitor.look_for_life(frame, face, at_ms);
                }
                // Only the nearest face counts at a gate.
                Pictures::AskTurn if among.place == Place::Entry && place == 0 => {
                    let nearest = Nearest { faces, at_ms, judged, signs: &[] };
                    visitor.ask_turn(frame, &nearest, &mut self.asked, rules.random);
                }
                Pictures::Off | Pictures::RefusePictures | Pictures::RequireLife | Pictures::AskTurn => {}
            }
            let was_let_in = judged.taken_back.is_some() && judged.taken_back == visitor.let_in;
            all.push(Judged { liveness: visitor.liveness, was_let_in, ..judged });
        }
        all
    }

    /// What was seen of this shopper is forgotten.
    pub fn forget(&mut self, shopper: ShopperId) {
        self.tracks.retain(|visitor| !visitor.is(shopper));
        self.asked.forget(shopper);
    }

    /// What the only one here looks like, if nobody knows them.
    pub fn only_stranger(&self) -> Option<Likeness> {
        let mut visitors = self.tracks.each();
        let ((only, looks), None) = (visitors.next()?, visitors.next()) else { return None };
        let is_known = only.everybody.known.is_some();
        if is_known { None } else { Some(Likeness { embedding: looks.embedding()?, frames: looks.count() }) }
    }

    /// The gate was opened for a shopper: what they look like, if they were recognised here. From now on a track that takes
    /// back who it was says that somebody was let in.
    pub fn entered(&mut self, shopper: ShopperId) -> Option<Likeness> {
        self.tracks.each_mut().find_map(|visitor| {
            let likeness = visitor.everybody.likeness_of(shopper)?;
            visitor.let_in = Some(shopper);
            Some(likeness)
        })
    }
}

/// The rate of pairs of strangers, per comparison, whose likeness is still believed to be that of one visitor at the entry
/// and at the exit: two looks of one person on one day hardly ever fall so low.
const STRANGERS_OF_ONE_VISIT: f64 = 1e-2;

/// Somebody who looks like a shopper, but not like the one who came in under that name.
const DOUBTED: Judged = Judged::of(Identity::Ambiguous);

const UNKNOWN: Judged = Judged::of(Identity::Unknown);

/// Turned away or blurred, from the first look on: that is nobody's, and no stranger's either.
const TOO_POOR: Judged = Judged::of(Identity::Undecided);

impl Judged {
    const fn of(identity: Identity) -> Self {
        Self { identity, liveness: Liveness::Unchecked, taken_back: None, was_let_in: false }
    }
}

impl Visitor {
    /// The first answer stays: whoever has shown life may hold up a phone with a picture on it later.
    fn look_for_life(&mut self, frame: &Frame, face: &Face, at_ms: i64) {
        if !matches!(self.liveness, Liveness::Unchecked | Liveness::Waiting) {
            return;
        }
        self.liveness = match self.presented(frame, face, at_ms).verdict {
            Verdict::Live => Liveness::Live,
            Verdict::Suspected => Liveness::Suspected,
            Verdict::Unsure { more_looks: 0 } => Liveness::Unsure,
            Verdict::Unsure { .. } => Liveness::Waiting,
        };
        if self.liveness != Liveness::Waiting {
            // The pixels are not needed any more.
            self.presentation = None;
        }
    }

    /// The nearest face is this one's.
    fn ask_turn(&mut self, frame: &Frame, nearest: &Nearest<'_>, asked: &mut Asked, random: fn() -> u64) {
        let was_turning = self.trial.is_turning();
        let signs = match self.trial {
            Trial::Idle | Trial::Turning(_) => self.presented(frame, &nearest.faces[0], nearest.at_ms).signs,
            Trial::Passed(_) | Trial::Picture => Vec::new(),
        };
        self.liveness = self.trial.observe(&Nearest { signs: &signs, ..*nearest }, asked, random);
        if was_turning != self.trial.is_turning() {
            // The depth of the face has to be seen in the looks of the turn; after it the pixels are not needed any more.
            self.presentation = None;
        }
    }

    fn presented(&mut self, frame: &Frame, face: &Face, at_ms: i64) -> Presentation {
        let track = self.presentation.get_or_insert_with(|| PresentationTrack::new(PresentationParams::default()));
        track.observe(frame, &face.detection, u64::try_from(at_ms).unwrap_or(0))
    }

    fn judge(&mut self, face: &Face, among: &Among<'_>, rules: &Rules) -> Judged {
        if !face.quality.is_sufficient() {
            // At a shelf a head that is turned away is still the same person's; a gate wants to see the face.
            return match among.place {
                Place::Shelf => self.latest.unwrap_or(TOO_POOR),
                Place::Entry | Place::Exit => UNKNOWN,
            };
        }
        let evidence = Evidence::from(face);
        let judged = match among.place {
            Place::Entry => self.among_everybody(&evidence, among, rules),
            Place::Shelf => self.among_those_inside(&evidence, among, &rules.shelf, rules),
            Place::Exit => {
                let everybody = self.among_everybody(&evidence, among, rules);
                let inside = self.among_those_inside(&evidence, among, &rules.gate, rules);
                // Who is in the store is the easier question; who never came in is known by everybody's gallery alone.
                match inside.identity {
                    Identity::Unknown | Identity::Undecided => everybody,
                    Identity::Known { shopper, .. } if !self.came_in_as(shopper, among.gallery, rules) => DOUBTED,
                    Identity::Known { .. } | Identity::Ambiguous => inside,
                }
            }
        };
        self.latest = Some(judged);
        judged
    }

    /// Whether this is the face that came in as this shopper; true where that was not seen.
    fn came_in_as(&self, shopper: ShopperId, gallery: &Gallery<ShopperId>, rules: &Rules) -> bool {
        let (Some(now), Some(then)) = (self.inside.likeness_of(shopper), gallery.embedding(visit_reference(shopper)))
        else {
            return true;
        };
        then.similarity(&now.embedding) >= rules.calibration.threshold_at(STRANGERS_OF_ONE_VISIT)
    }

    fn is(&self, shopper: ShopperId) -> bool {
        [&self.inside, &self.everybody].iter().any(|attempts| attempts.known == Some(shopper))
    }

    fn among_everybody(&mut self, evidence: &Evidence<'_>, among: &Among<'_>, rules: &Rules) -> Judged {
        let gallery = among.gallery;
        let candidates = Candidates { gallery, admits: |_: &ShopperId| true, references: gallery.len() };
        self.everybody.observe(evidence, &candidates, &rules.gate, &rules.calibration)
    }

    fn among_those_inside(
        &mut self,
        evidence: &Evidence<'_>,
        among: &Among<'_>,
        params: &DecisionParams,
        rules: &Rules,
    ) -> Judged {
        let admits = |shopper: &ShopperId| among.inside.contains(shopper);
        let references = REFERENCES_INSIDE * among.inside.len();
        let candidates = Candidates { gallery: among.gallery, admits, references };
        self.inside.observe(evidence, &candidates, params, &rules.calibration)
    }
}

/// The gallery's name for a shopper's enrolment, all photographs in one.
pub fn enrolment_reference(shopper: ShopperId) -> u128 {
    shopper.0.as_u128()
}

/// The gallery's name for a shopper's face of today.
pub fn visit_reference(shopper: ShopperId) -> u128 {
    !shopper.0.as_u128()
}

/// References of a shopper who is in the store: the enrolment, the face of the visit, and seldom more.
const REFERENCES_INSIDE: usize = 2;

/// One decision after another: who is not known after some frames may be once more are seen, from nearer by. Each attempt
/// may spend half of what the one before it could, so that all together stay below the stated rate.
#[derive(Debug, Default)]
struct Attempts {
    number: i32,
    current: Option<vision::TrackDecision<ShopperId>>,
    known: Option<ShopperId>,
}

impl Attempts {
    fn observe(
        &mut self,
        evidence: &Evidence<'_>,
        candidates: &Candidates<'_, ShopperId, impl Fn(&ShopperId) -> bool>,
        params: &DecisionParams,
        calibration: &Calibration,
    ) -> Judged {
        let number = &mut self.number;
        let current = self.current.get_or_insert_with(|| {
            *number += 1;
            let fpir = params.fpir * 0.5_f64.powi(*number);
            vision::TrackDecision::new(DecisionParams { fpir, ..params.clone() })
        });
        let decision = current.observe(evidence, candidates, calibration);
        let identity = match decision {
            Decision::Undecided => Identity::Undecided,
            Decision::Known(found) => {
                self.known = Some(found.key);
                Identity::Known { shopper: found.key, similarity: found.similarity }
            }
            Decision::Unknown => {
                self.current = None;
                Identity::Unknown
            }
            Decision::Ambiguous(..) => {
                self.current = None;
                Identity::Ambiguous
            }
            // Later frames deny it: somebody else took the place, or the first frames erred. Nobody is named any more.
            Decision::TakenBack(shopper) => {
                self.known = None;
                self.current = None;
                return Judged { taken_back: Some(shopper), ..DOUBTED };
            }
        };
        Judged::of(identity)
    }

    fn likeness_of(&self, shopper: ShopperId) -> Option<Likeness> {
        let decision = self.current.as_ref().filter(|_| self.known == Some(shopper))?;
        let (embedding, frames) = decision.likeness()?;
        Some(Likeness { embedding, frames })
    }
}

#[cfg(test)]
mod tests;
