//! Disputes: opened and decided by what is true in the writer's turn, so that no unit is contested or refunded twice.

use db::Db;
use db::orders::OrderFile;
use domain::dispute::{ContestedLine, Dispute};
use domain::event::DomainEvent;
use domain::ids::{AdminId, DisputeId, OrderId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Caller, Done, NotDecided, Refusal, Ruling};
use crate::writer::Decision;

/// Opens a dispute; a shopper only on an order of theirs. Its id follows from the command's.
pub(crate) async fn open(
    db: &Db,
    now: Timestamp,
    command: Uuid,
    by: Caller,
    order: OrderId,
    lines: Vec<ContestedLine>,
    message: &str,
) -> Result<Decision, NotDecided> {
    let file = db::orders::file(db, order).await?.ok_or(Refusal::NotFound)?;
    let shopper = file.order.shopper;
    if matches!(by, Caller::Shopper(caller) if caller != shopper) {
        return Err(Refusal::NotFound.into());
    }
    let id = DisputeId::derived(command, "dispute");
    let dispute = Dispute::open(id, &file.order, &file.disputes, lines, message, now).map_err(Refusal::from)?;
    let fact = DomainEvent::DisputeOpened { dispute: dispute.clone(), shopper };
    Ok(Decision::of(vec![fact], Done::Dispute { dispute, refund: None }))
}

/// Decides a dispute. The same ruling again changes nothing; another one is refused.
pub(crate) async fn decide(
    db: &Db,
    now: Timestamp,
    by: AdminId,
    dispute: DisputeId,
    ruling: Ruling,
    answer: &str,
) -> Result<Decision, NotDecided> {
    let (mut dispute, shopper) = db::orders::dispute(db, dispute).await?.ok_or(Refusal::NotFound)?;
    let OrderFile { order, refunds, .. } = db::orders::file(db, dispute.order).await?.ok_or(Refusal::NotFound)?;
    let was_open = dispute.verdict.is_none();
    let refund = match ruling {
        Ruling::Accept => Some(dispute.accept(&order, &refunds, answer, by, now).map_err(Refusal::from)?),
        Ruling::Reject => {
            dispute.reject(answer, by, now).map_err(Refusal::from)?;
            None
        }
    };
    let done = Done::Dispute { dispute: dispute.clone(), refund: refund.clone() };
    let facts = match was_open {
        true => vec![DomainEvent::DisputeDecided { dispute, shopper, refund }],
        false => Vec::new(),
    };
    Ok(Decision::of(facts, done))
}
