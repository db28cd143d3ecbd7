//! Decides over several frames of one track who it is, with stated error rates, and takes back what later frames deny.

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::embedder::Embedding;
use crate::fusion::Fusion;
use crate::gallery::{Gallery, Match};
use crate::pipeline::Face;

/// How surely to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DecisionParams {
    /// The part of strangers who may be taken for somebody, over a whole track, 0..1. Default 0.001: one stranger in a
    /// thousand at the door. It is stated, not typed in as a similarity: the thresholds follow from it, from the gallery's
    /// size and from the calibration.
    pub fpir: f64,
    /// The most frames that a decision waits for; then the answer is "unknown". Default 8: a second and a half at 5 frames
    /// a second, as long as a shopper stands before a kiosk without wondering.
    pub most_frames: usize,
    /// By how much the best candidate must lead the second, in cosine similarity. Default 0.05: the fused templates of two
    /// strangers are rarely both that near to one probe; siblings are.
    pub margin: f32,
    /// The part of pairs of strangers, 0..1, that is as alike as what is still believed after a decision. Default 0.01: a
    /// shopper's later frames hardly ever fall so low, somebody else's nearly always do.
    pub keep: f64,
}

impl Default for DecisionParams {
    fn default() -> Self {
        Self { fpir: 1e-3, most_frames: 8, margin: 0.05, keep: 1e-2 }
    }
}

/// What is known about who a track is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision<K> {
    /// The evidence is not enough yet: look at more frames.
    Undecided,
    /// It is this person.
    Known(Match<K>),
    /// One of two, who are too alike to tell apart: an answer of its own, nobody is billed for a guess.
    Ambiguous(Match<K>, Match<K>),
    /// Nobody in the gallery, as far as one can see.
    Unknown,
    /// It was decided for this person, and the frames since then deny it: somebody should look.
    TakenBack(K),
}

/// What one frame says about somebody.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What the face looks like.
    pub embedding: &'a Embedding,
    /// How much the frame counts among the others ([`crate::Quality::weight`]).
    pub weight: f32,
    /// How much likeness to forgive for its being weak ([`crate::Quality::handicap`]).
    pub handicap: f32,
}

impl<'a> From<&'a Face> for Evidence<'a> {
    fn from(face: &'a Face) -> Self {
        Self { embedding: &face.embedding, weight: face.quality.weight(), handicap: face.quality.handicap() }
    }
}

/// Who it may be.
pub struct Candidates<'a, K, F> {
    /// Everybody's references.
    pub gallery: &'a Gallery<K>,
    /// Whose of them count.
    pub admits: F,
    /// How many references those are: each is one more chance to be mistaken.
    pub references: usize,
}

/// The evidence of one track. `K` names people, as in the gallery.
///
/// A sequential test: after each frame the fused embedding of all frames so far is searched for. Looking again and again
/// gives a stranger several chances, so each look may spend only a part of the stated rate: half of what is left, which
/// adds up to no more than the whole however much the looks depend on each other (Bonferroni's inequality).
#[derive(Debug, Clone)]
pub struct TrackDecision<K> {
    params: DecisionParams,
    evidence: Fusion,
    /// The frames since the decision, apart from those that led to it.
    since: Fusion,
    handicaps: f32,
    known: Option<Match<K>>,
    taken_back: bool,
}

/// Frames after a decision before it may be denied: a single one may be a passer-by's.
const FEWEST_FRAMES_TO_DENY: usize = 3;

impl<K: Copy + Ord> TrackDecision<K> {
    /// Nothing seen yet.
    pub fn new(params: DecisionParams) -> Self {
        Self { params, evidence: Fusion::new(), since: Fusion::new(), handicaps: 0.0, known: None, taken_back: false }
    }

    /// Adds what a frame says, and decides among the candidates.
    pub fn observe(
        &mut self,
        frame: &Evidence<'_>,
        candidates: &Candidates<'_, K, impl Fn(&K) -> bool>,
        calibration: &Calibration,
    ) -> Decision<K> {
        if let Some(known) = self.known {
            self.since.add(frame.embedding, frame.weight);
            return self.confirm(known, candidates.gallery, calibration);
        }
        self.evidence.add(frame.embedding, frame.weight);
        self.handicaps += frame.handicap;
        let Some(fused) = self.evidence.embedding() else { return Decision::Undecided };
        let best = candidates.gallery.best_among(&fused, 2, &candidates.admits);
        let handicap = self.handicaps / self.evidence.count() as f32;
        let threshold = calibration.identification_threshold(self.spent_now(), candidates.references) + handicap;
        match best.as_slice() {
            [first, second, ..]
                if first.similarity >= threshold && first.similarity - second.similarity < self.params.margin =>
            {
                // More frames may part the two.
                if self.is_over() { Decision::Ambiguous(*first, *second) } else { Decision::Undecided }
            }
            [first, ..] if first.similarity >= threshold => {
                self.known = Some(*first);
                Decision::Known(*first)
            }
            // Without candidates more frames tell nothing.
            [] => Decision::Unknown,
            _ if self.is_over() => Decision::Unknown,
            _ => Decision::Undecided,
        }
    }

    /// What all frames look like together, and how many those are; `None` before the first.
    pub fn likeness(&self) -> Option<(Embedding, usize)> {
        let mut all = self.evidence.clone();
        all.join(&self.since);
        Some((all.embedding()?, all.count()))
    }

    /// How many frames were seen before a decision.
    pub fn frames(&self) -> usize {
        self.evidence.count()
    }

    /// The part of the stated rate that this look may spend: a half, a quarter and so on; the last look takes the rest.
    fn spent_now(&self) -> f64 {
        let look = self.evidence.count().max(1).min(self.params.most_frames.max(1));
        let halvings = if look == self.params.most_frames { look.saturating_sub(1) } else { look };
        self.params.fpir * 0.5_f64.powi(i32::try_from(halvings).unwrap_or(i32::MAX))
    }

    fn is_over(&self) -> bool {
        self.evidence.count() >= self.params.most_frames
    }

    /// Whether the frames since the decision still look like the person.
    fn confirm(&mut self, known: Match<K>, gallery: &Gallery<K>, calibration: &Calibration) -> Decision<K> {
        let Some(later) = self.since.embedding() else { return Decision::Known(known) };
        let similarity = gallery.best_among(&later, 1, |key| *key == known.key).first().map(|found| found.similarity);
        // Erased meanwhile: nothing to compare with, and nobody to bill.
        let denied = similarity.is_none_or(|similarity| similarity < calibration.threshold_at(self.params.keep));
        if self.taken_back || (denied && self.since.count() >= FEWEST_FRAMES_TO_DENY) {
            self.taken_back = true;
            return Decision::TakenBack(known.key);
        }
        Decision::Known(known)
    }
}

#[cfg(test)]
mod tests;
