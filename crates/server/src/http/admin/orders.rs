//! Orders as admins see them.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use db::orders::list::{OrderFilter, OrderPosition, OrderState};
use domain::ids::{OrderId, ShopperId};
use domain::money::Minor;
use jiff::Timestamp;
use protocol::order::{OrderSummary, OrderView};
use protocol::paging::Page;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::caller::AdminCaller;
use crate::http::disputes;
use crate::http::paging::{Listing, PageQuery, searched};
use crate::problem::ApiResult;
use crate::views;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(orders)).routes(routes!(order))
}

/// Which orders.
#[derive(Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OrderFilters {
    /// An order's number as printed, or text in the shopper's name or e-mail address, a SKU or a product's name.
    search: Option<String>,
    /// The shopper's id.
    shopper_id: Option<Uuid>,
    /// RFC 3339: placed then or later.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// RFC 3339: placed before then.
    #[param(value_type = Option<String>)]
    before: Option<Timestamp>,
    /// What became of it.
    #[param(inline)]
    state: Option<StateFilter>,
    /// At least so much as placed, in minor units.
    least_minor: Option<i64>,
    /// At most so much as placed, in minor units.
    most_minor: Option<i64>,
}

/// What became of an order.
#[derive(Deserialize, Serialize, Clone, Copy, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum StateFilter {
    /// A dispute about it waits for staff.
    Contested,
    /// Money was given back.
    Refunded,
}

impl OrderFilters {
    fn checked(&self) -> ApiResult<OrderFilter> {
        Ok(OrderFilter {
            shopper: self.shopper_id.map(ShopperId),
            from: self.from,
            before: self.before,
            least: self.least_minor.map(Minor),
            most: self.most_minor.map(Minor),
            state: self.state.map(|state| match state {
                StateFilter::Contested => OrderState::Contested,
                StateFilter::Refunded => OrderState::Refunded,
            }),
            search: searched(self.search.as_deref())?,
        })
    }
}

/// Orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "admin", params(PageQuery, OrderFilters),
    responses((status = OK, body = Page<OrderSummary>)))]
async fn orders(
    State(app): State<App>,
    _: AdminCaller,
    list: Listing<OrderFilters, OrderPosition>,
) -> ApiResult<Json<Page<OrderSummary>>> {
    let (store, filter) = (app.store.id, list.filters.checked()?);
    let found = db::orders::list::page(&app.db, store, &filter, &list.window).await?;
    let total = if list.is_first() { db::orders::list::count(&app.db, store, &filter).await? } else { None };
    let names = app.people.names(found.rows.iter().map(|file| file.order.shopper)).await?;
    list.page(found, total, |file| views::order_summary(&file, &names[&file.order.shopper]))
}

/// One order.
#[utoipa::path(get, path = "/orders/{id}", tag = "admin", responses((status = OK, body = OrderView), (status = NOT_FOUND)))]
async fn order(
    State(app): State<App>,
    _: AdminCaller,
    id: Result<Path<Uuid>, PathRejection>,
) -> ApiResult<Json<OrderView>> {
    let file = disputes::own_order(&app, OrderId(id?.0), None).await?;
    Ok(Json(disputes::order_view(&app, &file).await?))
}
