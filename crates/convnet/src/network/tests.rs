//! Small networks of every kind, compared with plain loops; and files that are wrong in every way.

mod damage;
mod files;
mod naive;

use super::*;
use crate::graph::read;
use files::{File, conv};

/// Numbers between -1 and 1 that look random.
pub(super) fn noise(count: usize, salt: usize) -> Vec<f32> {
    let number = |at: usize| ((at + salt * 7919) as u32).wrapping_mul(2_654_435_761) >> 8;
    (0..count).map(|at| number(at) as f32 / (1 << 23) as f32 - 1.0).collect()
}

/// Runs a file with each set of instructions and compares with plain loops.
#[track_caller]
fn check(file: &File, shape: &[usize]) {
    let bytes = file.bytes();
    let values = noise(shape.iter().product(), 3);
    let graph = read::graph(&bytes).expect("the file is read");
    let expected = naive::run(&graph, shape, &values);
    for instructions in Instructions::available() {
        let network = Network::load_for(&bytes, instructions).expect("the network loads");
        // The second run uses the memory of the first.
        for _ in 0..2 {
            let found = network.run(shape, &values).expect("the network runs");
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found.shape, expected.shape, "{instructions:?}");
                let largest = expected.values.iter().fold(1.0_f32, |largest, value| largest.max(value.abs()));
                for (at, (found, expected)) in found.values.iter().zip(&expected.values).enumerate() {
                    let error = (found - expected).abs();
                    assert!(error <= 1e-5 * largest, "{instructions:?}, {at}: {found} instead of {expected}");
                }
            }
        }
    }
}

/// A window, channels in and out, and the map's height and width.
type Case = (usize, usize, [usize; 2], [usize; 2], [usize; 4], usize, usize);

#[test]
fn dense_convolutions() {
    let cases: &[Case] = &[
        (1, 1, [1, 1], [1, 1], [0; 4], 1, 1),
        (3, 16, [3, 3], [2, 2], [1; 4], 13, 31),
        (3, 64, [3, 3], [2, 2], [0, 0, 1, 1], 12, 16),
        (3, 5, [3, 3], [1, 1], [1; 4], 4, 45),
        (4, 20, [2, 5], [1, 2], [1, 3, 0, 4], 7, 9),
        (5, 40, [1, 1], [1, 1], [0; 4], 3, 17),
        (16, 16, [1, 1], [1, 1], [0; 4], 2, 29),
        (17, 33, [1, 1], [1, 1], [0; 4], 5, 15),
        (48, 100, [1, 1], [2, 2], [0; 4], 9, 13),
        (32, 48, [3, 3], [1, 1], [1; 4], 6, 7),
        (20, 17, [3, 3], [2, 2], [1; 4], 9, 11),
        (20, 31, [5, 1], [3, 1], [2, 0, 1, 0], 11, 5),
        (33, 7, [4, 6], [1, 1], [0; 4], 4, 6),
    ];
    for (at, (inputs, outputs, size, stride, pads, height, width)) in cases.iter().enumerate() {
        let mut file = File::new(&[1, *inputs, *height, *width]);
        let output = conv(&mut file, "input", [*outputs, *inputs, size[0], size[1]], 1, *stride, *pads, at);
        file.output(&output);
        check(&file, &[1, *inputs, *height, *width]);
        check(&file, &[3, *inputs, *height, *width]);
    }
}

#[test]
fn depthwise_convolutions() {
    let cases: &[Case] = &[
        (1, 1, [3, 3], [1, 1], [1; 4], 5, 5),
        (16, 16, [3, 3], [1, 1], [1; 4], 1, 1),
        (10, 10, [3, 3], [1, 1], [1; 4], 8, 23),
        (40, 40, [3, 3], [2, 2], [1; 4], 9, 27),
        (33, 33, [3, 3], [2, 2], [0, 0, 1, 1], 14, 14),
        (16, 16, [3, 3], [1, 1], [0; 4], 9, 10),
        (24, 24, [5, 5], [1, 1], [2; 4], 6, 9),
        (24, 24, [7, 7], [1, 1], [0; 4], 7, 7),
        (24, 24, [2, 3], [3, 4], [1, 2, 0, 1], 10, 11),
    ];
    for (at, (channels, _, size, stride, pads, height, width)) in cases.iter().enumerate() {
        let mut file = File::new(&[1, *channels, *height, *width]);
        let output = conv(&mut file, "input", [*channels, 1, size[0], size[1]], *channels, *stride, *pads, at);
        file.output(&output);
        check(&file, &[2, *channels, *height, *width]);
    }
}

#[test]
fn every_width_of_a_tile() {
    for width in 1..=45 {
        let mut file = File::new(&[1, 19, 2, width]);
        let middle = conv(&mut file, "input", [34, 19, 1, 1], 1, [1, 1], [0; 4], width);
        let output = conv(&mut file, &middle, [34, 1, 3, 3], 34, [1, 1], [1; 4], width + 50);
        file.output(&output);
        check(&file, &[1, 19, 2, width]);
    }
}

#[test]
fn activations_and_sums_follow_convolutions() {
    for activation in 0..5 {
        let mut file = File::new(&[1, 18, 7, 9]);
        let first = conv(&mut file, "input", [35, 18, 1, 1], 1, [1, 1], [0; 4], 1);
        let first = file.activation(&first, activation, 35);
        let second = conv(&mut file, &first, [35, 1, 3, 3], 35, [1, 1], [1; 4], 2);
        let second = file.activation(&second, activation, 35);
        let third = conv(&mut file, &second, [35, 35, 1, 1], 1, [1, 1], [0; 4], 3);
        let sum = file.node("Add", &[&third, &first], &[]);
        let last = file.activation(&sum, activation, 35);
        let twice = file.node("Add", &[&last, &last], &[]);
        file.output(&twice);
        check(&file, &[2, 18, 7, 9]);
    }
}

#[test]
fn pyramids_with_heads() {
    let mut file = File::new(&[1, 3, 24, 40]);
    let first = conv(&mut file, "input", [20, 3, 3, 3], 1, [2, 2], [1; 4], 1);
    let first = file.activation(&first, 1, 20);
    let pool = [("kernel_shape", vec![2, 2]), ("strides", vec![2, 2])];
    let small = file.node("MaxPool", &[&first], &pool);
    let small = conv(&mut file, &small, [20, 20, 1, 1], 1, [1, 1], [0; 4], 2);
    let large = file.repeat(&small, [2.0, 2.0]);
    let sum = file.node("Add", &[&first, &large], &[]);
    let sum = conv(&mut file, &sum, [20, 20, 3, 3], 1, [1, 1], [1; 4], 3);
    for (at, channels) in [1, 4, 10, 17].into_iter().enumerate() {
        let head = conv(&mut file, &sum, [channels, 20, 1, 1], 1, [1, 1], [0; 4], 10 + at);
        let head = conv(&mut file, &head, [channels, 1, 3, 3], channels, [1, 1], [1; 4], 20 + at);
        let head = file.node("Transpose", &[&head], &[("perm", vec![0, 2, 3, 1])]);
        let head = file.reshape(&head, vec![1, -1, channels as i64]);
        let head = file.node("Sigmoid", &[&head], &[]);
        file.output(&head);
    }
    file.output(&small);
    check(&file, &[1, 3, 24, 40]);
    check(&file, &[2, 3, 24, 40]);
}

#[test]
fn pools_and_repeats() {
    for (size, stride, pads) in [([2, 2], [2, 2], [0; 4]), ([3, 3], [2, 2], [1; 4]), ([3, 2], [1, 3], [2, 1, 0, 1])] {
        let mut file = File::new(&[1, 21, 9, 11]);
        let list = |numbers: &[usize]| numbers.iter().map(|number| *number as i64).collect::<Vec<_>>();
        let attributes = [("kernel_shape", list(&size)), ("strides", list(&stride)), ("pads", list(&pads))];
        let pooled = file.node("MaxPool", &["input"], &attributes);
        let repeated = file.repeat(&pooled, [3.0, 2.0]);
        let mean = file.node("GlobalAveragePool", &[&repeated], &[]);
        file.output(&repeated);
        file.output(&mean);
        check(&file, &[2, 21, 9, 11]);
    }
}

#[test]
fn doubled_maps_lie_between_their_neighbours() {
    for (channels, height, width) in [(1, 1, 1), (3, 1, 5), (16, 4, 1), (21, 5, 3), (40, 2, 7), (64, 6, 10)] {
        // First in a chain, from an array as the caller gave it.
        let mut file = File::new(&[1, channels, height, width]);
        let doubled = file.double("input");
        file.output(&doubled);
        check(&file, &[1, channels, height, width]);
        check(&file, &[3, channels, height, width]);
        // In the middle of one, twice, and added to.
        let mut file = File::new(&[1, channels, height, width]);
        let maps = conv(&mut file, "input", [20, channels, 1, 1], 1, [1, 1], [0; 4], 1);
        let doubled = file.double(&maps);
        let side = conv(&mut file, &doubled, [20, 20, 1, 1], 1, [1, 1], [0; 4], 2);
        let sum = file.node("Add", &[&doubled, &side], &[]);
        let again = file.double(&sum);
        let last = conv(&mut file, &again, [20, 1, 3, 3], 20, [1, 1], [1; 4], 3);
        file.output(&last);
        // Of maps that lie in memory whole.
        let whole = file.double(&maps);
        file.output(&whole);
        check(&file, &[2, channels, height, width]);
    }
}

#[test]
fn other_ways_to_resize_are_refused() {
    let linear = [("coordinate_transformation_mode", "half_pixel"), ("mode", "linear")];
    let corners = [("coordinate_transformation_mode", "align_corners"), ("mode", "linear")];
    let cubic = [("coordinate_transformation_mode", "half_pixel"), ("mode", "cubic")];
    for (times, how) in [([2.0, 3.0], linear), ([0.5, 0.5], linear), ([2.0, 2.0], corners), ([2.0, 2.0], cubic)] {
        let mut file = File::new(&[1, 3, 4, 4]);
        let resized = file.resize("input", times, &how);
        file.output(&resized);
        assert!(
            matches!(Network::load(&file.bytes()), Err(LoadError::UnknownUse { operator, .. }) if operator == "Resize")
        );
    }
}

#[test]
fn weights_of_half_precision_are_widened() {
    let mut file = File::new(&[1, 3, 2, 5]);
    // 1, -2, 0.5; 0.25, 65504, the least above zero.
    let weights = file.halves(&[2, 3, 1, 1], &[0x3c00, 0xc000, 0x3800, 0x3400, 0x7bff, 0x0001]);
    let output = file.node("Conv", &["input", &weights], &[]);
    file.output(&output);
    check(&file, &[1, 3, 2, 5]);
    let values: Vec<f32> = (0..30).map(|at| at as f32).collect();
    let network = Network::load(&file.bytes()).expect("the network loads");
    let found = network.run(&[1, 3, 2, 5], &values).expect("it runs");
    assert_eq!(found[0].values[1], 1.0 - 2.0 * 11.0 + 0.5 * 21.0);
    // Without the cast the file is wrong: the input is of full precision.
    let raw = file.graph.node[0].input[0].clone();
    file.graph.node[1].input[1] = raw;
    assert!(matches!(Network::load(&file.bytes()), Err(LoadError::Damaged(_))));
}

#[test]
fn convolutions_of_many_weights_run_over_all_rows_at_once() {
    for (height, width) in [(2, 3), (9, 7), (12, 20)] {
        let mut file = File::new(&[1, 24, height, width]);
        let first = conv(&mut file, "input", [200, 24, 1, 1], 1, [1, 1], [0; 4], 1);
        let second = conv(&mut file, &first, [230, 200, 1, 1], 1, [1, 1], [0; 4], 2);
        let second = file.activation(&second, 4, 230);
        let third = conv(&mut file, &second, [230, 1, 3, 3], 230, [1, 1], [1; 4], 3);
        let fourth = conv(&mut file, &third, [200, 230, 1, 1], 1, [1, 1], [0; 4], 4);
        let sum = file.node("Add", &[&first, &fourth], &[]);
        let fifth = conv(&mut file, &sum, [201, 200, 1, 1], 1, [1, 1], [0; 4], 5);
        let strided = conv(&mut file, &sum, [200, 200, 1, 1], 1, [2, 2], [0; 4], 6);
        file.output(&fifth);
        file.output(&strided);
        check(&file, &[1, 24, height, width]);
        check(&file, &[3, 24, height, width]);
    }
}

#[test]
fn classifiers_end_in_matrices() {
    for (operator, has_sum) in [("Gemm", true), ("Gemm", false), ("MatMul", false)] {
        let mut file = File::new(&[1, 6, 10, 3]);
        let turned = file.node("Transpose", &["input"], &[("perm", vec![0, 3, 1, 2])]);
        let maps = conv(&mut file, &turned, [18, 3, 3, 3], 1, [2, 2], [1; 4], 1);
        let maps = file.normalisation(&maps, 18);
        let maps = file.activation(&maps, 2, 18);
        let rows = file.node("Flatten", &[&maps], &[]);
        let rows = file.matrix(operator, &rows, [18 * 3 * 5, 23], has_sum);
        let rows = file.normalisation(&rows, 23);
        file.output(&rows);
        check(&file, &[1, 6, 10, 3]);
        check(&file, &[4, 6, 10, 3]);
    }
}

#[test]
fn a_chain_of_any_length() {
    let mut file = File::new(&[1, 2, 3, 5]);
    let mut value = "input".to_owned();
    for at in 0..150 {
        value = conv(&mut file, &value, [2, 1, 1, 3], 2, [1, 1], [0, 1, 0, 1], at);
        value = file.activation(&value, 1, 2);
    }
    file.output(&value);
    check(&file, &[1, 2, 3, 5]);
}

#[test]
fn plans_are_made_for_each_shape_and_dropped_again() {
    let mut file = File::new(&[1, 3, 0, 0]);
    let output = conv(&mut file, "input", [4, 3, 3, 3], 1, [1, 1], [1; 4], 1);
    file.output(&output);
    let network = Network::load(&file.bytes()).expect("the network loads");
    for width in 1..30 {
        let outputs = network.run(&[1, 3, 2, width], &vec![1.0; 6 * width]).expect("it runs");
        assert_eq!(outputs[0].shape, [1, 4, 2, width]);
        assert!(network.plans.lock().expect("no panic").len() <= MAX_PLANS);
    }
}

#[test]
fn maps_of_extreme_shapes() {
    for shape in [[1, 1 << 20, 1, 1], [1, 1, 1, 1 << 20], [1, 1, 1 << 20, 1], [1 << 12, 1, 2, 2]] {
        let mut file = File::new(&shape);
        let pooled = file.node("MaxPool", &["input"], &[("kernel_shape", vec![1, 1])]);
        let mean = file.node("GlobalAveragePool", &[&pooled], &[]);
        file.output(&mean);
        let network = Network::load(&file.bytes()).expect("the network loads");
        let outputs = network.run(&shape, &vec![0.25; shape.iter().product()]).expect("it runs");
        assert!(outputs[0].values.iter().all(|value| (value - 0.25).abs() < 1e-3));
    }
}
