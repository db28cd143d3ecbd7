//! Measures each stage on one frame, single-threaded: the median and the 95th percentile in milliseconds.
//!
//! usage: cargo run --release -p vision --example bench -- PICTURE [RUNS]
#![allow(clippy::print_stdout, reason = "an example's output is its purpose")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use vision::aligner::{CropShape, align};
use vision::{DecodeLimits, Embedding, Frame, Gallery, ModelBytes, Params, Pipeline, Quality, read_codes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let picture = arguments.next().ok_or("usage: bench PICTURE [RUNS]")?;
    let runs: usize = arguments.next().map_or(Ok(50), |runs| runs.parse())?;
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let detector = std::fs::read(models.join("yunet.onnx"))?;
    let embedder = std::fs::read(models.join("mobilefacenet.onnx"))?;
    let start = Instant::now();
    let models = ModelBytes { detector: &detector, embedder: &embedder };
    let pipeline = Pipeline::new(&models, Params::default())?;
    println!("load both models    {:8.2} ms", start.elapsed().as_secs_f64() * 1e3);

    let bytes = std::fs::read(picture)?;
    let limits = DecodeLimits::default();
    let frame = Frame::decode(&bytes, &limits)?;
    let start = Instant::now();
    let face = pipeline.faces(&frame)?.into_iter().next().ok_or("no face")?;
    println!("first frame         {:8.2} ms ({frame:?})", start.elapsed().as_secs_f64() * 1e3);
    let crop = align(&frame, &face.detection.landmarks, &CropShape::default()).ok_or("no crop")?;

    measure("decode", runs, || Frame::decode(&bytes, &limits).is_ok());
    measure("detect", runs, || pipeline.detect(&frame).is_ok());
    measure("align", runs, || align(&frame, &face.detection.landmarks, &CropShape::default()).is_some());
    measure("quality", runs, || Quality::measure(&face.detection, &crop));
    measure("embed", runs, || pipeline.embed(&crop).is_ok());
    measure("all but decode", runs, || pipeline.faces(&frame).is_ok());
    measure("read codes", runs, || read_codes(&frame).len());
    for size in [1_000_u32, 10_000, 100_000] {
        let mut gallery = Gallery::new();
        for key in 0..size {
            gallery.insert(key, u128::from(key), direction(key)?);
        }
        measure(&format!("search {size}"), runs, || gallery.best(&face.embedding, 5).len());
    }
    Ok(())
}

/// A different direction for every number, the same on every run.
fn direction(number: u32) -> Result<Embedding, vision::EmbeddingError> {
    let mut state = number.wrapping_mul(2_654_435_761) | 1;
    let values = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    });
    Embedding::new(values.take(vision::shipped::DIMENSION).collect())
}

fn measure<T>(name: &str, runs: usize, stage: impl Fn() -> T) {
    let mut times: Vec<f64> = (0..runs.max(1))
        .map(|_| {
            let start = Instant::now();
            black_box(stage());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name:<19} {:8.2} ms, 95th percentile {:8.2}",
        times[times.len() / 2],
        times[(times.len() - 1) * 95 / 100]
    );
}
