//! What counts as an embedding.

use super::*;

fn embedding(seed: u32) -> Embedding {
    let values = (0..crate::shipped::DIMENSION as u32).map(|i| ((i * 37 + seed * 101) % 97) as f32 - 48.0);
    Embedding::new(values.collect()).unwrap()
}

#[test]
fn bytes_survive_a_round_trip_bit_for_bit() {
    for seed in 0..50 {
        let embedding = embedding(seed);
        let bytes = embedding.to_le_bytes();
        assert_eq!(bytes.len(), 4 * embedding.dimension());
        assert_eq!(Embedding::from_le_bytes(&bytes).unwrap().to_le_bytes(), bytes);
    }
}

#[test]
fn wrong_bytes_are_no_embedding() {
    for (length, found, unit) in
        [(0, 0, "numbers"), (1, 1, "bytes"), (767, 767, "bytes"), (60, 15, "numbers"), (2052, 513, "numbers")]
    {
        assert_eq!(
            Embedding::from_le_bytes(&vec![1; length]),
            Err(EmbeddingError::WrongLength { found, unit }),
            "{length}"
        );
    }
    assert_eq!(Embedding::from_le_bytes(&[0; 768]), Err(EmbeddingError::NoDirection));
    assert_eq!(Embedding::from_le_bytes(&[0xFF; 768]), Err(EmbeddingError::NoDirection));
}

#[test]
fn similarity_is_one_with_itself_and_minus_one_with_the_opposite() {
    let one = embedding(1);
    let opposite = Embedding::new(one.values.iter().map(|value| -3.0 * value).collect()).unwrap();
    assert!((one.similarity(&one) - 1.0).abs() < 1e-6);
    assert!((one.similarity(&opposite) + 1.0).abs() < 1e-6);
    assert_eq!(one.mean(&one).unwrap().similarity(&one), one.similarity(&one));
}

#[test]
fn debug_output_shows_no_values() {
    assert_eq!(format!("{:?}", embedding(1)), "Embedding(192-D)");
}

#[test]
fn the_network_sees_values_around_zero_and_another_network_is_refused() {
    struct Fake(usize);
    impl Model for Fake {
        fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
            assert_eq!(input.shape, [1, 112, 112, 3]);
            assert_eq!(input.values[0], -127.5 / 128.0);
            let values = vec![2.0; self.0];
            let shape = vec![1, self.0];
            Ok(vec![Tensor { shape, values }])
        }
    }
    let embedder = Embedder::new(Box::new(Fake(192)), EmbedderParams::default()).unwrap();
    let expected = Embedding::new(vec![1.0; 192]).unwrap();
    assert_eq!(embedder.embed(&Crop::blank(112)).unwrap(), expected);
    assert!(matches!(
        Embedder::new(Box::new(Fake(128)), EmbedderParams::default()),
        Err(ModelError::UnexpectedOutput(_))
    ));
}

#[test]
fn numbers_that_are_none_are_an_error_and_no_embedding() {
    struct Broken(f32);
    impl Model for Broken {
        fn run(&self, _: Tensor) -> Result<Vec<Tensor>, ModelError> {
            Ok(vec![Tensor { shape: vec![1, 192], values: vec![self.0; 192] }])
        }
    }
    for value in [f32::NAN, f32::INFINITY, 0.0] {
        let embedder = Embedder::new(Box::new(Broken(value)), EmbedderParams::default()).unwrap();
        let result = embedder.embed_with_strength(&Crop::blank(112));
        assert!(matches!(result, Err(ModelError::UnexpectedOutput(_))), "{value}");
    }
}
