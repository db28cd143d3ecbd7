//! Reads pictures from files and folders, and spreads the work over threads.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use vision::{DecodeLimits, Frame, Pipeline};

use crate::subject::{self, Subject};

/// What the commands accept: as the live store, but without its least side. A tiny picture is not unreadable; it only has
/// no face.
pub fn limits() -> DecodeLimits {
    DecodeLimits { min_side: 1, ..DecodeLimits::default() }
}

/// Reads one picture. The file's length is checked before it is read.
///
/// # Errors
///
/// Fails if the file cannot be read, or is no picture within [`limits`].
pub fn read(path: &Path) -> anyhow::Result<Frame> {
    let limits = limits();
    let bytes = fs::metadata(path).context("cannot be read")?.len();
    if bytes > limits.max_bytes as u64 {
        anyhow::bail!("the picture has {bytes} bytes; at most {} are allowed", limits.max_bytes);
    }
    let bytes = fs::read(path).context("cannot be read")?;
    Ok(Frame::decode(&bytes, &limits)?)
}

/// One person's pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The folder's name.
    pub name: String,
    /// The files in it, by name.
    pub pictures: Vec<PathBuf>,
}

/// The people of a folder: one folder each, with JPEG and PNG files in it.
///
/// # Errors
///
/// Fails if the folder cannot be read or holds no picture.
pub fn people(folder: &Path) -> anyhow::Result<Vec<Person>> {
    let mut people = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let pictures: Vec<_> = entries(&path)?.into_iter().filter(|path| is_picture(path)).collect();
            if !pictures.is_empty() {
                people.push(Person { name, pictures });
            }
        }
    }
    if people.is_empty() {
        anyhow::bail!("{}: no folder <person>/ with .jpg or .png files in it", folder.display());
    }
    Ok(people)
}

/// The sequences of frames in a folder and below it: every folder that has pictures in it, with these in name order.
///
/// # Errors
///
/// Fails if a folder cannot be listed.
pub fn sequences(folder: &Path, found: &mut Vec<(PathBuf, Vec<PathBuf>)>) -> anyhow::Result<()> {
    let (folders, files): (Vec<_>, Vec<_>) = entries(folder)?.into_iter().partition(|path| path.is_dir());
    let frames: Vec<_> = files.into_iter().filter(|path| is_picture(path)).collect();
    if !frames.is_empty() {
        found.push((folder.to_path_buf(), frames));
    }
    folders.iter().try_for_each(|folder| sequences(folder, found))
}

fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths = listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    ["jpg", "jpeg", "png"].iter().any(|known| extension == *known)
}

/// The face that each picture is about, in the order of `paths`; or why it could not be read.
pub fn subjects(pipeline: &Pipeline, paths: &[PathBuf]) -> Vec<anyhow::Result<Subject>> {
    on_all_cores(paths, |path| {
        let frame = read(path).with_context(|| path.display().to_string())?;
        subject::find(pipeline, &frame).with_context(|| path.display().to_string())
    })
}

/// Does `work` for every item, on all cores, and gives the results in the order of the items.
pub fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((at, item)) = take(&next, items) {
                    let result = work(item);
                    results.lock().expect("no holder panics").push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no holder panics");
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    items.get(at).map(|item| (at, item))
}
