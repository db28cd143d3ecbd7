//! The command `smartmart track`: people in a room, from films of its cameras; and how right that is, where the truth
//! lies beside the films.

pub mod films;
pub mod plates;
pub mod room_file;
pub mod score;
pub mod track;

use std::io::Write;

use anyhow::Result;

/// Runs the command with the models that come with the program.
///
/// # Errors
///
/// Says which file is missing or is not what it should be.
pub fn run(options: &track::Options, out: &mut impl Write) -> Result<()> {
    let finder = engine::bodies::load(&engine::bodies::Settings::default())?;
    track::run(options, &finder, out)
}
