//! The commands `smartmart planogram`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use domain::attribution::rules::ContentsRules;
use domain::planogram::check::{Arrangement, check, limit};
use replay::store_file;

use super::{Place, print};
use crate::config::Config;
use crate::{clock, serve};

#[derive(Debug, Subcommand)]
pub(super) enum PlanogramCommand {
    /// Finds what sensors cannot tell apart, and what is missing. Exit status 1 if anything is wrong.
    Check {
        #[command(flatten)]
        place: Place,
        /// The store.json of a recorded trace, instead of the store in the database.
        #[arg(value_name = "STORE.json")]
        file: Option<PathBuf>,
        /// Also print the neighbours that weigh alike and that only their plates tell apart.
        #[arg(long)]
        neighbours: bool,
    },
}

pub(super) async fn run(command: PlanogramCommand) -> anyhow::Result<ExitCode> {
    match command {
        PlanogramCommand::Check { place, file, neighbours } => {
            let config = place.config()?;
            let arrangement = match file {
                Some(file) => store_file::Store::read(&file)?.arrangement(),
                None => arrangement(&config).await?,
            };
            let report = check(&arrangement, &ContentsRules::default(), limit(&config.floor.policy()));
            if neighbours {
                report.by_place.iter().try_for_each(|pair| print(&pair.to_string()))?;
            }
            print(&report.to_string())?;
            Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// The store in the database, with the kinds of sensors that have reported.
async fn arrangement(config: &Config) -> anyhow::Result<Arrangement> {
    let (db, store, _) = serve::open_store(config, clock::system().now()).await?;
    let read = async {
        let catalog = db::catalog::catalog(&db, store.id).await?;
        let planogram = db::catalog::planogram(&db, store.id).await?;
        let kinds = db::planogram::sensor_kinds(&db, store.id).await?;
        Ok::<_, db::DbError>(Arrangement::of(&planogram, &catalog, &kinds))
    };
    read.await.context("cannot read the planogram")
}
