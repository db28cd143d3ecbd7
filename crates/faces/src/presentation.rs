//! `faces presentation`: whether sequences of frames show a person or a picture of one, and how often that is mistaken.

mod tally;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Serialize;
use vision::Pipeline;
use vision::enrolment::film::{Film, FilmParams, FilmStep};
use vision::presentation::challenge::{Challenge, ChallengeParams, Outcome as ChallengeOutcome, Seen, Turn};
use vision::presentation::{LookMeasures, Mounting, Presentation, PresentationParams, PresentationTrack, Verdict};

use crate::presentation::tally::Tally;
use crate::{Outcome, pictures, subject};

/// Which sequences to look at.
#[derive(Debug, Args)]
pub struct Options {
    /// Folders of frames in the order of their names, as a camera took them. A folder of folders stands for those in it; below
    /// `live/` and `attack/<kind>/` error rates are counted.
    #[arg(required = true, value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// How many frames a second the camera took.
    #[arg(long, default_value_t = 5.0, value_parser = clap::value_parser!(f64))]
    pub per_second: f64,
    /// How the camera is held.
    #[arg(long, value_enum, default_value = "fixed")]
    pub camera: Camera,
    /// Also judges whether the head turned to the shopper's left or right, as if it had been asked for.
    #[arg(long, value_enum, value_name = "SIDE")]
    pub turn: Option<Side>,
    /// Also judges each as the film of an enrolment that asked for a turn to this side.
    #[arg(long, value_enum, value_name = "SIDE")]
    pub film: Option<Side>,
    /// Adds what each look measured.
    #[arg(long)]
    pub each_look: bool,
}

/// How the camera is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Camera {
    /// On a wall or a stand.
    Fixed,
    /// In a hand.
    HandHeld,
}

/// A side of the shopper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// His left.
    Left,
    /// His right.
    Right,
}

impl From<Side> for Turn {
    fn from(side: Side) -> Self {
        match side {
            Side::Left => Self::Left,
            Side::Right => Self::Right,
        }
    }
}

/// One line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Judged(Box<Judged>),
    Unreadable { sequence: String, error: String },
}

#[derive(Serialize)]
struct Judged {
    sequence: String,
    /// Frames of the folder, and those without a face.
    frames: usize,
    without_face: usize,
    /// As it stood when it was first decided, as the gate would act on it; or at the end.
    #[serde(flatten)]
    presentation: Presentation,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<ChallengeOutcome>,
    /// How the film of an enrolment stood at the last frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    film: Option<FilmStep>,
    /// Milliseconds that the passive checks took for each look, without finding the face.
    ms_per_look: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<Vec<LookMeasures>>,
}

/// Runs the command.
///
/// # Errors
///
/// Fails if a folder cannot be listed, an engine fails, or `out` cannot be written. A frame that cannot be read makes its
/// sequence a line of its own.
pub fn run(options: &Options, pipeline: &Pipeline, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    if !(options.per_second.is_finite() && options.per_second > 0.0) {
        anyhow::bail!("--per-second must be above zero");
    }
    let mut sequences = Vec::new();
    for folder in &options.folders {
        pictures::sequences(folder, &mut sequences)?;
    }
    if sequences.is_empty() {
        anyhow::bail!("no folder with .jpg or .png files in it");
    }
    let mut outcome = Outcome::Done;
    let mut tally = Tally::default();
    let judged = pictures::on_all_cores(&sequences, |(folder, frames)| judge(options, pipeline, folder, frames));
    for ((folder, _), judged) in sequences.iter().zip(judged) {
        let line = match judged {
            Ok(judged) => {
                tally.count(folder, judged.presentation.verdict, judged.challenge, judged.film);
                Line::Judged(Box::new(judged))
            }
            Err(error) => {
                outcome = Outcome::SomeUnreadable;
                Line::Unreadable { sequence: folder.display().to_string(), error: format!("{error:#}") }
            }
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    tally.report(out)?;
    Ok(outcome)
}

fn judge(options: &Options, pipeline: &Pipeline, folder: &Path, frames: &[PathBuf]) -> anyhow::Result<Judged> {
    let mounting = match options.camera {
        Camera::Fixed => Mounting::Fixed,
        Camera::HandHeld => Mounting::HandHeld,
    };
    let mut track = PresentationTrack::new(PresentationParams { mounting, ..PresentationParams::default() });
    let mut challenge = options.turn.map(|side| Challenge::new(side.into(), ChallengeParams::default()));
    let mut film = options.film.map(|side| Film::new(side.into(), FilmParams::default()));
    let mut film_step = None;
    let (mut without_face, mut seconds) = (0, 0.0);
    let mut decided = None;
    for (number, path) in frames.iter().enumerate() {
        let frame = pictures::read(path).with_context(|| path.display().to_string())?;
        let at_ms = (1000.0 * number as f64 / options.per_second).round() as u64;
        if let Some(film) = &mut film {
            film_step = Some(film.observe(&frame, &pipeline.faces(&frame)?, at_ms, &()));
        }
        let found = pipeline.detect(&frame)?;
        let Some(face) = subject::main_face(&frame, &found) else {
            without_face += 1;
            continue;
        };
        let face = pipeline.refined(&frame, face)?;
        let started = Instant::now();
        let presentation = track.observe(&frame, &face, at_ms);
        seconds += started.elapsed().as_secs_f64();
        if let Some(challenge) = &mut challenge {
            challenge.observe(&Seen { at_ms, faces: &[face], similarity: None, signs: &presentation.signs });
        }
        match presentation.verdict {
            Verdict::Live | Verdict::Suspected if decided.is_none() => decided = Some(presentation),
            Verdict::Live | Verdict::Suspected | Verdict::Unsure { .. } => {}
        }
    }
    let looks = (frames.len() - without_face).max(1);
    Ok(Judged {
        sequence: folder.display().to_string(),
        frames: frames.len(),
        without_face,
        presentation: decided.unwrap_or_else(|| track.presentation()),
        challenge: challenge.map(|challenge| challenge.outcome()),
        film: film_step,
        ms_per_look: 1000.0 * seconds / looks as f64,
        measures: options.each_look.then(|| track.measures().copied().collect()),
    })
}
