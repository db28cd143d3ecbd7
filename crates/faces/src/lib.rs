//! The commands `smartmart faces …`: they show what recognition sees, and put numbers on what it gets wrong.
//!
//! | command | answers |
//! | --- | --- |
//! | [`embed`] | which faces are in a picture, how good they are, and their embeddings |
//! | [`verify`] | how well two pictures of one person are told from pictures of two |
//! | [`identify`] | how often strangers are taken for customers, and customers missed |
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
pub mod open_set;
pub mod pairs;
pub mod pictures;
pub mod plot;
pub mod presentation;
pub mod rates;
pub mod subject;
pub mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;
use vision::{ModelBytes, Params, Pipeline};

/// What `smartmart faces` can do.
#[derive(Debug, Subcommand)]
pub enum FacesCommand {
    /// Prints one JSON line for each face of each picture.
    Embed(embed::Options),
    /// Tells pairs of pictures apart, and prints the error rates.
    Verify(verify::Options),
    /// Searches a gallery for known and unknown people, and prints the error rates.
    Identify(identify::Options),
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

/// Runs a command with these models; what it finds is written to `out`.
///
/// # Errors
///
/// Fails on models that cannot run, on a list of pairs or a folder that cannot be read, and if `out` cannot be written.
pub fn run(command: &FacesCommand, models: &ModelBytes<'_>, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let pipeline = || Pipeline::new(models, Params::default());
    match command {
        FacesCommand::Embed(options) => embed::run(options, &pipeline()?, out),
        FacesCommand::Verify(options) => verify::run(options, &pipeline()?, out),
        FacesCommand::Identify(options) => identify::run(options, &pipeline()?, out),
        FacesCommand::Bench(options) => bench::run(options, models, out),
        FacesCommand::Presentation(options) => presentation::run(options, &pipeline()?, out),
        FacesCommand::Calibrate(options) => calibrate::run(options, &pipeline()?, out),
    }
}
