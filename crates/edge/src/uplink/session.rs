//! One connection of the uplink, from joining the namespace to its end.

use std::pin::Pin;

use protocol::device::{ClockAnswer, NodeStatus, ShelfEventBatch, ShelfEventMessage, ShelfEventsAck, ToldTime};
use protocol::error_code::ErrorCode;
use protocol::realtime::{CLOCK, NODE_STATUS, REVOKED, SHELF_EVENTS};
use socket_client::{Client, EmitError, Event, Events};
use tokio::sync::watch;
use tokio::time::Sleep;

use super::backoff::Backoff;
use super::{End, NOT_VALID, REVOKED_NOW, Uplink, UplinkState, WRONG_ROLE, ids, stopped};
use crate::health::HealthState;

/// See the module.
pub(super) struct Session<'a> {
    pub(super) uplink: &'a Uplink,
    pub(super) client: Client,
    pub(super) events: Events,
    pub(super) batch: &'a mut Vec<ShelfEventMessage>,
    pub(super) backoff: &'a mut Backoff,
    pub(super) stop: &'a mut watch::Receiver<bool>,
    /// What this connection has told, for the cameras as well.
    pub(super) clock: watch::Sender<ToldTime>,
}

impl Session<'_> {
    pub(super) async fn run(mut self) -> End {
        let limit = self.uplink.pace.acknowledgement;
        let cameras = self.uplink.cameras.clone().deliver(self.client.clone(), self.clock.subscribe(), limit);
        let end = tokio::select! {
            Err(end) = self.serve() => end,
            never = cameras => match never {},
        };
        self.client.close().await;
        end
    }

    async fn serve(&mut self) -> Result<std::convert::Infallible, End> {
        let mut health = self.uplink.health.watch();
        self.report(&mut health).await?;
        let mut status_due = Box::pin(tokio::time::sleep(self.uplink.pace.status));
        loop {
            if status_due.is_elapsed() || health.has_changed().unwrap_or(false) {
                self.report(&mut health).await?;
                status_due.set(tokio::time::sleep(self.uplink.pace.status));
            }
            if self.batch.is_empty() {
                *self.batch = self.uplink.spool.batch(ShelfEventBatch::MAX).await;
            }
            if self.batch.is_empty() {
                self.uplink.change_state(UplinkState::Normal, &"connected");
                self.backoff.reset();
                self.wait(&mut health, status_due.as_mut()).await?;
            } else {
                self.deliver().await?;
            }
        }
    }

    /// Until there is something to do.
    async fn wait(
        &mut self,
        health: &mut watch::Receiver<HealthState>,
        status_due: Pin<&mut Sleep>,
    ) -> Result<(), End> {
        tokio::select! {
            () = self.uplink.spool.grown() => Ok(()),
            () = status_due => Ok(()),
            changed = health.changed() => {
                // `changed` has marked it as seen; the report is due all the same.
                health.mark_changed();
                changed.map_err(|_| End::Stopped)
            }
            end = ended(&mut self.events) => Err(end),
            () = stopped(self.stop) => Err(End::Stopped),
        }
    }

    async fn deliver(&mut self) -> Result<(), End> {
        if self.batch.len() >= ShelfEventBatch::MAX {
            self.uplink.change_state(UplinkState::CatchUp, &"connected");
        }
        let clock = self.uplink.clock;
        let sent_at = clock.now();
        let batch = ShelfEventBatch {
            sent_at,
            clock: self.clock.borrow().at(sent_at),
            boot: Some(clock.boot()),
            events: self.batch.clone(),
        };
        let limit = self.uplink.pace.acknowledgement;
        let answer: ShelfEventsAck = tokio::select! {
            answer = self.client.emit_with_ack(SHELF_EVENTS, &batch, None, limit) => answer.map_err(lost)?,
            end = ended(&mut self.events) => return Err(end),
            () = stopped(self.stop) => return Err(End::Stopped),
        };
        let (accepted, rejected) = match answer {
            ShelfEventsAck::Taken { accepted, rejected } => (accepted, rejected),
            ShelfEventsAck::Failed { problem } => {
                return Err(match problem.code {
                    ErrorCode::NotAuthenticated => End::Refused(NOT_VALID),
                    ErrorCode::WrongRole => End::Refused(WRONG_ROLE),
                    _ => End::Lost(format!("the server took no events: {}", problem.detail)),
                });
            }
        };
        for event in &rejected {
            let problem = &event.problem;
            tracing::warn!(event.id = %event.id, code = ?problem.code, detail = problem.detail, "an event was rejected");
        }
        // What the answer says nothing about stays, and nothing that was not sent is removed.
        let sent = ids(self.batch);
        let decided = accepted.into_iter().chain(rejected.into_iter().map(|event| event.id));
        let removed = self.uplink.spool.acknowledge(decided.filter(|id| sent.contains(id)).collect()).await;
        if removed == 0 {
            return Err(End::Lost("the server acknowledged none of the events sent".to_owned()));
        }
        self.batch.clear();
        self.backoff.reset();
        Ok(())
    }

    /// Asks for the time. A server that does not answer is asked again with the next status, and does without until then.
    async fn ask_time(&mut self) -> Result<(), End> {
        let limit = self.uplink.pace.acknowledgement;
        let (nothing, asked) = (serde_json::json!({}), self.uplink.clock.now());
        let answer = tokio::select! {
            answer = self.client.emit_with_ack::<ClockAnswer>(CLOCK, &nothing, None, limit) => answer,
            end = ended(&mut self.events) => return Err(end),
            () = stopped(self.stop) => return Err(End::Stopped),
        };
        match answer {
            Ok(answer) => {
                let heard = self.uplink.clock.now();
                self.clock.send_modify(|told| told.note(asked, answer, heard));
            }
            Err(EmitError::Disconnected(reason)) => return Err(End::Lost(reason.to_string())),
            Err(error) => {
                // It was asked; the cameras do without as well.
                self.clock.send_modify(|_| {});
                tracing::warn!(%error, "the server does not tell the time");
            }
        }
        Ok(())
    }

    async fn report(&mut self, health: &mut watch::Receiver<HealthState>) -> Result<(), End> {
        self.ask_time().await?;
        let (spooled, lost_events) = self.uplink.spool.totals().await;
        let faulty_slots = health.borrow_and_update().faulty.iter().map(|slot| slot.0.clone()).collect();
        let cameras = self.uplink.cameras.statuses();
        let status = NodeStatus { spooled: spooled as u64, faulty_slots, lost: lost_events, cameras };
        let limit = self.uplink.pace.acknowledgement;
        tokio::select! {
            answer = self.client.emit_with_ack::<serde_json::Value>(NODE_STATUS, &status, None, limit) => {
                answer.map(drop).map_err(lost)
            }
            end = ended(&mut self.events) => Err(end),
            () = stopped(self.stop) => Err(End::Stopped),
        }
    }
}

/// Reads events until one of them ends the connection.
async fn ended(events: &mut Events) -> End {
    loop {
        match events.next().await {
            Some(Event::Message { name, .. }) if name == REVOKED => {
                return End::Refused(REVOKED_NOW);
            }
            Some(Event::Message { name, .. }) => {
                tracing::debug!(name, "an event that is nothing to us")
            }
            Some(Event::Disconnected(reason)) => return End::Lost(reason.to_string()),
            None => return End::Lost("the connection is over".to_owned()),
        }
    }
}

fn lost(error: EmitError) -> End {
    End::Lost(error.to_string())
}
