//! Asking the server what it made of a run: orders as each shopper, reviews and mails as the owner.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use protocol::admin::ReviewView;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Store;
use super::ledger::Units;
use super::sums::{Billed, BilledOrder, Summary, compare};
use crate::api::{Api, ApiError, patiently};
use crate::shopper::Shopper;

/// Receipts are mailed soon after the last visit has settled; so long it may take on a busy machine.
const LATEST_RECEIPT: Duration = Duration::from_secs(30);
/// How often the mailbox is looked at, so that its first page holds what is new.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Subjects of mails seen so far, by the mail's id.
pub type Mails = Arc<Mutex<BTreeMap<Uuid, String>>>;

/// What was there before the run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Before {
    orders: BTreeSet<Uuid>,
}

impl Before {
    /// Looks.
    pub async fn look(admin: &Api, shoppers: &[Shopper]) -> Result<Self, ApiError> {
        patiently(|| admin.floor()).await?;
        let mut orders = BTreeSet::new();
        for shopper in shoppers {
            let known = patiently(|| shopper.api().orders()).await?;
            orders.extend(known.iter().map(|order| order.id));
        }
        Ok(Self { orders })
    }
}

/// Collects the mailbox's subjects until `stop`.
pub async fn collect_mails(admin: Api, mails: Mails, stop: CancellationToken) {
    loop {
        if let Err(error) = look_into_mailbox(&admin, &mails).await {
            tracing::debug!(%error, "the mailbox cannot be read");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn look_into_mailbox(admin: &Api, mails: &Mails) -> Result<(), ApiError> {
    let known: BTreeSet<Uuid> = mails.lock().expect("no holder panics").keys().copied().collect();
    let newest = admin.mails(|mail| known.contains(&mail)).await?;
    let mut mails = mails.lock().expect("no holder panics");
    mails.extend(newest.into_iter().map(|mail| (mail.id, mail.subject)));
    Ok(())
}

/// Compares until all agrees or it has become too late for that.
pub async fn settle(
    admin: &Api,
    shoppers: &[Shopper],
    store: &Store,
    before: &Before,
    mails: &Mails,
) -> anyhow::Result<Summary> {
    let names: Vec<_> = shoppers.iter().map(|shopper| shopper.who.email.clone()).collect();
    let since = Instant::now();
    loop {
        let mut billed = ask(admin, shoppers, before, mails).await?;
        let trips = store.ledger.lock().expect("no holder panics").trips.clone();
        for trip in trips {
            let detail = patiently(|| admin.session(trip.session)).await?;
            let left_out = detail.left_out.into_iter().map(|one| (one.sku, i64::from(one.quantity)));
            billed.left_out.insert(trip.session, left_out.collect());
        }
        let summary = {
            let ledger = store.ledger.lock().expect("no holder panics");
            compare(&names, &ledger, &billed)
        };
        if summary.wrong.is_empty() || since.elapsed() > LATEST_RECEIPT {
            return Ok(summary);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

async fn ask(admin: &Api, shoppers: &[Shopper], before: &Before, mails: &Mails) -> Result<Billed, ApiError> {
    let mut billed = Billed::default();
    for shopper in shoppers {
        let orders = patiently(|| shopper.api().orders()).await?;
        for known in orders.iter().filter(|order| !before.orders.contains(&order.id)) {
            let order = patiently(|| shopper.api().order_of(known.id)).await?;
            let mut units = Units::new();
            for line in &order.lines {
                *units.entry(line.sku.clone()).or_default() += i64::from(line.quantity);
            }
            let (number, session) = (order.number, order.session_id);
            billed.orders.push(BilledOrder { number, shopper: shopper.who.number, session, units });
        }
        let visit = patiently(|| shopper.api().visit()).await?.visit;
        billed.unsettled += usize::from(visit.is_some());
    }
    patiently(|| look_into_mailbox(admin, mails)).await?;
    for subject in mails.lock().expect("no holder panics").values() {
        // "Receipt 2026-000042 from Smart Mart"; other mails begin with other words.
        if let Some(number) = subject.strip_prefix("Receipt ").and_then(|rest| rest.split(' ').next()) {
            *billed.receipts.entry(number.to_owned()).or_default() += 1;
        }
    }
    let nobodys = |review: &ReviewView| review.decision.as_ref().is_none_or(|decision| decision.session_id.is_none());
    let open = patiently(|| admin.open_reviews()).await?;
    let decided = patiently(|| admin.decided_reviews()).await?;
    for review in open.into_iter().chain(decided).filter(nobodys) {
        billed.reviewed.insert(review.id, i64::from(review.quantity - review.came_back));
    }
    Ok(billed)
}
