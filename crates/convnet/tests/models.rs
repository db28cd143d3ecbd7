//! The store's two models give what onnxruntime gives, with each set of instructions of this machine.
//!
//! `models/reference.txt` was written by `models/reference.py`.

use convnet::{Instructions, Network, Output};

const DETECTOR: &[u8] = include_bytes!("../../../models/yunet.onnx");
const EMBEDDER: &[u8] = include_bytes!("../../../models/mobilefacenet.onnx");
const REFERENCE: &str = include_str!("models/reference.txt");

/// How far a number may be from onnxruntime's, as a part of the largest number of the same output.
const TOLERANCE: f64 = 1e-4;

/// How far a number may be in any case: onnxruntime's own sigmoid is no more exact.
const FLOOR: f64 = 1e-6;

fn values(count: usize, salt: usize) -> Vec<f32> {
    (0..count).map(|at| ((((at + salt) as u32).wrapping_mul(2_654_435_761)) >> 24) as f32).collect()
}

fn embedder_values(count: usize, salt: usize) -> Vec<f32> {
    values(count, salt).into_iter().map(|value| (value - 127.5) / 128.0).collect()
}

fn check(output: &Output, line: &str, context: &str) {
    let mut words = line.split(' ').skip(1);
    let shape: Vec<usize> = words.next().expect("a shape").split('x').map(|n| n.parse().expect("a length")).collect();
    assert_eq!(output.shape, shape, "{context}");
    assert_eq!(output.values.len(), shape.iter().product::<usize>(), "{context}");
    let numbers: Vec<f64> = words.map(|word| word.parse().expect("a number")).collect();
    let [sum, magnitudes, largest, samples @ ..] = numbers.as_slice() else { panic!("{context}: a short line") };
    let exact = output.values.iter().map(|value| f64::from(*value));
    let bound = (TOLERANCE * largest).max(FLOOR);
    let total = bound * output.values.len() as f64;
    assert!((exact.clone().sum::<f64>() - sum).abs() < total, "{context}: the sum is not {sum}");
    assert!((exact.map(f64::abs).sum::<f64>() - magnitudes).abs() < total, "{context}: magnitudes");
    for (at, expected) in samples.iter().enumerate() {
        let found = f64::from(output.values[at * (output.values.len() - 1) / (samples.len() - 1)]);
        assert!((found - expected).abs() < bound, "{context}: {found} instead of {expected} (largest {largest})");
    }
}

#[test]
fn both_models_give_what_onnxruntime_gives() {
    for instructions in Instructions::available() {
        let detector = Network::load_for(DETECTOR, instructions).expect("the detector loads");
        let embedder = Network::load_for(EMBEDDER, instructions).expect("the embedder loads");
        let mut outputs = Vec::new().into_iter();
        let mut context = String::new();
        for line in REFERENCE.lines() {
            let Some(case) = line.strip_prefix("case ") else {
                check(&outputs.next().expect("as many outputs"), line, &context);
                continue;
            };
            assert!(outputs.next().is_none(), "{context}: more outputs than expected");
            context = format!("{instructions:?}, {case}");
            let (name, numbers) = case.split_once(' ').expect("a name");
            let numbers: Vec<usize> = numbers.split(' ').map(|number| number.parse().expect("a number")).collect();
            let (salt, shape) = numbers.split_first().expect("a salt");
            let count = shape.iter().product();
            outputs = match name {
                "detector" => detector.run(shape, &values(count, *salt)),
                _ => embedder.run(shape, &embedder_values(count, *salt)),
            }
            .expect("the model runs")
            .into_iter();
        }
    }
}

#[test]
fn a_batch_gives_what_each_image_gives_alone() {
    let detector = Network::load(DETECTOR).expect("the detector loads");
    let embedder = Network::load(EMBEDDER).expect("the embedder loads");
    let cases: [(&Network, &[usize], Vec<f32>); 2] = [
        (&detector, &[3, 64, 96], values(3 * 3 * 64 * 96, 5)),
        (&embedder, &[112, 112, 3], embedder_values(3 * 112 * 112 * 3, 6)),
    ];
    for (network, shape, values) in cases {
        let together = network.run(&[&[3], shape].concat(), &values).expect("a batch runs");
        for (image, values) in values.chunks_exact(shape.iter().product()).enumerate() {
            let alone = network.run(&[&[1], shape].concat(), values).expect("one image runs");
            for (together, alone) in together.iter().zip(&alone) {
                assert_eq!(together.shape[0], 3);
                assert_eq!(together.shape[1..], alone.shape[1..]);
                let length = alone.values.len();
                assert_eq!(together.values[image * length..][..length], alone.values);
            }
        }
    }
}

#[test]
fn several_threads_give_the_same() {
    let embedder = Network::load(EMBEDDER).expect("the embedder loads");
    let values = embedder_values(112 * 112 * 3, 7);
    let run = || embedder.run(&[1, 112, 112, 3], &values).expect("it runs");
    let expected = run();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..3).map(|_| run()).collect::<Vec<_>>())).collect();
        for thread in threads {
            assert!(thread.join().expect("no panic").iter().all(|outputs| *outputs == expected));
        }
    });
}

#[test]
fn what_is_not_finite_stays_so() {
    let embedder = Network::load(EMBEDDER).expect("the embedder loads");
    let detector = Network::load(DETECTOR).expect("the detector loads");
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for (network, shape) in [(&embedder, [1, 112, 112, 3]), (&detector, [1, 3, 64, 64])] {
            let outputs = network.run(&shape, &vec![bad; shape.iter().product()]).expect("it runs");
            // The sigmoid of an infinity is finite.
            assert!(outputs.iter().any(|output| output.values.iter().any(|value| !value.is_finite())), "{bad}");
        }
    }
}
