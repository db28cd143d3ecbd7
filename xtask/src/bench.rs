//! `cargo xtask bench`: measurements beside a peer, in one run.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

mod bodies;
mod comeback;
mod faces;
mod faults;
mod kiosk;
mod lists;
mod live;
mod server;

/// What to measure.
#[derive(Subcommand)]
pub enum Bench {
    /// Picks a second and time to the phone, ours and the peer's, on PostgreSQL with durable commits.
    Live(live::Options),
    /// The time from a frame at the entry to the answer, and the server's memory, with many enrolled.
    Kiosk(kiosk::Options),
    /// Pages and searches of lists in a store with 100,000 orders.
    Lists,
    /// How long phones take to be back with true screens after a restart of the server.
    Comeback(comeback::Options),
    /// Shopping through the real programs under faults: what is lost, doubled or wrongly billed.
    Faults(faults::Options),
    /// Recognition beside OpenCV, onnxruntime and faiss from PyPI.
    Faces(faces::Options),
    /// The search for people in a picture beside onnxruntime from PyPI, and tract.
    Bodies(bodies::Options),
}

/// Measures.
pub fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Live(options) => live::run(options),
        Bench::Kiosk(options) => kiosk::run(options),
        Bench::Lists => lists::run(),
        Bench::Comeback(options) => comeback::run(options),
        Bench::Faults(options) => faults::run(options),
        Bench::Faces(options) => faces::run(options),
        Bench::Bodies(options) => bodies::run(options),
    }
}

/// A folder as the person gave it, seen from where they stand.
fn here(path: &PathBuf) -> Result<PathBuf> {
    Ok(std::env::current_dir()?.join(path).canonicalize()?)
}
