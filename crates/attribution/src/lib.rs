//! Attribution: who took what, as one joint decision over time. Design: docs/decisions/0003-attribution.md.
//!
//! [`engine::Engine`] takes in what a store senses and gives changes with their probable explanations, and receipts.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod belief;
pub mod clash;
pub mod contents;
pub mod counts;
pub mod doors;
pub mod engine;
pub mod hypotheses;
pub mod layout;
pub mod numbers;
pub mod planogram_check;
pub mod presence;
pub mod receipt;
pub mod rules;
pub mod takings;
pub mod tracks;
