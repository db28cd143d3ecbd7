//! What each measure of quality reacts to.

use super::*;
use crate::aligner::{CropShape, align};
use crate::frame::Frame;

const FRONTAL: [[f32; 2]; 5] = [[40.0, 50.0], [80.0, 50.0], [60.0, 72.0], [44.0, 95.0], [76.0, 95.0]];

fn detection(landmarks: [[f32; 2]; 5]) -> Detection {
    Detection { bbox: [20.0, 10.0, 90.0, 120.0], landmarks, score: 0.9 }
}

fn measure(pixel: impl Fn(u32, u32) -> u8) -> Quality {
    let rgb = (0..160).flat_map(|y| (0..160).map(move |x| (x, y))).flat_map(|(x, y)| [pixel(x, y); 3]).collect();
    let frame = Frame::from_rgb(160, 160, rgb).unwrap();
    Quality::measure(&detection(FRONTAL), &align(&frame, &FRONTAL, &CropShape::default()).unwrap())
}

#[test]
fn fine_detail_is_sharp_and_the_same_scene_in_large_is_not() {
    let stripes = |width: u32| measure(move |x, _| if (x / width).is_multiple_of(2) { 60 } else { 180 });
    let (fine, coarse) = (stripes(3), stripes(20));
    assert!(fine.sharpness > 3.0 * coarse.sharpness, "{fine:?} {coarse:?}");
}

#[test]
fn sharpness_does_not_depend_on_the_light() {
    let stripes = |amplitude: u8| measure(move |x, _| 100 + if (x / 4).is_multiple_of(2) { 0 } else { amplitude });
    let (dim, bright) = (stripes(40).sharpness, stripes(120).sharpness);
    assert!((dim / bright - 1.0).abs() < 0.1, "{dim} {bright}");
}

#[test]
fn a_blank_crop_has_numbers_and_is_insufficient() {
    for value in [0, 128, 255] {
        let quality = measure(|_, _| value);
        assert!((quality.brightness - f32::from(value)).abs() < 1.0);
        assert!(quality.sharpness < MIN_SHARPNESS && quality.contrast < 1.0);
        assert!(!quality.is_sufficient());
    }
}

#[test]
fn the_nose_tells_to_which_side_the_head_turns() {
    let yaw = |nose_x: f32| {
        let mut landmarks = FRONTAL;
        landmarks[2][0] = nose_x;
        yaw_degrees(&landmarks)
    };
    assert_eq!(yaw(60.0), 0.0);
    assert!(yaw(66.0) > 10.0 && yaw(66.0) < 20.0, "{}", yaw(66.0));
    assert!((yaw(54.0) + yaw(66.0)).abs() < 1e-3);
    assert!(yaw(80.0) > MAX_YAW_DEGREES);
    assert_eq!(yaw_degrees(&[[0.0; 2]; 5]), 90.0);
}
