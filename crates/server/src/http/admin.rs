//! The admins' routes.

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub mod account;
pub mod catalog;
pub mod devices;
pub mod disputes;
pub mod floor;
pub mod mailbox;
pub mod orders;
pub mod planogram;
pub mod reviews;
pub mod room;
pub mod set_aside;
pub mod stock;
pub mod store;

/// The routes, below `/api/v1/admin`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(account::routes())
        .merge(catalog::routes())
        .merge(devices::routes())
        .merge(disputes::routes())
        .merge(floor::routes())
        .merge(mailbox::routes())
        .merge(set_aside::routes())
        .merge(orders::routes())
        .merge(planogram::routes())
        .merge(reviews::routes())
        .merge(room::routes())
        .merge(stock::routes())
        .merge(store::routes())
}
