use super::*;

/// A face with its nose `place` from the middle, `[x, y]` from the usual place and of a size.
fn face(place: f32, [x, y]: [f32; 2], size: f32) -> Detection {
    let at = |u: f32, v: f32| [200.0 + x + u * size, 200.0 + y + v * size];
    let [left, top] = at(-1.1, -0.9);
    let landmarks = [at(-0.5, 0.0), at(0.5, 0.0), at(place, 0.57), at(-0.41, 1.16), at(0.41, 1.16)];
    Detection { bbox: [left, top, 2.2 * size, 2.8 * size], landmarks, score: 0.9 }
}

/// Looks with the nose at these places, five a second; a little motion keeps them from being copies.
fn after(turn: Turn, places: &[f32]) -> Outcome {
    let mut challenge = Challenge::new(turn, ChallengeParams::default());
    for (number, place) in places.iter().enumerate() {
        let faces = [face(*place, [number as f32, 0.0], 40.0)];
        challenge.observe(&Seen {
            at_ms: 200 * number as u64,
            faces: &faces,
            similarity: Some(0.8),
            signs: &[Sign::Depth],
        });
    }
    challenge.outcome()
}

#[test]
fn a_turn_is_judged() {
    let cases: [(&str, Turn, &[f32], Outcome); 9] = [
        ("no look", Turn::Left, &[], Outcome::Waiting(Prompt::LookStraight)),
        ("straight", Turn::Left, &[0.0, 0.01, 0.0], Outcome::Waiting(Prompt::TurnHead(Turn::Left))),
        ("not straight", Turn::Left, &[0.3, 0.3, 0.3, 0.3], Outcome::Waiting(Prompt::LookStraight)),
        ("turned once", Turn::Left, &[0.0, 0.0, 0.0, 0.05, 0.1], Outcome::Waiting(Prompt::HoldStill)),
        ("left", Turn::Left, &[0.0, 0.0, 0.0, 0.1, 0.2, 0.22], Outcome::Passed),
        ("right", Turn::Right, &[0.0, 0.0, 0.0, -0.1, -0.2, -0.22], Outcome::Passed),
        ("wrong way", Turn::Right, &[0.0, 0.0, 0.0, 0.1, 0.2], Outcome::Failed(Failure::WrongWay)),
        ("another picture", Turn::Left, &[0.0, 0.0, 0.0, 0.25, 0.25], Outcome::Failed(Failure::Jumped)),
        ("too little", Turn::Left, &[0.0, 0.0, 0.0, 0.05, 0.06], Outcome::Waiting(Prompt::TurnHead(Turn::Left))),
    ];
    for (name, turn, places, outcome) in cases {
        assert_eq!(after(turn, places), outcome, "{name}");
    }
}

#[test]
fn a_flat_picture_that_is_turned_stays_where_it_was() {
    let mut challenge = Challenge::new(Turn::Left, ChallengeParams::default());
    for number in 0..20_u64 {
        let narrower = 1.0 - 0.02 * number as f32;
        let mut turned = face(0.0, [0.0; 2], 40.0);
        turned.landmarks = turned.landmarks.map(|[x, y]| [200.0 + (x - 200.0) * narrower + 0.1 * y, y]);
        challenge.observe(&Seen { at_ms: 200 * number, faces: &[turned], similarity: None, signs: &[] });
    }
    assert_eq!(challenge.outcome(), Outcome::Waiting(Prompt::TurnHead(Turn::Left)));
}

/// One straight look, then this.
fn then(at_ms: u64, faces: &[Detection], similarity: Option<f32>) -> Outcome {
    let mut challenge = Challenge::new(Turn::Left, ChallengeParams::default());
    challenge.observe(&Seen { at_ms: 1000, faces: &[face(0.0, [0.0; 2], 40.0)], similarity: None, signs: &[] });
    challenge.observe(&Seen { at_ms, faces, similarity, signs: &[] })
}

#[test]
fn a_turn_without_depth_is_not_enough_and_a_picture_fails() {
    let turned = |signs: &[Sign]| {
        let mut challenge = Challenge::new(Turn::Left, ChallengeParams::default());
        for (number, place) in [0.0, 0.0, 0.0, 0.1, 0.15, 0.15, 0.15].iter().enumerate() {
            let faces = [face(*place, [number as f32, 0.0], 40.0)];
            challenge.observe(&Seen { at_ms: 200 * number as u64, faces: &faces, similarity: None, signs });
        }
        challenge.outcome()
    };
    assert_eq!(turned(&[]), Outcome::Waiting(Prompt::HoldStill));
    assert_eq!(turned(&[Sign::Blink]), Outcome::Waiting(Prompt::HoldStill));
    assert_eq!(turned(&[Sign::Depth, Sign::Grid]), Outcome::Failed(Failure::Picture));
    assert_eq!(turned(&[Sign::Depth]), Outcome::Passed);
}

#[test]
fn what_no_shopper_does_fails() {
    let near = face(0.0, [1.0, 0.0], 40.0);
    let failed = Outcome::Failed;
    assert_eq!(then(1200, &[near], None), Outcome::Waiting(Prompt::LookStraight));
    assert_eq!(then(900, &[near], None), failed(Failure::ClockRanBack));
    assert_eq!(then(9001, &[near], None), failed(Failure::TooLate));
    assert_eq!(then(2500, &[near], None), failed(Failure::Jumped));
    assert_eq!(then(1200, &[face(0.0, [90.0, 0.0], 40.0)], None), failed(Failure::Jumped));
    assert_eq!(then(1200, &[face(0.0, [0.0, 0.0], 80.0)], None), failed(Failure::Jumped));
    assert_eq!(then(1200, &[near, face(0.0, [150.0, 0.0], 38.0)], None), failed(Failure::SeveralFaces));
    assert_eq!(then(1200, &[near, face(0.0, [150.0, 0.0], 20.0)], None), Outcome::Waiting(Prompt::LookStraight));
    assert_eq!(then(1200, &[near], Some(0.1)), failed(Failure::SomebodyElse));
    assert_eq!(then(1200, &[near], Some(f32::NAN)), failed(Failure::SomebodyElse));
}

#[test]
fn looks_without_a_face_add_nothing_and_copies_end_it() {
    let nan = Detection { landmarks: [[f32::NAN; 2]; 5], ..face(0.0, [0.0; 2], 40.0) };
    assert_eq!(then(1200, &[], None), Outcome::Waiting(Prompt::LookStraight));
    assert_eq!(then(1200, &[nan], None), Outcome::Waiting(Prompt::LookStraight));
    let mut challenge = Challenge::new(Turn::Left, ChallengeParams::default());
    for number in 0..5 {
        challenge.observe(&Seen {
            at_ms: 200 * number,
            faces: &[face(0.0, [0.0; 2], 40.0)],
            similarity: None,
            signs: &[],
        });
    }
    assert_eq!(challenge.outcome(), Outcome::Failed(Failure::Copies));
    let late = Seen { at_ms: 1200, faces: &[], similarity: None, signs: &[] };
    assert_eq!(challenge.observe(&late), Outcome::Failed(Failure::Copies), "an end is an end");
}

#[test]
fn its_state_can_be_kept_as_text() {
    let mut challenge = Challenge::new(Turn::chosen_by(7), ChallengeParams::default());
    challenge.observe(&Seen { at_ms: 0, faces: &[face(0.0, [0.0; 2], 40.0)], similarity: None, signs: &[] });
    let text = serde_json::to_string(&challenge).unwrap();
    assert_eq!(serde_json::from_str::<Challenge>(&text).unwrap(), challenge);
    assert_eq!((Turn::chosen_by(6), Turn::chosen_by(7)), (Turn::Left, Turn::Right));
}
