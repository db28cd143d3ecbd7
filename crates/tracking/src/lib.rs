//! Turns the bodies that room cameras see into people on the floor: where they stand, where their hands are, and which
//! visit each may be.
//!
//! Frames with their times come in, people go out. There is no clock, no randomness, no I/O, and no picture: a frame is
//! the [`domain::body::Body`]s that were found in it.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod assignment;
pub mod calibration;
pub mod camera;
mod crowd;
mod figure;
mod filter;
mod group;
mod person;
pub mod room;
pub mod rules;
pub mod shares;
pub mod tracker;
mod triangulation;
mod visibility;

#[cfg(test)]
mod tests;
