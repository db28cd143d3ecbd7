//! The devices' namespace: frames, codes, shelf events and status.

use std::borrow::Cow;

use bytes::Bytes;
use db::set_aside::{About, SetAside};
use domain::shelf::{Between, SensorKind, ShelfEvent};
use domain::skew::{Dated, Skew, date};
use jiff::{SignedDuration, Timestamp};
use protocol::device::{
    ClockAnswer, CodeScan, DeviceClock, DeviceRole, FrameMeta, LookAck, NodeStatus, RejectedEvent, ShelfEventBatch,
    ShelfEventMessage, ShelfEventsAck,
};
use protocol::error_code::ErrorCode;
use protocol::realtime::{BODIES, CLOCK, CODE, FRAME, NODE_STATUS, SHELF_EVENTS};
use protocol::room::BodiesSeen;
use serde::Deserialize;
use serde_json::Value;
use shop::desk::NotTaken;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use uuid::Uuid;

use super::reference::referenced;
use super::{bodies, look};
use crate::app::App;
use crate::caller::DeviceCaller;
use crate::device_news::tell_admins;
use crate::problem::problem;
use crate::rooms;

/// What is said to be older than this was stamped by a clock that was never set.
const OLDEST_EVENT: SignedDuration = SignedDuration::from_hours(24 * 366);
/// The time of an event that is less sure than this is kept as a span.
const ABOUT_A_SECOND: SignedDuration = SignedDuration::from_secs(1);
/// A device's clock that is wrong by more is worth a line in the log.
const WRONG: SignedDuration = SignedDuration::from_secs(2);
/// Events older than this are looked up in the database, for the floor's memory may not reach so far.
const LOOK_UP_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// A device came in: tells the admins.
pub async fn connected(app: App, socket: SocketRef) {
    let Some(caller) = socket.extensions.get::<DeviceCaller>() else { return };
    let (gone, id) = (app.clone(), caller.id);
    socket.on_disconnect(async move || {
        gone.presence.went(id);
        tell_admins(&gone, id).await;
    });
    socket.join(rooms::of_device(id));
    app.presence.came(id);
    if let Err(error) = db::devices::heard_of(&app.db, id, app.clock.now()).await {
        tracing::warn!(%error, device.id = %id, "cannot note that a device was heard of");
    }
    tell_admins(&app, id).await;
}

/// Takes what a device sends.
pub fn listen(app: &App, socket: &SocketRef, caller: &DeviceCaller) {
    let (here, who) = (app.clone(), caller.clone());
    socket.on(FRAME, async move |TryData(data): TryData<(FrameMeta, Bytes)>, ack: AckSender| {
        let work = async {
            match data {
                Ok((meta, frame)) => look::frame(&here, &who, &meta, frame).await,
                Err(error) => unreadable(&who, FRAME, &error),
            }
        };
        reply(ack, &referenced(&who, FRAME, work).await);
    });
    let (here, who) = (app.clone(), caller.clone());
    socket.on(CODE, async move |TryData(data): TryData<CodeScan>, ack: AckSender| {
        let work = async {
            match data {
                Ok(scan) => look::code(&here, &who, &scan).await,
                Err(error) => unreadable(&who, CODE, &error),
            }
        };
        reply(ack, &referenced(&who, CODE, work).await);
    });
    let (here, who) = (app.clone(), caller.clone());
    socket.on(SHELF_EVENTS, async move |TryData(data): TryData<RawBatch>, ack: AckSender| {
        let work = async {
            match data {
                Ok(batch) => shelf_events(&here, &who, batch).await,
                Err(error) => {
                    tracing::warn!(%error, device.id = %who.id, "unreadable shelf events");
                    failed(ErrorCode::InvalidInput, "the shelf events cannot be read")
                }
            }
        };
        reply(ack, &referenced(&who, SHELF_EVENTS, work).await);
    });
    let (here, who) = (app.clone(), caller.clone());
    socket.on(BODIES, async move |TryData(data): TryData<BodiesSeen>, ack: AckSender| {
        let answer = match data {
            Ok(seen) => bodies::take_in(&here, &who, seen),
            Err(error) => {
                tracing::warn!(%error, device.id = %who.id, "unreadable bodies");
                bodies::failed(ErrorCode::InvalidInput, "the message cannot be read")
            }
        };
        reply(ack, &answer);
    });
    let here = app.clone();
    socket.on(CLOCK, async move |ack: AckSender| {
        reply(ack, &ClockAnswer { at: here.clock.now(), epoch: here.desk.snapshot().clock });
    });
    let (here, who) = (app.clone(), caller.clone());
    socket.on(NODE_STATUS, async move |TryData(data): TryData<NodeStatus>, ack: AckSender| {
        if let Ok(status) = data {
            if status.lost > 0 {
                tracing::error!(device.id = %who.id, lost = status.lost, "a shelf node lost events");
            }
            here.presence.reported(who.id, status);
            tell_admins(&here, who.id).await;
        }
        reply(ack, &serde_json::json!({}));
    });
}

fn reply(ack: AckSender, answer: &impl serde::Serialize) {
    if let Err(error) = ack.send(answer) {
        tracing::debug!(%error, "the device left before its answer");
    }
}

fn unreadable(who: &DeviceCaller, event: &str, error: &impl std::fmt::Display) -> LookAck {
    tracing::warn!(%error, device.id = %who.id, event, "unreadable message");
    LookAck::Failed { problem: problem(ErrorCode::InvalidInput, "the message cannot be read") }
}

fn failed(code: ErrorCode, detail: &str) -> ShelfEventsAck {
    ShelfEventsAck::Failed { problem: problem(code, detail) }
}

/// A [`ShelfEventBatch`] whose events are read one by one: one that a newer node writes in another way must not hold up the others.
#[derive(Deserialize)]
struct RawBatch {
    sent_at: Timestamp,
    #[serde(default)]
    clock: Option<DeviceClock>,
    #[serde(default)]
    boot: Option<Uuid>,
    events: Vec<Value>,
}

async fn shelf_events(app: &App, who: &DeviceCaller, batch: RawBatch) -> ShelfEventsAck {
    if who.role != DeviceRole::ShelfNode {
        tracing::warn!(device.id = %who.id, "shelf events from a device that is no shelf node");
        return failed(ErrorCode::WrongRole, "this device is not a shelf node");
    }
    if batch.events.len() > ShelfEventBatch::MAX {
        return failed(ErrorCode::TooLarge, "too many events in one batch");
    }
    let received_at = app.clock.now();
    if batch.clock.is_some_and(|clock| clock.epoch != app.desk.snapshot().clock) {
        return failed(ErrorCode::TryAgainLater, "the server's clock was set: ask for the time again");
    }
    let (mut events, mut rejected) = (Vec::new(), Vec::new());
    let mut accepted: Vec<Uuid> = Vec::with_capacity(batch.events.len());
    let sent = Sent { at: batch.sent_at, boot: batch.boot, skew: batch.clock.map(DeviceClock::skew), received_at };
    let skew = received_at.duration_since(batch.sent_at);
    if skew.abs() > WRONG {
        let seconds = skew.as_secs_f64();
        tracing::warn!(device.id = %who.id, seconds, "a shelf node's clock is wrong, or its events come in late");
    }
    for raw in batch.events {
        // Without an id nobody can be told; the node's own events have one.
        let id = raw.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()).unwrap_or_default();
        match read(&raw).and_then(|message| validate(message, &sent)) {
            Ok(event) => {
                accepted.push(id);
                events.push(event);
            }
            Err((code, detail)) => {
                tracing::warn!(device.id = %who.id, event.id = %id, %detail, "shelf event refused");
                let input = SetAside::new("shelf_event", &(who.id, raw), &detail, About::Input);
                if let Err(busy) = app.desk.set_aside(input).await {
                    return failed(ErrorCode::TryAgainLater, &busy.to_string());
                }
                rejected.push(RejectedEvent { id, problem: problem(code, &detail) });
            }
        }
    }
    match without_known(app, events, received_at).await {
        Ok(events) if events.is_empty() => {}
        Ok(events) => {
            let ids: Vec<_> = events.iter().map(|event| event.id.0).collect();
            let taken = match app.desk.shelf(events).await {
                Ok(taken) => taken,
                Err(busy) => return failed(ErrorCode::TryAgainLater, &busy.to_string()),
            };
            for (id, not_taken) in ids.into_iter().zip(taken).filter_map(|(id, taken)| Some((id, taken.err()?))) {
                accepted.retain(|one| *one != id);
                // What is kept for staff the node need not keep too. Of anything else it hears nothing, and sends it again.
                if not_taken == NotTaken::SetAside {
                    rejected.push(RejectedEvent { id, problem: problem(ErrorCode::Internal, &not_taken.to_string()) });
                }
            }
            if accepted.is_empty() && rejected.is_empty() {
                return failed(ErrorCode::TryAgainLater, &NotTaken::Busy.to_string());
            }
        }
        Err(error) => {
            tracing::error!(%error, "cannot look shelf events up");
            return failed(ErrorCode::TryAgainLater, "the database is away for a moment");
        }
    }
    ShelfEventsAck::Taken { accepted, rejected }
}

/// What is known of when a batch was sent.
struct Sent {
    /// By the node's clock.
    at: Timestamp,
    /// By which start of it.
    boot: Option<Uuid>,
    /// How far ours is ahead of it, as the node knows.
    skew: Option<Skew>,
    /// By our clock.
    received_at: Timestamp,
}

impl Sent {
    /// When an event happened, on our clock: the likeliest moment, and the span of it where that is not known to about a second.
    fn date(&self, event: &ShelfEventMessage) -> (Timestamp, Option<Between>) {
        let same_clock = event.boot == self.boot;
        let dated = if same_clock { date(event.occurred_at, self.at, self.received_at, self.skew) } else { None };
        match dated.filter(|dated| self.received_at.duration_since(dated.at) <= OLDEST_EVENT) {
            Some(Dated { at, earliest, latest }) => {
                let is_sure = latest.duration_since(earliest) <= ABOUT_A_SECOND;
                (at, (!is_sure).then_some(Between { earliest: Some(earliest), latest }))
            }
            None => (self.received_at, Some(Between { earliest: None, latest: self.received_at })),
        }
    }
}

/// Why an event is refused.
type Refusal = (ErrorCode, Cow<'static, str>);

fn read(raw: &Value) -> Result<ShelfEventMessage, Refusal> {
    ShelfEventMessage::deserialize(raw)
        .map_err(|why| (ErrorCode::InvalidInput, format!("it cannot be read: {why}").into()))
}

/// Checks one event and moves its time to our clock.
fn validate(message: ShelfEventMessage, sent: &Sent) -> Result<ShelfEvent, Refusal> {
    let refused = |detail: &'static str| Err((ErrorCode::InvalidInput, detail.into()));
    let (occurred_at, between) = sent.date(&message);
    if message.delta_units == 0 && message.weighed.is_none()
        || message.delta_units.unsigned_abs() > ShelfEvent::MAX_UNITS
    {
        return refused("delta_units must be 1 to 1000 units more or fewer");
    }
    if message.slot.is_empty() || message.slot.len() > 64 {
        return refused("slot must have 1 to 64 characters");
    }
    let plates = message.weighed.iter().flat_map(|weighed| &weighed.plates);
    if plates.map(|plate| &plate.slot).chain([&message.slot]).any(|slot| domain::text::line(slot).is_err()) {
        return refused("a slot's name must not hold control characters or turn the writing");
    }
    if message.trace.len() > ShelfEvent::MAX_TRACE || message.trace.iter().any(|value| !value.is_finite()) {
        return refused("trace must hold at most 32 numbers");
    }
    let mut event = ShelfEvent::from(message);
    if let Some(weighed) = &event.weighed {
        let is_there = weighed.plates.iter().any(|plate| plate.slot == event.slot);
        if event.sensor != SensorKind::LoadCell || !weighed.is_possible() || !is_there {
            let wrong =
                "weighed must come from load cells, and give finite grams at 1 to 16 plates, the slot's among them";
            return refused(wrong);
        }
    }
    (event.occurred_at, event.between) = (occurred_at, between);
    Ok(event)
}

/// Leaves out old events that the database has already; recent ones are known to the floor.
async fn without_known(
    app: &App,
    mut events: Vec<ShelfEvent>,
    received_at: Timestamp,
) -> Result<Vec<ShelfEvent>, db::DbError> {
    let old: Vec<_> = events
        .iter()
        .filter(|event| event.between.is_some() || received_at.duration_since(event.occurred_at) > LOOK_UP_AFTER)
        .map(|event| event.id.0)
        .collect();
    if !old.is_empty() {
        let known = db::commit::known_shelf_events(&app.db, &old).await?;
        events.retain(|event| !known.contains(&event.id.0));
    }
    Ok(events)
}
