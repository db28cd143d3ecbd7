//! The letters: receipt, corrected receipt, answer to a dispute; each as HTML (by MJML) and as plain text.

use std::borrow::Borrow;

use anyhow::Context;
use askama::Template;
use domain::calendar::zone::{StoreClock, Zone};
use protocol::order::{DisputeState, DisputeView, OrderView};

use super::{Letter, letters};

/// The receipt of an order, or the corrected one after a refund.
#[derive(Template)]
#[template(path = "receipt.mjml.txt", escape = "html")]
struct ReceiptHtml<'a>(Receipt<'a>);

#[derive(Template)]
#[template(path = "receipt.txt", escape = "none")]
struct ReceiptText<'a>(Receipt<'a>);

#[derive(Template)]
#[template(path = "dispute_answer.mjml.txt", escape = "html")]
struct AnswerHtml<'a>(Answer<'a>);

#[derive(Template)]
#[template(path = "dispute_answer.txt", escape = "none")]
struct AnswerText<'a>(Answer<'a>);

#[derive(Clone, Copy)]
struct Receipt<'a> {
    order: &'a OrderView,
    dispute_link: &'a str,
    corrected: Option<&'a DisputeView>,
}

#[derive(Clone, Copy)]
struct Answer<'a> {
    dispute: &'a DisputeView,
    store_name: &'a str,
    dispute_link: &'a str,
}

/// Who gets a letter, and by which outbox row.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The outbox row.
    pub id: uuid::Uuid,
    /// The address.
    pub to: String,
}

/// The receipt of an order; `corrected` is the dispute whose refund changed it.
pub fn receipt(
    envelope: Envelope,
    order: &OrderView,
    corrected: Option<&DisputeView>,
    dispute_link: &str,
) -> anyhow::Result<Letter> {
    let receipt = Receipt { order, dispute_link, corrected };
    let what = if corrected.is_some() { "Corrected receipt" } else { "Receipt" };
    Ok(Letter {
        id: envelope.id,
        to: envelope.to,
        subject: format!("{what} {} from {}", order.number, order.store_name),
        html: mjml(&ReceiptHtml(receipt).render()?)?,
        text: ReceiptText(receipt).render()?,
    })
}

/// The answer to a rejected dispute.
pub fn dispute_answer(
    envelope: Envelope,
    dispute: &DisputeView,
    store_name: &str,
    dispute_link: &str,
) -> anyhow::Result<Letter> {
    let answer = Answer { dispute, store_name, dispute_link };
    debug_assert_eq!(dispute.state, DisputeState::Rejected, "only rejections get this letter");
    Ok(Letter {
        id: envelope.id,
        to: envelope.to,
        subject: format!("Your dispute about receipt {}", dispute.order_number),
        html: mjml(&AnswerHtml(answer).render()?)?,
        text: AnswerText(answer).render()?,
    })
}

fn mjml(source: &str) -> anyhow::Result<String> {
    let parsed = mrml::parse(source).context("a letter's template is no MJML")?;
    parsed.element.render(&mrml::prelude::render::RenderOptions::default()).context("a letter cannot be rendered")
}

/// Money as the letters show it.
fn money(minor: impl Borrow<i64>, currency: &str) -> String {
    let minor = *minor.borrow();
    match domain::money::Currency::of_record(currency) {
        Ok(currency) => domain::money::Minor(minor).display(currency),
        Err(_) => format!("{minor} {currency}"),
    }
}

/// A tax rate as the letters show it: 700 is `7 %`, 550 is `5.5 %`.
fn percent(basis_points: impl Borrow<u32>) -> String {
    let basis_points = *basis_points.borrow();
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    match rest {
        0 => format!("{whole} %"),
        rest if rest % 10 == 0 => format!("{whole}.{} %", rest / 10),
        rest => format!("{whole}.{rest:02} %"),
    }
}

/// When an order was placed, as the letters show it: to the minute by the store's clock of then, which it names.
fn when(order: &OrderView) -> String {
    let offset =
        jiff::fmt::temporal::Pieces::parse(&order.placed_at).ok().and_then(|pieces| pieces.to_numeric_offset());
    match (order.placed_at.parse::<jiff::Timestamp>(), Zone::parse(&order.time_zone)) {
        (Ok(at), Ok(zone)) => {
            let clock = offset.map_or_else(|| zone.clock(at), |offset| StoreClock { zone, offset_s: offset.seconds() });
            clock.in_words(at)
        }
        (Err(_), _) | (_, Err(_)) => order.placed_at.clone(),
    }
}

#[cfg(test)]
mod tests;
