//! The similarity transform and the sampling.

use proptest::prelude::*;

use super::*;

/// A frame whose red is its column and green its row, so that a crop tells where each pixel came from.
fn ramp() -> Frame {
    let rgb = (0..200_u8).flat_map(|y| (0..200_u8).flat_map(move |x| [x, y, 0])).collect();
    Frame::from_rgb(200, 200, rgb).unwrap()
}

fn pixel(crop: &Crop, x: usize, y: usize) -> [u8; 3] {
    let at = 3 * (y * CropShape::default().side() + x);
    [crop.rgb[at], crop.rgb[at + 1], crop.rgb[at + 2]]
}

#[test]
fn landmarks_on_the_template_cut_out_the_pixels_as_they_are() {
    let moved = TEMPLATE.map(|[x, y]| [x + 30.0, y + 40.0]);
    let crop = align(&ramp(), &moved, &CropShape::default()).unwrap();
    assert_eq!(pixel(&crop, 0, 0), [30, 40, 0]);
    assert_eq!(pixel(&crop, 111, 50), [141, 90, 0]);
}

#[test]
fn a_face_that_lies_on_its_side_is_turned_upright() {
    // A quarter turn: what was right is now down.
    let turned = TEMPLATE.map(|[x, y]| [150.0 - y, x + 20.0]);
    let crop = align(&ramp(), &turned, &CropShape::default()).unwrap();
    assert_eq!(pixel(&crop, 10, 20), [130, 30, 0]);
}

#[test]
fn a_large_face_is_averaged_and_keeps_its_place() {
    let large = TEMPLATE.map(|[x, y]| [x * 1.7, y * 1.7]);
    let crop = align(&ramp(), &large, &CropShape::default()).unwrap();
    let [red, green, _] = pixel(&crop, 50, 60);
    assert!(red.abs_diff(85) <= 1 && green.abs_diff(102) <= 1, "{red} {green}");
}

#[test]
fn what_lies_beyond_the_frame_is_black() {
    let beyond = TEMPLATE.map(|[x, y]| [x - 5000.0, y]);
    let crop = align(&ramp(), &beyond, &CropShape::default()).unwrap();
    assert!(crop.rgb.iter().all(|&value| value == 0));
}

#[test]
fn landmarks_without_extent_or_meaning_give_no_crop() {
    assert_eq!(align(&ramp(), &[[3.0, 3.0]; 5], &CropShape::default()), None);
    assert_eq!(align(&ramp(), &[[f32::NAN; 2]; 5], &CropShape::default()), None);
    assert_eq!(align(&ramp(), &[[f32::INFINITY; 2]; 5], &CropShape::default()), None);
}

#[test]
fn mirroring_twice_changes_nothing() {
    let crop = align(&ramp(), &TEMPLATE, &CropShape::default()).unwrap();
    assert_ne!(crop.mirrored(), crop);
    assert_eq!(crop.mirrored().mirrored(), crop);
}

proptest! {
    #[test]
    fn the_fit_recovers_any_similarity(
        turn in -3.1_f32..3.1, scale in 0.2_f32..8.0, x in -500.0_f32..500.0, y in -500.0_f32..500.0,
    ) {
        let made = Similarity { a: scale * turn.cos(), b: scale * turn.sin(), tx: x, ty: y };
        let face = TEMPLATE.map(|point| made.apply(point));
        let fit = Similarity::fit(&face, &TEMPLATE).unwrap();
        for (point, expected) in face.iter().zip(TEMPLATE) {
            let [x, y] = fit.apply(*point);
            prop_assert!((x - expected[0]).abs() < 0.05 && (y - expected[1]).abs() < 0.05);
        }
    }
}
