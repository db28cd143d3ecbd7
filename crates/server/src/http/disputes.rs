//! Disputes over HTTP: what shoppers, the mailed link and admins share.

use db::orders::OrderFile;
use domain::dispute::{ContestedLine, DisputeError};
use domain::ids::{OrderId, ShopperId, Sku};
use jiff::{SignedDuration, Timestamp};
use protocol::error_code::ErrorCode;
use protocol::order::{DisputeView, NewDispute, OrderView};
use shop::command::{Ask, Caller, Command, Done};

use super::command_id::CommandId;
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

/// Opens a dispute, as a shopper or by the link of a receipt.
pub async fn open(
    app: &App,
    CommandId(id): CommandId,
    by: Caller,
    order: OrderId,
    new: NewDispute,
) -> ApiResult<DisputeView> {
    let line = |line: protocol::order::DisputedLine| ContestedLine {
        sku: Sku(line.sku),
        quantity: line.quantity,
        reason: views::names::to_dispute_reason(line.reason),
    };
    let lines = new.lines.into_iter().map(line).collect();
    let ask = Ask::OpenDispute { order, lines, message: new.message };
    carried_out(app, Command { id, by, ask }).await
}

/// Has a command about a dispute carried out, and gives the dispute as it is then.
pub async fn carried_out(app: &App, command: Command) -> ApiResult<DisputeView> {
    let Done::Dispute { dispute, .. } = app.floor.carry_out(command).await? else {
        return Err(anyhow::anyhow!("a command about a dispute was answered by something else").into());
    };
    let file = own_order(app, dispute.order, None).await?;
    tracing::info!(dispute.id = %dispute.id, order.id = %dispute.order, "a dispute was opened or decided");
    Ok(views::dispute(&dispute, &file, &app.people.name(file.order.shopper).await?))
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
            | DisputeError::NotPlain(_)
            | DisputeError::NoAnswer => Self::invalid(format!("{error}.")),
        }
    }
}
