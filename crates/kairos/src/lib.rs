//! The Kairos face API, both ways: a client of the cloud, and a service that answers like it over galleries of our own.
//!
//! [`wire`] holds the messages. [`client::KairosCloud`] calls the cloud (or whatever else speaks the API).
//! [`service::router`] answers the API over anything that implements [`service::Galleries`]. Both speak in the plain
//! values of [`face`]; nothing here knows of our recogniser or our database.
//!
//! The crate asks for no time of day and no random numbers: time stamps come from whoever implements `Galleries`, and
//! the client is given its jitter.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod client;
pub mod confidence;
pub mod face;
pub mod quota;
pub mod service;
pub mod wire;
