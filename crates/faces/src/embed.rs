//! `faces embed`: one JSON line for each face of each picture.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use engine::Loaded;
use serde::Serialize;
use vision::{Detection, Frame, Pipeline, Quality};

use crate::{Outcome, pictures};

/// Which pictures to look at.
#[derive(Debug, Args)]
pub struct Options {
    /// Finds the faces only, without quality and embedding.
    #[arg(long)]
    pub detect_only: bool,
    /// JPEG or PNG files.
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
}

/// One line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Face(Box<FaceLine<'a>>),
    NoFace { image: &'a str, face: Option<usize> },
    Unreadable { image: &'a str, error: String },
}

#[derive(Serialize)]
struct FaceLine<'a> {
    image: &'a str,
    /// Counted from 0, largest first.
    face: usize,
    /// Left, top, width, height in pixels of the upright picture.
    #[serde(rename = "box")]
    bbox: [f32; 4],
    landmarks: [[f32; 2]; 5],
    score: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<Quality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding: Option<Vec<f32>>,
}

/// Runs the command.
///
/// # Errors
///
/// Fails if an engine does, or if `out` cannot be written. A picture that cannot be read is a line of its own.
pub fn run(options: &Options, engine: &Loaded, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Done;
    for path in &options.images {
        let image = path.to_string_lossy();
        for line in lines(path, &image, options.detect_only, engine)? {
            if matches!(line, Line::Unreadable { .. }) {
                outcome = Outcome::SomeUnreadable;
            }
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        }
    }
    Ok(outcome)
}

fn lines<'a>(path: &Path, image: &'a str, detect_only: bool, engine: &'a Loaded) -> anyhow::Result<Vec<Line<'a>>> {
    let frame = match pictures::read(path) {
        Ok(frame) => frame,
        Err(error) => return Ok(vec![Line::Unreadable { image, error: format!("{error:#}") }]),
    };
    let faces = if detect_only { detected(image, &frame, &engine.pipeline)? } else { embedded(image, &frame, engine)? };
    if faces.is_empty() {
        return Ok(vec![Line::NoFace { image, face: None }]);
    }
    Ok(faces.into_iter().map(|face| Line::Face(Box::new(face))).collect())
}

fn detected<'a>(image: &'a str, frame: &Frame, pipeline: &Pipeline) -> anyhow::Result<Vec<FaceLine<'a>>> {
    let found = pipeline.detect(frame)?;
    Ok(found.iter().enumerate().map(|(number, detection)| face_line(image, number, detection)).collect())
}

fn embedded<'a>(image: &'a str, frame: &Frame, engine: &'a Loaded) -> anyhow::Result<Vec<FaceLine<'a>>> {
    let found = engine.pipeline.detect(frame)?;
    let mut faces = Vec::with_capacity(found.len());
    for detection in &found {
        if let Some(face) = engine.pipeline.face(frame, detection)? {
            faces.push(FaceLine {
                quality: Some(face.quality),
                model: Some(&engine.model),
                embedding: Some(face.embedding.to_vec()),
                ..face_line(image, faces.len(), &face.detection)
            });
        }
    }
    Ok(faces)
}

fn face_line<'a>(image: &'a str, face: usize, detection: &Detection) -> FaceLine<'a> {
    let Detection { bbox, landmarks, score } = *detection;
    FaceLine { image, face, bbox, landmarks, score, quality: None, model: None, embedding: None }
}
