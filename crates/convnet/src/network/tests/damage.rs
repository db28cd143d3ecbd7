//! Files and inputs that are wrong: each is an error, and none makes the program stop.

use super::files::{File, conv};
use super::{Instructions, LoadError, Network, RunError, noise};
use crate::onnx::TensorProto;

/// A small network with most of what there is.
fn small() -> File {
    let mut file = File::new(&[1, 3, 6, 6]);
    let first = conv(&mut file, "input", [6, 3, 3, 3], 1, [2, 2], [1; 4], 1);
    let first = file.activation(&first, 2, 6);
    let second = conv(&mut file, &first, [6, 1, 3, 3], 6, [1, 1], [1; 4], 2);
    let sum = file.node("Add", &[&first, &second], &[]);
    let large = file.repeat(&sum, [2.0, 2.0]);
    let pool = file.node("MaxPool", &[&large], &[("kernel_shape", vec![2, 2]), ("pads", vec![1, 1, 0, 0])]);
    let turned = file.node("Transpose", &[&pool], &[("perm", vec![0, 2, 3, 1])]);
    let flat = file.reshape(&turned, vec![1, -1]);
    let rows = file.matrix("Gemm", &flat, [216, 2], true);
    file.output(&rows);
    file
}

/// Loads and, if that works, runs; neither may panic.
fn try_out(bytes: &[u8]) {
    if let Ok(network) = Network::load_for(bytes, Instructions::best()) {
        let _ = network.run(&[1, 3, 6, 6], &noise(108, 1));
    }
}

#[test]
fn the_small_network_is_sound() {
    let network = Network::load(&small().bytes()).expect("it loads");
    assert_eq!(network.run(&[1, 3, 6, 6], &noise(108, 1)).expect("it runs")[0].shape, [1, 2]);
}

#[test]
fn cut_off_files_are_errors() {
    let bytes = small().bytes();
    for length in 0..bytes.len() {
        try_out(&bytes[..length]);
    }
    assert!(matches!(Network::load(&bytes[..100]), Err(LoadError::Damaged(_))));
    assert!(matches!(Network::load(b""), Err(LoadError::Damaged(_))));
    assert!(matches!(Network::load(b"no model at all"), Err(LoadError::Damaged(_))));
}

#[test]
fn flipped_bits_do_not_panic() {
    // Numbers matter little: the file without its large constants is mostly structure.
    let bytes = small().bytes();
    for at in 0..bytes.len() {
        let bits: &[u8] = if at < 3000 || at % 16 == 0 { &[1, 2, 4, 8, 16, 32, 64, 128, 255] } else { &[] };
        for bit in bits {
            let mut damaged = bytes.clone();
            damaged[at] ^= bit;
            try_out(&damaged);
        }
    }
}

/// Changes a sound file and expects that it is refused.
#[track_caller]
fn check_refused(change: impl FnOnce(&mut File)) -> LoadError {
    let mut file = small();
    change(&mut file);
    match Network::load(&file.bytes()) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error,
    }
}

fn tensor(file: &mut File, at: usize) -> &mut TensorProto {
    &mut file.graph.initializer[at]
}

#[test]
fn unsound_graphs_are_refused() {
    let damaged: Vec<fn(&mut File)> = vec![
        |file| drop(file.graph.initializer.remove(0)),
        |file| tensor(file, 0).float_data.truncate(1),
        |file| tensor(file, 0).float_data.push(1.0),
        |file| tensor(file, 0).dims[0] = -6,
        |file| tensor(file, 0).dims = vec![i64::MAX, i64::MAX, 3, 3],
        |file| tensor(file, 0).dims = vec![0, 3, 3, 3],
        |file| tensor(file, 1).float_data.truncate(1),
        |file| tensor(file, 1).data_location = Some(1),
        |file| tensor(file, 1).data_type = Some(10),
        |file| tensor(file, 1).name = None,
        |file| tensor(file, 1).raw_data = Some(vec![1, 2, 3]),
        |file| file.graph.node[0].input[0] = "value_1".to_owned(),
        |file| file.graph.node[0].input[0] = "value_0".to_owned(),
        |file| file.graph.node[0].input.clear(),
        |file| file.graph.node[1].output[0] = "value_0".to_owned(),
        |file| file.graph.node[1].output[0] = "input".to_owned(),
        |file| file.graph.node.swap(0, 1),
        |file| file.graph.output.clear(),
        |file| file.graph.output[0].name = Some("nothing".to_owned()),
        |file| file.graph.input.clear(),
        |file| file.graph.input[0].r#type = None,
    ];
    for (at, change) in damaged.into_iter().enumerate() {
        let error = check_refused(change);
        assert!(matches!(error, LoadError::Damaged(_)), "{at}: {error}");
    }
}

#[test]
fn what_is_not_known_is_named() {
    let error = check_refused(|file| file.graph.node[0].op_type = Some("Einsum".to_owned()));
    assert!(matches!(error, LoadError::UnknownOperator(name) if name == "Einsum"));
    let error = check_refused(|file| file.graph.node[0].domain = Some("com.example".to_owned()));
    assert!(matches!(error, LoadError::UnknownOperator(name) if name == "com.example.Conv"));
    let error = check_refused(|file| file.graph.node[1].op_type = Some("Abs".to_owned()));
    assert!(matches!(error, LoadError::UnknownUse { .. } | LoadError::UnknownOperator(_)), "{error}");
    let changes: Vec<fn(&mut File)> = vec![
        // Three groups of channels; steps and pads that are absurd; a slope too many; a matrix for another shape.
        |file| file.graph.node[0].attribute[0].i = Some(3),
        |file| file.graph.node[0].attribute[1].ints = vec![0, 1],
        |file| file.graph.node[0].attribute[1].ints = vec![3, 3],
        |file| file.graph.node[0].attribute[2].ints = vec![i64::MAX, 1, 1, 1],
        |file| file.graph.node[0].attribute[2].ints = vec![1, 1],
        |file| {
            tensor(file, 2).dims[0] += 1;
            tensor(file, 2).float_data.push(0.0);
        },
        |file| {
            let matrix = file.graph.initializer.iter_mut().find(|one| one.dims == [216, 2]);
            matrix.expect("there is one").dims = vec![108, 4];
        },
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let error = check_refused(change);
        assert!(matches!(error, LoadError::UnknownUse { .. }), "{at}: {error}");
    }
}

#[test]
fn huge_lengths_in_the_file_are_refused() {
    for length in [1 << 20, 1 << 40, i64::MAX] {
        let error = check_refused(|file| {
            let shape = file.graph.input[0].r#type.as_mut().and_then(|kind| kind.tensor_type.as_mut());
            let dims = &mut shape.and_then(|tensor| tensor.shape.as_mut()).expect("a shape").dim;
            dims[2].dim_value = Some(length);
            dims[3].dim_value = Some(length);
        });
        assert!(matches!(error, LoadError::UnknownUse { .. }), "{error}");
    }
}

#[test]
fn unfit_inputs_are_errors() {
    let mut file = File::new(&[1, 3, 0, 0]);
    let output = conv(&mut file, "input", [4, 3, 3, 3], 1, [2, 2], [0; 4], 1);
    file.output(&output);
    let network = Network::load(&file.bytes()).expect("it loads");
    let wrong = |shape: &[usize], count: usize| network.run(shape, &vec![0.5; count]).expect_err("it must not run");
    assert_eq!(wrong(&[1, 3, 5, 5], 74), RunError::WrongLength { expected: 75, found: 74 });
    assert!(matches!(wrong(&[1, 3, usize::MAX, 5], 75), RunError::WrongLength { .. }));
    let unfit: [&[usize]; 8] =
        [&[], &[75], &[3, 5, 5], &[1, 5, 5, 3], &[1, 3, 2, 9], &[1, 3, 9, 2], &[1, 1, 3, 5, 5], &[1, 3, 0, 5]];
    for shape in unfit {
        assert!(matches!(wrong(shape, shape.iter().product()), RunError::UnfitShape(_)), "{shape:?}");
    }
    assert!(network.run(&[1, 3, 3, 3], &[0.5; 27]).is_ok());
}
