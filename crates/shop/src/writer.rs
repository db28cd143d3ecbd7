//! The writer: the one task that owns a store's [`Floor`], commits what follows from its inputs, and then tells.
//!
//! Inputs that wait while a transaction commits are taken together into the next one: one transaction an input when idle, many
//! inputs a transaction under load. Nobody is answered and nothing is told before the commit. Errors that pass are waited for;
//! an input that the database refuses for good is set aside ([`isolate`]), and the floor is brought back from the database.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use db::commit::{Beside, Recorded};
use db::lease::{self, Fence, WriterLock};
use db::{Db, DbError, Fault};
use domain::clock::Clock;
use domain::event::DomainEvent;
use domain::ids::{ShoppingSessionId, StoreId};
use floor::tape::Told;
use floor::{Floor, FloorInput, FloorOutput, FloorPolicy};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::desk::{Desk, NotTaken, Question, Reply, Request};
use crate::news::{Listener, News, Snapshot};

mod carry_out;
mod isolate;

use isolate::{Kept, LeftOut};

pub(crate) use carry_out::Decision;

/// Inputs that may wait. When it is full, senders are asked to try again later: a shelf node keeps its events, a camera
/// sends a newer frame.
const QUEUE: usize = 2_048;
/// Requests taken into one transaction at most: bounds how long the first of them waits for the last.
const MOST_REQUESTS_A_COMMIT: usize = 256;
/// First and longest pause before a failed commit is tried again.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// How long the database is waited for at first, and then each time twice as long: a connection may have died without a word, or there may
/// be much to do.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// How long a new connection is waited for.
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);
/// The time of day is set when it jumps by this much; clocks that are slewed never do.
const JUMP: SignedDuration = SignedDuration::from_millis(500);
/// How often a writer looks whether it still holds its lock, and whether its clock was set.
const LOCK_CHECK: Duration = Duration::from_secs(1);

/// What a writer is made of.
pub struct Post {
    /// The database, which this server may write as `fence`.
    pub db: Db,
    /// Its address, to take the lock anew if the lock's connection breaks.
    pub url: String,
    /// Held as long as the writer runs.
    pub lock: WriterLock,
    /// The number of this writer.
    pub fence: Fence,
    /// Which store.
    pub store: StoreId,
    /// What the store's owner decided.
    pub policy: FloorPolicy,
    /// Whether the engine's inputs are told, for a recording.
    pub records: bool,
    /// The time.
    pub clock: Clock,
}

/// Why a writer ended without being asked to: the process must not live on without one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// Another server is the writer now.
    #[error("another server writes this database now")]
    Deposed,
}

/// The task.
pub struct Writer {
    post: Post,
    listeners: Vec<Listener>,
    floor: Floor,
    last_seq: i64,
    queue: mpsc::Receiver<Request>,
    /// A request that was taken from the queue and has a turn of its own.
    next: Option<Request>,
    snapshot: watch::Sender<Arc<Snapshot>>,
    lock_checked: Instant,
    /// Which clock facts are stamped by, and how far it was set ahead of the steady one when that was last looked at.
    epoch: (Uuid, SignedDuration),
    left_out: LeftOut,
}

/// One input on its way through a turn.
struct Unit {
    /// None: what was due by itself.
    input: Option<FloorInput>,
    output: FloorOutput,
}

impl Unit {
    fn reply(&self) -> Reply {
        Reply { gate: self.output.gate, refused: self.output.refused.clone() }
    }
}

/// Who waits for which units.
enum Waiting {
    Input(usize, oneshot::Sender<Result<Reply, NotTaken>>),
    Shelf(std::ops::Range<usize>, oneshot::Sender<Vec<Result<(), NotTaken>>>),
}

/// What is done in one turn.
#[derive(Default)]
struct Turn {
    units: Vec<Unit>,
    waiting: Vec<Waiting>,
    questions: Vec<Question>,
    recorded: Vec<Recorded>,
    moved: BTreeSet<ShoppingSessionId>,
    told: Vec<Told>,
    anew: bool,
    /// By unit, once it is known.
    outcomes: Vec<Result<Reply, NotTaken>>,
}

/// How a transaction ended.
enum Written {
    /// It is durable.
    Done(Vec<Recorded>),
    /// It never will be.
    Refused(DbError),
    /// The program stops before it went through; senders repeat.
    Stopped,
}

impl Writer {
    /// Brings the floor back from the database. `listeners` hear what becomes true from now on.
    pub async fn restore(post: Post, listeners: Vec<Listener>) -> Result<(Self, Desk), DbError> {
        let floor = floor_from(&post, &LeftOut::default()).await?;
        let last_seq = db::event_log::last_seq(&post.db).await?;
        let (sender, queue) = mpsc::channel(QUEUE);
        let epoch = (Uuid::now_v7(), post.clock.set_ahead());
        let (snapshot, watching) = watch::channel(Snapshot::of(&floor, epoch.0));
        let lock_checked = Instant::now();
        let (next, left_out) = (None, LeftOut::default());
        let writer = Self { post, listeners, floor, last_seq, queue, next, snapshot, lock_checked, epoch, left_out };
        Ok((writer, Desk { queue: sender, snapshot: watching }))
    }

    /// Runs until `stop`, then finishes what is in the queue.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), Ended> {
        self.tell(&Turn { anew: true, ..Turn::default() }, self.post.clock.now());
        loop {
            let first = match self.next.take() {
                Some(request) => Some(request),
                None => tokio::select! {
                    biased;
                    request = self.queue.recv() => match request {
                        Some(request) => Some(request),
                        None => break,
                    },
                    () = until(self.floor.next_wakeup(), &self.post.clock) => None,
                    () = tokio::time::sleep(LOCK_CHECK) => None,
                    () = stop.cancelled() => {
                        self.queue.close();
                        match self.queue.recv().await {
                            Some(request) => Some(request),
                            None => break,
                        }
                    }
                },
            };
            if self.lock_checked.elapsed() >= LOCK_CHECK {
                self.keep_lock().await?;
                self.retry_giving_up().await;
            }
            if !self.follow_clock(&stop).await {
                break;
            }
            let goes_on = match first {
                Some(Request::Command(command, reply)) => self.carry_out(*command, reply, &stop).await?,
                Some(Request::SetAside(input, reply)) => {
                    let kept = self.set_aside(&input, self.post.clock.now(), &stop).await?;
                    if kept == Kept::Yes {
                        // Whoever asked may have gone away. Without an answer they hear that the store is busy.
                        let _ = reply.send(());
                    }
                    kept != Kept::Stopped
                }
                first => self.turn(first, &stop).await?,
            };
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// Handles one batch. False if it could not be committed before the stop.
    async fn turn(&mut self, first: Option<Request>, stop: &CancellationToken) -> Result<bool, Ended> {
        let now = self.post.clock.now();
        let mut turn = Turn::default();
        // What is due by itself stands alone, so that a fault in it is nobody's input.
        turn.units.push(self.handle(None, now));
        if let Some(request) = first {
            self.gather(request, now, &mut turn);
        }
        for _ in 1..MOST_REQUESTS_A_COMMIT {
            if self.next.is_some() {
                break;
            }
            let Ok(request) = self.queue.try_recv() else { break };
            self.gather(request, now, &mut turn);
        }
        self.finish(turn, now, stop).await
    }

    fn gather(&mut self, request: Request, now: Timestamp, turn: &mut Turn) {
        match request {
            Request::Input(input, reply) => {
                turn.waiting.push(Waiting::Input(turn.units.len(), reply));
                turn.units.push(self.handle(Some(*input), now));
            }
            Request::Shelf(events, reply) => {
                let first = turn.units.len();
                turn.units.extend(events.into_iter().map(|event| self.handle(Some(FloorInput::Shelf(event)), now)));
                turn.waiting.push(Waiting::Shelf(first..turn.units.len(), reply));
            }
            Request::Ask(question) => turn.questions.push(question),
            // They read or write the database by themselves, so what came before them has to be there.
            Request::Command(..) | Request::SetAside(..) => self.next = Some(request),
        }
    }

    fn handle(&mut self, input: Option<FloorInput>, now: Timestamp) -> Unit {
        let output = self.floor.handle(now, input.clone().unwrap_or(FloorInput::Tick));
        Unit { input, output }
    }

    /// Commits a turn, tells, and answers. False if it could not be committed before the stop.
    async fn finish(&mut self, mut turn: Turn, now: Timestamp, stop: &CancellationToken) -> Result<bool, Ended> {
        let facts: Vec<_> = turn.units.iter().flat_map(|unit| &unit.output.events).cloned().collect();
        match self.write(&facts, Beside::default(), now, stop).await? {
            Written::Done(recorded) => {
                turn.recorded = recorded;
                for unit in std::mem::take(&mut turn.units) {
                    turn.outcomes.push(Ok(unit.reply()));
                    turn.take_in(unit.output);
                }
            }
            Written::Refused(error) => {
                tracing::warn!(%error, facts = facts.len(), "the database refuses a transaction; its inputs are tried one by one");
                if !self.isolate(&mut turn, now, stop).await? {
                    return Ok(false);
                }
            }
            Written::Stopped => return Ok(false),
        }
        self.tell(&turn, now);
        turn.answer(&self.floor, self.last_seq);
        Ok(true)
    }

    /// Tells the news, and renews the snapshot.
    fn tell(&mut self, turn: &Turn, now: Timestamp) {
        let comes_or_goes = |one: &Recorded| {
            matches!(
                one.event,
                DomainEvent::SessionOpened { .. }
                    | DomainEvent::SessionExited { .. }
                    | DomainEvent::SessionSettled { .. }
                    | DomainEvent::RestockingBegan { .. }
                    | DomainEvent::RestockingEnded { .. }
            )
        };
        if turn.anew || turn.recorded.iter().any(comes_or_goes) {
            self.snapshot.send_replace(Snapshot::of(&self.floor, self.epoch.0));
        }
        let news = News {
            now,
            floor: &self.floor,
            recorded: &turn.recorded,
            moved: &turn.moved,
            told: &turn.told,
            last_seq: self.last_seq,
            anew: turn.anew,
        };
        self.listeners.iter_mut().for_each(|listener| listener(&news));
    }

    /// Writes facts in one transaction. Tries until it is in or refused for good: the floor already knows these facts, so it must
    /// not go on without them.
    async fn write(
        &mut self,
        facts: &[DomainEvent],
        beside: Beside<'_>,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<Written, Ended> {
        if facts.is_empty() && beside.answered.is_none() {
            return Ok(Written::Done(Vec::new()));
        }
        let number = |(place, event): (usize, &DomainEvent)| Recorded {
            seq: self.last_seq + 1 + place as i64,
            recorded_at: now,
            event: event.clone(),
        };
        let recorded: Vec<_> = facts.iter().enumerate().map(number).collect();
        let last = self.last_seq + recorded.len() as i64;
        let (mut pause, mut patience) = (RETRY.0, ANSWERS_WITHIN);
        loop {
            let started = Instant::now();
            let trying = db::commit::commit(&self.post.db, self.post.fence, self.post.store, &recorded, beside);
            let error = match within(patience, trying).await {
                Ok(()) => {
                    metrics::histogram!("smartmart_commit_seconds").record(started.elapsed());
                    metrics::counter!("smartmart_events_total").increment(recorded.len() as u64);
                    self.last_seq = last;
                    return Ok(Written::Done(recorded));
                }
                Err(error) => error,
            };
            metrics::counter!("smartmart_commit_failures_total").increment(1);
            match error.fault() {
                Fault::Deposed => return Err(Ended::Deposed),
                Fault::Lasting => return Ok(Written::Refused(error)),
                Fault::Passing => {
                    tracing::error!(%error, facts = facts.len(), "a commit failed and will be tried again");
                }
            }
            self.after_silence(&error, &mut patience).await;
            if !rest(&mut pause, stop).await {
                tracing::error!(facts = facts.len(), "stopped before a commit went through; senders will repeat");
                return Ok(Written::Stopped);
            }
            if facts.is_empty() {
                // To keep an answer again does no harm.
                continue;
            }
            // Its answer may have been lost after it was carried out.
            let looking = lease::committed_seq(&self.post.db, self.post.fence);
            match within(ANSWERS_WITHIN, looking).await {
                Ok(seq) if seq >= last => {
                    self.last_seq = last;
                    return Ok(Written::Done(recorded));
                }
                Err(DbError::Deposed(_)) => return Err(Ended::Deposed),
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Where the database said nothing, takes another connection, for what was begun on the old one may be half done; and has more patience
    /// with the next try.
    async fn after_silence(&mut self, error: &DbError, patience: &mut Duration) {
        if !matches!(error, DbError::Silent) {
            return;
        }
        *patience *= 2;
        match within(CONNECTS_WITHIN, Db::open_for_writer(&self.post.url)).await {
            Ok(db) => self.post.db = db,
            Err(error) => tracing::error!(%error, "the database takes no other connection yet"),
        }
    }

    /// Where somebody has set the clock, brings the floor back as of the time that it shows now: what was to happen after so many
    /// seconds still does, and facts are stamped with the new time ([why so](../../../docs/decisions/0008-time.md)). False if the program stops
    /// before the database could be read.
    async fn follow_clock(&mut self, stop: &CancellationToken) -> bool {
        let ahead = self.post.clock.set_ahead();
        let jump = ahead.saturating_sub(self.epoch.1);
        self.epoch.1 = ahead;
        if jump.abs() < JUMP {
            return true;
        }
        tracing::warn!(seconds = jump.as_secs_f64(), "the clock was set; the floor is brought back as of its new time");
        metrics::counter!("smartmart_clock_jumps_total").increment(1);
        self.epoch.0 = Uuid::now_v7();
        if !self.bring_back(stop).await {
            return false;
        }
        self.floor.clock_was_set();
        self.tell(&Turn { anew: true, ..Turn::default() }, self.post.clock.now());
        true
    }

    /// Looks whether the lock is still held, and takes it anew where its connection broke and nobody else has it.
    async fn keep_lock(&mut self) -> Result<(), Ended> {
        self.lock_checked = Instant::now();
        if self.post.lock.is_held().await {
            return Ok(());
        }
        tracing::warn!("the connection that holds the writer's lock is broken; it is taken anew");
        match within(CONNECTS_WITHIN, WriterLock::try_take(&self.post.url)).await {
            Ok(Some(lock)) => self.post.lock = lock,
            Ok(None) => return Err(Ended::Deposed),
            // The database is away: every commit waits for it, and names its fence.
            Err(error) => tracing::error!(%error, "cannot take the writer's lock anew yet"),
        }
        Ok(())
    }
}

impl Turn {
    fn take_in(&mut self, output: FloorOutput) {
        self.moved.extend(output.moved);
        self.told.extend(output.told);
        self.anew |= output.rearranged;
    }

    /// Answers whoever waits. Some may have gone away: what they sent is committed all the same.
    fn answer(self, floor: &Floor, last_seq: i64) {
        for waiting in self.waiting {
            match waiting {
                Waiting::Input(unit, reply) => drop(reply.send(self.outcomes[unit].clone())),
                Waiting::Shelf(units, reply) => {
                    let taken = self.outcomes[units].iter().map(|outcome| outcome.clone().map(drop));
                    drop(reply.send(taken.collect()));
                }
            }
        }
        for question in self.questions {
            question(floor, last_seq);
        }
    }
}

/// The floor as the database remembers it.
async fn floor_from(post: &Post, left_out: &LeftOut) -> Result<Floor, DbError> {
    let catalog = db::catalog::catalog(&post.db, post.store).await?;
    let planogram = db::catalog::planogram(&post.db, post.store).await?;
    let mut memory = db::memory::load(&post.db, post.store, post.clock.now()).await?;
    left_out.apply_to(&mut memory);
    let mut floor = Floor::restore(post.policy, catalog, planogram, memory);
    if let Some(store) = db::stores::first(&post.db).await? {
        floor.keep_calendar(store.settings.calendar);
    }
    if post.records {
        floor.record();
    }
    Ok(floor)
}

/// What the database answers, if it does so in time.
async fn within<T>(patience: Duration, asked: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
    tokio::time::timeout(patience, asked).await.unwrap_or(Err(DbError::Silent))
}

/// Waits before the next try, each time longer. False if the program stops meanwhile.
async fn rest(pause: &mut Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(*pause) => {
            *pause = (*pause * 2).min(RETRY.1);
            true
        }
        () = stop.cancelled() => false,
    }
}

async fn until(at: Option<Timestamp>, clock: &Clock) {
    match at {
        None => std::future::pending().await,
        Some(at) => {
            let wait = at.duration_since(clock.now());
            tokio::time::sleep(Duration::try_from(wait).unwrap_or(Duration::ZERO)).await;
        }
    }
}
