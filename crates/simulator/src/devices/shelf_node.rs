//! A simulated shelf node: load cells under every slot, and events that are sent in order until they are acknowledged.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex as SyncMutex};
use std::time::Duration;

use domain::clock::Clock;
use domain::ids::SlotId;
use protocol::device::{
    PlateStepMessage, SensorKindName, ShelfEventBatch, ShelfEventMessage, ShelfEventsAck, WeighedMessage,
};
use protocol::realtime::{BODIES, SHELF_EVENTS};
use protocol::room::{BodiesAck, BodiesSeen, SeenBody};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::link::{Link, LinkError};
use crate::load_cell::{Felt, LoadCell};

/// After a batch was not taken.
const PAUSE: Duration = Duration::from_millis(200);

/// A shelf node.
pub struct ShelfNode {
    link: Link,
    slots: BTreeMap<SlotId, Mutex<LoadCell>>,
    /// Not acknowledged yet, oldest first.
    spool: SyncMutex<VecDeque<ShelfEventMessage>>,
    news: Notify,
    clock: Clock,
    /// By which start of the clock events are stamped; none: it never stopped.
    boot: SyncMutex<Option<Uuid>>,
}

impl ShelfNode {
    /// A node with the token of its device and a load cell under each slot, read by the same clock.
    pub fn new(server: &str, token: &str, slots: BTreeMap<SlotId, LoadCell>, clock: Clock) -> Self {
        let slots = slots.into_iter().map(|(slot, cell)| (slot, Mutex::new(cell))).collect();
        Self { slots, ..Self::with_clock(server, token, clock) }
    }

    /// A node that only passes events on, with a clock of its own.
    pub fn with_clock(server: &str, token: &str, clock: Clock) -> Self {
        Self {
            link: Link::with_clock(server, token, clock.clone()),
            slots: BTreeMap::new(),
            spool: SyncMutex::default(),
            news: Notify::new(),
            clock,
            boot: SyncMutex::default(),
        }
    }

    /// Somebody takes (below zero) or puts back units at a slot, weighed as a load cell would. Gives the event's id and
    /// what moved: at most what stands there; `None` where nothing does.
    pub async fn move_units(&self, slot: &SlotId, delta: i32) -> Option<(Uuid, i32)> {
        let mut cell = self.slots.get(slot)?.lock().await;
        let boot = self.boot();
        let (moved, felt) = cell.move_units(delta).await?;
        Some((self.tell(slot, felt, boot), moved))
    }

    /// Somebody puts down something of so many grams that belongs elsewhere. Gives the event's id.
    pub async fn put_down(&self, slot: &SlotId, grams: f64) -> Option<Uuid> {
        let mut cell = self.slots.get(slot)?.lock().await;
        let boot = self.boot();
        let felt = cell.put_down(grams).await?;
        Some(self.tell(slot, felt, boot))
    }

    fn tell(&self, slot: &SlotId, felt: Felt, boot: Option<Uuid>) -> Uuid {
        let id = Uuid::now_v7();
        let slot = slot.0.clone();
        let [grams, spread_g] = felt.step_g.map(|grams| grams as f32);
        let plates = vec![PlateStepMessage { slot: slot.clone(), grams, spread_g }];
        self.spool(ShelfEventMessage {
            id,
            slot,
            occurred_at: felt.began_at,
            boot,
            delta_units: felt.delta_units,
            units_after: felt.units_after,
            sensor: SensorKindName::LoadCell,
            trace: felt.trace,
            weighed: Some(WeighedMessage { lasted_ms: felt.lasted_ms, plates }),
        });
        id
    }

    /// The node's computer starts anew, and with it its clock: whoever holds the clock's hand sets it meanwhile. What is in the spool
    /// stays, stamped by the clock before.
    pub async fn start_anew(&self, set_clock: impl FnOnce()) {
        self.link.cut().await;
        set_clock();
        *self.boot.lock().expect("no holder panics") = Some(Uuid::now_v7());
        self.link.forget_time();
    }

    /// By which start of the clock events are stamped now; none: it never stopped.
    pub fn boot(&self) -> Option<Uuid> {
        *self.boot.lock().expect("no holder panics")
    }

    /// Sends an event as it is.
    pub fn spool(&self, event: ShelfEventMessage) {
        self.spool.lock().expect("no holder panics").push_back(event);
        self.news.notify_one();
    }

    /// Tells whom a room camera of this name sees just now, in a picture of this width and height.
    ///
    /// # Errors
    ///
    /// Where there is no connection or no answer; it is not worth a repetition, for the next picture is newer.
    pub async fn see_bodies(
        &self,
        camera: &str,
        size: [u32; 2],
        bodies: Vec<SeenBody>,
    ) -> Result<BodiesAck, LinkError> {
        let at = self.clock.now();
        let clock = self.link.device_clock();
        let seen = BodiesSeen { camera: camera.to_owned(), captured_at: at, sent_at: at, clock, size, bodies };
        let answer = self.link.ask(BODIES, &seen, None).await;
        if matches!(answer, Ok(BodiesAck::Failed { .. })) {
            self.link.ask_time().await;
        }
        answer
    }

    /// Events that are not acknowledged yet.
    pub fn spooled(&self) -> usize {
        self.spool.lock().expect("no holder panics").len()
    }

    /// Waits until everything is acknowledged.
    pub async fn drained(&self) {
        while self.spooled() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends what is in the spool, in order, until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let work = async {
            loop {
                if !self.send_batch().await {
                    self.news.notified().await;
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = stop.cancelled() => {}
        }
    }

    /// Sends the oldest events and takes those out that are dealt with; false if there were none.
    async fn send_batch(&self) -> bool {
        let events: Vec<_> = {
            let spool = self.spool.lock().expect("no holder panics");
            spool.iter().take(ShelfEventBatch::MAX).cloned().collect()
        };
        if events.is_empty() {
            return false;
        }
        let answer = self
            .link
            .insist(SHELF_EVENTS, || ShelfEventBatch {
                sent_at: self.clock.now(),
                clock: self.link.device_clock(),
                boot: self.boot(),
                events: events.clone(),
            })
            .await;
        match answer {
            ShelfEventsAck::Taken { accepted, rejected } => {
                for refused in &rejected {
                    tracing::warn!(event.id = %refused.id, refused.problem.detail, "an event was refused");
                }
                let done = |id| accepted.contains(&id) || rejected.iter().any(|one| one.id == id);
                self.spool.lock().expect("no holder panics").retain(|event| !done(event.id));
            }
            ShelfEventsAck::Failed { problem } => {
                tracing::debug!(problem.detail, "a batch was not taken");
                self.link.ask_time().await;
                tokio::time::sleep(PAUSE).await;
            }
        }
        true
    }
}
