//! The spool: shelf events on disk, in order, until the server has acknowledged them.
//!
//! Events are lines of JSON in segment files, each synced before the next sample is taken; `state.json` says how far the
//! server has acknowledged and how many units stand at each slot. After a kill, a torn last line is dropped, what was
//! acknowledged but not noted is sent again (the server knows it by its id), and the counts are brought forward by the
//! events written since, so that no change is reported twice or never.
//!
//! While the disk takes nothing, events stay in memory up to a bound. Beyond it the new ones are dropped and the old
//! ones kept: a gap at the end can be told by the count of the next event at the slot, a gap in the middle cannot.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use domain::ids::SlotId;
use protocol::device::ShelfEventMessage;
use uuid::Uuid;

mod segment;
mod shared;
mod state;
mod writing;

pub use segment::{FileStorage, SegmentFile, Storage};
pub use shared::SharedSpool;
pub(crate) use state::replace;

use crate::config::SpoolConfig;
use segment::{Entry, Segment};
use state::State;

/// What became of an appended event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Appended {
    /// It survives a loss of power.
    OnDisk,
    /// The disk takes nothing now; it survives until the program ends.
    InMemory,
    /// Disk and memory are full: it is gone.
    Lost,
}

/// Why a spool cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The folder cannot be made, read or locked.
    #[error("the spool {} cannot be opened: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another `smartmart-edge` has it.
    #[error("the spool {} is used by another smartmart-edge", .0.display())]
    InUse(PathBuf),
}

/// See the module.
pub struct Spool {
    folder: PathBuf,
    storage: Box<dyn Storage>,
    limits: SpoolConfig,
    /// Not acknowledged, oldest first; those after `saved_through` are in memory only.
    pending: VecDeque<Entry>,
    segments: VecDeque<Segment>,
    /// Of the last segment, while it can be written.
    writer: Option<Box<dyn SegmentFile>>,
    next_seq: u64,
    saved_through: u64,
    /// As of the events that are on disk or acknowledged.
    counts: BTreeMap<SlotId, u32>,
    lost: u64,
    is_failing: bool,
    _lock: File,
}

impl Spool {
    /// Opens the spool in `folder`, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`SpoolError`] where the folder cannot be used; damaged content is logged and left out instead.
    pub fn open(folder: &Path, limits: SpoolConfig) -> Result<Self, SpoolError> {
        Self::open_with(folder, limits, Box::new(FileStorage))
    }

    /// The same with a storage of its own kind for segments: for tests with disks that fail.
    ///
    /// # Errors
    ///
    /// As [`Spool::open`].
    pub fn open_with(folder: &Path, limits: SpoolConfig, storage: Box<dyn Storage>) -> Result<Self, SpoolError> {
        let failed = |source| SpoolError::Folder { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => SpoolError::InUse(folder.to_owned()),
            fs::TryLockError::Error(source) => failed(source),
        })?;
        let state = State::load(folder);
        let State { acked, counted, mut counts } = state;
        let (mut pending, mut segments) = (VecDeque::new(), VecDeque::new());
        let mut last_seq = acked.max(counted);
        for (segment, entries) in segment::load_all(folder).map_err(failed)? {
            for entry in entries {
                last_seq = last_seq.max(entry.seq);
                if let Some(units) = entry.event.units_after.filter(|_| entry.seq > counted) {
                    counts.insert(SlotId(entry.event.slot.clone()), units);
                }
                if entry.seq > acked {
                    pending.push_back(entry);
                }
            }
            segments.push_back(segment);
        }
        let mut spool = Self {
            folder: folder.to_owned(),
            storage,
            limits,
            pending,
            segments,
            writer: None,
            next_seq: last_seq + 1,
            saved_through: last_seq,
            counts,
            lost: 0,
            is_failing: false,
            _lock: lock,
        };
        spool.tidy();
        Ok(spool)
    }

    /// Keeps an event, as safely as the disk allows now.
    pub fn append(&mut self, event: ShelfEventMessage) -> Appended {
        let is_writable = self.save_rest();
        if self.unsaved() >= self.limits.memory_events {
            if self.lost == 0 {
                tracing::error!(slot = event.slot, "disk and memory are full: events are lost from now on");
            }
            self.lost += 1;
            return Appended::Lost;
        }
        self.pending.push_back(Entry { seq: self.next_seq, event });
        self.next_seq += 1;
        if is_writable && self.save_rest() { Appended::OnDisk } else { Appended::InMemory }
    }

    /// The oldest events, at most `most`; they stay until [`Spool::acknowledge`].
    pub fn batch(&self, most: usize) -> Vec<ShelfEventMessage> {
        self.pending.iter().take(most).map(|entry| entry.event.clone()).collect()
    }

    /// Removes what the server has decided about; gives how many that were.
    pub fn acknowledge(&mut self, decided: &HashSet<Uuid>) -> usize {
        let before = self.pending.len();
        let (counts, saved_through) = (&mut self.counts, self.saved_through);
        self.pending.retain(|entry| {
            let is_decided = decided.contains(&entry.event.id);
            if let (true, Some(units)) = (is_decided && entry.seq > saved_through, entry.event.units_after) {
                counts.insert(SlotId(entry.event.slot.clone()), units);
            }
            !is_decided
        });
        let removed = before - self.pending.len();
        if removed > 0 {
            self.tidy();
        }
        removed
    }

    /// Notes units that stand at a slot without an event: the baseline of a new sensor.
    pub fn note_count(&mut self, slot: &SlotId, units: u32) {
        if self.counts.insert(slot.clone(), units) != Some(units) {
            self.save_state();
        }
    }

    /// Units at a slot as of the last event on disk or acknowledged.
    pub fn count(&self, slot: &SlotId) -> Option<u32> {
        self.counts.get(slot).copied()
    }

    /// Events that are not acknowledged.
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether everything is acknowledged.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Events in memory only.
    pub fn unsaved(&self) -> usize {
        self.pending.iter().rev().take_while(|entry| entry.seq > self.saved_through).count()
    }

    /// Events dropped since the program started.
    pub fn lost(&self) -> u64 {
        self.lost
    }
}

#[cfg(test)]
mod tests;
