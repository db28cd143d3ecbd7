//! The load test of the live cart: many phones, and the time from a shelf event's sending to the cart on the phone.
//!
//! Every pick is what it is in the store: the shopper is seen at the shelf four times a second (by code, for a face needs
//! no PostgreSQL), the shelf node sends its event, and the server attributes, commits and tells the phone. The clock runs
//! from the event's sending to the phone's receiving a cart with that unit in it. The scans are not in the latency, but
//! their work is in `cpu_ms_per_event`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;

use crate::api::{Api, patiently};

pub mod comeback;
mod floor_plan;
pub mod kiosk;
mod load;
mod phone;
mod usage;

use phone::Phone;
use usage::Usage;

/// What is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the server is.
    pub server: String,
    /// The owner's address.
    pub admin_email: String,
    /// The owner's password.
    pub admin_password: String,
    /// Phones that are connected and in the store.
    pub phones: usize,
    /// Zones with a scanner and one slot each; one shopper at a time stands in each.
    pub zones: usize,
    /// How long.
    pub seconds: u64,
    /// Picks a second, or 0 for as many as go with `in_flight` at a time.
    pub rate: u32,
    /// Picks under way at a time where `rate` is 0.
    pub in_flight: usize,
    /// The server's process, to measure what it uses.
    pub pid: Option<u32>,
    /// Where device tokens are kept from run to run.
    pub state: Option<PathBuf>,
}

/// What came out: one line of JSON with the fields of the peer's `load.js`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Measured {
    /// Phones connected.
    pub phones: usize,
    /// As asked for; 0 is the closed loop.
    pub rate: u32,
    /// Shelf events sent.
    pub sent: usize,
    /// Picks that reached their phone.
    pub delivered: usize,
    /// Picks that did not within 5 s, or whose event or scan was refused.
    pub bad: usize,
    /// Delivered a second.
    pub per_s: u64,
    /// Median time to the phone.
    pub p50_ms: Option<f64>,
    /// 99 % were faster.
    pub p99_ms: Option<f64>,
    /// The slowest.
    pub max_ms: Option<f64>,
    /// Processor time of the server for each delivered pick with its scan.
    pub cpu_ms_per_event: Option<f64>,
    /// Memory of the server at the end.
    pub rss_mb: Option<u64>,
}

/// Sets the store up, lets everybody in, and measures.
///
/// # Errors
///
/// Where the server refuses the owner, a device or a phone.
pub async fn run(plan: &Plan) -> anyhow::Result<Measured> {
    let outside = Api::new(&plan.server)?;
    let admin = patiently(|| outside.admin(&plan.admin_email, &plan.admin_password)).await.context(OWNER_REFUSED)?;
    let floor = floor_plan::set_up(plan, &outside, &admin).await?;
    tracing::info!(zones = floor.zones.len(), "the zones are there");
    let phones: Vec<Arc<Phone>> = phone::sign_up_all(&outside, plan.phones).await?;
    tracing::info!(phones = phones.len(), "the phones are connected");
    phone::walk_in_all(&phones, &floor.entry).await?;
    tracing::info!("everybody is in");
    let before = Usage::of(plan.pid);
    let taken = load::run(plan, &floor, &phones).await;
    let after = Usage::of(plan.pid);
    let latencies = Latencies::new(taken.latencies);
    let delivered = latencies.len();
    let cpu = before.cpu_ms.zip(after.cpu_ms).map(|(before, after)| (after - before) / delivered.max(1) as f64);
    Ok(Measured {
        phones: phones.len(),
        rate: plan.rate,
        sent: taken.sent,
        delivered,
        bad: taken.bad,
        per_s: (delivered as f64 / taken.took.as_secs_f64()).round() as u64,
        p50_ms: latencies.at(0.5),
        p99_ms: latencies.at(0.99),
        max_ms: latencies.at(1.0),
        cpu_ms_per_event: cpu.map(|cpu| (cpu * 100.0).round() / 100.0),
        rss_mb: after.rss_mb,
    })
}

const OWNER_REFUSED: &str = "the owner cannot log in";

/// How long things took, shortest first.
struct Latencies(Vec<Duration>);

impl Latencies {
    fn new(mut latencies: Vec<Duration>) -> Self {
        latencies.sort();
        Self(latencies)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// So many milliseconds suffice for this share of them, 0 to 1; `None` where there are none.
    fn at(&self, share: f64) -> Option<f64> {
        let place = (self.len() as f64 * share) as usize;
        let latency = self.0.get(place.min(self.len().saturating_sub(1)))?;
        Some((latency.as_secs_f64() * 10_000.0).round() / 10.0)
    }
}
