//! The post office: takes rows out of the outbox, writes the letter, sends it, ticks the row off.
//!
//! A row is ticked off after its letter is out, so a crash in between sends it again; the mailbox keeps a letter once by
//! its id, and a mail server gets the same Message-ID.

use std::time::Duration;

use anyhow::Context;
use db::outbox::{OutboxRow, Work};
use domain::ids::{DisputeId, OrderId, ShopperId};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::mail::letters::{self, Envelope};
use crate::mail::{Letter, Post};
use crate::{dispute_link, views};

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// Rows taken at a time.
const ROWS: u64 = 50;
/// The pause after the first failure; it doubles with each, up to [`LONGEST_PAUSE_S`].
const FIRST_PAUSE_S: i64 = 2;
/// A mail server that was down for an hour is tried again within ten minutes.
const LONGEST_PAUSE_S: i64 = 600;

/// Runs until `stop`.
pub async fn run(app: App, post: Post, stop: CancellationToken) {
    loop {
        match db::outbox::due(&app.db, app.store.id, app.clock.now(), ROWS).await {
            Ok(rows) => {
                for row in rows {
                    if stop.is_cancelled() {
                        return;
                    }
                    deliver(&app, &post, row).await;
                }
            }
            Err(error) => tracing::error!(%error, "cannot read the outbox"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn deliver(app: &App, post: &Post, row: OutboxRow) {
    let (id, attempts) = (row.id, row.attempts);
    let sent = match write(app, &row).await {
        Ok(letter) => post.send(letter, app.clock.now()).await,
        Err(error) => Err(error),
    };
    let noted = match sent {
        Ok(()) => {
            metrics::counter!("smartmart_mails_total").increment(1);
            tracing::info!(mail.id = %id, kind = row.kind, "a mail went out");
            db::outbox::done(&app.db, id, app.clock.now()).await
        }
        Err(error) => {
            metrics::counter!("smartmart_mail_failures_total").increment(1);
            let pause = pause_after(attempts);
            // The error may name a host, never an address or the letter's text.
            tracing::warn!(mail.id = %id, error = format!("{error:#}"), retry_s = pause.as_secs(), "a mail could not be sent");
            let due_at = domain::clock::shift(app.clock.now(), pause);
            db::outbox::failed(&app.db, id, &format!("{error:#}"), due_at).await
        }
    };
    if let Err(error) = noted {
        tracing::error!(%error, mail.id = %id, "cannot note what became of a mail; it will be tried again");
    }
}

fn pause_after(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(12);
    SignedDuration::from_secs((FIRST_PAUSE_S << doublings).min(LONGEST_PAUSE_S))
}

async fn write(app: &App, row: &OutboxRow) -> anyhow::Result<Letter> {
    match Work::parse(&row.kind)? {
        Work::Receipt => {
            let order = OrderId(row.order_id.context("a receipt of no order")?);
            let file = db::orders::file(&app.db, order).await?.context("no such order")?;
            let (envelope, name) = address(app, row, file.order.shopper).await?;
            // The receipt is the order as it was placed, whatever was contested since.
            let file = db::orders::OrderFile { refunds: Vec::new(), disputes: Vec::new(), ..file };
            let order = views::order(&file, &name, &app.store.now().settings.name);
            letters::receipt(envelope, &order, None, &link(app, &file.order))
        }
        Work::CorrectedReceipt => {
            let (dispute, file) = disputed(app, row).await?;
            let (envelope, name) = address(app, row, file.order.shopper).await?;
            let order = views::order(&file, &name, &app.store.now().settings.name);
            let dispute = views::dispute(&dispute, &file, &name);
            letters::receipt(envelope, &order, Some(&dispute), &link(app, &file.order))
        }
        Work::DisputeAnswer => {
            let (dispute, file) = disputed(app, row).await?;
            let (envelope, name) = address(app, row, file.order.shopper).await?;
            let dispute = views::dispute(&dispute, &file, &name);
            letters::dispute_answer(envelope, &dispute, &app.store.now().settings.name, &link(app, &file.order))
        }
    }
}

async fn disputed(app: &App, row: &OutboxRow) -> anyhow::Result<(domain::dispute::Dispute, db::orders::OrderFile)> {
    let dispute = DisputeId(row.dispute_id.context("an answer to no dispute")?);
    let (dispute, _) = db::orders::dispute(&app.db, dispute).await?.context("no such dispute")?;
    let file = db::orders::file(&app.db, dispute.order).await?.context("no such order")?;
    Ok((dispute, file))
}

async fn address(app: &App, row: &OutboxRow, shopper: ShopperId) -> anyhow::Result<(Envelope, String)> {
    let account = db::accounts::shopper(&app.db, shopper).await?.context("the account is gone")?;
    Ok((Envelope { id: row.id, to: account.email }, account.name))
}

/// The token stands behind the `#`, where no server sees or logs it.
fn link(app: &App, order: &domain::order::Order) -> String {
    let expires_at = dispute_link::expiry(order.placed_at, app.config.mail.dispute_link_days);
    let token = dispute_link::token(&app.keys, order.id, expires_at);
    format!("{}/shop/dispute#{token}", app.config.public_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_again_ever_more_rarely_but_never_given_up() {
        let pauses: Vec<_> = [0, 1, 2, 8, 9, 1_000, i32::MAX].map(|n| pause_after(n).as_secs()).into();
        assert_eq!(pauses, [2, 4, 8, 512, 600, 600, 600]);
    }
}
