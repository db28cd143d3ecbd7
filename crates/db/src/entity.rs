//! One module a table; nothing else reaches the database.

#![allow(missing_docs, reason = "the derive makes undocumented items; the fields are documented")]

pub mod admin;
pub mod biometric_reference;
pub mod command;
pub mod consent;
pub mod device;
pub mod dispute;
pub mod erasure;
pub mod event_log;
pub mod facing;
pub mod facing_change;
pub mod gallery_face;
pub mod interaction;
pub mod key_fingerprint;
pub mod login_session;
pub mod mail;
pub mod order;
pub mod order_line;
pub mod outbox;
pub mod product;
pub mod product_price;
pub mod refund;
pub mod restocking;
pub mod review;
pub mod room_plan;
pub mod set_aside;
pub mod shelf_event;
pub mod shopper;
pub mod shopping_session;
pub mod stock_count;
pub mod store;
pub mod store_change;
pub mod tax_change;
pub mod writer;
