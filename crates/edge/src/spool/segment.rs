//! Segment files: lines of JSON, in order, one event each.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use protocol::device::ShelfEventMessage;
use serde::{Deserialize, Serialize};

/// Makes segment files: real ones, or a test's that fail.
pub trait Storage: Send {
    /// A new and empty file; one of the same name is overwritten.
    fn create(&mut self, path: &Path) -> io::Result<Box<dyn SegmentFile>>;
}

/// A segment that is written.
pub trait SegmentFile: Send {
    /// Writes at the end, and returns when it survives a loss of power.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts off what lies beyond `length` bytes.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

/// Files of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct FileStorage;

impl Storage for FileStorage {
    fn create(&mut self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        let file = fs::OpenOptions::new().create(true).write(true).truncate(true).open(path)?;
        // Without this the file's name may not survive, whatever is in it.
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Box::new(file))
    }
}

impl SegmentFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        io::Seek::seek(self, io::SeekFrom::Start(length))?;
        Ok(())
    }
}

/// An event with its number in the spool.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) event: ShelfEventMessage,
}

impl Entry {
    pub(super) fn to_line(&self) -> io::Result<String> {
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        Ok(line)
    }
}

/// One segment file.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// Number of its last event; 0 while it is empty.
    pub(super) last: u64,
}

const EXTENSION: &str = "jsonl";

impl Segment {
    /// Named by its first event's number, so that names sort as numbers do.
    pub(super) fn new(folder: &Path, first: u64) -> Self {
        Self { path: folder.join(format!("{first:020}.{EXTENSION}")), bytes: 0, last: 0 }
    }
}

/// All segments in order with their readable events; torn and damaged lines are logged and left out.
pub(super) fn load_all(folder: &Path) -> io::Result<Vec<(Segment, Vec<Entry>)>> {
    let mut paths = Vec::new();
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(load).collect()
}

fn load(path: PathBuf) -> io::Result<(Segment, Vec<Entry>)> {
    let content = fs::read(&path)?;
    let mut entries: Vec<Entry> = Vec::new();
    for (index, line) in content.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(entry) => entries.push(entry),
            Err(error) => {
                tracing::warn!(path = %path.display(), line = index + 1, %error, "a torn line of the spool is dropped");
            }
        }
    }
    let last = entries.last().map_or(0, |entry| entry.seq);
    Ok((Segment { path, bytes: content.len() as u64, last }, entries))
}
