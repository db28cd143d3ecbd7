//! The desk: how others reach the writer.

use std::sync::Arc;

use db::set_aside::SetAside;
use domain::gate::GateDecision;
use domain::shelf::ShelfEvent;
use floor::{Floor, FloorInput, Refused};
use tokio::sync::{mpsc, oneshot, watch};

use crate::command::{Command, Done, Refusal};
use crate::news::Snapshot;

/// Something to find out from the floor and the last fact's number.
pub type Question = Box<dyn FnOnce(&Floor, i64) + Send>;

/// What the writer can be asked.
pub(crate) enum Request {
    /// An input for the floor.
    Input(Box<FloorInput>, oneshot::Sender<Result<Reply, NotTaken>>),
    /// Shelf events of one node, oldest first; answered one by one when they are durable.
    Shelf(Vec<ShelfEvent>, oneshot::Sender<Vec<Result<(), NotTaken>>>),
    /// A command.
    Command(Box<Command>, oneshot::Sender<Result<Done, NotDone>>),
    /// Something that cannot be taken in, to be kept for staff.
    SetAside(SetAside, oneshot::Sender<()>),
    /// A look at the floor, after everything before it is committed.
    Ask(Question),
}

/// The answer to an input.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reply {
    /// What a gate made of a look.
    pub gate: Option<GateDecision>,
    /// Why it was not carried out.
    pub refused: Option<Refused>,
}

/// Why the writer did not take something in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Its queue is full, or it has stopped. Nothing happened; the same later may go through.
    #[error("the store is busy; try again in a moment")]
    Busy,
    /// The database refuses it for good: staff find it among what was set aside.
    #[error("this cannot be stored; it is kept for the staff")]
    SetAside,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// Nobody can tell whether it was: the same command with the same id finds out.
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// It breaks a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// A way to the writer; clones lead to the same one.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) queue: mpsc::Sender<Request>,
    pub(crate) snapshot: watch::Receiver<Arc<Snapshot>>,
}

impl Desk {
    /// Sends an input and waits until what follows is committed.
    pub async fn input(&self, input: FloorInput) -> Result<Reply, NotTaken> {
        self.send(|reply| Request::Input(Box::new(input), reply)).await?
    }

    /// Sends shelf events and waits until they are durable; tells of each whether it was taken in or set aside.
    pub async fn shelf(&self, events: Vec<ShelfEvent>) -> Result<Vec<Result<(), NotTaken>>, NotTaken> {
        self.send(|reply| Request::Shelf(events, reply)).await
    }

    /// Has a command decided and carried out, also if the caller stops waiting meanwhile: the same command again, with the same id,
    /// gets the same answer.
    pub async fn carry_out(&self, command: Command) -> Result<Done, NotDone> {
        self.send(|reply| Request::Command(Box::new(command), reply)).await?
    }

    /// Keeps for staff what cannot be taken in, and waits until that is durable.
    pub async fn set_aside(&self, input: SetAside) -> Result<(), NotTaken> {
        self.send(|reply| Request::SetAside(input, reply)).await
    }

    /// Looks at the floor, after everything before is committed.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Floor, i64) -> T + Send + 'static,
    ) -> Result<T, NotTaken> {
        self.send(|reply| {
            Request::Ask(Box::new(move |floor, seq| {
                // The asker may have gone away; then nobody misses the answer.
                let _ = reply.send(question(floor, seq));
            }))
        })
        .await
    }

    /// Who is in the store, as of the last commit: does not wait, also while the database is away.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.borrow().clone()
    }

    async fn send<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, NotTaken> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(request(reply)).map_err(|_| NotTaken::Busy)?;
        answer.await.map_err(|_| NotTaken::Busy)
    }
}
