//! Opens the WebSocket below a connection and sends on it without waiting for ever.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::error::{ConnectError, DisconnectReason};
use crate::options::ConnectOptions;
use crate::trust;

/// Small, since a process may hold a thousand connections: the library's default takes 128 KiB each at once.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// The server's messages are hints of some kilobytes; more is a fault.
const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// An open WebSocket.
pub(crate) struct Transport {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came in.
pub(crate) enum Incoming {
    /// An Engine.IO packet.
    Text(Utf8Bytes),
    /// An attachment.
    Binary,
    /// WebSocket's own affairs, which the library sees to.
    Control,
}

impl Transport {
    /// Connects to `/socket.io/` below the given address.
    pub(crate) async fn open(options: &ConnectOptions) -> Result<Self, ConnectError> {
        let url = websocket_url(&options.url)?;
        let secure = url.starts_with("wss:");
        let connector = if secure {
            Connector::Rustls(options.trust.clone().unwrap_or_else(trust::system))
        } else {
            Connector::Plain
        };
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let disable_nagle = true;
        let (socket, _) = connect_async_tls_with_config(url, Some(config), disable_nagle, Some(connector))
            .await
            .map_err(|error| connect_error(error, &options.url))?;
        Ok(Self { socket })
    }

    /// Waits for the next frame. May be dropped while waiting: nothing is lost.
    pub(crate) async fn receive(&mut self) -> Result<Incoming, DisconnectReason> {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => Ok(Incoming::Text(text)),
            Some(Ok(Message::Binary(_))) => Ok(Incoming::Binary),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Incoming::Control),
            Some(Ok(Message::Close(_))) | None => Err(DisconnectReason::ByServer),
            Some(Err(error)) => Err(disconnect_reason(&error)),
        }
    }

    /// Sends a packet and its attachment; must not be dropped while waiting.
    pub(crate) async fn send(
        &mut self,
        text: String,
        attachment: Option<Bytes>,
        limit: Duration,
    ) -> Result<(), DisconnectReason> {
        let sending = async {
            self.socket.feed(Message::text(text)).await?;
            if let Some(bytes) = attachment {
                self.socket.feed(Message::Binary(bytes)).await?;
            }
            self.socket.flush().await
        };
        match tokio::time::timeout(limit, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(disconnect_reason(&error)),
            Err(_) => Err(DisconnectReason::Silence),
        }
    }

    /// Says good-bye on the WebSocket; whether that arrives does not matter any more.
    pub(crate) async fn close(&mut self, limit: Duration) {
        match tokio::time::timeout(limit, self.socket.close(None)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the connection broke while it was closed"),
            Err(_) => tracing::debug!("the server does not let us close the connection"),
        }
    }
}

fn websocket_url(url: &str) -> Result<String, ConnectError> {
    let bad = |reason: &str| ConnectError::Address { url: url.to_owned(), reason: reason.to_owned() };
    let (scheme, rest) = url.trim().split_once("://").ok_or_else(|| bad("it must start with http:// or https://"))?;
    let scheme = match scheme {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return Err(bad("it must start with http:// or https://")),
    };
    if rest.is_empty() || rest.starts_with('/') {
        return Err(bad("the server's name is missing"));
    }
    if rest.contains(['?', '#']) {
        return Err(bad("it must have neither a query nor a fragment"));
    }
    Ok(format!("{scheme}://{}/socket.io/?EIO=4&transport=websocket", rest.trim_end_matches('/')))
}

fn connect_error(error: tungstenite::Error, url: &str) -> ConnectError {
    match error {
        tungstenite::Error::Io(error) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(tls) => ConnectError::Tls(tls.to_string()),
                None => ConnectError::Unreachable(error),
            }
        }
        tungstenite::Error::Tls(error) => ConnectError::Tls(error.to_string()),
        tungstenite::Error::Http(response) => ConnectError::Status(response.status().as_u16()),
        tungstenite::Error::Url(error) => ConnectError::Address { url: url.to_owned(), reason: error.to_string() },
        other => ConnectError::Protocol(other.to_string()),
    }
}

fn disconnect_reason(error: &tungstenite::Error) -> DisconnectReason {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => DisconnectReason::ByServer,
        other => DisconnectReason::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_websocket_addresses() {
        for (url, expected) in [
            ("http://pi:8080", "ws://pi:8080/socket.io/?EIO=4&transport=websocket"),
            ("https://store.example/", "wss://store.example/socket.io/?EIO=4&transport=websocket"),
            ("wss://store.example/mart/", "wss://store.example/mart/socket.io/?EIO=4&transport=websocket"),
        ] {
            assert_eq!(websocket_url(url).unwrap(), expected);
        }
        for url in ["", "store.example", "ftp://store.example", "http://", "http:///x", "http://a/?b"] {
            assert!(matches!(websocket_url(url), Err(ConnectError::Address { .. })), "{url}");
        }
    }
}
