//! Carrying out a command: validate, decide, commit, apply, in that order, once, within one turn of the writer. What the floor decides it
//! believes before the commit, as with any input, and is brought back from the database where the commit is refused.

use db::commands::Answered;
use db::commit::Beside;
use db::faces::Enrolment;
use db::set_aside::{About, SetAside};
use db::{Db, DbError, Fault};
use domain::event::DomainEvent;
use floor::{Floor, FloorInput};
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{ANSWERS_WITHIN, Ended, Kept, RETRY, Turn, Unit, Writer, Written, rest};
use crate::command::{
    Ask, Caller, Command, Done, NotDecided, Refusal, disputes, faces, products, repeated, room, settings, shelves,
};
use crate::desk::{NotDone, NotTaken};

/// What a command leads to.
pub(crate) struct Decision {
    /// To be committed with the answer.
    pub facts: Vec<DomainEvent>,
    /// And with these templates.
    pub enrolment: Option<Enrolment>,
    /// What the floor then hears.
    pub apply: Vec<FloorInput>,
    /// The answer.
    pub done: Done,
}

impl Decision {
    /// One that the floor need not hear of.
    pub fn of(facts: Vec<DomainEvent>, done: Done) -> Self {
        Self { facts, enrolment: None, apply: Vec::new(), done }
    }
}

/// How a command goes on.
enum Course {
    /// It was carried out before.
    Repeated(Done),
    /// It is decided, by what the database and the floor hold.
    Decided(Decision),
    /// The floor decides it.
    OnTheFloor(FloorInput),
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
        let (mut pause, mut patience) = (RETRY.0, ANSWERS_WITHIN);
        let course = loop {
            let deciding = decide(&self.post.db, &self.floor, &command, now);
            let decided = tokio::time::timeout(patience, deciding).await;
            match decided.unwrap_or(Err(NotDecided::Db(DbError::Silent))) {
                Ok(course) => break course,
                Err(NotDecided::Refused(refusal)) => {
                    drop(reply.send(Err(refusal.into())));
                    return Ok(true);
                }
                Err(NotDecided::Db(error)) if error.fault() != Fault::Passing => {
                    return self.answer_offender(&command, &error, reply, now, stop).await;
                }
                Err(NotDecided::Db(error)) => {
                    tracing::error!(%error, "a command waits for the database");
                    self.after_silence(&error, &mut patience).await;
                }
            }
            if !rest(&mut pause, stop).await {
                return Ok(false);
            }
        };
        match course {
            Course::Repeated(done) => {
                drop(reply.send(Ok(done)));
                Ok(true)
            }
            Course::Decided(decision) => self.commit_decision(&command, decision, reply, now, stop).await,
            Course::OnTheFloor(input) => self.ask_floor(&command, input, reply, now, stop).await,
        }
    }

    /// Commits what was decided with its answer, and applies it to the floor.
    async fn commit_decision(
        &mut self,
        command: &Command,
        decision: Decision,
        reply: oneshot::Sender<Result<Done, NotDone>>,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<bool, Ended> {
        let Decision { facts, enrolment, apply, done } = decision;
        let answered = answered(command, &done, now);
        let beside = Beside { answered: Some(&answered), enrolment: enrolment.as_ref() };
        let recorded = match self.write(&facts, beside, now, stop).await? {
            Written::Done(recorded) => recorded,
            Written::Stopped => return Ok(false),
            Written::Refused(error) => return self.answer_offender(command, &error, reply, now, stop).await,
        };
        self.tell(&Turn { recorded, ..Turn::default() }, now);
        let units: Vec<Unit> = apply.into_iter().map(|input| self.handle(Some(input), now)).collect();
        if !units.is_empty() && !self.finish(Turn { units, ..Turn::default() }, now, stop).await? {
            return Ok(false);
        }
        drop(reply.send(Ok(done)));
        Ok(true)
    }

    /// Has the floor decide, and commits what follows with its answer.
    async fn ask_floor(
        &mut self,
        command: &Command,
        input: FloorInput,
        reply: oneshot::Sender<Result<Done, NotDone>>,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<bool, Ended> {
        let unit = self.handle(Some(input), now);
        let answered = answered(command, &Done::Carried, now);
        let beside = match unit.output.refused {
            None => Beside { answered: Some(&answered), ..Beside::default() },
            Some(_) => Beside::default(),
        };
        match self.write(&unit.output.events, beside, now, stop).await? {
            Written::Done(recorded) => {
                let refused = unit.output.refused.clone();
                let mut turn = Turn { recorded, ..Turn::default() };
                turn.take_in(unit.output);
                self.tell(&turn, now);
                let said = refused.map_or(Ok(Done::Carried), |refused| Err(Refusal::from(refused).into()));
                drop(reply.send(said));
                Ok(true)
            }
            Written::Stopped => Ok(false),
            Written::Refused(error) => {
                // The floor has believed it already.
                if !self.answer_offender(command, &error, reply, now, stop).await? || !self.bring_back(stop).await {
                    return Ok(false);
                }
                self.tell(&Turn { anew: true, ..Turn::default() }, now);
                Ok(true)
            }
        }
    }

    /// Sets a command aside, and says whether it was kept. False if the program stops before that.
    async fn answer_offender(
        &mut self,
        command: &Command,
        error: &DbError,
        reply: oneshot::Sender<Result<Done, NotDone>>,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<bool, Ended> {
        let offender = SetAside::new("command", &(&command.by, &command.ask), error, About::Input);
        let kept = self.set_aside(&offender, now, stop).await?;
        let not_taken = if kept == Kept::Yes { NotTaken::SetAside } else { NotTaken::Busy };
        // Whoever asked may have gone away.
        drop(reply.send(Err(not_taken.into())));
        Ok(kept != Kept::Stopped)
    }
}

fn answered(command: &Command, done: &Done, at: Timestamp) -> Answered {
    let answer = serde_json::to_string(done).expect("an answer has no maps with odd keys");
    Answered { id: command.id, digest: command.digest(), answer, at }
}

async fn decide(db: &Db, floor: &Floor, command: &Command, now: Timestamp) -> Result<Course, NotDecided> {
    if let Some(done) = repeated(db, command).await? {
        return Ok(Course::Repeated(done));
    }
    let (catalog, planogram, by) = (floor.catalog(), floor.planogram(), command.by);
    let admin = || by.admin().ok_or(Refusal::NotFound);
    let shopper = || by.shopper().ok_or(Refusal::NotFound);
    let decision = match command.ask.clone() {
        Ask::OpenDispute { order, lines, message } => {
            disputes::open(db, now, command.id, by, order, lines, &message).await?
        }
        Ask::DecideDispute { dispute, ruling, answer } => {
            disputes::decide(db, now, admin()?, dispute, ruling, &answer).await?
        }
        Ask::CreateProduct { product } => products::create(catalog, by, product)?,
        Ask::EditProduct { product, version } => products::edit(catalog, by, product, &version)?,
        Ask::PutFacing { facing, version } => shelves::put(planogram, catalog, by, facing, version.as_ref())?,
        Ask::ClearSlot { slot, version } => shelves::clear(planogram, catalog, by, slot, version.as_ref())?,
        Ask::ImportPlanogram { products, changes, means, .. } => {
            shelves::import(planogram, catalog, by, products, changes, means)?
        }
        Ask::CountStock { slot, units } => shelves::count(planogram, admin()?, slot, units, now)?,
        Ask::SaveSettings { settings, version } => settings::save(db, now, admin()?, settings, version).await?,
        Ask::SaveRoom { plan, version } => room::save(db, now, admin()?, plan, version).await?,
        Ask::EnrolFace { enrolment, .. } => faces::enrol(now, shopper()?, enrolment)?,
        Ask::SetFaceLearning { agreed } => faces::set_learning(db, now, shopper()?, agreed).await?,
        Ask::OnTheFloor { ask } => return Ok(Course::OnTheFloor(ask.input(by)?)),
    };
    Ok(Course::Decided(decision))
}

impl Caller {
    /// The admin, where it is one.
    pub fn admin(self) -> Option<domain::ids::AdminId> {
        match self {
            Self::Admin(admin) => Some(admin),
            Self::Shopper(_) | Self::ReceiptLink | Self::CommandLine => None,
        }
    }

    /// The shopper, where it is one.
    pub fn shopper(self) -> Option<domain::ids::ShopperId> {
        match self {
            Self::Shopper(shopper) => Some(shopper),
            Self::Admin(_) | Self::ReceiptLink | Self::CommandLine => None,
        }
    }
}
