//! Disputes over HTTP: what shoppers, the mailed link and admins share.

use db::orders::OrderFile;
use domain::dispute::ContestedLine;
use domain::ids::{OrderId, ShopperId, Sku};
use protocol::error_code::ErrorCode;
use protocol::order::{DisputeView, NewDispute, OrderView};
use shop::command::{Ask, Caller, Command, Done};

use super::command_id::CommandId;
use crate::app::App;
use crate::keys::NotValid;
use crate::problem::{ApiError, ApiResult};
use crate::{dispute_link, views};

/// The order that a link leads to.
pub fn order_of_link(app: &App, token: &str) -> ApiResult<OrderId> {
    dispute_link::verify(&app.keys, token, app.clock.now()).map_err(|not_valid| match not_valid {
        NotValid::NotOurs => {
            let detail = "This link is not complete or was altered. Open it from the receipt again.";
            ApiError::new(ErrorCode::InvalidLink, detail)
        }
        NotValid::Expired => {
            let detail = "This link has expired. Log in to the app to contest the order, or ask the staff.";
            ApiError::new(ErrorCode::Expired, detail)
        }
    })
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
    let Done::Dispute { dispute, .. } = app.desk.carry_out(command).await? else {
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
