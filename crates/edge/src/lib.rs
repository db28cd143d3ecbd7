//! `smartmart-edge`: reads shelf sensors on a Raspberry Pi and delivers their events to the server at least once.
//!
//! ```text
//! rangers, beams   drivers/*  --raw value-->  sampling  --Reading-->  domain::shelf::SlotMeter
//!                                                                            | whole units
//! load cells       drivers/*  --grams------>  plates    --rows----->  domain::shelf::ShelfPlates
//!                                                                            | grams at neighbouring plates
//! room cameras     cameras/*  --key points, newest only, acknowledged-->  server
//!                             server  <--batches, acknowledged--  uplink  <--spool (on disk, in order)
//! ```
//!
//! Each sensor has a thread, because reading one blocks; the load cells of a shelf have one more between them, which
//! puts their latest values together. A change is on disk before the next sample or row is taken, so there
//! is no queue between the two. The uplink takes the oldest events from the spool and removes them when the server has
//! acknowledged them; without a server the spool grows up to its bound.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod cameras;
pub mod cli;
pub mod clock;
pub mod config;
pub mod drivers;
pub mod health;
pub mod join;
pub mod node;
pub mod plates;
pub mod sampling;
pub mod spool;
pub mod supervisor;
pub mod token;
pub mod uplink;
pub mod worker;
