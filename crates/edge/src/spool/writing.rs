//! Writing the spool: unsaved events to segments, the state beside them, and away with what nobody needs.

use std::collections::VecDeque;
use std::fs;
use std::io;

use domain::ids::SlotId;

use super::Spool;
use super::segment::Segment;
use super::state::State;

impl Spool {
    /// Tries again to write what is in memory only; gives whether all of it is on disk now.
    pub fn save_rest(&mut self) -> bool {
        while self.unsaved() > 0 {
            match self.save_some() {
                Ok(()) if self.is_failing => {
                    self.is_failing = false;
                    tracing::info!("the spool can be written again");
                }
                Ok(()) => {}
                Err(error) => {
                    if !self.is_failing {
                        self.is_failing = true;
                        tracing::warn!(%error, "the spool cannot be written; events stay in memory");
                    }
                    return false;
                }
            }
        }
        true
    }

    /// Writes as many unsaved events as fit the last segment, with one sync.
    fn save_some(&mut self) -> io::Result<()> {
        let unsaved = self.unsaved();
        let first = self.pending.len() - unsaved;
        let segment_limit = (self.limits.max_bytes / 8).clamp(1_024, 256 * 1_024);
        let is_full = self.segments.back().is_none_or(|segment| segment.bytes >= segment_limit);
        if is_full {
            self.writer = None;
        }
        let (mut text, mut through, mut events) = (String::new(), self.saved_through, Vec::new());
        for entry in self.pending.range(first..) {
            let line = entry.to_line()?;
            if !text.is_empty() && (text.len() + line.len()) as u64 > segment_limit {
                break;
            }
            text.push_str(&line);
            through = entry.seq;
            events.extend(entry.event.units_after.map(|units| (SlotId(entry.event.slot.clone()), units)));
        }
        self.make_room(text.len() as u64)?;
        if self.writer.is_none() {
            let segment = Segment::new(&self.folder, self.pending[first].seq);
            self.writer = Some(self.storage.create(&segment.path)?);
            self.segments.push_back(segment);
        }
        let (Some(writer), Some(segment)) = (&mut self.writer, self.segments.back_mut()) else {
            return Err(io::Error::other("no segment is open"));
        };
        if let Err(error) = writer.append(text.as_bytes()) {
            // Half a line may be there. If it cannot be taken back, the segment ends with it.
            if writer.truncate(segment.bytes).is_err() {
                self.writer = None;
            }
            return Err(error);
        }
        segment.bytes += text.len() as u64;
        segment.last = through;
        self.saved_through = through;
        self.counts.extend(events);
        Ok(())
    }

    /// Segments that end before this number hold nothing that is not acknowledged.
    fn first_needed(&self) -> u64 {
        self.pending.front().map_or(u64::MAX, |entry| entry.seq)
    }

    fn make_room(&mut self, bytes: u64) -> io::Result<()> {
        let used = |segments: &VecDeque<Segment>| segments.iter().map(|segment| segment.bytes).sum::<u64>();
        let is_full = |spool: &Self| used(&spool.segments) + bytes > spool.limits.max_bytes;
        // The last segment may be all acknowledged; it is only kept to be written on.
        if is_full(self) && self.segments.front().is_some_and(|first| first.last < self.first_needed()) {
            self.writer = None;
            self.tidy();
        }
        if is_full(self) {
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, "spool.max_bytes are used up"));
        }
        Ok(())
    }

    /// Notes the state, and then removes segments that nobody needs; where the disk is full, that makes room to note it.
    pub(super) fn tidy(&mut self) {
        let is_noted = self.save_state();
        let first_needed = self.first_needed();
        let writable = usize::from(self.writer.is_some());
        let mut removed = false;
        while self.segments.len() > writable && self.segments.front().is_some_and(|first| first.last < first_needed) {
            let Some(segment) = self.segments.pop_front() else {
                break;
            };
            if let Err(error) = fs::remove_file(&segment.path) {
                tracing::warn!(%error, path = %segment.path.display(), "a spool segment cannot be removed");
            }
            removed = true;
        }
        if removed && !is_noted {
            self.save_state();
        }
    }

    pub(super) fn save_state(&self) -> bool {
        let acked = self.pending.front().map_or(self.next_seq, |entry| entry.seq) - 1;
        let state = State { acked, counted: self.saved_through, counts: self.counts.clone() };
        match state.save(&self.folder) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, "the spool's state cannot be written; acknowledged events may be sent again");
                false
            }
        }
    }
}
