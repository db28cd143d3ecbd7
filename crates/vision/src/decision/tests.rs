//! Tracks of people whose likeness is known, in a plane or in many dimensions.

use super::*;
use crate::embedder::direction as person;

/// A frame of somebody: the person with so much of something else in it.
fn frame(of: &Embedding, noise: f32, number: u64) -> Embedding {
    let other = person(1_000_000 + number);
    Embedding::new(of.values().iter().zip(other.values()).map(|(a, b)| a + noise * b).collect()).unwrap()
}

fn gallery(people: u64) -> Gallery<u64> {
    let mut gallery = Gallery::new();
    for key in 0..people {
        gallery.insert(key, u128::from(key), person(key));
    }
    gallery
}

const PEOPLE: u64 = 100;

fn observe(
    track: &mut TrackDecision<u64>,
    embedding: &Embedding,
    gallery: &Gallery<u64>,
    admits: impl Fn(&u64) -> bool,
) -> Decision<u64> {
    let candidates = Candidates { gallery, admits, references: PEOPLE as usize };
    track.observe(&Evidence { embedding, weight: 1.0, handicap: 0.0 }, &candidates, &Calibration::shipped())
}

fn play(gallery: &Gallery<u64>, frames: impl IntoIterator<Item = Embedding>) -> Vec<Decision<u64>> {
    let mut track = TrackDecision::new(DecisionParams::default());
    frames.into_iter().map(|frame| observe(&mut track, &frame, gallery, |_| true)).collect()
}

fn key(decision: &Decision<u64>) -> Option<u64> {
    match decision {
        Decision::Known(found) => Some(found.key),
        _ => None,
    }
}

#[test]
fn one_clear_frame_is_enough() {
    let decisions = play(&gallery(PEOPLE), [frame(&person(7), 0.3, 0)]);
    assert_eq!(key(&decisions[0]), Some(7));
}

#[test]
fn poor_frames_decide_together() {
    // Each has a similarity of about 0.45: alone too little among a hundred people.
    let frames: Vec<_> = (0..6).map(|number| frame(&person(7), 2.0, number)).collect();
    let decisions = play(&gallery(PEOPLE), frames);
    assert_eq!(decisions[0], Decision::Undecided);
    assert_eq!(key(decisions.last().unwrap()), Some(7), "{decisions:?}");
}

#[test]
fn a_stranger_is_unknown_once_all_frames_are_seen() {
    let most = DecisionParams::default().most_frames as u64;
    let decisions = play(&gallery(PEOPLE), (0..most).map(|number| frame(&person(500), 0.5, number)));
    assert!(decisions[..most as usize - 1].iter().all(|decision| *decision == Decision::Undecided));
    assert_eq!(decisions.last(), Some(&Decision::Unknown));
}

#[test]
fn twins_are_an_answer_of_their_own() {
    let mut gallery = gallery(PEOPLE);
    gallery.insert(PEOPLE, u128::from(PEOPLE), frame(&person(7), 0.1, 0));
    let decisions = play(&gallery, (1..9).map(|number| frame(&person(7), 0.4, number)));
    assert!(matches!(decisions[7], Decision::Ambiguous(a, b) if a.key.min(b.key) == 7 && a.key.max(b.key) == PEOPLE));
    assert!(decisions.iter().all(|decision| key(decision).is_none()));
}

#[test]
fn later_frames_take_a_decision_back_but_one_passer_by_does_not() {
    let gallery = gallery(PEOPLE);
    let (shopper, other) = (person(7), person(500));
    let swapped = [&shopper, &other, &other, &other, &other, &other];
    let decisions = play(&gallery, swapped.iter().enumerate().map(|(number, of)| frame(of, 0.3, number as u64)));
    assert_eq!(key(&decisions[0]), Some(7));
    assert_eq!(decisions[5], Decision::TakenBack(7));
    let passed = [&shopper, &other, &shopper, &shopper, &shopper, &shopper];
    let decisions = play(&gallery, passed.iter().enumerate().map(|(number, of)| frame(of, 0.3, number as u64)));
    assert!(decisions.iter().all(|decision| key(decision) == Some(7)), "{decisions:?}");
}

#[test]
fn the_looks_spend_no_more_than_the_stated_rate() {
    for most_frames in [1, 2, 5, 8] {
        let params = DecisionParams { most_frames, ..DecisionParams::default() };
        let mut track: TrackDecision<u64> = TrackDecision::new(params.clone());
        let mut spent = 0.0;
        for _ in 0..most_frames {
            track.evidence.add(&person(1), 1.0);
            spent += track.spent_now();
        }
        assert!((spent - params.fpir).abs() < 1e-12, "{most_frames}: {spent}");
    }
}

#[test]
fn only_the_admitted_are_considered() {
    let mut track = TrackDecision::new(DecisionParams::default());
    let decision = observe(&mut track, &person(7), &gallery(PEOPLE), |key| *key == 8);
    assert_eq!(decision, Decision::Undecided);
    assert_eq!(track.frames(), 1);
}

#[test]
fn who_is_erased_meanwhile_is_not_known_any_more() {
    let mut gallery = gallery(PEOPLE);
    let mut track = TrackDecision::new(DecisionParams::default());
    let mut look = |gallery: &Gallery<u64>| observe(&mut track, &person(7), gallery, |_| true);
    assert_eq!(key(&look(&gallery)), Some(7));
    gallery.remove(7);
    let decisions: Vec<_> = (0..4).map(|_| look(&gallery)).collect();
    assert_eq!(decisions[3], Decision::TakenBack(7));
}

#[test]
fn weak_frames_are_forgiven_and_strong_ones_asked_more() {
    let gallery = gallery(PEOPLE);
    let calibration = Calibration::shipped();
    let fpir = DecisionParams::default().fpir / 2.0;
    let threshold = calibration.identification_threshold(fpir, PEOPLE as usize);
    let decide = |similarity: f32, handicap: f32| {
        // Another direction of length n beside the unit vector leaves a similarity of about 1 / sqrt(1 + n^2).
        let embedding = frame(&person(7), (similarity.powi(-2) - 1.0).sqrt(), 3);
        let candidates = Candidates { gallery: &gallery, admits: |_: &u64| true, references: PEOPLE as usize };
        let evidence = Evidence { embedding: &embedding, weight: 1.0, handicap };
        TrackDecision::new(DecisionParams::default()).observe(&evidence, &candidates, &calibration)
    };
    let usual = gallery.best(&frame(&person(7), (threshold.powi(-2) - 1.0).sqrt(), 3), 1)[0].similarity;
    let off = usual - threshold;
    assert_eq!(key(&decide(threshold, off - 0.01)), Some(7));
    assert_eq!(decide(threshold, off + 0.01), Decision::Undecided);
}

#[test]
fn with_nobody_to_be_a_face_is_unknown_at_once() {
    let mut track = TrackDecision::new(DecisionParams::default());
    assert_eq!(observe(&mut track, &person(7), &gallery(0), |_| true), Decision::Unknown);
    let mut track = TrackDecision::new(DecisionParams::default());
    assert_eq!(observe(&mut track, &person(7), &gallery(PEOPLE), |_| false), Decision::Unknown);
}
