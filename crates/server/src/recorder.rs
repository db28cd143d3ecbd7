//! Records the store as traces that `smartmart replay` reads (docs/recordings.md), in a thread of its own.
//!
//! The store's task never waits for it: where the disk is too slow the recording ends, and a new one begins when there is room.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use db::stores::Store;
use domain::ids::ShoppingSessionId;
use floor::Floor;
use floor::tape::Told;
use jiff::{SignedDuration, Timestamp};
use replay::recording;
use shop::news::Listener;

use crate::config;

mod erasing;

/// Batches that may wait for the disk.
const QUEUE: usize = 4_096;
/// What was recorded is on disk after this time at the latest.
const FLUSH: Duration = Duration::from_secs(2);

/// What the thread is asked to do.
enum Order {
    /// A new recording: its name, `store.json`, and its first lines.
    Begin { name: String, store: String, lines: Vec<String> },
    /// Further lines.
    Lines(Vec<String>),
    /// These visits' faces are erased, from every recording.
    Erase(Vec<String>, tokio::sync::oneshot::Sender<anyhow::Result<()>>),
    /// Recordings of before this time are deleted.
    DeleteBefore(Timestamp),
}

/// The recordings that there are: those of before stay where nothing is recorded any more.
#[derive(Clone)]
pub struct Recordings {
    folder: PathBuf,
    /// The thread, where something is recorded.
    orders: Option<SyncSender<Order>>,
    /// One at a time rewrites files where there is no thread that does.
    rewriting: Arc<Mutex<()>>,
}

impl Recordings {
    /// Those of a data folder, where nothing is recorded.
    pub fn of_before(data: &Path) -> Self {
        Self { folder: folder_in(data), orders: None, rewriting: Arc::default() }
    }

    /// Erases these visits' faces from every recording, before it returns.
    ///
    /// # Errors
    ///
    /// Where a recording cannot be read or rewritten.
    pub async fn erase(&self, sessions: &[ShoppingSessionId]) -> anyhow::Result<()> {
        let sessions: Vec<_> = sessions.iter().map(ToString::to_string).collect();
        let Some(orders) = self.orders.clone() else {
            let (folder, rewriting) = (self.folder.clone(), Arc::clone(&self.rewriting));
            let erase = move || {
                let _one_at_a_time = rewriting.lock().unwrap_or_else(PoisonError::into_inner);
                erasing::erase(&folder, &sessions).map(drop)
            };
            return tokio::task::spawn_blocking(erase).await?;
        };
        let (done, answer) = tokio::sync::oneshot::channel();
        tokio::task::spawn_blocking(move || orders.send(Order::Erase(sessions, done))).await?.ok();
        answer.await.context("the recorder has stopped")?
    }
}

fn folder_in(data: &Path) -> PathBuf {
    data.join("recordings")
}

/// Turns what the floor told its engine into lines. Owned by the store's task.
pub struct Recorder {
    settings: config::Recording,
    store: Store,
    orders: SyncSender<Order>,
    recordings: Recordings,
    started: Option<Started>,
}

/// The recording under way.
struct Started {
    at: Timestamp,
    bytes: u64,
}

impl Recorder {
    /// Starts the thread, if recording is wanted. It ends when the recorder and all of its [`Recordings`] are gone.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be made.
    pub fn start(data: &Path, settings: &config::Recording, store: &Store) -> anyhow::Result<Option<Self>> {
        if !settings.enabled {
            return Ok(None);
        }
        let folder = folder_in(data);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let (orders, received) = sync_channel(QUEUE);
        let writer = Writer { folder: folder.clone(), current: None };
        let _detached: JoinHandle<()> = std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || writer.run(&received))
            .context("cannot start the recorder")?;
        let recordings = Recordings { folder, orders: Some(orders.clone()), rewriting: Arc::default() };
        Ok(Some(Self { settings: settings.clone(), store: store.clone(), orders, recordings, started: None }))
    }

    /// For erasures.
    pub fn recordings(&self) -> Recordings {
        self.recordings.clone()
    }

    /// As a listener to the writer's news.
    pub fn listener(mut self) -> Listener {
        Box::new(move |news| self.note(news.now, news.floor, news.told, news.anew))
    }

    /// Records what the engine was told. `rearranged`: the shelves are others now, so a new recording begins.
    pub fn note(&mut self, now: Timestamp, floor: &Floor, told: &[Told], rearranged: bool) {
        if self.is_over(now, floor, rearranged) {
            // What these inputs told is in the first lines: the floor as it is after them.
            return self.begin(now, floor);
        }
        let Some(started) = &mut self.started else { return };
        let start_ms = started.at.as_millisecond();
        let line = |told: &Told| recording::line(start_ms, told, floor.layout(), self.settings.faces);
        let lines: Vec<_> = told.iter().filter_map(line).collect();
        if lines.is_empty() {
            return;
        }
        started.bytes += lines.iter().map(|line| line.len() as u64 + 1).sum::<u64>();
        self.send(Order::Lines(lines));
    }

    /// A recording ends where the store does not go on as it was; when it is large enough; and on another day while nobody shops.
    fn is_over(&self, now: Timestamp, floor: &Floor, rearranged: bool) -> bool {
        let day = |at: Timestamp| at.as_second().div_euclid(86_400);
        match &self.started {
            Some(_) if rearranged => true,
            Some(started) if floor.is_idle() && day(now) != day(started.at) => true,
            Some(started) => floor.nothing_waits() && started.bytes >= u64::from(self.settings.most_mb) << 20,
            None => floor.nothing_waits(),
        }
    }

    fn begin(&mut self, now: Timestamp, floor: &Floor) {
        let start_ms = now.as_millisecond();
        let store = recording::store(
            floor.layout(),
            floor.rules(),
            &self.store.settings.name,
            &self.store.currency.to_string(),
        );
        let lines = floor.remembered().iter().map(|visit| recording::under_way(start_ms, visit)).collect();
        let name = now.strftime("%Y-%m-%dT%H-%M-%S%.3fZ").to_string();
        self.started = Some(Started { at: now, bytes: 0 });
        self.send(Order::Begin { name, store: store.to_string(), lines });
        let kept = SignedDuration::from_hours(24 * i64::from(self.settings.keep_days));
        self.send(Order::DeleteBefore(now.checked_sub(kept).unwrap_or(Timestamp::MIN)));
    }

    fn send(&mut self, order: Order) {
        match self.orders.try_send(order) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                metrics::counter!("smartmart_recordings_cut_total").increment(1);
                tracing::warn!("the disk is too slow to record; a new recording begins when there is room");
                self.started = None;
            }
        }
    }
}

/// The thread's own.
struct Writer {
    folder: PathBuf,
    current: Option<(PathBuf, BufWriter<File>)>,
}

impl Writer {
    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            let done = match orders.recv_timeout(FLUSH) {
                Ok(order) => self.carry_out(order),
                Err(RecvTimeoutError::Timeout) => self.flush(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if let Err(error) = done {
                metrics::counter!("smartmart_recordings_cut_total").increment(1);
                tracing::error!(error = format!("{error:#}"), "cannot record");
                self.current = None;
            }
        }
        if let Err(error) = self.flush() {
            tracing::error!(error = format!("{error:#}"), "the end of a recording is lost");
        }
    }

    fn carry_out(&mut self, order: Order) -> anyhow::Result<()> {
        match order {
            Order::Begin { name, store, lines } => {
                self.flush()?;
                let folder = self.folder.join(name);
                fs::create_dir_all(&folder)?;
                fs::write(folder.join("store.json"), store)?;
                let path = folder.join(erasing::TRACE);
                self.current = Some((path.clone(), BufWriter::new(File::create(path)?)));
                self.write(&lines)
            }
            Order::Lines(lines) => self.write(&lines),
            Order::Erase(sessions, done) => {
                // Whoever asked may have gone away.
                let _ = done.send(self.erase(&sessions));
                Ok(())
            }
            Order::DeleteBefore(oldest) => self.delete_before(oldest),
        }
    }

    fn write(&mut self, lines: &[String]) -> anyhow::Result<()> {
        if let Some((_, file)) = &mut self.current {
            for line in lines {
                writeln!(file, "{line}")?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        if let Some((_, file)) = &mut self.current {
            file.flush()?;
        }
        Ok(())
    }

    fn erase(&mut self, sessions: &[String]) -> anyhow::Result<()> {
        self.flush()?;
        let rewritten = erasing::erase(&self.folder, sessions)?;
        if let Some((current, file)) = &mut self.current
            && rewritten.contains(current)
        {
            *file = BufWriter::new(File::options().append(true).open(current)?);
        }
        Ok(())
    }

    /// Deletes recordings by the time in their names.
    fn delete_before(&self, oldest: Timestamp) -> anyhow::Result<()> {
        let oldest = oldest.strftime("%Y-%m-%dT%H-%M-%S%.3fZ").to_string();
        for folder in fs::read_dir(&self.folder)? {
            let folder = folder?;
            let name = folder.file_name();
            let is_ours = folder.path().join("store.json").is_file();
            if is_ours && name.to_str().is_some_and(|name| name < oldest.as_str()) {
                fs::remove_dir_all(folder.path())?;
            }
        }
        Ok(())
    }
}
