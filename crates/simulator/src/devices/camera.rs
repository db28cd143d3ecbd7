//! A simulated camera with a code scanner: at the entry, at the exit or at a zone's shelves.

use std::sync::Mutex as SyncMutex;
use std::time::Duration;

use bytes::Bytes;
use domain::clock::Clock;
use protocol::device::{CodeScan, FrameMeta, GateOutcome, LookAck};
use protocol::error_code::ErrorCode;
use protocol::realtime::{CODE, FRAME};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::link::Link;
use super::scene::{Person, Studio};
use crate::clock::system;

/// From one frame to the next at shelves: 4 a second, as the kiosk page sends them while somebody moves.
const FRAME_EVERY: Duration = Duration::from_millis(250);

/// A camera with a code scanner.
pub struct Camera {
    link: Link,
    clock: Clock,
    /// Who stands before it, in the order in which they came.
    before_it: SyncMutex<Vec<Person>>,
}

impl Camera {
    /// A camera with the token of its device.
    pub fn new(server: &str, token: &str) -> Self {
        Self::with_clock(server, token, system())
    }

    /// A camera with a clock of its own.
    pub fn with_clock(server: &str, token: &str, clock: Clock) -> Self {
        let link = Link::with_clock(server, token, clock.clone());
        Self { link, clock, before_it: SyncMutex::default() }
    }

    /// Sends a frame and waits for what was seen; `None` where it was lost or not looked at, which is not worth a
    /// repetition: the next frame is newer.
    pub async fn look(&self, jpeg: Bytes) -> Option<GateOutcome> {
        let at = self.clock.now();
        let meta = FrameMeta { id: Uuid::now_v7(), captured_at: at, sent_at: at, clock: self.link.device_clock() };
        match self.link.ask(FRAME, &meta, Some(jpeg)).await {
            Ok(LookAck::Seen { outcome, .. }) => Some(outcome),
            Ok(LookAck::Failed { problem }) => {
                if problem.code != ErrorCode::Superseded {
                    tracing::debug!(problem.detail, "a frame was not looked at");
                    self.link.ask_time().await;
                }
                None
            }
            Err(error) => {
                tracing::debug!(%error, "a frame was lost");
                None
            }
        }
    }

    /// Holds a code before the scanner until it beeps. A scan that was lost is sent again with the same id, so it counts
    /// once.
    pub async fn scan(&self, code: &str) -> GateOutcome {
        let (id, scanned_at) = (Uuid::now_v7(), self.clock.now());
        loop {
            let answer = self
                .link
                .insist(CODE, || CodeScan {
                    id,
                    code: code.to_owned(),
                    scanned_at,
                    sent_at: self.clock.now(),
                    clock: self.link.device_clock(),
                })
                .await;
            match answer {
                LookAck::Seen { outcome, .. } => return outcome,
                LookAck::Failed { problem } => {
                    tracing::debug!(problem.detail, "a scan failed and is repeated");
                    self.link.ask_time().await;
                    tokio::time::sleep(FRAME_EVERY).await;
                }
            }
        }
    }

    /// Somebody steps before the camera; false where somebody else stands there.
    pub fn step_in(&self, person: Person) -> bool {
        let mut people = self.before_it.lock().expect("no holder panics");
        people.retain(|one| one.shopper != person.shopper);
        let has_room = people.iter().all(|one| one.leaves_room_for(&person));
        if has_room {
            people.push(person);
        }
        has_room
    }

    /// Somebody steps out of the picture.
    pub fn step_out(&self, shopper: usize) {
        self.before_it.lock().expect("no holder panics").retain(|one| one.shopper != shopper);
    }

    /// Sends frames while somebody is in the picture, one at a time, until `stop`. An empty picture does not move, so it
    /// is not sent.
    pub async fn film(&self, studio: &Studio, stop: CancellationToken) {
        let mut number = 0;
        let mut ticks = tokio::time::interval(FRAME_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        while !stop.is_cancelled() {
            ticks.tick().await;
            let people = self.before_it.lock().expect("no holder panics").clone();
            if people.is_empty() {
                continue;
            }
            number += 1;
            if let Some(jpeg) = studio.frame(&people, number) {
                self.look(jpeg).await;
            }
        }
    }
}
