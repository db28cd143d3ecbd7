//! A store that is not there: shoppers, sensors and cameras that speak the real protocol.
//!
//! Nothing here has a private entrance to the server: accounts are signed up, devices are invited, frames, codes and
//! shelf events go over the sockets, and what came of it is asked for over HTTP.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod api;
pub mod bench;
pub mod camera_file;
pub mod cli;
pub mod clock;
pub mod devices;
pub mod load_cell;
pub mod room;
pub mod scenario;
pub mod shopper;
pub mod store;
