//! Simulated devices: they speak to the server as the real ones do and have no other way in.

pub mod camera;
pub mod link;
pub mod plate_files;
pub mod scene;
pub mod shelf_node;
