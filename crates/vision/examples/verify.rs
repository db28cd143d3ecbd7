//! Measures how well the pipeline tells pairs of photographs apart: 10-fold accuracy, and rates at fixed thresholds.
//!
//! usage: cargo run --release -p vision --example verify -- FOLDER PAIRS.csv [mirrored]
//!
//! `PAIRS.csv` has the columns `image_a,image_b,same`. Photographs in which no face is found are counted, and the pair
//! then counts as "different". Of several faces the one nearest to the middle counts.
#![allow(clippy::print_stdout, reason = "an example's output is its purpose")]

use std::collections::HashMap;
use std::path::Path;

use vision::pipeline::Views;
use vision::{
    DecodeLimits, Embedding, Face, Frame, ModelBytes, Params, Pipeline, SAME_PERSON_AT_FAR_1E_3,
    SAME_PERSON_AT_FAR_1E_4, SAME_PERSON_AT_FAR_1E_5,
};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, pairs, rest @ ..] = arguments.as_slice() else {
        return Err("usage: verify FOLDER PAIRS.csv [mirrored]".into());
    };
    let views = if rest.is_empty() { Views::Single } else { Views::Mirrored };
    let pipeline = pipeline(views)?;
    let csv = std::fs::read_to_string(pairs)?;
    let mut known: HashMap<&str, Option<Embedding>> = HashMap::new();
    let mut measures = Measures::default();
    let mut scores: Vec<(f32, bool)> = Vec::new();
    for line in csv.lines().skip(1) {
        let mut columns = line.split(',');
        let (Some(a), Some(b), Some(same)) = (columns.next(), columns.next(), columns.next()) else {
            return Err(format!("not a pair: {line}").into());
        };
        for name in [a, b] {
            if !known.contains_key(name) {
                let bytes = std::fs::read(Path::new(folder).join(name))?;
                let frame = Frame::decode(&bytes, &DecodeLimits::default())?;
                let face = middle_face(&pipeline, &frame)?;
                measures.add(face.as_ref());
                known.insert(name, face.map(|face| face.embedding));
            }
        }
        let score = match (&known[a], &known[b]) {
            (Some(a), Some(b)) => a.similarity(b),
            _ => -1.0,
        };
        scores.push((score, same.trim() == "1"));
    }
    measures.print(known.len());
    print_rates(&scores);
    println!("10-fold accuracy {:.2} %", 100.0 * ten_fold_accuracy(&scores));
    Ok(())
}

fn pipeline(views: Views) -> Result<Pipeline, Failure> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let models = ModelBytes {
        detector: &std::fs::read(models.join("yunet.onnx"))?,
        embedder: &std::fs::read(models.join("mobilefacenet.onnx"))?,
    };
    let params = Params { views, ..Params::default() };
    Ok(Pipeline::new(&models, params)?)
}

fn middle_face(pipeline: &Pipeline, frame: &Frame) -> Result<Option<Face>, Failure> {
    let distance = |face: &Face| {
        let [x, y] = face.detection.centre();
        (x - frame.width() as f32 / 2.0).hypot(y - frame.height() as f32 / 2.0)
    };
    let faces = pipeline.faces(frame)?;
    Ok(faces.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b))))
}

/// What the faces of all photographs measured.
#[derive(Default)]
struct Measures {
    missed: usize,
    sufficient: usize,
    columns: [(&'static str, Vec<f32>); 6],
}

impl Measures {
    fn add(&mut self, face: Option<&Face>) {
        let Some(face) = face else {
            self.missed += 1;
            return;
        };
        let quality = &face.quality;
        self.sufficient += usize::from(quality.is_sufficient());
        let values = [
            ("score", face.detection.score),
            ("face height, px", quality.face_height_px),
            ("sharpness", quality.sharpness),
            ("brightness", quality.brightness),
            ("contrast", quality.contrast),
            ("yaw, degrees", quality.yaw_degrees.abs()),
        ];
        for (column, (name, value)) in self.columns.iter_mut().zip(values) {
            column.0 = name;
            column.1.push(value);
        }
    }

    fn print(mut self, photographs: usize) {
        let (missed, sufficient) = (self.missed, self.sufficient);
        println!("{photographs} photographs, {missed} without a face, {sufficient} of sufficient quality");
        println!("percentiles             0       1       5      50      95      99     100");
        for (name, values) in &mut self.columns {
            values.sort_by(f32::total_cmp);
            let row = [0, 1, 5, 50, 95, 99, 100].map(|p| values[(values.len() - 1) * p / 100]);
            let row: Vec<String> = row.iter().map(|value| format!("{value:8.3}")).collect();
            println!("{name:<16} {}", row.concat());
        }
    }
}

fn print_rates(scores: &[(f32, bool)]) {
    for threshold in [0.40, 0.45, SAME_PERSON_AT_FAR_1E_3, 0.50, SAME_PERSON_AT_FAR_1E_4, SAME_PERSON_AT_FAR_1E_5] {
        let rate = |genuine: bool| {
            let of_kind = scores.iter().filter(|(_, same)| *same == genuine);
            let (accepted, all) = of_kind
                .fold((0, 0), |(accepted, all), (score, _)| (accepted + usize::from(*score >= threshold), all + 1));
            100.0 * f64::from(u32::try_from(accepted).unwrap_or(u32::MAX)) / f64::from(all)
        };
        let (genuine, impostor) = (rate(true), rate(false));
        println!("at {threshold:.3}: {genuine:.2} % of genuine pairs, {impostor:.2} % of impostor pairs");
    }
}

/// Every tenth pair is judged with the threshold that is best for the other nine tenths.
fn ten_fold_accuracy(scores: &[(f32, bool)]) -> f64 {
    let accuracy = |threshold: f32, fold: usize, inside: bool| {
        let chosen = scores.iter().enumerate().filter(|(i, _)| (i % 10 == fold) == inside);
        let (right, all) = chosen.fold((0_u32, 0_u32), |(right, all), (_, (score, same))| {
            (right + u32::from((*score >= threshold) == *same), all + 1)
        });
        f64::from(right) / f64::from(all)
    };
    let folds = (0..10).map(|fold| {
        let best = (0..200)
            .map(|step| step as f32 * 0.005)
            .max_by(|a, b| accuracy(*a, fold, false).total_cmp(&accuracy(*b, fold, false)))
            .unwrap_or(0.0);
        accuracy(best, fold, true)
    });
    folds.sum::<f64>() / 10.0
}
