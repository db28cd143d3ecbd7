//! The synthetic shoppers can be enrolled, are like themselves and unlike each other.

use std::path::{Path, PathBuf};

use vision::enrolment::{self, EnrolmentParams};
use vision::{DecodeLimits, Embedding, Face, Frame, ModelBytes, Params, Pipeline};

/// What two photographs of one synthetic shopper must reach.
const SAME: f32 = 0.65;

/// What two shoppers, or a shopper and a real portrait, must not reach: well below the 0.545 from which the store knows one.
const OTHER: f32 = 0.5;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn frame(name: &str) -> Frame {
    let bytes = std::fs::read(root().join("fixtures/faces").join(name)).unwrap();
    Frame::decode(&bytes, &DecodeLimits::default()).unwrap()
}

#[test]
fn synthetic_shoppers_are_like_themselves_and_unlike_all_others() {
    let read = |name: &str| std::fs::read(root().join("models").join(name)).unwrap();
    let models = ModelBytes { detector: &read("yunet.onnx"), embedder: &read("mobilefacenet.onnx") };
    let pipeline = Pipeline::new(&models, Params::default()).unwrap();
    let main_face = |frame: &Frame| -> Face { pipeline.faces(frame).unwrap().remove(0) };

    let shoppers: Vec<Vec<Embedding>> = (1..=20)
        .map(|number| {
            let names = ["a", "b", "c"].map(|letter| format!("synthetic/{number:02}-{letter}.jpg"));
            let frames = names.map(|name| frame(&name));
            let photographs = frames.each_ref().map(|frame| pipeline.faces(frame).unwrap());
            let enrolled = enrolment::check(&photographs, &EnrolmentParams::default())
                .unwrap_or_else(|problems| panic!("shopper {number}: {problems:?}"));
            let mut embeddings: Vec<_> = enrolled.into_iter().map(|(_, e)| e).collect();
            embeddings.push(main_face(&frames[0].shrunk_to(200)).embedding);
            embeddings
        })
        .collect();
    let portraits = ["obama.jpg", "biden.jpg", "astronaut.jpg"];
    let portraits = portraits.map(|name| vec![main_face(&frame(name)).embedding]);

    let people: Vec<&Vec<Embedding>> = shoppers.iter().chain(&portraits).collect();
    for (a, ours) in people.iter().enumerate() {
        for (b, theirs) in people.iter().enumerate().skip(a) {
            for (one, other) in ours.iter().flat_map(|one| theirs.iter().map(move |o| (one, o))) {
                let similarity = one.similarity(other);
                if a == b {
                    assert!(similarity >= SAME, "shopper {}: {similarity}", a + 1);
                } else {
                    assert!(similarity < OTHER, "{} and {}: {similarity}", a + 1, b + 1);
                }
            }
        }
    }
}
