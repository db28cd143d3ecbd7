//! Shows what the pipeline makes of pictures: faces, quality, and all similarities between the largest faces.
#![allow(clippy::print_stdout, reason = "an example's output is its purpose")]

use std::path::Path;
use std::time::Instant;

use vision::{DecodeLimits, Frame, ModelBytes, Params, Pipeline};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let pipeline = Pipeline::new(
        &ModelBytes {
            detector: &std::fs::read(models.join("yunet.onnx"))?,
            embedder: &std::fs::read(models.join("mobilefacenet.onnx"))?,
        },
        Params::default(),
    )?;
    let mut known = Vec::new();
    for path in std::env::args().skip(1) {
        let frame = Frame::decode(&std::fs::read(&path)?, &DecodeLimits::default())?;
        let start = Instant::now();
        let faces = pipeline.faces(&frame)?;
        println!("{path}: {frame:?}, {} faces, {:?}", faces.len(), start.elapsed());
        for face in &faces {
            println!("    {:?}\n    {:?}", face.detection, face.quality);
        }
        if let Some(face) = faces.into_iter().next() {
            known.push((path, face.embedding));
        }
    }
    for (path, embedding) in &known {
        let row: Vec<String> = known.iter().map(|(_, other)| format!("{:6.3}", embedding.similarity(other))).collect();
        println!("{} {path}", row.join(" "));
    }
    Ok(())
}
