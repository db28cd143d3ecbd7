//! Where the views' landmarks come to lie, with a fake network that finds what is painted.

use super::*;
use crate::detector::DetectorParams;
use crate::model::{Model, Tensor};

/// Takes the brightest red pixel for the left eye and puts the other landmarks around it as in `face`, all at one cell.
struct RedIsTheLeftEye;

/// The eyes' distance in the fake's answers, in pixels of its input.
const EYES: f32 = 24.0;

impl Model for RedIsTheLeftEye {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        let (rows, columns) = (input.shape[2], input.shape[3]);
        let plane = rows * columns;
        let red = &input.values[2 * plane..];
        let brightest = (0..plane).max_by(|a, b| red[*a].total_cmp(&red[*b])).unwrap_or(0);
        let found = red[brightest] > 100.0;
        let cells = |stride: usize, values: usize| vec![0.0; rows / stride * (columns / stride) * values];
        let mut outputs = Vec::new();
        for values in [1, 1, 4, 10] {
            for stride in [8, 16, 32] {
                let mut grid = cells(stride, values);
                if stride == 8 && found {
                    match values {
                        1 => grid[0] = 1.0,
                        10 => {
                            let eye = [(brightest % columns) as f32, (brightest / columns) as f32];
                            let points = face(eye, EYES);
                            for (value, point) in grid.iter_mut().zip(points.as_flattened()) {
                                *value = point / 8.0;
                            }
                        }
                        _ => {}
                    }
                }
                outputs.push(Tensor { shape: vec![1, grid.len() / values, values], values: grid });
            }
        }
        Ok(outputs)
    }
}

fn face([x, y]: [f32; 2], eyes: f32) -> [[f32; 2]; 5] {
    [[x, y], [x + eyes, y], [x + eyes / 2.0, y + eyes / 2.0], [x, y + eyes], [x + eyes, y + eyes]]
}

fn frame(red: [u32; 2], size: u32) -> Frame {
    let pixels = (0..240).flat_map(|y| (0..320).map(move |x| (x, y)));
    let inside = |x: u32, y: u32| x.abs_diff(red[0]) <= size && y.abs_diff(red[1]) <= size;
    Frame::from_rgb(320, 240, pixels.flat_map(|(x, y)| [if inside(x, y) { 255 } else { 0 }, 0, 0]).collect()).unwrap()
}

fn found(eye: [f32; 2]) -> Detection {
    let landmarks = face(eye, 20.0);
    Detection { bbox: [eye[0] - 20.0, eye[1] - 20.0, 60.0, 60.0], landmarks, score: 0.9 }
}

fn detector() -> Detector {
    Detector::new(Box::new(RedIsTheLeftEye), DetectorParams::default()).unwrap()
}

#[test]
fn a_point_comes_back_to_where_it_is_in_the_frame() {
    let frame = frame([100, 80], 0);
    let face = found([100.0, 80.0]);
    for look in LOOKS {
        let view = View::new(&frame, &face, look).unwrap();
        let rgb = view.pixels.rgb();
        // The middle of what the enlarged red pixel became.
        let (mut sum, mut total) = ([0.0, 0.0], 0.0);
        for y in 0..SIDE {
            for x in 0..SIDE {
                let red = f32::from(rgb[3 * (y * SIDE + x) as usize]);
                sum = [sum[0] + red * x as f32, sum[1] + red * y as f32];
                total += red;
            }
        }
        let point = [sum[0] / total, sum[1] / total];
        let seen = Detection { bbox: face.bbox, landmarks: [point; 5], score: 1.0 };
        let [x, y] = view.landmarks_in_frame(&seen)[0];
        assert!((x - 100.0).abs() < 0.2 && (y - 80.0).abs() < 0.2, "{look:?}: {x} {y}");
    }
}

#[test]
fn a_face_that_is_found_again_moves_to_where_it_is_seen() {
    // Found three pixels beside where it is. In a mirror the fake takes the wrong eye: those looks are too far off to count.
    let face = found([97.0, 80.0]);
    let refined = detector().refined(&frame([100, 80], 1), &face).unwrap();
    let [x, y] = refined.landmarks[0];
    assert!((x - 100.0).abs() < 2.0 && (y - 80.0).abs() < 2.0, "{x} {y}");
    assert_eq!((refined.bbox, refined.score), (face.bbox, face.score));
}

#[test]
fn a_face_that_is_not_found_again_stays_as_it_was() {
    let face = found([100.0, 80.0]);
    assert_eq!(detector().refined(&frame([0, 0], 0), &face).unwrap(), face);
    let nowhere = Detection { bbox: [f32::NAN; 4], ..face };
    assert_eq!(detector().refined(&frame([100, 80], 3), &nowhere).unwrap().landmarks, face.landmarks);
    let point = Detection { bbox: [100.0, 80.0, 0.0, 0.0], ..face };
    assert_eq!(detector().refined(&frame([100, 80], 3), &point).unwrap(), point);
}

#[test]
fn a_face_at_the_edge_is_seen_with_black_beyond() {
    for eye in [[2.0, 3.0], [318.0, 3.0], [2.0, 238.0], [318.0, 238.0], [-500.0, 0.0]] {
        let face = found(eye);
        for look in LOOKS {
            if let Some(view) = View::new(&frame([0, 0], 0), &face, look) {
                assert_eq!((view.pixels.width(), view.pixels.height()), (SIDE, SIDE));
            }
        }
    }
}
