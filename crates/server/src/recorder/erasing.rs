//! Erases visits' faces from recordings: every one of them, or it says which could not be read or rewritten.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use replay::recording;
use serde::de::IgnoredAny;

/// The file of a recording that tells who was seen.
pub(super) const TRACE: &str = "trace.jsonl";
/// A trace while it is rewritten; one that is found was left behind by a crash.
const BESIDE: &str = "trace.tmp";

/// What becomes of a line.
enum Line {
    Stays,
    Changes(String),
    /// A crash cut it off: it says nothing, but may hold a part of a face.
    Torn,
}

/// Erases these visits' faces from every recording in the folder; gives the traces that were rewritten.
///
/// # Errors
///
/// Where a recording cannot be read or rewritten, or there is a copy of one that only people can judge. What was rewritten before
/// stays rewritten: to do it again is harmless.
pub(super) fn erase(folder: &Path, sessions: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let recordings = match fs::read_dir(folder) {
        Ok(recordings) => recordings,
        // Nothing was ever recorded.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
    };
    let mut rewritten = Vec::new();
    for recording in recordings {
        let recording = recording.with_context(|| format!("cannot read {}", folder.display()))?.path();
        let is_folder = fs::metadata(&recording).map(|found| found.is_dir());
        if is_folder.with_context(|| format!("cannot read {}", recording.display()))? {
            rewritten.extend(erase_in(&recording, sessions)?);
        } else if !recording.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            bail!("{} may hold faces: delete it, or take it out of the recordings", recording.display());
        }
    }
    Ok(rewritten)
}

fn erase_in(recording: &Path, sessions: &[String]) -> anyhow::Result<Option<PathBuf>> {
    let beside = recording.join(BESIDE);
    match fs::remove_file(&beside) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot delete {}", beside.display())),
    }
    refuse_copies(recording)?;
    let trace = recording.join(TRACE);
    let changes = match File::open(&trace) {
        Ok(file) => walk(file, sessions, |_, _| Ok(())),
        // A crash before its first line.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => Err(error.into()),
    };
    if !changes.with_context(|| format!("cannot read {}", trace.display()))? {
        return Ok(None);
    }
    let done = rewrite(&trace, &beside, sessions).with_context(|| format!("cannot rewrite {}", trace.display()));
    if done.is_err() {
        // It holds what is to be erased. The next try deletes it, if this one cannot.
        let _ = fs::remove_file(&beside);
    }
    done.map(|()| Some(trace))
}

/// Compressed or edited copies of a trace are somebody's work: they are not rewritten, and not passed over.
fn refuse_copies(recording: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot read {}", recording.display());
    for file in fs::read_dir(recording).with_context(cannot)? {
        let file = file.with_context(cannot)?;
        let name = file.file_name();
        if name != TRACE && name.to_string_lossy().starts_with("trace") {
            bail!("{} may hold faces, too: delete it, or take it out of the recordings", file.path().display());
        }
    }
    Ok(())
}

fn rewrite(trace: &Path, beside: &Path, sessions: &[String]) -> anyhow::Result<()> {
    let mut new = BufWriter::new(File::create(beside)?);
    walk(File::open(trace)?, sessions, |line, becomes| match becomes {
        Line::Stays => writeln!(new, "{line}"),
        Line::Changes(line) => writeln!(new, "{line}"),
        Line::Torn => Ok(()),
    })?;
    new.into_inner()?.sync_all()?;
    fs::rename(beside, trace)?;
    // The name is durable when its folder is.
    match trace.parent() {
        Some(recording) => Ok(File::open(recording)?.sync_all()?),
        None => Ok(()),
    }
}

/// Judges each line; gives whether any of them changes.
fn walk(
    file: File,
    sessions: &[String],
    mut each: impl FnMut(&str, Line) -> std::io::Result<()>,
) -> anyhow::Result<bool> {
    let mut file = BufReader::new(file);
    let mut changes = false;
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        if file.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        let is_whole = bytes.pop_if(|last| *last == b'\n').is_some();
        let is_ours = |text: &&str| text.is_empty() || serde_json::from_str::<IgnoredAny>(text).is_ok();
        let text = std::str::from_utf8(&bytes).ok().filter(is_ours);
        let (text, becomes) = match text {
            Some(text) => (text, recording::without_faces(text, sessions).map_or(Line::Stays, Line::Changes)),
            // Only the last line can be torn, and only one that began as ours do; a file system may leave zeros for it.
            None if !is_whole && (bytes.starts_with(b"{") || bytes.starts_with(b"\0")) => ("", Line::Torn),
            None => bail!("line {number} is not one of a recording"),
        };
        changes |= !matches!(becomes, Line::Stays);
        each(text, becomes)?;
    }
    Ok(changes)
}

#[cfg(test)]
mod tests;
