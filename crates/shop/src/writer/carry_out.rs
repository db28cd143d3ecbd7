//! Carrying out a command: validate, decide, commit, apply, in that order, once, within one turn of the writer.

use db::commands::Answered;
use db::set_aside::{About, SetAside};
use db::{Db, DbError, Fault};
use domain::event::DomainEvent;
use floor::{Floor, FloorInput};
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{Ended, Kept, RETRY, Turn, Unit, Writer, Written, rest};
use crate::command::{Ask, Caller, Command, Done, Refusal, disputes, products, shelves};
use crate::desk::{NotDone, NotTaken};

/// What a command leads to.
pub(crate) struct Decision {
    /// To be committed with the answer.
    pub facts: Vec<DomainEvent>,
    /// What the floor then hears.
    pub apply: Vec<FloorInput>,
    /// The answer.
    pub done: Done,
}

impl Decision {
    /// One that the floor need not hear of.
    pub fn of(facts: Vec<DomainEvent>, done: Done) -> Self {
        Self { facts, apply: Vec::new(), done }
    }
}

/// Why nothing was decided.
#[derive(Debug)]
pub(crate) enum Unable {
    Refused(Refusal),
    Db(DbError),
}

impl From<Refusal> for Unable {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbError> for Unable {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl Writer {
    /// Carries out one command in a turn of its own, and answers. False if it could not be committed before the stop.
    pub(super) async fn carry_out(
        &mut self,
        command: Command,
        reply: oneshot::Sender<Result<Done, NotDone>>,
        stop: &CancellationToken,
    ) -> Result<bool, Ended> {
        let now = self.post.clock.now();
        // The floor may owe facts from before this moment; the command is decided by what is durable.
        let due = Turn { units: vec![self.handle(None, now)], ..Turn::default() };
        if !self.finish(due, now, stop).await? {
            return Ok(false);
        }
        let mut pause = RETRY.0;
        let decision = loop {
            match decide(&self.post.db, &self.floor, &command, now).await {
                Ok(decision) => break decision,
                Err(Unable::Refused(refusal)) => {
                    drop(reply.send(Err(refusal.into())));
                    return Ok(true);
                }
                Err(Unable::Db(error)) if error.fault() == Fault::Passing => {
                    tracing::error!(%error, "a command waits for the database");
                }
                Err(Unable::Db(error)) => {
                    let kept = SetAside::new("command", &(&command.by, &command.ask), &error, About::Input);
                    return self.answer_offender(&kept, reply, now, stop).await;
                }
            }
            if !rest(&mut pause, stop).await {
                return Ok(false);
            }
        };
        let Decision { facts, apply, done } = decision;
        let answer = serde_json::to_string(&done).expect("an answer has no maps with odd keys");
        let answered = Answered { id: command.id, digest: command.digest(), answer };
        let recorded = match self.write(&facts, Some(&answered), now, stop).await? {
            Written::Done(recorded) => recorded,
            Written::Stopped => return Ok(false),
            Written::Refused(error) => {
                let kept = SetAside::new("command", &(&command.by, &command.ask), &error, About::Input);
                return self.answer_offender(&kept, reply, now, stop).await;
            }
        };
        self.tell(&Turn { recorded, ..Turn::default() }, now);
        let units: Vec<Unit> = apply.into_iter().map(|input| self.handle(Some(input), now)).collect();
        if !units.is_empty() && !self.finish(Turn { units, ..Turn::default() }, now, stop).await? {
            return Ok(false);
        }
        drop(reply.send(Ok(done)));
        Ok(true)
    }

    /// Sets a command aside, and says whether it was kept. False if the program stops before that.
    async fn answer_offender(
        &mut self,
        offender: &SetAside,
        reply: oneshot::Sender<Result<Done, NotDone>>,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<bool, Ended> {
        let kept = self.set_aside(offender, now, stop).await?;
        let not_taken = if kept == Kept::Yes { NotTaken::SetAside } else { NotTaken::Busy };
        // Whoever asked may have gone away.
        drop(reply.send(Err(not_taken.into())));
        Ok(kept != Kept::Stopped)
    }
}

async fn decide(db: &Db, floor: &Floor, command: &Command, now: Timestamp) -> Result<Decision, Unable> {
    if let Some(before) = db::commands::answered(db, command.id).await? {
        if before.digest != command.digest() {
            return Err(Refusal::IdUsed.into());
        }
        let done = serde_json::from_str(&before.answer);
        let done = done.map_err(|why| DbError::Unreadable { what: "command's answer", why: why.to_string() })?;
        return Ok(Decision::of(Vec::new(), done));
    }
    let (catalog, planogram, by) = (floor.catalog(), floor.planogram(), command.by);
    Ok(match command.ask.clone() {
        Ask::OpenDispute { order, lines, message } => {
            disputes::open(db, now, command.id, by, order, lines, &message).await?
        }
        Ask::DecideDispute { dispute, ruling, answer } => {
            let admin = by.admin().ok_or(Refusal::NotFound)?;
            disputes::decide(db, now, admin, dispute, ruling, &answer).await?
        }
        Ask::CreateProduct { product } => products::create(catalog, by, product)?,
        Ask::EditProduct { product, version } => products::edit(catalog, by, product, &version)?,
        Ask::PutFacing { facing, version } => shelves::put(planogram, catalog, by, facing, version.as_ref())?,
        Ask::ClearSlot { slot, version } => shelves::clear(planogram, catalog, by, slot, version.as_ref())?,
        Ask::ImportPlanogram { products, changes, means } => {
            shelves::import(planogram, catalog, by, products, changes, means)?
        }
        Ask::CountStock { slot, units } => {
            let admin = by.admin().ok_or(Refusal::NotFound)?;
            shelves::count(planogram, admin, slot, units, now)?
        }
    })
}

impl Caller {
    /// The admin, where it is one.
    pub fn admin(self) -> Option<domain::ids::AdminId> {
        match self {
            Self::Admin(admin) => Some(admin),
            Self::Shopper(_) | Self::ReceiptLink | Self::CommandLine => None,
        }
    }
}
