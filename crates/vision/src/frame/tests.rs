//! Which bytes become a frame, and which way up.

mod damage;
mod every_png;

use super::*;

const RED: [u8; 3] = [255, 0, 64];
const GREEN: [u8; 3] = [0, 255, 64];
const BLUE: [u8; 3] = [0, 0, 64];
const YELLOW: [u8; 3] = [255, 255, 64];
const WHITE: [u8; 3] = [255, 255, 255];

/// The corners of `tests/data/rgb.png`: top left, top right, bottom left, bottom right.
const CORNERS: [[u8; 3]; 4] = [BLUE, RED, GREEN, YELLOW];

fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    Frame::decode(bytes, &DecodeLimits::default())
}

fn corners(frame: &Frame) -> [[u8; 3]; 4] {
    let (right, bottom) = (frame.width as usize - 1, frame.height as usize - 1);
    [(0, 0), (right, 0), (0, bottom), (right, bottom)].map(|(x, y)| {
        let at = 3 * (y * frame.width as usize + x);
        [frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2]]
    })
}

#[track_caller]
fn check_corners(name: &str, size: (u32, u32), expected: [[u8; 3]; 4], tolerance: u8) {
    let frame = decode(&data(name)).unwrap();
    assert_eq!((frame.width(), frame.height()), size, "{name}");
    let found = corners(&frame);
    let near = found.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(near, "{name}: {found:?}, expected {expected:?}");
}

fn grey(pixel: [u8; 3]) -> [u8; 3] {
    [luma(pixel[0], pixel[1], pixel[2]); 3]
}

#[test]
fn each_kind_of_png_becomes_rgb() {
    let size = (96, 64);
    check_corners("rgb.png", size, CORNERS, 0);
    check_corners("rgb16.png", size, CORNERS, 0);
    check_corners("palette.png", size, CORNERS, 64);
    check_corners("grey.png", size, CORNERS.map(grey), 1);
    check_corners("grey16.png", size, CORNERS.map(grey), 1);
    check_corners("rgba.png", size, [BLUE, WHITE, GREEN, WHITE], 0);
    check_corners("bits.png", size, [[0; 3], [0; 3], WHITE, WHITE], 0);
}

#[test]
fn each_kind_of_jpeg_becomes_rgb() {
    let size = (96, 64);
    check_corners("baseline.jpg", size, CORNERS, 24);
    check_corners("progressive.jpg", size, CORNERS, 24);
    check_corners("cmyk.jpg", size, CORNERS, 24);
    check_corners("grey.jpg", size, CORNERS.map(grey), 6);
}

#[test]
fn exif_orientation_turns_the_picture_upright() {
    let [a, b, c, d] = CORNERS;
    let (lying, standing) = ((96, 64), (64, 96));
    check_corners("orientation-1.jpg", lying, [a, b, c, d], 24);
    check_corners("orientation-2.jpg", lying, [b, a, d, c], 24);
    check_corners("orientation-3.jpg", lying, [d, c, b, a], 24);
    check_corners("orientation-4.jpg", lying, [c, d, a, b], 24);
    check_corners("orientation-5.jpg", standing, [a, c, b, d], 24);
    check_corners("orientation-6.jpg", standing, [c, a, d, b], 24);
    check_corners("orientation-7.jpg", standing, [d, b, c, a], 24);
    check_corners("orientation-8.jpg", standing, [b, d, a, c], 24);
}

#[test]
fn senseless_exif_means_as_saved() {
    let upright = orientation::read(&[]);
    for exif in [
        &b"II*\0"[..],
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0nonsense",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0",
    ] {
        assert_eq!(orientation::read(exif), upright, "{exif:?}");
    }
}

#[test]
fn bytes_that_are_no_picture_are_refused() {
    assert_eq!(decode(b""), Err(FrameError::Empty));
    for bytes in [&b"GIF89a......"[..], b"<html>", &[0; 1000], b"\xff\xd8", b"\x89PNG"] {
        assert_eq!(decode(bytes), Err(FrameError::NotAnImage), "{bytes:?}");
    }
}

#[test]
fn each_limit_refuses_what_exceeds_it() {
    let bytes = data("rgb.png");
    let check = |limits: DecodeLimits, expected: FrameError| {
        assert_eq!(Frame::decode(&bytes, &limits), Err(expected));
    };
    let limits = DecodeLimits::default();
    let (len, pixels) = (bytes.len(), 96 * 64);
    check(DecodeLimits { max_bytes: len - 1, ..limits.clone() }, FrameError::TooManyBytes { bytes: len, max: len - 1 });
    check(
        DecodeLimits { max_pixels: pixels - 1, ..limits.clone() },
        FrameError::TooManyPixels { width: 96, height: 64, max: pixels - 1 },
    );
    check(DecodeLimits { min_side: 65, ..limits }, FrameError::TooSmall { width: 96, height: 64, min: 65 });
}

#[test]
fn a_png_header_that_announces_too_much_is_refused_before_decoding() {
    let bomb = |width: u32, height: u32| {
        let mut bytes = data("rgb.png");
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        decode(&bytes)
    };
    for side in [65_535, u32::MAX] {
        let result = bomb(side, side);
        assert!(matches!(result, Err(FrameError::TooManyPixels { .. })), "{result:?}");
    }
    // Within the limit, but more than its few bytes can unfold to.
    assert_eq!(bomb(4_000, 4_000), Err(FrameError::Damaged));
    assert!(matches!(bomb(1, 1), Err(FrameError::TooSmall { .. })));
    assert_eq!(bomb(0, 64), Err(FrameError::Damaged));
}

#[test]
fn a_jpeg_header_that_announces_too_much_is_refused_before_decoding() {
    let mut bytes = data("baseline.jpg");
    let sof = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    bytes[sof + 5..sof + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    let result = decode(&bytes);
    assert!(matches!(result, Err(FrameError::TooManyPixels { .. })), "{result:?}");
}

#[test]
fn png_chunks_beside_the_picture_are_never_unfolded() {
    let plain = data("rgb.png");
    let header_end = 33;
    // A colour profile with a wrong check sum: the decoder would refuse the file if it saw the chunk.
    let mut bytes = plain[..header_end].to_vec();
    bytes.extend_from_slice(&4_u32.to_be_bytes());
    bytes.extend_from_slice(b"iCCPx\0\0\0wrong"[..12].as_ref());
    bytes.extend_from_slice(&plain[header_end..]);
    assert_eq!(decode(&bytes), decode(&plain));
}

#[test]
fn shrinking_keeps_the_aspect_ratio_and_never_enlarges() {
    let frame = |width, height| Frame::from_rgb(width, height, vec![9; (width * height * 3) as usize]).unwrap();
    for (from, to) in [
        ((1280, 720), (640, 360)),
        ((640, 480), (640, 480)),
        ((100, 50), (100, 50)),
        ((10, 4000), (2, 640)),
        ((1, 4000), (1, 640)),
    ] {
        let frame = frame(from.0, from.1);
        let small = frame.shrunk_to(640);
        assert_eq!((small.width(), small.height()), to, "{from:?}");
        assert!(small.rgb().iter().all(|&value| value == 9), "{from:?}");
    }
}

#[test]
fn debug_output_shows_no_pixels() {
    let frame = decode(&data("rgb.png")).unwrap();
    assert_eq!(format!("{frame:?}"), "Frame(96x64)");
}
