//! Disputes over HTTP: what shoppers, the mailed link and admins share.

use db::orders::OrderFile;
use domain::dispute::{ContestedLine, Dispute, DisputeError};
use domain::event::DomainEvent;
use domain::ids::{DisputeId, OrderId, ShopperId, Sku};
use jiff::{SignedDuration, Timestamp};
use protocol::error_code::ErrorCode;
use protocol::order::{DisputeView, NewDispute, OrderView};
use uuid::Uuid;

use super::error::{ApiError, ApiResult};
use crate::app::App;
use crate::keys::{Keys, NotValid, Purpose};
use crate::views;

/// The token of a dispute link: which order, until when, signed for this purpose alone.
pub fn link_token(keys: &Keys, order: OrderId, expires_at: Timestamp) -> String {
    keys.sign_until(Purpose::DisputeLink, order.0, expires_at)
}

/// How long the link in a receipt is valid, from the order on.
pub fn link_expiry(placed_at: Timestamp, days: u32) -> Timestamp {
    domain::clock::shift(placed_at, SignedDuration::from_hours(24 * i64::from(days)))
}

/// The order that a link leads to.
pub fn order_of_link(app: &App, token: &str) -> ApiResult<OrderId> {
    let order =
        app.keys.verify_until(Purpose::DisputeLink, token, app.clock.now()).map_err(|not_valid| match not_valid {
            NotValid::NotOurs => ApiError::new(
                ErrorCode::InvalidLink,
                "This link is not complete or was altered. Open it from the receipt again.",
            ),
            NotValid::Expired => {
                let detail = "This link has expired. Log in to the app to contest the order, or ask the staff.";
                ApiError::new(ErrorCode::Expired, detail)
            }
        })?;
    Ok(OrderId(order))
}

/// Opens a dispute; `shopper` is checked where the caller is one.
pub async fn open(app: &App, order: OrderId, shopper: Option<ShopperId>, new: NewDispute) -> ApiResult<DisputeView> {
    let _one_at_a_time = app.disputes.lock().await;
    let mut file = own_order(app, order, shopper).await?;
    let lines = new
        .lines
        .into_iter()
        .map(|line| ContestedLine {
            sku: Sku(line.sku),
            quantity: line.quantity,
            reason: views::names::to_dispute_reason(line.reason),
        })
        .collect();
    let id = DisputeId(Uuid::now_v7());
    let dispute = Dispute::open(id, &file.order, &file.disputes, lines, &new.message, app.clock.now())?;
    let shopper = file.order.shopper;
    app.floor.append(vec![DomainEvent::DisputeOpened { dispute: dispute.clone(), shopper }]).await?;
    tracing::info!(dispute.id = %id, order.id = %order, "a dispute was opened");
    file.disputes.push(dispute.clone());
    Ok(views::dispute(&dispute, &file, &app.people.name(shopper).await?))
}

/// An order, if it is the caller's.
pub async fn own_order(app: &App, order: OrderId, shopper: Option<ShopperId>) -> ApiResult<OrderFile> {
    let file = db::orders::file(&app.db, order).await?.ok_or_else(ApiError::not_found)?;
    match shopper {
        Some(shopper) if file.order.shopper != shopper => Err(ApiError::not_found()),
        _ => Ok(file),
    }
}

/// An order as its page shows it.
pub async fn order_view(app: &App, file: &OrderFile) -> ApiResult<OrderView> {
    let name = app.people.name(file.order.shopper).await?;
    Ok(views::order(file, &name, &app.store.now().settings.name))
}

impl From<DisputeError> for ApiError {
    fn from(error: DisputeError) -> Self {
        match error {
            DisputeError::Decided => Self::new(ErrorCode::Conflict, "This dispute is already decided."),
            DisputeError::NoLines
            | DisputeError::NotInOrder(_)
            | DisputeError::BadLine(_)
            | DisputeError::TooManyUnits { .. }
            | DisputeError::TooLong
            | DisputeError::NoAnswer => Self::invalid(format!("{error}.")),
        }
    }
}
