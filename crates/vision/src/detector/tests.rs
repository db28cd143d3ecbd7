//! Decoding a YuNet's outputs, with a fake network.

use std::sync::{Arc, Mutex};

use super::*;

/// Answers every input with empty grids except for the given cells: (level, column, row, cls, obj).
#[derive(Clone, Default)]
struct FakeYuNet {
    cells: Vec<(usize, usize, usize, f32, f32)>,
    inputs: Arc<Mutex<Vec<Tensor>>>,
}

impl Model for FakeYuNet {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        let (rows, columns) = (input.shape[2], input.shape[3]);
        self.inputs.lock().unwrap().push(input);
        let grid = |values_per_cell: usize, value: f32| {
            STRIDES.map(|stride| Tensor {
                shape: vec![1, rows / stride * (columns / stride), values_per_cell],
                values: vec![value; rows / stride * (columns / stride) * values_per_cell],
            })
        };
        let (mut cls, mut obj) = (grid(1, 0.0), grid(1, 0.0));
        for &(level, x, y, c, o) in &self.cells {
            let cell = y * (columns / STRIDES[level]) + x;
            if let Some(value) = cls[level].values.get_mut(cell) {
                *value = c;
                obj[level].values[cell] = o;
            }
        }
        // Every box: centred half a cell further, e^0 strides wide and high; every landmark a quarter further.
        let bbox = grid(4, 0.0).map(|mut tensor| {
            for cell in tensor.values.chunks_mut(4) {
                cell[..2].fill(0.5);
            }
            tensor
        });
        Ok([cls, obj, bbox, grid(10, 0.25)].into_iter().flatten().collect())
    }
}

fn detector(cells: &[(usize, usize, usize, f32, f32)]) -> (Detector, Arc<Mutex<Vec<Tensor>>>) {
    let fake = FakeYuNet { cells: cells.to_vec(), ..FakeYuNet::default() };
    let inputs = Arc::clone(&fake.inputs);
    (Detector::new(Box::new(fake), as_it_is()).unwrap(), inputs)
}

/// Small frames are not enlarged, so that a cell's place is plain.
fn as_it_is() -> DetectorParams {
    DetectorParams { max_enlargement: 1.0, ..DetectorParams::default() }
}

fn frame(width: u32, height: u32) -> Frame {
    let pixels = [10, 20, 30].repeat((width * height) as usize);
    Frame::from_rgb(width, height, pixels).unwrap()
}

#[test]
fn a_cell_decodes_to_its_place_in_the_frame() {
    let (detector, _) = detector(&[(1, 3, 2, 0.9, 0.9)]);
    let faces = detector.detect(&frame(320, 320)).unwrap();
    assert_eq!(faces.len(), 1);
    assert_eq!(faces[0].bbox, [48.0, 32.0, 16.0, 16.0]);
    assert_eq!(faces[0].landmarks, [[52.0, 36.0]; 5]);
    assert!((faces[0].score - 0.9).abs() < 1e-6);
}

#[test]
fn the_score_is_the_geometric_mean_of_both_outputs() {
    // sqrt(0.99 * 0.45) = 0.667, sqrt(0.99 * 0.55) = 0.738; the limit is 0.7.
    let (detector, _) = detector(&[(0, 2, 2, 0.99, 0.45), (0, 20, 20, 0.99, 0.55)]);
    let faces = detector.detect(&frame(320, 320)).unwrap();
    assert_eq!(faces.len(), 1);
    assert_eq!(faces[0].bbox[0], 160.0);
}

#[test]
fn a_larger_frame_gives_places_in_its_own_pixels() {
    let (detector, inputs) = detector(&[(2, 1, 1, 1.0, 1.0)]);
    let faces = detector.detect(&frame(1280, 960)).unwrap();
    assert!(faces.iter().any(|face| face.bbox == [64.0, 64.0, 64.0, 64.0]), "{faces:?}");
    // The same cell at a quarter of the scale.
    assert!(faces.iter().any(|face| face.bbox == [256.0, 256.0, 256.0, 256.0]), "{faces:?}");
    assert_eq!(inputs.lock().unwrap()[1].shape, [1, 3, 480, 640]);
}

#[test]
fn the_input_is_blue_green_red_and_padded_with_black() {
    let (detector, inputs) = detector(&[]);
    detector.detect(&frame(70, 40)).unwrap();
    let inputs = inputs.lock().unwrap();
    let input = inputs.last().unwrap();
    assert_eq!(input.shape, [1, 3, 64, 96]);
    let at = |channel: usize, y: usize, x: usize| input.values[(channel * 64 + y) * 96 + x];
    assert_eq!([at(0, 39, 69), at(1, 39, 69), at(2, 39, 69)], [30.0, 20.0, 10.0]);
    assert_eq!([at(0, 39, 70), at(1, 40, 69), at(2, 63, 95)], [0.0; 3]);
}

#[test]
fn overlapping_boxes_are_one_face_and_the_best_score_stays() {
    // Boxes of 8 px at every 8 px do not overlap; the 16 px box over the first four covers each by a quarter (IoU 0.25).
    let cells = [(0, 0, 0, 0.8, 0.8), (1, 0, 0, 0.9, 0.9)];
    let faces = |max_overlap| {
        let fake = FakeYuNet { cells: cells.to_vec(), ..FakeYuNet::default() };
        let params = DetectorParams { max_overlap, ..as_it_is() };
        let detector = Detector::new(Box::new(fake), params).unwrap();
        detector.detect(&frame(320, 320)).unwrap()
    };
    assert_eq!(faces(0.3).len(), 2);
    let kept = faces(0.2);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].bbox[2], 16.0);
}

#[test]
fn faces_come_largest_first() {
    let (detector, _) = detector(&[(0, 1, 1, 1.0, 1.0), (2, 5, 5, 0.8, 0.8), (1, 6, 1, 0.9, 0.9)]);
    let widths: Vec<f32> = detector.detect(&frame(320, 320)).unwrap().iter().map(|face| face.bbox[2]).collect();
    assert_eq!(widths, [32.0, 16.0, 8.0]);
}

#[test]
fn another_network_is_refused_when_it_is_loaded() {
    struct Other(usize);
    impl Model for Other {
        fn run(&self, _: Tensor) -> Result<Vec<Tensor>, ModelError> {
            let tensor = Tensor { shape: vec![1, 7], values: vec![0.0; 7] };
            Ok(vec![tensor; self.0])
        }
    }
    for outputs in [0, 1, 12, 13] {
        let result = Detector::new(Box::new(Other(outputs)), DetectorParams::default());
        assert!(matches!(result, Err(ModelError::UnexpectedOutput(_))), "{outputs} outputs");
    }
}

#[test]
fn numbers_that_are_none_are_no_face() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        struct Broken(f32);
        impl Model for Broken {
            fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
                let cells = |stride: usize| input.shape[2] / stride * (input.shape[3] / stride);
                let outputs = [1, 1, 4, 10].into_iter().flat_map(|values| STRIDES.map(|stride| cells(stride) * values));
                Ok(outputs.map(|count| Tensor { shape: vec![count], values: vec![self.0; count] }).collect())
            }
        }
        let detector = Detector::new(Box::new(Broken(value)), DetectorParams::default()).unwrap();
        assert_eq!(detector.detect(&frame(320, 240)).unwrap(), []);
        let found = Detection { bbox: [9.0, 9.0, 50.0, 50.0], landmarks: [[20.0, 20.0]; 5], score: 0.9 };
        assert_eq!(detector.refined(&frame(320, 240), &found).unwrap(), found);
    }
}

#[test]
fn small_frames_are_enlarged_and_large_ones_looked_at_twice() {
    let fake = FakeYuNet::default();
    let inputs = Arc::clone(&fake.inputs);
    let detector = Detector::new(Box::new(fake), DetectorParams::default()).unwrap();
    for (size, shapes) in [
        ((250, 250), vec![[512, 512], [128, 128]]),
        ((640, 480), vec![[480, 640], [128, 160]]),
        ((60, 60), vec![[128, 128]]),
        ((8, 8), vec![[32, 32]]),
    ] {
        inputs.lock().unwrap().clear();
        detector.detect(&frame(size.0, size.1)).unwrap();
        let found: Vec<_> = inputs.lock().unwrap().iter().map(|input| [input.shape[2], input.shape[3]]).collect();
        assert_eq!(found, shapes, "{size:?}");
    }
}
