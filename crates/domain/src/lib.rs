//! Decides who took what and what it costs: pure, deterministic, without I/O, clocks, randomness or logging.
//!
//! Time and ids come in with the inputs; ids of things decided here are derived from the ids of what caused them, so
//! the same inputs give the same bytes out and every command can be repeated safely.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod body;
pub mod calendar;
pub mod cart;
pub mod catalog;
pub mod clock;
pub mod dispute;
pub mod event;
pub mod gate;
pub mod ids;
pub mod interaction;
pub mod memory;
pub mod money;
pub mod order;
pub mod planogram;
pub mod price;
pub mod restocking;
pub mod review;
pub mod room;
pub mod session;
pub mod shelf;
pub mod sighting;
pub mod skew;
pub mod store;
pub mod text;
