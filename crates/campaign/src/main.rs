//! `smartmart-faults`: a campaign, and one line of what it came to.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use campaign::Plan;
use clap::Parser;

/// Shops in a real store under faults, and says what was lost, doubled or wrongly billed.
#[derive(Debug, Parser)]
#[command(name = "smartmart-faults", version)]
struct Cli {
    /// The folder of the programs `smartmart` and `smartmart-edge`; none: where this one is.
    #[arg(long)]
    programs: Option<PathBuf>,
    /// `postgres://…` of an empty database; without it, SQLite.
    #[arg(long)]
    database: Option<String>,
    /// Finished visits before it ends.
    #[arg(long, default_value_t = 100)]
    trips: u64,
    /// Who shops at a time.
    #[arg(long, default_value_t = 8)]
    shoppers: usize,
    /// Same seed, same wishes and same deck of faults.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How much faster than life people move.
    #[arg(long, default_value_t = 6.0)]
    speed: f64,
    /// At most so many faults; without it, one after the other until the last trip.
    #[arg(long)]
    faults: Option<usize>,
    /// Hours without the server at the end.
    #[arg(long, default_value_t = 72)]
    outage: u32,
    /// Leave the data folder and the logs where they are; after a failure they are kept anyway.
    #[arg(long)]
    keep: bool,
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error,campaign=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let programs = match cli.programs {
        Some(folder) => folder,
        None => std::env::current_exe()?.parent().context("a program lies in a folder")?.to_owned(),
    };
    let plan = Plan {
        server: programs.join("smartmart"),
        edge: programs.join("smartmart-edge"),
        database: cli.database,
        trips: cli.trips,
        shoppers: cli.shoppers,
        seed: cli.seed,
        speed: cli.speed,
        faults: cli.faults,
        outage_h: cli.outage,
        folder: std::env::temp_dir(),
        keep: cli.keep,
    };
    let outcome = tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(campaign::run(&plan))?;
    let mut out = std::io::stdout().lock();
    for complaint in outcome.complaints() {
        writeln!(out, "{complaint}")?;
    }
    writeln!(out, "{outcome}")?;
    Ok(if outcome.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
