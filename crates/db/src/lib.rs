//! Saves and loads domain values in SQLite or PostgreSQL: one schema, one set of queries, both engines tested alike.
//!
//! Times are stored as microseconds since the Unix epoch, money as minor units: both engines keep integers exactly.

pub mod accounts;
pub mod catalog;
pub mod commands;
pub mod commit;
pub mod connection;
pub mod devices;
pub mod entity;
pub mod erasures;
pub mod event_log;
pub mod faces;
mod fault;
pub mod gallery_faces;
pub mod keys;
pub mod lease;
pub mod mailbox;
pub mod memory;
pub mod migration;
pub mod orders;
pub mod outbox;
pub mod paging;
pub mod planogram;
pub mod reviews;
pub mod room_plans;
pub mod sessions;
pub mod set_aside;
pub mod stock;
pub mod stores;
mod time;

pub use connection::{Db, DbError};
pub use fault::Fault;
pub use time::{from_micros, micros};
