//! The store's one task: it owns the [`Floor`], takes inputs from one bounded queue, commits what follows, then tells.
//!
//! Inputs that wait while a transaction commits are taken together into the next one: one transaction an input when
//! idle, many inputs a transaction under load. Nobody is answered and nothing is sent before the commit.

use std::collections::BTreeSet;
use std::time::Duration;

use db::commit::Recorded;
use db::{Db, DbError};
use domain::clock::Clock;
use domain::event::DomainEvent;
use domain::floor::tape::Told;
use domain::floor::{Floor, FloorInput, FloorOutput, Refused};
use domain::gate::GateDecision;
use domain::ids::{ShoppingSessionId, StoreId};
use domain::shelf::ShelfEvent;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::realtime::publisher::Publisher;
use crate::recorder::Recorder;

/// Inputs that may wait. When it is full, senders are asked to try again later: a shelf node keeps its events, a camera
/// sends a newer frame.
const QUEUE: usize = 2_048;
/// Inputs taken into one transaction at most: bounds how long the first of them waits for the last.
const MOST_INPUTS_A_COMMIT: usize = 256;
/// First and longest pause before a failed commit is tried again.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Something to find out from the floor and the last event's number.
pub type Question = Box<dyn FnOnce(&Floor, i64) + Send>;

/// What the task can be asked.
pub enum Command {
    /// An input for the floor.
    Input(FloorInput, oneshot::Sender<Reply>),
    /// Shelf events of one node, oldest first; answered when they are durable.
    Shelf(Vec<ShelfEvent>, oneshot::Sender<Reply>),
    /// Facts that were decided outside of the floor (disputes).
    Append(Vec<DomainEvent>, oneshot::Sender<Reply>),
    /// A look at the floor, after everything before it is committed.
    Ask(Question),
}

/// The answer to an input.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reply {
    /// What a gate made of a look.
    pub gate: Option<GateDecision>,
    /// Why a command was not carried out.
    pub refused: Option<Refused>,
}

/// The task is too busy, or has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store is busy; try again in a moment")]
pub struct Busy;

/// How others reach the task.
#[derive(Clone, Debug)]
pub struct FloorHandle {
    queue: mpsc::Sender<Command>,
}

impl FloorHandle {
    /// Sends an input and waits until what follows is committed.
    pub async fn input(&self, input: FloorInput) -> Result<Reply, Busy> {
        self.send(|reply| Command::Input(input, reply)).await
    }

    /// Sends shelf events and waits until they are durable.
    pub async fn shelf(&self, events: Vec<ShelfEvent>) -> Result<Reply, Busy> {
        self.send(|reply| Command::Shelf(events, reply)).await
    }

    /// Commits facts that were decided outside of the floor.
    pub async fn append(&self, events: Vec<DomainEvent>) -> Result<Reply, Busy> {
        self.send(|reply| Command::Append(events, reply)).await
    }

    /// Looks at the floor.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Floor, i64) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        self.send(|reply| {
            Command::Ask(Box::new(move |floor, seq| {
                // The asker may have gone away; then nobody misses the answer.
                let _ = reply.send(question(floor, seq));
            }))
        })
        .await
    }

    async fn send<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Busy> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(command(reply)).map_err(|_| Busy)?;
        answer.await.map_err(|_| Busy)
    }
}

/// What came of the inputs that are committed together.
#[derive(Default)]
struct Batch {
    recorded: Vec<Recorded>,
    /// Visits whose likely cart is another one now.
    moved: BTreeSet<ShoppingSessionId>,
    /// What the engine was told, where that is recorded.
    told: Vec<Told>,
    rearranged: bool,
    /// Told after the commit.
    answers: Vec<Question>,
}

/// The task itself.
pub struct FloorTask {
    db: Db,
    store: StoreId,
    floor: Floor,
    last_seq: i64,
    queue: mpsc::Receiver<Command>,
    publisher: Publisher,
    recorder: Option<Recorder>,
    clock: Clock,
}

impl FloorTask {
    /// Brings the floor back from the database.
    pub async fn restore(
        db: Db,
        store: StoreId,
        mut floor: Floor,
        publisher: Publisher,
        mut recorder: Option<Recorder>,
        clock: Clock,
    ) -> Result<(Self, FloorHandle), DbError> {
        let last_seq = db::event_log::last_seq(&db).await?;
        let (sender, queue) = mpsc::channel(QUEUE);
        if let Some(recorder) = &mut recorder {
            floor.record();
            recorder.note(clock.now(), &floor, &[], false);
        }
        let task = Self { db, store, floor, last_seq, queue, publisher, recorder, clock };
        Ok((task, FloorHandle { queue: sender }))
    }

    /// Runs until `stop`, then finishes what is in the queue.
    pub async fn run(mut self, stop: CancellationToken) {
        self.publisher.start(&self.floor);
        loop {
            let first = tokio::select! {
                biased;
                command = self.queue.recv() => match command {
                    Some(command) => Some(command),
                    None => break,
                },
                () = until(self.floor.next_wakeup(), &self.clock) => None,
                () = stop.cancelled() => {
                    self.queue.close();
                    match self.queue.recv().await {
                        Some(command) => Some(command),
                        None => break,
                    }
                }
            };
            if !self.turn(first, &stop).await {
                break;
            }
        }
    }

    /// Handles one batch. False if it could not be committed before the stop.
    async fn turn(&mut self, first: Option<Command>, stop: &CancellationToken) -> bool {
        let mut batch = Batch::default();
        let now = self.clock.now();
        match first {
            Some(command) => self.handle(command, now, &mut batch),
            None => {
                let output = self.floor.handle(now, FloorInput::Tick);
                self.record(output, now, &mut batch);
            }
        }
        for _ in 1..MOST_INPUTS_A_COMMIT {
            let Ok(command) = self.queue.try_recv() else { break };
            self.handle(command, now, &mut batch);
        }
        if !self.commit(&batch.recorded, stop).await {
            return false;
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.note(now, &self.floor, &batch.told, batch.rearranged);
        }
        self.publisher.publish(&self.floor, &batch.recorded, &batch.moved, self.last_seq).await;
        for answer in batch.answers {
            answer(&self.floor, self.last_seq);
        }
        true
    }

    fn handle(&mut self, command: Command, now: Timestamp, batch: &mut Batch) {
        let (output, reply) = match command {
            Command::Input(input, reply) => (self.floor.handle(now, input), reply),
            Command::Shelf(events, reply) => {
                let mut all = FloorOutput::default();
                for event in events {
                    let FloorOutput { events, moved, told, .. } = self.floor.handle(now, FloorInput::Shelf(event));
                    all.events.extend(events);
                    all.moved.extend(moved);
                    all.told.extend(told);
                }
                (all, reply)
            }
            Command::Append(events, reply) => (FloorOutput { events, ..FloorOutput::default() }, reply),
            Command::Ask(answer) => {
                batch.answers.push(answer);
                return;
            }
        };
        let answer = Reply { gate: output.gate, refused: output.refused.clone() };
        self.record(output, now, batch);
        batch.answers.push(Box::new(move |_, _| {
            // The sender may have gone away; what it sent is committed all the same.
            let _ = reply.send(answer);
        }));
    }

    fn record(&mut self, output: FloorOutput, now: Timestamp, batch: &mut Batch) {
        for event in output.events {
            self.last_seq += 1;
            batch.recorded.push(Recorded { seq: self.last_seq, recorded_at: now, event });
        }
        batch.moved.extend(output.moved);
        batch.told.extend(output.told);
        batch.rearranged |= output.rearranged;
    }

    /// Tries until it is in: the floor already knows these facts, so it must not go on without them.
    async fn commit(&self, recorded: &[Recorded], stop: &CancellationToken) -> bool {
        let mut pause = RETRY.0;
        loop {
            let started = std::time::Instant::now();
            match db::commit::commit(&self.db, self.store, recorded).await {
                Ok(()) => {
                    if !recorded.is_empty() {
                        metrics::histogram!("smartmart_commit_seconds").record(started.elapsed());
                        metrics::counter!("smartmart_events_total").increment(recorded.len() as u64);
                    }
                    return true;
                }
                Err(error) => {
                    metrics::counter!("smartmart_commit_failures_total").increment(1);
                    tracing::error!(%error, events = recorded.len(), "commit failed, will be tried again");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(RETRY.1),
                () = stop.cancelled() => {
                    tracing::error!(events = recorded.len(), "stopped before a commit went through; senders will repeat");
                    return false;
                }
            }
        }
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
