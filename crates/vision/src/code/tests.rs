//! Codes of several sizes and places, and pictures without any.

use super::*;
use crate::frame::DecodeLimits;

const TEXT: &str = "https://store.example/enter?code=7f3a91c2d4";

fn data(name: &str) -> Frame {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    Frame::decode(&std::fs::read(path).unwrap(), &DecodeLimits::default()).unwrap()
}

/// A grey scene with the picture at the given places.
fn scene(width: u32, height: u32, picture: &Frame, places: &[(usize, usize)]) -> Frame {
    let mut rgb = vec![150; (width * height * 3) as usize];
    let row_bytes = 3 * picture.width() as usize;
    for &(left, top) in places {
        for (y, row) in picture.rgb().chunks_exact(row_bytes).enumerate() {
            let at = 3 * ((top + y) * width as usize + left);
            rgb[at..at + row_bytes].copy_from_slice(row);
        }
    }
    Frame::from_rgb(width, height, rgb).unwrap()
}

#[test]
fn a_code_is_read_wherever_it_is_and_only_once() {
    let code = data("code.png");
    let half = code.shrunk_to(code.width() / 2);
    assert_eq!(read_codes(&code), [TEXT]);
    assert_eq!(read_codes(&scene(640, 480, &code, &[(300, 100)])), [TEXT]);
    assert_eq!(read_codes(&scene(640, 480, &half, &[(20, 300)])), [TEXT]);
    assert_eq!(read_codes(&scene(640, 480, &half, &[(20, 30), (300, 200)])), [TEXT]);
    // Too small for the first look.
    let three_px_a_module = code.shrunk_to(code.width() * 3 / 8);
    let large = scene(1280, 960, &three_px_a_module, &[(700, 500)]);
    assert!(look(&large.shrunk_to(FIRST_LOOK_SIDE)).is_empty());
    assert_eq!(read_codes(&large), [TEXT]);
}

#[test]
fn a_code_longer_than_ours_is_left_out() {
    assert!(read_codes(&data("code-long.png")).is_empty());
}

#[test]
fn pictures_without_a_code_give_nothing() {
    assert!(read_codes(&data("rgb.png")).is_empty());
    for (width, height) in [(1, 1), (1, 700), (700, 1), (64, 3000)] {
        let blank = Frame::from_rgb(width, height, vec![255; (width * height * 3) as usize]).unwrap();
        assert!(read_codes(&blank).is_empty(), "{width}x{height}");
    }
}

#[test]
fn noise_never_panics() {
    // A linear congruential generator: the same noise on every run.
    let mut state = 1_u32;
    for _ in 0..40 {
        let rgb = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 30 == 0 { 20 } else { 230 }
        });
        let frame = Frame::from_rgb(160, 120, rgb.take(160 * 120 * 3).collect()).unwrap();
        assert!(read_codes(&frame).is_empty());
    }
}
