//! Shoppers contest lines and staff decide, with little patience: whoever hears nothing asks again, with the same id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use protocol::error_code::ErrorCode;
use protocol::order::{DisputeDecision, DisputeReason, DisputeView, DisputedLine, NewDispute};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::api::{Api, ApiError, patiently};
use simulator::shopper::Who;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::plan::Plan;
use crate::staff::Staff;

/// Nobody waits longer for an answer.
const ANSWER: Duration = Duration::from_secs(1);
/// Before they ask again.
const AGAIN: Duration = Duration::from_millis(200);
/// Whoever has had no answer for so long gives up, and nobody knows whether it was carried out.
const GIVE_UP: Duration = Duration::from_secs(60);
/// Between two complaints.
const PAUSE_S: std::ops::Range<f64> = 0.5..2.0;
/// Shoppers who complain.
const COMPLAINERS: usize = 3;

/// A dispute as those who opened and decided it know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// The order.
    pub order: Uuid,
    /// Which product, and how many units of it.
    pub sku: String,
    /// Units contested.
    pub units: u32,
    /// Accepted, rejected, or not known to be decided.
    pub accepted: Option<bool>,
}

/// Complaints that were answered, by the dispute's id.
pub type Complaints = Arc<Mutex<BTreeMap<Uuid, Complaint>>>;

/// Complains until `stop`.
///
/// # Errors
///
/// Where a shopper's account cannot be opened.
pub async fn complain(
    plan: Plan,
    server: String,
    staff: Arc<Staff>,
    complaints: Complaints,
    stop: CancellationToken,
) -> Result<()> {
    let outside = Api::new(&server)?;
    let mut random = ChaCha8Rng::seed_from_u64(plan.seed.wrapping_add(1));
    let mut phones: Vec<Api> = Vec::new();
    for number in 0..COMPLAINERS.min(plan.shoppers) {
        let Who { name, email, password, .. } = Who::of(number, plan.seed);
        phones.push(patiently(|| outside.sign_up_or_log_in(&name, &email, &password)).await?.0);
    }
    let mut contested: BTreeSet<Uuid> = BTreeSet::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs_f64(random.random_range(PAUSE_S))) => {}
            () = stop.cancelled() => return Ok(()),
        }
        let phone = &phones[random.random_range(0..phones.len())];
        let Ok(orders) = phone.orders().await else { continue };
        let Some(order) = orders.iter().find(|order| !contested.contains(&order.id)) else { continue };
        let Ok(order) = phone.order_of(order.id).await else { continue };
        contested.insert(order.id);
        let line = &order.lines[random.random_range(0..order.lines.len())];
        let (sku, units) = (line.sku.clone(), random.random_range(1..=line.quantity));
        let contested = DisputedLine { sku: sku.clone(), quantity: units, reason: DisputeReason::NotTaken };
        let new = NewDispute { lines: vec![contested], message: "I did not take this.".to_owned() };
        let id = Uuid::now_v7();
        let opened = insist(|| phone.open_dispute(order.id, &new, id)).await;
        let Some(DisputeView { id: dispute, .. }) = opened else { continue };
        let complaint = Complaint { order: order.id, sku, units, accepted: None };
        note(&complaints, dispute, complaint.clone());
        let accepts = random.random_bool(0.7);
        let decision = DisputeDecision { answer: "We have looked into it.".to_owned() };
        let id = Uuid::now_v7();
        let Ok(owner) = staff.owner().await else { continue };
        let decided = insist(|| owner.decide_dispute(dispute, accepts, &decision, id)).await;
        if decided.is_some() {
            note(&complaints, dispute, Complaint { accepted: Some(accepts), ..complaint });
            // Somebody else of the staff decides the other way, too late.
            let other = insist(|| owner.decide_dispute(dispute, !accepts, &decision, Uuid::now_v7())).await;
            if other.is_some() {
                tracing::error!(%dispute, "a decided dispute was decided the other way");
            }
        }
    }
}

fn note(complaints: &Complaints, dispute: Uuid, complaint: Complaint) {
    complaints.lock().expect("no holder panics").insert(dispute, complaint);
}

/// Asks with the same id until there is an answer; none where it was refused or nobody answered for long.
async fn insist<T, F: Future<Output = Result<T, ApiError>>>(ask: impl Fn() -> F) -> Option<T> {
    tokio::time::timeout(GIVE_UP, async {
        loop {
            match tokio::time::timeout(ANSWER, ask()).await {
                Ok(Ok(done)) => return Some(done),
                Ok(Err(error)) if !error.is_passing() && error.code() != Some(ErrorCode::Internal) => return None,
                Ok(Err(_)) | Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    })
    .await
    .ok()
    .flatten()
}
