//! Opening a connection: the WebSocket, Engine.IO's handshake and the namespace's answer.

use std::time::Duration;

use crate::connection::{CLOSE_LIMIT, EVENT_CAPACITY, Message};
use crate::error::{ConnectError, DisconnectReason};
use crate::options::ConnectOptions;
use crate::packet::{self, Body, Frame, Packet};
use crate::transport::{Incoming, Transport};

/// A connection whose namespace took us in, before its task runs.
pub(crate) struct Opened {
    pub(crate) transport: Transport,
    pub(crate) namespace: String,
    /// After so long without a word the server counts as gone.
    pub(crate) silence: Duration,
    /// Events that came before the answer to our hello.
    pub(crate) early: Vec<Message>,
}

/// Opens the WebSocket and joins the namespace; the caller limits the time.
pub(crate) async fn open(options: &ConnectOptions) -> Result<Opened, ConnectError> {
    let mut transport = Transport::open(options).await?;
    let handshake = loop {
        match receive_frame(&mut transport).await? {
            Frame::Open(handshake) => break handshake,
            Frame::Other => {}
            other => {
                return Err(ConnectError::Protocol(format!("{other:?} before the handshake")));
            }
        }
    };
    let silence = Duration::from_millis(handshake.ping_interval.saturating_add(handshake.ping_timeout));
    let hello = packet::encode_connect(&options.namespace, &options.auth);
    transport.send(hello, None, options.timeout).await.map_err(broken)?;
    let mut early = Vec::new();
    loop {
        match receive_frame(&mut transport).await? {
            Frame::Ping(payload) => {
                transport.send(format!("3{payload}"), None, options.timeout).await.map_err(broken)?;
            }
            Frame::Packet(Packet { namespace, body }) if namespace == options.namespace => {
                match body {
                    Body::Connected => break,
                    Body::Refused { message } => {
                        transport.close(CLOSE_LIMIT).await;
                        return Err(ConnectError::Refused(message));
                    }
                    // Not by the book, but a handler may emit before the answer to the hello is written.
                    Body::Event { name, data } if early.len() < EVENT_CAPACITY => early.push(Message { name, data }),
                    Body::Disconnected => return Err(broken(DisconnectReason::ByServer)),
                    Body::Event { .. } | Body::Ack { .. } | Body::Binary => {}
                }
            }
            Frame::Close => return Err(broken(DisconnectReason::ByServer)),
            Frame::Open(_) | Frame::Packet(_) | Frame::Other => {}
        }
    }
    Ok(Opened { transport, namespace: options.namespace.clone(), silence, early })
}

async fn receive_frame(transport: &mut Transport) -> Result<Frame, ConnectError> {
    loop {
        if let Incoming::Text(text) = transport.receive().await.map_err(broken)? {
            return packet::decode(&text).map_err(|error| ConnectError::Protocol(error.to_string()));
        }
    }
}

fn broken(reason: DisconnectReason) -> ConnectError {
    ConnectError::Unreachable(std::io::Error::new(std::io::ErrorKind::ConnectionAborted, reason))
}
