//! Why a connection did not come about, why it ended, and why a message was not acknowledged.

use std::io;
use std::time::Duration;

/// Why a connection did not come about.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address cannot be used at all.
    #[error("{url:?} is not a usable address: {reason}")]
    Address {
        /// As given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The name is unknown, nothing listens there, or the connection broke while it was made.
    #[error("the server cannot be reached: {0}")]
    Unreachable(#[source] io::Error),
    /// No secure connection: certificate, name or version.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Something answers there, but no Socket.IO server: it gave this HTTP status.
    #[error("the server answered HTTP {0} instead of a WebSocket")]
    Status(u16),
    /// The server speaks something else than Engine.IO 4.
    #[error("the server does not speak Socket.IO 5: {0}")]
    Protocol(String),
    /// The namespace refused us (`connect_error`); the message is the server's.
    #[error("the server refused the connection: {0}")]
    Refused(String),
    /// Not connected within [`crate::ConnectOptions::timeout`].
    #[error("not connected within {0:?}")]
    TimedOut(Duration),
}

/// Why a connection ended.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DisconnectReason {
    /// We closed it.
    #[error("closed by this side")]
    Closed,
    /// The server closed the namespace or the connection.
    #[error("closed by the server")]
    ByServer,
    /// Nothing came for the server's `pingInterval` and `pingTimeout` together, or nothing could be written for as long.
    #[error("the server fell silent")]
    Silence,
    /// Events came faster than they were taken from [`crate::Events`]; dropping some unnoticed would be worse.
    #[error("events were not taken fast enough")]
    Lagged,
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// Why a message was not sent or not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// The payload cannot be written as JSON.
    #[error("the message cannot be written as JSON: {0}")]
    Payload(#[source] serde_json::Error),
    /// The acknowledgement is not what was expected.
    #[error("the acknowledgement cannot be read: {0}")]
    Answer(#[source] serde_json::Error),
    /// The acknowledgement did not come in time; the message may or may not have arrived.
    #[error("no acknowledgement within {0:?}")]
    TimedOut(Duration),
    /// [`crate::Client::MAX_IN_FLIGHT`] acknowledgements are awaited already.
    #[error("too many acknowledgements are awaited already")]
    TooManyInFlight,
    /// The connection is over; the message may or may not have arrived.
    #[error("disconnected: {0}")]
    Disconnected(DisconnectReason),
}
