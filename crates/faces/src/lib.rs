//! The commands `smartmart faces …`: they show what recognition sees, and put numbers on what it gets wrong.
//!
//! | command | answers |
//! | --- | --- |
//! | [`embed`] | which faces are in a picture, how good they are, and their embeddings |
//! | [`verify`] | how well two pictures of one person are told from pictures of two |
//! | [`identify`] | how often strangers are taken for customers, and customers missed |
//! | [`in_store`] | how often one of a few people in the store is taken for another |
//! | [`bench`] | how many milliseconds each stage takes |
//! | [`presentation`] | whether a sequence of frames shows a person or a picture, and how often that is mistaken |
//! | [`calibrate`] | which similarity stands for which false-match rate, for the model and pictures at hand |
//!
//! Everything is measured with the pipeline of the live store, [`vision::Pipeline`].

#![forbid(unsafe_code)]

pub mod bench;
pub mod calibrate;
pub mod embed;
pub mod identify;
pub mod in_store;
pub mod open_set;
pub mod pairs;
pub mod pictures;
pub mod plot;
pub mod presentation;
pub mod rates;
pub mod subject;
pub mod verify;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use engine::Settings;
use engine::weights::Weights;
use vision::Params;

/// What is asked of `smartmart faces`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: FacesCommand,
    /// Runs the models by this onnxruntime library instead of what comes with the program.
    #[arg(long, global = true, value_name = "FILE")]
    pub onnxruntime: Option<PathBuf>,
    /// Another embedder: a TOML file with what belongs into `[recognition.embedder]` of the server's settings.
    #[arg(long, global = true, value_name = "FILE.toml")]
    pub embedder: Option<PathBuf>,
}

impl Arguments {
    fn settings(&self) -> anyhow::Result<Settings> {
        let read = |file: &PathBuf| -> anyhow::Result<Weights> {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            toml::from_str(&text).with_context(|| format!("{} does not describe an embedder", file.display()))
        };
        let embedder = self.embedder.as_ref().map(read).transpose()?;
        Ok(Settings { onnxruntime: self.onnxruntime.clone(), embedder })
    }
}

/// What `smartmart faces` can do.
#[derive(Debug, Subcommand)]
pub enum FacesCommand {
    /// Prints one JSON line for each face of each picture.
    Embed(embed::Options),
    /// Tells pairs of pictures apart, and prints the error rates.
    Verify(verify::Options),
    /// Searches a gallery for known and unknown people, and prints the error rates.
    Identify(identify::Options),
    /// Fills a store with people again and again, and counts wrong and open decisions.
    InStore(in_store::Options),
    /// Times each stage on a frame, and the search in galleries of several sizes.
    Bench(bench::Options),
    /// Tells people from pictures of people in sequences of frames, and prints the error rates.
    Presentation(presentation::Options),
    /// Derives the thresholds of a model from pictures of many people.
    Calibrate(calibrate::Options),
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Everything that could be read was done, but something could not be read; the exit status is 1.
    SomeUnreadable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::SomeUnreadable => Self::FAILURE,
        }
    }
}

/// Runs a command; what it finds is written to `out`.
///
/// # Errors
///
/// Fails on models that cannot run, on a list of pairs or a folder that cannot be read, and if `out` cannot be written.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let settings = arguments.settings()?;
    let engine = engine::load(&settings, Params::default())?;
    match &arguments.command {
        FacesCommand::Embed(options) => embed::run(options, &engine, out),
        FacesCommand::Verify(options) => verify::run(options, &engine.pipeline, out),
        FacesCommand::Identify(options) => identify::run(options, &engine.pipeline, out),
        FacesCommand::InStore(options) => in_store::run(options, &engine, out),
        FacesCommand::Bench(options) => bench::run(options, &settings, out),
        FacesCommand::Presentation(options) => presentation::run(options, &engine.pipeline, out),
        FacesCommand::Calibrate(options) => calibrate::run(options, &engine, out),
    }
}
