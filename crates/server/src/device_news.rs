//! What is told live when a device changes: to the admins how it stands, to itself that it is revoked.

use domain::ids::DeviceId;
use protocol::realtime::{ADMIN_NAMESPACE, AdminChange, AdminLive, DEVICE_NAMESPACE, LIVE, REVOKED};

use crate::app::App;
use crate::rooms;
use crate::views::names;

/// Tells the admins how a device stands.
pub async fn tell_admins(app: &App, id: DeviceId) {
    let row = match db::devices::one(&app.db, id).await {
        Ok(Some(row)) => row,
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(%error, device.id = %id, "cannot tell how a device stands");
            return;
        }
    };
    let (online, status) = app.presence.of(id);
    let change = AdminChange::Device { device: names::device(&row, online), status };
    let message = AdminLive { seq: 0, change, activity: None };
    if let Some(io) = app.io.of(ADMIN_NAMESPACE)
        && let Err(error) = io.to(rooms::ADMINS).emit(LIVE, &message).await
    {
        tracing::debug!(%error, "a live message did not reach everybody");
    }
}

/// Tells a device that its token is no longer valid, and closes its connections.
pub async fn revoke(app: &App, id: DeviceId) {
    if let Some(io) = app.io.of(DEVICE_NAMESPACE)
        && let Err(error) = io.to(rooms::of_device(id)).emit(REVOKED, &()).await
    {
        tracing::debug!(%error, "a device did not hear that it is revoked");
    }
    if let Some(io) = app.io.of(DEVICE_NAMESPACE)
        && let Err(error) = io.within(rooms::of_device(id)).disconnect().await
    {
        tracing::warn!(%error, device.id = %id, "cannot close a revoked device's connection");
    }
    tell_admins(app, id).await;
}
