//! Replays recorded store traces through the engine of `domain` and scores the receipts.
//!
//! `smartmart replay` is [`run`] with [`Arguments`]; nothing here knows of the server.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod bench;
pub mod command;
pub mod complaints;
pub mod explain;
pub mod player;
mod positions;
pub mod recording;
pub mod score;
pub mod store_file;
pub mod trace_file;
pub mod truth;

pub use command::{Arguments, run};
