//! The commands `smartmart track` and `smartmart calibrate`: people in a room, from films of its cameras, and how right that is,
//! where the truth lies beside the films; and where the cameras hang, from a film of one person's walk.

pub mod calibrate;
pub mod films;
pub mod plates;
pub mod room_file;
pub mod score;
pub mod track;

use std::io::Write;

use anyhow::Result;

/// Runs `smartmart calibrate` with the models that come with the program.
///
/// # Errors
///
/// Says which file is missing, or what to change about the walk or the cameras.
pub fn calibrate(options: &calibrate::Options, out: &mut impl Write) -> Result<()> {
    let finder = engine::bodies::load(&engine::bodies::Settings::default())?;
    calibrate::run(options, &finder, out)
}

/// Runs `smartmart track` with the models that come with the program.
///
/// # Errors
///
/// Says which file is missing or is not what it should be.
pub fn run(options: &track::Options, out: &mut impl Write) -> Result<()> {
    let finder = engine::bodies::load(&engine::bodies::Settings::default())?;
    track::run(options, &finder, out)
}
