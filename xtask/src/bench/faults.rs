//! Shopping under faults, on both engines: what is lost, doubled or wrongly billed.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use super::server::build;
use crate::install;
use crate::postgres::Cluster;
use crate::shell::{command, found, root, target};

/// How to measure.
#[derive(Args)]
pub struct Options {
    /// Finished visits on each engine.
    #[arg(long, default_value_t = 500)]
    trips: u64,
    /// Same seed, same wishes and same deck of faults. Several are several campaigns, one after the other.
    #[arg(long, default_value = "1", value_delimiter = ',')]
    seed: Vec<u64>,
    /// Hours without the server at the end of each.
    #[arg(long, default_value_t = 72)]
    outage: u32,
    /// The engines to shop on.
    #[arg(long, value_enum, default_values = ["sqlite", "postgres"], value_delimiter = ',')]
    engine: Vec<Engine>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Measures: a campaign for each seed and engine, a line each.
pub fn run(options: &Options) -> Result<()> {
    crate::web::build_if_stale()?;
    install::faketime()?;
    build()?;
    let cluster = if options.engine.contains(&Engine::Postgres) { Some(Cluster::start(true)?) } else { None };
    let mut failed = 0;
    for seed in &options.seed {
        for engine in &options.engine {
            let mut campaign = program();
            campaign.args(["--trips", &options.trips.to_string(), "--seed", &seed.to_string()]);
            campaign.args(["--outage", &options.outage.to_string()]).current_dir(root());
            if let (Engine::Postgres, Some(cluster)) = (engine, &cluster) {
                campaign.args(["--database", &cluster.database(&format!("faults_{seed}"))?]);
            }
            println!("{engine:?}, seed {seed}:");
            failed += u32::from(!campaign.status()?.success());
        }
    }
    if failed > 0 {
        bail!("{failed} campaigns were not clean");
    }
    Ok(())
}

/// In a namespace of its own it may mount a file system that can be filled, without being root.
fn program() -> Command {
    let file = target().join("release").join("smartmart-faults");
    match found("unshare") {
        Some(unshare) if !install::is_root() => {
            let mut inside = command(unshare, &["--map-root-user", "--mount"]);
            inside.arg(file);
            inside
        }
        Some(_) | None => command(file, &[]),
    }
}
