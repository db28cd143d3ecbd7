//! What a store can be asked to do. Adapters (HTTP, sockets, the command line) parse, ask here, and answer; here it is validated,
//! decided, committed and applied, in that order, once. How: docs/decisions/0006-writer.md.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod command;
pub mod desk;
pub mod news;
pub mod writer;
