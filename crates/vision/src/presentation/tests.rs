//! Small scenes drawn with formulas: a textured face, flat or with a nose, before surroundings that stay or move.

use super::challenge::nose_place;
use super::*;

const SIZE: u32 = 320;

/// Where the middle between the eyes lies, and the distance between them, in pixels.
const FACE: [f32; 2] = [160.0, 120.0];
const EYES_PX: f32 = 40.0;

/// What differs between two looks.
#[derive(Clone, Copy, Default)]
struct Scene {
    /// How far the face is moved, and what is beside it.
    face: [f32; 2],
    surroundings: [f32; 2],
    /// How far the nose moves against the face, in pixels.
    nose: f32,
    /// Lids over both eyes.
    closed: Eyes,
    /// How strongly a grid of 3.2 pixels shows, in grey levels.
    grid: f32,
    /// Makes each frame's noise its own.
    seed: u32,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Eyes {
    #[default]
    Open,
    Closed,
}

/// A fixed smooth pattern with detail of some 5 to 20 pixels, -1..=1 or so.
fn pattern(x: f32, y: f32) -> f32 {
    let wave = |a: f32, b: f32, phase: f32| (a * x + b * y + phase).sin();
    (wave(0.31, 0.12, 0.0) + wave(-0.17, 0.37, 1.0) + wave(0.23, -0.41, 2.0) + wave(0.47, 0.29, 3.0)) / 2.5
}

fn noise(x: u32, y: u32, seed: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    ((hash >> 16) % 7) as f32 - 3.0
}

fn luma(scene: &Scene, x: u32, y: u32) -> f32 {
    let (fx, fy) = (x as f32 - FACE[0] - scene.face[0], y as f32 - FACE[1] - scene.face[1]);
    let (u, v) = (fx / EYES_PX, fy / EYES_PX);
    let value = if (u / 1.3).powi(2) + ((v - 0.4) / 1.8).powi(2) > 1.0 {
        110.0 + 60.0 * pattern(x as f32 - scene.surroundings[0] + 700.0, y as f32 - scene.surroundings[1])
    } else if scene.closed == Eyes::Closed && ((u.abs() - 0.5) / 0.3).powi(2) + (v / 0.25).powi(2) < 1.0 {
        120.0 + 40.0 * pattern(fx + 90.0, fy + 300.0)
    } else {
        let nose = (-(u / 0.28).powi(2) - ((v - 0.58) / 0.32).powi(2)).exp();
        120.0 + 45.0 * pattern(fx - scene.nose * nose, fy)
    };
    value + scene.grid * (x as f32 * std::f32::consts::TAU / 3.2).cos() + noise(x, y, scene.seed)
}

fn frame(scene: &Scene) -> Frame {
    let pixels = (0..SIZE).flat_map(|y| (0..SIZE).map(move |x| (x, y)));
    let rgb = pixels.flat_map(|(x, y)| [luma(scene, x, y).round().clamp(0.0, 255.0) as u8; 3]).collect();
    Frame::from_rgb(SIZE, SIZE, rgb).unwrap()
}

fn detection(scene: &Scene) -> Detection {
    let at = |u: f32, v: f32| [FACE[0] + scene.face[0] + u * EYES_PX, FACE[1] + scene.face[1] + v * EYES_PX];
    let [left, top] = at(-1.1, -0.9);
    let landmarks = [at(-0.5, 0.0), at(0.5, 0.0), at(0.0, 0.57), at(-0.41, 1.16), at(0.41, 1.16)];
    Detection { bbox: [left, top, 2.2 * EYES_PX, 2.8 * EYES_PX], landmarks, score: 0.9 }
}

/// Fifteen looks, five a second, and what is made of them.
fn presented(scene: impl Fn(u32) -> Scene) -> Presentation {
    presented_with(PresentationParams::default(), scene)
}

fn presented_with(params: PresentationParams, scene: impl Fn(u32) -> Scene) -> Presentation {
    let mut track = PresentationTrack::new(params);
    for number in 0..15 {
        let scene = Scene { seed: number, ..scene(number) };
        track.observe(&frame(&scene), &detection(&scene), 200 * u64::from(number));
    }
    track.presentation()
}

/// A hand or a body that drifts, in pixels.
fn drift(number: u32) -> [f32; 2] {
    let time = number as f32;
    [6.0 * (0.5 * time).sin(), 3.0 * (0.7 * time).sin()]
}

#[test]
fn nothing_happens_and_nothing_is_known() {
    let seen = presented(|_| Scene::default());
    assert_eq!(seen.verdict, Verdict::Unsure { more_looks: 0 }, "{seen:?}");
    assert_eq!(seen.signs, []);
    assert_eq!(seen.evidence.looks, 15);
}

#[test]
fn a_flat_face_that_moves_alone_shows_no_life() {
    let seen = presented(|number| Scene { face: drift(number), ..Scene::default() });
    assert_eq!(seen.verdict, Verdict::Unsure { more_looks: 0 }, "{seen:?}");
}

#[test]
fn a_nose_that_moves_against_the_face_is_depth() {
    let seen = presented(|number| Scene { nose: 2.5 * (0.6 * number as f32).sin(), ..Scene::default() });
    assert_eq!((seen.verdict, seen.signs.as_slice()), (Verdict::Live, &[Sign::Depth][..]), "{:?}", seen.evidence);
}

#[test]
fn both_eyes_that_close_are_a_blink() {
    let closed = |number| if number == 6 { Eyes::Closed } else { Eyes::Open };
    let seen = presented(|number| Scene { closed: closed(number), ..Scene::default() });
    assert_eq!((seen.verdict, seen.signs.as_slice()), (Verdict::Live, &[Sign::Blink][..]), "{:?}", seen.evidence);
}

#[test]
fn surroundings_that_move_with_the_face_are_a_picture_even_with_life_in_it() {
    let nose = |number: u32| 2.5 * (0.6 * number as f32).sin();
    let held =
        |number| Scene { face: drift(number), surroundings: drift(number), nose: nose(number), ..Scene::default() };
    let seen = presented(held);
    assert_eq!(seen.verdict, Verdict::Suspected, "{seen:?}");
    assert!(seen.signs.contains(&Sign::SurroundingsMove), "{seen:?}");
    let in_a_hand = PresentationParams { mounting: Mounting::HandHeld, ..PresentationParams::default() };
    assert_eq!(presented_with(in_a_hand, held).verdict, Verdict::Live);
}

#[test]
fn a_grid_over_the_face_is_a_screen() {
    let seen = presented(|_| Scene { grid: 6.0, ..Scene::default() });
    assert_eq!((seen.verdict, seen.signs.as_slice()), (Verdict::Suspected, &[Sign::Grid][..]), "{:?}", seen.evidence);
}

#[test]
fn copies_of_one_frame_are_no_camera() {
    let scene = Scene::default();
    let (frame, face) = (frame(&scene), detection(&scene));
    let mut track = PresentationTrack::new(PresentationParams::default());
    let verdicts: Vec<_> = (0..6).map(|number| track.observe(&frame, &face, 200 * number).verdict).collect();
    assert_eq!(verdicts[4], Verdict::Unsure { more_looks: 14 });
    assert_eq!(verdicts[5], Verdict::Suspected);
    assert_eq!(track.presentation().signs, [Sign::Copies]);
}

#[test]
fn what_is_no_look_adds_nothing() {
    let scene = Scene::default();
    let (frame, face) = (frame(&scene), detection(&scene));
    let mut track = PresentationTrack::new(PresentationParams::default());
    assert_eq!(track.presentation().verdict, Verdict::Unsure { more_looks: 15 });
    track.observe(&frame, &face, 1000);
    let nan = Detection { landmarks: [[f32::NAN; 2]; 5], ..face };
    let nan_box = Detection { bbox: [f32::NAN; 4], ..face };
    let point = Detection { landmarks: [[100.0; 2]; 5], ..face };
    let far = Detection { landmarks: face.landmarks.map(|[x, y]| [x + 1e6, y]), ..face };
    let tiny = Detection { landmarks: face.landmarks.map(|point| point.map(|value| value / 4.0)), ..face };
    for (number, bad) in [nan, nan_box, point, far, tiny].iter().enumerate() {
        track.observe(&frame, bad, 2000 + number as u64);
    }
    // Time that stands still or runs backwards.
    let other = super::tests::frame(&Scene { seed: 1, ..scene });
    track.observe(&other, &face, 1000);
    track.observe(&other, &face, 10);
    assert_eq!(track.presentation().evidence.looks, 1);
    let small = Frame::from_rgb(1, 1, vec![0; 3]).unwrap();
    track.observe(&small, &face, 3000);
    assert_eq!(track.presentation().evidence.looks, 1);
}

#[test]
fn a_face_that_jumps_or_comes_back_is_looked_at_anew() {
    let mut track = PresentationTrack::new(PresentationParams::default());
    let mut look = |scene: Scene, at_ms| track.observe(&frame(&scene), &detection(&scene), at_ms).evidence.looks;
    assert_eq!(look(Scene::default(), 0), 1);
    assert_eq!(look(Scene { seed: 1, ..Scene::default() }, 200), 2);
    assert_eq!(look(Scene { seed: 2, face: [90.0, 0.0], ..Scene::default() }, 400), 1);
    assert_eq!(look(Scene { seed: 3, face: [90.0, 0.0], ..Scene::default() }, 1700), 1);
}

#[test]
fn no_affine_picture_moves_the_nose() {
    let flat = detection(&Scene::default()).landmarks;
    let bent = flat.map(|[x, y]| [0.6 * x + 0.2 * y + 5.0, -0.1 * x + 0.9 * y]);
    assert!((nose_place(&flat).unwrap() - nose_place(&bent).unwrap()).abs() < 1e-4);
    assert_eq!(nose_place(&[[3.0; 2]; 5]), None);
    assert_eq!(nose_place(&[[f32::NAN; 2]; 5]), None);
}
