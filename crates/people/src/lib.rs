//! The command `smartmart track`: people in a room, from films of its cameras; and how right that is, where the truth
//! lies beside the films.

pub mod films;
pub mod plates;
pub mod room_file;
pub mod score;
pub mod track;

use std::io::Write;

use anyhow::{Context, Result};
use vision::bodies::{BodyFinder, BodyParams};
use vision::{model, shipped};

/// Runs the command with the models that come with the program.
///
/// # Errors
///
/// Says which file is missing or is not what it should be.
pub fn run(options: &track::Options, out: &mut impl Write) -> Result<()> {
    let whole = model::load(shipped::BODIES).context("the model that finds people")?;
    let close = model::load(shipped::BODY).context("the model that looks at one of them")?;
    let finder = BodyFinder::new(whole, Some(close), BodyParams::default())?;
    track::run(options, &finder, out)
}
