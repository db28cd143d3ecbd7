//! Turns raw readings into changes at the shelf: plates, rangers and beams. Runs on the shelf node, and in a replay.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod counting;
pub mod debounce;
pub mod faults;
pub mod meter;
pub mod plate;
pub mod plates;
pub mod units;
pub mod weight_change;
