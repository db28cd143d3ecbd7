//! Which face a picture is about.

use super::*;

fn frame() -> Frame {
    Frame::from_rgb(200, 200, vec![128; 200 * 200 * 3]).unwrap()
}

fn face(x: f32, y: f32, height: f32) -> Detection {
    let bbox = [x - height / 2.0, y - height / 2.0, height, height];
    Detection { bbox, landmarks: [[x, y]; 5], score: 0.9 }
}

#[test]
fn of_the_large_faces_the_one_in_the_middle_is_meant() {
    let (middle, aside, tiny) = (face(110.0, 100.0, 60.0), face(30.0, 40.0, 80.0), face(100.0, 100.0, 20.0));
    assert_eq!(main_face(&frame(), &[aside, middle, tiny]), Some(&middle));
    assert_eq!(main_face(&frame(), &[aside, tiny]), Some(&aside));
    assert_eq!(main_face(&frame(), &[]), None);
}

#[test]
fn a_picture_without_a_face_still_gives_a_score() {
    let pipeline = Pipeline::new(&vision::shipped::models(), vision::Params::default()).unwrap();
    for (width, height) in [(200, 200), (8, 8), (300, 20)] {
        let frame = Frame::from_rgb(width, height, vec![90; (width * height * 3) as usize]).unwrap();
        let subject = find(&pipeline, &frame).unwrap();
        assert_eq!(subject.found, Found::Assumed, "{width} x {height}");
    }
}
