//! Every reason to refuse an enrolment, and its sentence.

use super::*;
use crate::detector::Detection;

pub(super) const GOOD: Quality = Quality {
    face_height_px: 200.0,
    sharpness: 0.5,
    brightness: 120.0,
    contrast: 40.0,
    yaw_degrees: 3.0,
    pitch_degrees: 2.0,
    roll_degrees: 1.0,
    strength: 70.0,
    symmetry: 0.98,
};

/// A face in the direction `angle` of a plane, so that the similarity of two is the cosine of their difference.
fn face(quality: Quality, angle: f32) -> Face {
    let mut values = vec![0.0; crate::shipped::DIMENSION];
    values[0] = angle.cos();
    values[1] = angle.sin();
    Face {
        detection: Detection {
            bbox: [0.0, 0.0, 0.8 * quality.face_height_px, quality.face_height_px],
            landmarks: [[0.0; 2]; 5],
            score: 0.9,
        },
        quality,
        embedding: Embedding::new(values).unwrap(),
    }
}

fn good() -> Vec<Face> {
    vec![face(GOOD, 0.0)]
}

fn sized(face_height_px: f32) -> Face {
    face(Quality { face_height_px, ..GOOD }, 0.0)
}

#[track_caller]
fn check_refused(photographs: &[Vec<Face>], expected: &[(usize, PhotoProblemKind)]) {
    let problems = check(photographs, &EnrolmentParams::default()).unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| (problem.photo, problem.kind)).collect();
    assert_eq!(found, expected);
}

#[test]
fn three_good_photographs_of_one_person_are_enrolled() {
    // cos 0.5 = 0.88, cos 1.0 = 0.54; a bystander of less than half the height does not matter.
    let photographs = [vec![face(GOOD, 0.0)], vec![face(GOOD, 0.5), sized(90.0)], vec![face(GOOD, 1.0)]];
    let enrolled = check(&photographs, &EnrolmentParams::default()).unwrap();
    assert_eq!(enrolled.len(), 3);
    for ((quality, embedding), faces) in enrolled.iter().zip(&photographs) {
        assert_eq!(*quality, faces[0].quality);
        assert_eq!(*embedding, faces[0].embedding);
    }
}

#[test]
fn each_fault_of_a_photograph_is_named() {
    use PhotoProblemKind as Kind;
    let faulty = |change: fn(&mut Quality)| {
        let mut quality = GOOD;
        change(&mut quality);
        vec![face(quality, 0.0)]
    };
    let cases: [(Vec<Face>, Kind); 8] = [
        (vec![], Kind::NoFace),
        (vec![sized(200.0), sized(150.0)], Kind::TooManyFaces),
        (faulty(|q| (q.face_height_px, q.sharpness) = (60.0, 0.001)), Kind::TooSmall),
        (faulty(|q| q.sharpness = 0.001), Kind::Blurred),
        (faulty(|q| q.brightness = 12.0), Kind::TooDark),
        (faulty(|q| q.contrast = 3.0), Kind::TooDark),
        (faulty(|q| q.brightness = 250.0), Kind::TooBright),
        (faulty(|q| q.yaw_degrees = -40.0), Kind::TurnedAway),
    ];
    for (photograph, kind) in cases {
        check_refused(&[good(), photograph, good()], &[(1, kind)]);
    }
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    use PhotoProblemKind as Kind;
    check_refused(&[vec![sized(50.0)], good()], &[(0, Kind::TooSmall), (2, Kind::Missing)]);
    check_refused(&[good(), good(), good(), good()], &[(3, Kind::Superfluous)]);
    check_refused(&[], &[(0, Kind::Missing), (1, Kind::Missing), (2, Kind::Missing)]);
}

#[test]
fn the_photograph_of_somebody_else_is_the_one_that_is_blamed() {
    use PhotoProblemKind::OtherPerson;
    let at = |angle| vec![face(GOOD, angle)];
    check_refused(&[at(0.0), at(1.5), at(0.1)], &[(1, OtherPerson)]);
    // Nobody agrees with anybody: all are in doubt.
    check_refused(&[at(0.0), at(2.0), at(4.0)], &[(0, OtherPerson), (1, OtherPerson), (2, OtherPerson)]);
    // The middle one agrees with both: either of the others may be wrong.
    check_refused(&[at(0.0), at(1.0), at(2.0)], &[(0, OtherPerson), (2, OtherPerson)]);
}

#[test]
fn the_sentences_speak_to_the_shopper_and_count_from_one() {
    let sentence = |photo, kind| PhotoProblem { photo, kind }.to_string();
    assert_eq!(sentence(1, PhotoProblemKind::TooSmall), "Move closer: your face is too small in photograph 2");
    assert_eq!(
        sentence(2, PhotoProblemKind::OtherPerson),
        "Take all photographs of yourself: photograph 3 does not match the others"
    );
}
