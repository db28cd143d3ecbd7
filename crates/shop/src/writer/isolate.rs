//! Isolating what the database refuses for good: the inputs of a batch are written one by one, the offender is set aside with its
//! cause, and the floor, which already believed it, is brought back from the database.

use std::collections::BTreeSet;

use db::commit::Beside;
use db::set_aside::{About, SetAside};
use db::{DbError, Fault};
use domain::event::DomainEvent;
use domain::ids::{ShelfEventId, ShoppingSessionId, ZoneId};
use domain::memory::FloorMemory;
use floor::{FloorInput, FloorOutput};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{ANSWERS_WITHIN, CONNECTS_WITHIN, Ended, RETRY, Turn, Unit, Writer, Written, floor_from, rest, within};
use crate::desk::NotTaken;

impl Writer {
    /// Writes the units of a turn one by one. False if the program stops before it is done.
    pub(super) async fn isolate(
        &mut self,
        turn: &mut Turn,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<bool, Ended> {
        let mut is_restored = false;
        let mut units = std::mem::take(&mut turn.units).into_iter();
        while let Some(unit) = units.next() {
            let unit = if is_restored {
                // What was brought back with the floor may be due at once: it is nobody's input, and no input is to fail for it.
                match self.write_due(turn, now, stop).await? {
                    Alone::Written => {}
                    Alone::NotWritten(not_taken) => {
                        let waiting = 1 + units.len();
                        turn.outcomes.extend(std::iter::repeat_n(Err(not_taken), waiting));
                        return Ok(true);
                    }
                    Alone::Stopped => return Ok(false),
                }
                // What it was decided by is gone with the floor that believed the offender.
                self.handle(unit.input, now)
            } else {
                unit
            };
            match self.write_alone(&unit, turn, now, stop).await? {
                Alone::Written => {
                    turn.outcomes.push(Ok(unit.reply()));
                    turn.take_in(unit.output);
                }
                Alone::NotWritten(not_taken) => {
                    turn.outcomes.push(Err(not_taken));
                    turn.anew = true;
                    if !self.bring_back(stop).await {
                        return Ok(false);
                    }
                    is_restored = true;
                }
                Alone::Stopped => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Writes what is due by itself, one thing after the other; what is refused is set aside, and so is not due again. Not written:
    /// the database keeps nothing at present.
    async fn write_due(&mut self, turn: &mut Turn, now: Timestamp, stop: &CancellationToken) -> Result<Alone, Ended> {
        loop {
            let due = self.handle(None, now);
            match self.write_alone(&due, turn, now, stop).await? {
                Alone::Written => {
                    turn.take_in(due.output);
                    return Ok(Alone::Written);
                }
                Alone::NotWritten(not_taken) => {
                    turn.anew = true;
                    if !self.bring_back(stop).await {
                        return Ok(Alone::Stopped);
                    }
                    if not_taken == NotTaken::Busy {
                        // It is due again in the next turn, at once: not in a circle without rest.
                        let mut pause = RETRY.0;
                        let goes_on = rest(&mut pause, stop).await;
                        return Ok(if goes_on { Alone::NotWritten(not_taken) } else { Alone::Stopped });
                    }
                }
                Alone::Stopped => return Ok(Alone::Stopped),
            }
        }
    }

    async fn write_alone(
        &mut self,
        unit: &Unit,
        turn: &mut Turn,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<Alone, Ended> {
        for facts in apart(unit) {
            let error = match self.write(facts, Beside::default(), now, stop).await? {
                Written::Done(recorded) => {
                    turn.recorded.extend(recorded);
                    continue;
                }
                Written::Stopped => return Ok(Alone::Stopped),
                Written::Refused(error) => error,
            };
            let offender = offender(unit, facts, &error);
            return Ok(match self.set_aside(&offender, now, stop).await? {
                Kept::Yes => {
                    if let (None, Some(DomainEvent::RestockingEnded { restocking, .. })) = (&unit.input, facts.first())
                    {
                        self.left_out.zones.insert(restocking.zone.clone());
                    }
                    Alone::NotWritten(NotTaken::SetAside)
                }
                Kept::No => Alone::NotWritten(NotTaken::Busy),
                Kept::Stopped => Alone::Stopped,
            });
        }
        Ok(Alone::Written)
    }

    /// Keeps an offender for staff.
    ///
    /// Where even that is refused, it is kept without what it is about, which this writer then leaves out of the floor by itself. Where
    /// that is refused too, the database keeps nothing at present, and nobody may be told that something was kept.
    pub(super) async fn set_aside(
        &mut self,
        offender: &SetAside,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<Kept, Ended> {
        let (mut pause, mut patience) = (RETRY.0, ANSWERS_WITHIN);
        let bare = SetAside { about: About::Input, ..offender.clone() };
        let mut tries = [offender, &bare].into_iter().peekable();
        while let Some(tried) = tries.peek() {
            let putting = db::set_aside::put(&self.post.db, self.post.fence, self.post.store, tried, now);
            match within(patience, putting).await {
                Ok(()) => {
                    if tried.about != offender.about {
                        self.left_out.about.push(offender.about);
                    }
                    metrics::counter!("smartmart_set_aside_total").increment(1);
                    let (kind, cause) = (&offender.kind, &offender.cause);
                    tracing::error!(kind, cause, "an input cannot be stored and was set aside");
                    return Ok(Kept::Yes);
                }
                Err(error) => match error.fault() {
                    Fault::Deposed => return Err(Ended::Deposed),
                    Fault::Lasting => {
                        tracing::error!(%error, kind = offender.kind, cause = offender.cause, "setting an input aside is refused too");
                        tries.next();
                        continue;
                    }
                    Fault::Passing => {
                        tracing::error!(%error, "setting an input aside will be tried again");
                        self.after_silence(&error, &mut patience).await;
                    }
                },
            }
            if !rest(&mut pause, stop).await {
                return Ok(Kept::Stopped);
            }
        }
        Ok(Kept::No)
    }

    /// Brings the floor back from the database. False if the program stops before.
    pub(super) async fn bring_back(&mut self, stop: &CancellationToken) -> bool {
        let (mut pause, mut patience) = (RETRY.0, ANSWERS_WITHIN);
        loop {
            match within(patience, floor_from(&self.post, &self.left_out)).await {
                Ok(floor) => {
                    self.floor = floor;
                    return true;
                }
                Err(error) => {
                    tracing::error!(%error, "bringing the floor back will be tried again");
                    self.after_silence(&error, &mut patience).await;
                }
            }
            if !rest(&mut pause, stop).await {
                return false;
            }
        }
    }
}

/// How a unit ended.
enum Alone {
    Written,
    NotWritten(NotTaken),
    Stopped,
}

/// Whether an offender was kept for staff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kept {
    Yes,
    /// The database keeps nothing at present: its sender has to send it again.
    No,
    /// The program stops before it is kept.
    Stopped,
}

/// What was set aside and would be due again, because the database refuses to note that nothing is waited for any more.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    about: Vec<About>,
    /// Whose refilling cannot be ended: it is over for this writer.
    zones: BTreeSet<ZoneId>,
}

impl LeftOut {
    /// Takes it out of what the database remembers.
    pub fn apply_to(&self, memory: &mut FloorMemory) {
        memory.sessions.retain(|session| !self.about.contains(&About::Visit(session.id)));
        memory.undecided.retain(|event| !self.about.contains(&About::ShelfEvent(event.id)));
        memory.restocking.retain(|restocking| !self.zones.contains(&restocking.zone));
    }
}

impl Writer {
    /// Tries again to note what is not waited for any more, so that no restart brings it back.
    pub(super) async fn retry_giving_up(&mut self) {
        let mut still = Vec::new();
        for about in std::mem::take(&mut self.left_out.about) {
            let giving_up = db::set_aside::give_up(&self.post.db, self.post.fence, about);
            if let Err(error) = within(CONNECTS_WITHIN, giving_up).await {
                tracing::debug!(%error, ?about, "what was set aside cannot be given up yet");
                still.push(about);
            }
        }
        self.left_out.about = still;
    }
}

/// What is written together of a unit. Facts that an input led to are one thing; what was due by itself is about several, and one
/// that is refused must not hold up the others.
fn apart(unit: &Unit) -> Vec<&[DomainEvent]> {
    let FloorOutput { events, .. } = &unit.output;
    if unit.input.is_some() {
        return vec![events];
    }
    events.chunk_by(|a, b| about(a) == about(b)).collect()
}

/// An input or fact with what the database said to it.
fn offender(unit: &Unit, facts: &[DomainEvent], error: &DbError) -> SetAside {
    let about = facts.first().map_or(About::Input, about);
    match &unit.input {
        // The input left nothing in the database that would come back.
        Some(FloorInput::Shelf(event)) => SetAside::new("shelf_event", event, error, About::Input),
        Some(_) => SetAside::new("input", &facts, error, About::Input),
        None => SetAside::new("due", &facts, error, about),
    }
}

/// What brings a fact back after a restart, if it is not committed.
fn about(event: &DomainEvent) -> About {
    let shelf_event = |id: ShelfEventId| About::ShelfEvent(id);
    let visit = |id: ShoppingSessionId| About::Visit(id);
    match event {
        DomainEvent::ShelfEventKept { event, .. }
        | DomainEvent::ShelfEventDismissed { event, .. }
        | DomainEvent::Restocked { event, .. } => shelf_event(event.id),
        DomainEvent::InteractionRecorded { interaction } => shelf_event(interaction.evidence.shelf_event.id),
        DomainEvent::ReviewOpened { review } => shelf_event(review.evidence.shelf_event.id),
        DomainEvent::UnitsCameBack { put_back, .. } => shelf_event(put_back.id),
        DomainEvent::SessionOpened { session, .. }
        | DomainEvent::IdentityDoubted { session, .. }
        | DomainEvent::SessionExited { session, .. }
        | DomainEvent::ReceiptDeferred { session, .. }
        | DomainEvent::SessionSettled { session, .. } => visit(*session),
        DomainEvent::RestockingBegan { .. }
        | DomainEvent::RestockingEnded { .. }
        | DomainEvent::ReviewAsked { .. }
        | DomainEvent::ReviewAnswered { .. }
        | DomainEvent::ReviewDecided { .. }
        | DomainEvent::ProductSaved { .. }
        | DomainEvent::PlanogramChanged { .. }
        | DomainEvent::StockCounted { .. }
        | DomainEvent::StoreSettingsSaved { .. }
        | DomainEvent::RoomSaved { .. }
        | DomainEvent::FaceEnrolled { .. }
        | DomainEvent::FaceLearningSet { .. }
        | DomainEvent::DisputeOpened { .. }
        | DomainEvent::DisputeDecided { .. } => About::Input,
    }
}
