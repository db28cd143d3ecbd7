//! The spool as the sensors' threads and the uplink's task share it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use domain::ids::SlotId;
use protocol::device::ShelfEventMessage;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{Appended, Spool};

/// A spool with many users. Writing waits for the disk, so only threads that may block call the functions without
/// `async`.
#[derive(Clone)]
pub struct SharedSpool {
    spool: Arc<Mutex<Spool>>,
    grown: Arc<Notify>,
}

impl SharedSpool {
    /// Shares it.
    pub fn new(spool: Spool) -> Self {
        Self { spool: Arc::new(Mutex::new(spool)), grown: Arc::new(Notify::new()) }
    }

    /// [`Spool::append`]; wakes the uplink.
    pub fn append(&self, event: ShelfEventMessage) -> Appended {
        let appended = self.lock().append(event);
        self.grown.notify_one();
        appended
    }

    /// [`Spool::note_count`].
    pub fn note_count(&self, slot: &SlotId, units: u32) {
        self.lock().note_count(slot, units);
    }

    /// [`Spool::count`].
    pub fn count(&self, slot: &SlotId) -> Option<u32> {
        self.lock().count(slot)
    }

    /// [`Spool::unsaved`].
    pub fn unsaved(&self) -> usize {
        self.lock().unsaved()
    }

    /// [`Spool::lost`].
    pub fn lost(&self) -> u64 {
        self.lock().lost()
    }

    /// [`Spool::batch`].
    pub async fn batch(&self, most: usize) -> Vec<ShelfEventMessage> {
        self.blocking(move |spool| spool.batch(most)).await
    }

    /// [`Spool::acknowledge`].
    pub async fn acknowledge(&self, decided: HashSet<Uuid>) -> usize {
        self.blocking(move |spool| spool.acknowledge(&decided)).await
    }

    /// [`Spool::save_rest`].
    pub async fn save_rest(&self) -> bool {
        self.blocking(Spool::save_rest).await
    }

    /// [`Spool::len`] and [`Spool::lost`].
    pub async fn totals(&self) -> (usize, u64) {
        self.blocking(|spool| (spool.len(), spool.lost())).await
    }

    /// Waits until something was appended since the last call.
    pub async fn grown(&self) {
        self.grown.notified().await;
    }

    /// Even the reads: another thread may hold the lock while the disk syncs.
    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&mut Spool) -> T + Send + 'static) -> T {
        let shared = self.clone();
        tokio::task::spawn_blocking(move || work(&mut shared.lock())).await.expect("the spool does not panic")
    }

    fn lock(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().expect("no thread panics while it holds the spool")
    }
}
