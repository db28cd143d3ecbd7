//! A small Socket.IO 5 client (Engine.IO 4) over WebSocket only, without OpenSSL.
//!
//! One [`Client`] is one connection to one namespace, carried by one task. It answers pings, notices a silent server,
//! keeps many acknowledgements in flight and ends for good when the connection ends: reconnecting is the caller's
//! business, because only the caller knows what has to be sent again.
//!
//! Left out, because nothing here needs it: HTTP long polling, several namespaces on one connection, attachments from
//! the server (such events are dropped with a log entry), and acknowledgements that the server asks of us.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use socket_client::{Client, ConnectOptions, Event};
//!
//! let options = ConnectOptions::new("https://store.example", "/device").auth(json!({ "token": "…" }));
//! let (client, mut events) = Client::connect(&options).await?;
//! let answer: serde_json::Value =
//!     client.emit_with_ack("node_status", &json!({ "spooled": 0 }), None, options.timeout).await?;
//! while let Some(event) = events.next().await {
//!     match event {
//!         Event::Message { name, data } => drop((name, data, &answer)),
//!         Event::Disconnected(reason) => return Err(reason.into()),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod client;
mod connection;
mod error;
mod handshake;
mod options;
mod packet;
mod transport;
pub mod trust;

pub use client::{Client, Event, Events};
pub use error::{ConnectError, DisconnectReason, EmitError};
pub use options::ConnectOptions;
