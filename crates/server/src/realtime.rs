//! Socket.IO: who may connect, what devices send, what shoppers and admins are told.

pub mod bodies;
pub mod device;
pub mod edition;
pub mod listen;
pub mod look;
pub mod publisher;
pub mod reference;
