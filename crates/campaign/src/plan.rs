//! What a campaign is to do.

use std::path::PathBuf;

/// A campaign.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program `smartmart`.
    pub server: PathBuf,
    /// The program `smartmart-edge`.
    pub edge: PathBuf,
    /// `postgres://…` of an empty database; none: SQLite in the data folder.
    pub database: Option<String>,
    /// Finished visits before it ends.
    pub trips: u64,
    /// Who shops at a time.
    pub shoppers: usize,
    /// Same seed, same wishes and same deck of faults; what meets what is up to the machine.
    pub seed: u64,
    /// How much faster than life people move.
    pub speed: f64,
    /// At most so many faults; none: one after the other until the last trip.
    pub faults: Option<usize>,
    /// Hours without the server at the end.
    pub outage_h: u32,
    /// Where the programs' data go; a folder of our own is made in it.
    pub folder: PathBuf,
    /// Leave the data folder where it is.
    pub keep: bool,
}
