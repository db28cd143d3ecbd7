//! Drawn people are found where they were drawn; decoding does what plain loops do; and everything that a model or a frame can be.

mod decoding;
mod fakes;

use std::path::Path;

use domain::body::{Joint, KeyPoint};
use fakes::{Fake, blank, broken};

use super::*;
use crate::frame::DecodeLimits;
use crate::model::Tensor;
use crate::{model, shipped};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bodies").join(name)).unwrap()
}

fn picture(name: &str) -> Frame {
    Frame::decode(&fixture(name), &DecodeLimits::default()).unwrap()
}

/// By person: where each joint was drawn.
fn drawn() -> Vec<[[f32; 2]; Joint::COUNT]> {
    serde_json::from_slice(&fixture("two-people.json")).unwrap()
}

fn finder(params: BodyParams) -> BodyFinder {
    let close = model::load(shipped::BODY).unwrap();
    BodyFinder::new(model::load(shipped::BODIES).unwrap(), Some(close), params).unwrap()
}

/// Each drawn person is found once, each joint but the knees within so many pixels, once the drawing is scaled and moved like this.
#[track_caller]
fn check_drawn(bodies: &[Body], [across, down]: [f32; 2], [right, below]: [f32; 2], most_apart: f32) {
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    for joints in drawn() {
        let joints = joints.map(|[x, y]| [x * across + right, y * down + below]);
        let apart =
            |body: &Body, at: usize| (body.points[at].x - joints[at][0]).hypot(body.points[at].y - joints[at][1]);
        let nose = Joint::Nose.index();
        let body = bodies.iter().min_by(|a, b| apart(a, nose).total_cmp(&apart(b, nose))).unwrap();
        // In plain trousers a knee may be anywhere along the leg.
        let is_knee = |joint: &Joint| matches!(joint, Joint::LeftKnee | Joint::RightKnee);
        for joint in Joint::ALL.into_iter().filter(|joint| !is_knee(joint)) {
            let apart = apart(body, joint.index());
            assert!(apart <= most_apart, "{joint:?} is {apart} px off: {:?}", body.point(joint));
        }
        let [left, top, right, bottom] = body.bounds;
        let [x, y] = joints[Joint::LeftHip.index()];
        assert!(left < x && x < right && top < y && y < bottom, "{:?}", body.bounds);
        assert!(body.score > 0.4, "{}", body.score);
    }
}

#[test]
fn drawn_people_are_found_where_they_were_drawn() {
    let finder = finder(BodyParams::default());
    let bodies = finder.find(&picture("two-people.png")).unwrap();
    check_drawn(&bodies, [1.0, 1.0], [0.0, 0.0], 30.0);
    assert!(bodies[0].score >= bodies[1].score);
}

#[test]
fn a_frame_of_another_size_or_shape_gives_its_own_pixels() {
    let picture = picture("two-people.png");
    let finder = finder(BodyParams { input: [448, 256], ..BodyParams::default() });
    let larger = Frame::from_rgb(1280, 720, picture.resized_to(1280, 720).rgb().to_vec()).unwrap();
    check_drawn(&finder.find(&larger).unwrap(), [2.0, 2.0], [0.0, 0.0], 70.0);
    // Below a wide bar of grey, in a frame that is higher than wide.
    let mut rgb = vec![120; 3 * 640 * 400];
    rgb.extend(picture.rgb());
    let tall = Frame::from_rgb(640, 760, rgb).unwrap();
    let finder = self::finder(BodyParams { input: [512, 512], ..BodyParams::default() });
    check_drawn(&finder.find(&tall).unwrap(), [1.0, 1.0], [0.0, 400.0], 30.0);
}

#[test]
fn there_is_nobody_in_an_empty_room_nor_in_a_strange_frame() {
    let finder = finder(BodyParams::default());
    assert_eq!(finder.find(&picture("nobody.png")).unwrap(), []);
    let frames = [(1, 1), (8000, 10), (10, 8000), (640, 360), (3, 2), (31, 33)];
    for (width, height) in frames {
        for value in [0, 128, 255] {
            let frame = Frame::from_rgb(width, height, vec![value; (3 * width * height) as usize]).unwrap();
            assert_eq!(finder.find(&frame).unwrap(), [], "{width}x{height}, {value}");
        }
    }
}

#[test]
fn elbows_and_wrists_come_from_the_second_look_and_nothing_else_does() {
    let picture = picture("two-people.png");
    let whole = || model::load(shipped::BODIES).unwrap();
    let first = BodyFinder::new(whole(), None, BodyParams::default()).unwrap().find(&picture).unwrap();
    let both = finder(BodyParams::default()).find(&picture).unwrap();
    let mut taken = 0;
    for (first, both) in first.iter().zip(&both) {
        assert_eq!((first.score, first.bounds), (both.score, both.bounds));
        for joint in Joint::ALL {
            let is_arm = (Joint::LeftElbow.index()..=Joint::RightWrist.index()).contains(&joint.index());
            let differs = first.point(joint) != both.point(joint);
            assert!(is_arm || !differs, "{joint:?}");
            taken += usize::from(differs);
        }
    }
    assert!(taken >= 6, "{taken} of 8 were taken over");
}

#[test]
fn another_model_is_refused_at_once() {
    let load = |onnx| model::load(onnx).unwrap();
    let [bodies, body, detector] = [shipped::BODIES, shipped::BODY, shipped::DETECTOR];
    for (whole, close) in [(body, None), (detector, None), (bodies, Some(bodies)), (bodies, Some(detector))] {
        let error = BodyFinder::new(load(whole), close.map(load), BodyParams::default()).err().unwrap();
        assert!(matches!(error, ModelError::UnexpectedOutput(what) if what.contains("MoveNet")), "{error}");
    }
    // One that cannot take such a picture at all.
    let error = BodyFinder::new(load(shipped::EMBEDDER), None, BodyParams::default()).err().unwrap();
    assert!(matches!(error, ModelError::Run(_)), "{error}");
}

#[test]
fn outputs_of_another_shape_or_number_are_refused() {
    let refused = |change: fn(&mut Vec<Tensor>)| {
        let whole = Fake::model(move |input| {
            let mut outputs = blank(input, &[1, 2, 2, 17, 34, 34]);
            change(&mut outputs);
            outputs
        });
        matches!(BodyFinder::new(whole, None, BodyParams::default()), Err(ModelError::UnexpectedOutput(_)))
    };
    assert!(!refused(|_| {}));
    assert!(refused(|outputs| outputs.truncate(5)));
    assert!(refused(|outputs| outputs.swap(0, 1)));
    assert!(refused(|outputs| outputs.push(outputs[0].clone())));
    assert!(refused(|outputs| outputs[3].shape.swap(2, 3)));
    assert!(refused(|outputs| outputs[4].values.truncate(9)));
    assert!(refused(|outputs| outputs.clear()));
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for output in 0..6 {
            let whole = Fake::model(move |input| broken(blank(input, &[1, 2, 2, 17, 34, 34]), output, number));
            assert!(BodyFinder::new(whole, None, BodyParams::default()).is_err(), "{number} in {output}");
        }
    }
}

#[test]
fn a_second_look_that_breaks_later_is_an_error_and_no_person() {
    let close = Fake::model(|input| {
        let outputs = blank(input, &[1, 17, 34, 34]);
        // A black square proves the model; anything else breaks it.
        if input.values.iter().all(|value| *value == -1.0) { outputs } else { broken(outputs, 1, f32::NAN) }
    });
    let finder = BodyFinder::new(model::load(shipped::BODIES).unwrap(), Some(close), BodyParams::default()).unwrap();
    let error = finder.find(&picture("two-people.png")).unwrap_err();
    assert!(matches!(error, ModelError::UnexpectedOutput("MoveNet gives finite numbers")), "{error}");
    assert_eq!(finder.find(&picture("nobody.png")).unwrap(), []);
}

#[test]
fn parameters_out_of_their_range_are_refused_in_one_sentence() {
    let default = BodyParams::default;
    for params in [
        BodyParams { input: [321, 192], ..default() },
        BodyParams { input: [320, 0], ..default() },
        BodyParams { input: [4096, 192], ..default() },
        BodyParams { min_score: f32::NAN, ..default() },
        BodyParams { min_score: -0.1, ..default() },
        BodyParams { most_people: 0, ..default() },
        BodyParams { most_people: 1000, ..default() },
    ] {
        let error = BodyFinder::new(Fake::model(|_| Vec::new()), None, params).err().unwrap();
        assert!(matches!(error, ModelError::UnfitParams(_)), "{error}");
    }
}

#[test]
fn the_second_look_counts_only_where_it_saw_the_same_person() {
    let at = |x: f32, score: f32| [KeyPoint { x, y: 50.0, score }; Joint::COUNT];
    let merged = |first: f32, second: f32, apart: f32| {
        let mut body = Body { score: 0.9, bounds: [0.0, 0.0, 80.0, 80.0], points: at(10.0, first) };
        closer::merge(&mut body, &at(10.0 + apart, second), 100.0);
        body.point(Joint::LeftWrist).x != 10.0
    };
    assert!(merged(0.5, 0.5, 5.9));
    assert!(!merged(0.5, 0.5, 6.1), "it looked at somebody else");
    assert!(merged(0.5, 0.41, 1.0) && !merged(0.5, 0.39, 1.0), "it may be a little less sure");
    assert!(!merged(0.24, 0.9, 1.0) && !merged(0.9, 0.24, 1.0), "a hidden trunk proves nothing");
    assert!(!merged(0.9, f32::NAN, 1.0) && !merged(0.9, 0.9, f32::NAN));
}

#[test]
fn squares_lie_within_the_frame_wherever_they_are_asked_for() {
    let frame = Frame::from_rgb(64, 48, vec![7; 3 * 64 * 48]).unwrap();
    let close = Fake::model(|input| blank(input, &[1, 17, 34, 34]));
    let mut state = 1_u32;
    let mut random = |least: f32, most: f32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        least + (state >> 8) as f32 / (1 << 24) as f32 * (most - least)
    };
    for _ in 0..2000 {
        let [left, top] = [random(-200.0, 200.0), random(-200.0, 200.0)];
        let bounds = [left, top, left + random(0.0, 400.0), top + random(0.0, 90.0)];
        let points = [KeyPoint { x: 0.0, y: 0.0, score: 0.0 }; Joint::COUNT];
        closer::refine(close.as_ref(), &frame, &mut Body { score: 0.9, bounds, points }).unwrap();
    }
}
