//! Every message that crosses a process boundary: HTTP bodies, Socket.IO events, error codes.
//!
//! `cargo xtask codegen` writes these types as TypeScript to `web/src/lib/generated/`.

pub mod account;
pub mod admin;
pub mod device;
pub mod error_code;
pub mod evidence;
pub mod order;
pub mod paging;
pub mod privacy;
pub mod realtime;
pub mod room;
pub mod set_aside;
pub mod shopper;
pub mod standards;
pub mod store;
pub mod typescript;
