//! The namespaces: every handshake is checked before anything else happens.

use protocol::device::SocketAuth;
use protocol::realtime::{ADMIN_NAMESPACE, DEVICE_NAMESPACE, SHOPPER_NAMESPACE};
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::layer::SocketIoLayer;
use socketioxide::{ParserConfig, SocketIo};

use super::device;
use crate::app::App;
use crate::caller::{AdminCaller, DeviceCaller, Refused, ShopperCaller, cookie, token_or_cookie};
use crate::connections::Connection;
use crate::limits::MAX_FRAME_BYTES;
use crate::rooms;

/// The largest message that a socket takes: a frame and its description. `max_payload` bounds polling only, so the
/// WebSocket limits are set too.
const MAX_MESSAGE_BYTES: usize = MAX_FRAME_BYTES + 64 * 1024;

/// The Socket.IO server, still without namespaces.
pub fn build() -> (SocketIoLayer, SocketIo) {
    let parser = ParserConfig::common().max_incoming_binaries(1).max_incoming_binary_buf_size(MAX_FRAME_BYTES);
    SocketIo::builder()
        .max_payload(MAX_MESSAGE_BYTES as u64)
        .ws_max_message_size(MAX_MESSAGE_BYTES)
        .ws_max_frame_size(MAX_MESSAGE_BYTES)
        .max_buffer_size(512)
        .with_parser(parser)
        .build_layer()
}

/// Opens the namespaces.
pub fn open(app: &App) {
    let check = app.clone();
    let shopper_check = async move |socket: SocketRef, TryData(auth): TryData<SocketAuth>| {
        let token = token_or_cookie(auth.ok(), cookie(&socket.req_parts().headers, ShopperCaller::COOKIE));
        let caller = ShopperCaller::of_token(&check, token.as_deref()).await?;
        keep_place(&socket);
        socket.extensions.insert(caller);
        Ok::<_, Refused>(())
    };
    let shopper_joined = async |socket: SocketRef| {
        if let Some(caller) = socket.extensions.get::<ShopperCaller>() {
            socket.join(rooms::of_shopper(caller.id));
        }
    };
    app.io.ns(SHOPPER_NAMESPACE, shopper_joined.with(shopper_check));

    let check = app.clone();
    let admin_check = async move |socket: SocketRef, TryData(auth): TryData<SocketAuth>| {
        let token = token_or_cookie(auth.ok(), cookie(&socket.req_parts().headers, AdminCaller::COOKIE));
        AdminCaller::of_token(&check, token.as_deref()).await?;
        keep_place(&socket);
        Ok::<_, Refused>(())
    };
    let admin_joined = async |socket: SocketRef| socket.join(rooms::ADMINS);
    app.io.ns(ADMIN_NAMESPACE, admin_joined.with(admin_check));

    let (check, joined) = (app.clone(), app.clone());
    let device_check = async move |socket: SocketRef, TryData(auth): TryData<SocketAuth>| {
        let token = token_or_cookie(auth.ok(), cookie(&socket.req_parts().headers, DeviceCaller::COOKIE));
        let caller = DeviceCaller::of_token(&check, token.as_deref()).await?;
        keep_place(&socket);
        // Before the device hears that it is let in: what it sends before it is listened to would be dropped.
        device::listen(&check, &socket, &caller);
        socket.extensions.insert(caller);
        Ok::<_, Refused>(())
    };
    let device_joined = async move |socket: SocketRef| device::connected(joined.clone(), socket).await;
    app.io.ns(DEVICE_NAMESPACE, device_joined.with(device_check));
}

/// Its connection is no stranger's any more.
fn keep_place(socket: &SocketRef) {
    if let Some(connection) = socket.req_parts().extensions.get::<Connection>() {
        connection.is_known();
    }
}
