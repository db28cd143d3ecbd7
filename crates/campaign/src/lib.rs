//! A whole store under faults: the real programs are killed, cut off, locked out and told a wrong time while people shop, and in the
//! end every movement of a hand is looked for in the database.
//!
//! ```text
//! simulator (shoppers, cameras, one shelf node) --+
//! smartmart-edge (real, simulated plates) --------+--> wire (drops, delays, doubles, cuts) --> smartmart --> database
//!                                                                                               ^ kill -9     ^ locks, refusals,
//! schedule: one fault after the other, from a shuffled deck; after each, how long until the store answers      a full disk
//! reckoning: ledger (what hands did) against interactions, cases, set-aside inputs, orders, receipts
//! ```

pub mod clocks;
pub mod complaints;
pub mod database;
pub mod disk;
pub mod fault;
pub mod outage;
pub mod outcome;
pub mod plan;
pub mod programs;
pub mod reckoning;
pub mod run;
pub mod staff;
pub mod wire;

pub use outcome::Outcome;
pub use plan::Plan;
pub use run::run;
