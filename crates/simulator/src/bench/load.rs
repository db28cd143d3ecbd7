//! The load: shoppers stand in zones and take things there, one unit at a time, then hand the zone on.

use std::sync::{Arc, Mutex as SyncMutex};
use std::time::{Duration, Instant};

use protocol::device::{
    PlateStepMessage, SensorKindName, ShelfEventBatch, ShelfEventMessage, ShelfEventsAck, WeighedMessage,
};
use protocol::realtime::SHELF_EVENTS;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Plan;
use super::floor_plan::FloorPlan;
use super::phone::Phone;
use crate::clock::now;

/// A cart that has not arrived by then is counted as bad.
const LATEST: Duration = Duration::from_secs(5);
/// A shopper before a shelf is seen this often, as cameras see them: four times a second.
const SEEN_EVERY: Duration = Duration::from_millis(250);
/// Picks before a shopper walks on and the next one comes. Nobody takes so much; it keeps the zones busy.
const PICKS_A_STAY: u32 = 200;
/// Sightings speak for 4 s; before that the next shopper in a zone would be taken for the last one.
const EMPTY_BETWEEN_STAYS: Duration = Duration::from_millis(4_200);

/// What was measured.
#[derive(Default)]
pub struct Taken {
    /// Shelf events sent.
    pub sent: usize,
    /// Picks that failed or did not arrive.
    pub bad: usize,
    /// From sending to the phone.
    pub latencies: Vec<Duration>,
    /// From the first pick to the last arrival.
    pub took: Duration,
}

/// A shopper in a zone.
#[derive(Clone, Copy)]
struct Stay {
    zone: usize,
    phone: usize,
    picks: u32,
    seen: Option<Instant>,
}

/// Shared by the picks under way. Zones wait in `free` for their next pick; there are never more than zones.
struct Bench<'a> {
    floor: &'a FloorPlan,
    phones: &'a [Arc<Phone>],
    free: mpsc::UnboundedSender<Stay>,
    taken: SyncMutex<Taken>,
}

/// Picks for the plan's time.
pub async fn run(plan: &Plan, floor: &FloorPlan, phones: &[Arc<Phone>]) -> Taken {
    let (free, waiting) = mpsc::unbounded_channel();
    for zone in 0..floor.zones.len().min(phones.len()) {
        // The receiver lives until the end of this function.
        let _ = free.send(Stay { zone, phone: zone, picks: 0, seen: None });
    }
    let waiting = tokio::sync::Mutex::new(waiting);
    let bench = Bench { floor, phones, free, taken: SyncMutex::default() };
    let start = Instant::now();
    let end = start + Duration::from_secs(plan.seconds);
    let worker = async |every: Option<Duration>, first: Instant| {
        let mut due = first;
        while Instant::now() < end {
            if let Some(every) = every {
                tokio::time::sleep_until(due.min(end).into()).await;
                if due >= end {
                    return;
                }
                due += every;
            }
            let next = tokio::time::timeout_at(end.into(), async { waiting.lock().await.recv().await }).await;
            let Ok(Some(stay)) = next else { return };
            bench.pick(stay).await;
        }
    };
    let mut workers = Vec::new();
    if plan.rate == 0 {
        workers.extend((0..plan.in_flight.max(1)).map(|_| worker(None, start)));
    } else {
        // Many slow workers make an open loop: each begins a pick every second, whether or not others have ended.
        let every = Duration::from_secs(1);
        workers.extend((0..plan.rate).map(|place| worker(Some(every), start + every * place / plan.rate)));
    }
    futures_util::future::join_all(workers).await;
    let mut taken = bench.taken.into_inner().expect("no holder panics");
    taken.took = start.elapsed();
    taken
}

impl Bench<'_> {
    async fn pick(&self, mut stay: Stay) {
        let arrived = self.take_one(&mut stay).await;
        {
            let mut taken = self.taken.lock().expect("no holder panics");
            match arrived {
                Some(latency) => taken.latencies.push(latency),
                None => taken.bad += 1,
            }
        }
        stay.picks += 1;
        let zones = self.floor.zones.len();
        let others = self.phones.len() / zones.max(1);
        let free = self.free.clone();
        if stay.picks < PICKS_A_STAY || others < 2 {
            let _ = free.send(stay);
            return;
        }
        // The next of this zone's own row of phones, so that nobody is in two zones.
        let next = (stay.phone + zones) % (others * zones);
        stay = Stay { phone: next, picks: 0, seen: None, ..stay };
        tokio::spawn(async move {
            tokio::time::sleep(EMPTY_BETWEEN_STAYS).await;
            // The bench may be over.
            let _ = free.send(stay);
        });
    }

    /// Scans where it is time to, takes one unit, and waits for the phone; `None` where that did not go through.
    async fn take_one(&self, stay: &mut Stay) -> Option<Duration> {
        let (zone, phone) = (self.floor.zones.get(stay.zone)?, self.phones.get(stay.phone)?);
        if stay.seen.is_none_or(|seen| seen.elapsed() > SEEN_EVERY) {
            let code = phone.code().await.ok()?;
            stay.seen = Some(Instant::now());
            zone.scanner.scan(&code).await;
        }
        let hears = phone.expect_one_more(&zone.sku);
        let node = self.floor.nodes.get(stay.zone % self.floor.nodes.len())?;
        self.taken.lock().expect("no holder panics").sent += 1;
        let (at, sent) = (now(), Instant::now());
        let event = ShelfEventMessage {
            id: Uuid::now_v7(),
            slot: zone.slot.clone(),
            occurred_at: at,
            boot: None,
            delta_units: -1,
            units_after: None,
            sensor: SensorKindName::LoadCell,
            // What a load cell sees of a hand: some thirty readings.
            trace: (0..30).map(|row| if row < 8 { 90.0 } else { -zone.unit_g }).collect(),
            weighed: Some(WeighedMessage {
                lasted_ms: 350,
                plates: vec![PlateStepMessage { slot: zone.slot.clone(), grams: -zone.unit_g, spread_g: 0.4 }],
            }),
        };
        let batch = ShelfEventBatch { sent_at: at, clock: node.device_clock(), boot: None, events: vec![event] };
        let answer: ShelfEventsAck = node.ask(SHELF_EVENTS, &batch, None).await.ok()?;
        if let ShelfEventsAck::Failed { problem } = answer {
            tracing::warn!(problem.detail, "an event was not taken");
            return None;
        }
        let received = tokio::time::timeout(LATEST, hears).await.ok()?.ok()?;
        Some(received.duration_since(sent))
    }
}
