//! The commands `smartmart planogram`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use attribution::planogram_check::{Arrangement, check, limit};
use attribution::rules::ContentsRules;
use clap::Subcommand;
use db::planogram::{ChangeMeans, Made};
use domain::planogram::FacingChange;
use replay::store_file;

use super::{Place, print};
use crate::config::Config;
use crate::data_lock::DataLock;
use crate::planogram_file::{self, Extent, Imported, MOST_BYTES};
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
    /// Makes a CSV file the planogram (docs/planogram.md). The server must be stopped, or use the admin's page.
    Import {
        #[command(flatten)]
        place: Place,
        /// The file.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Tells what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
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
            let report = check(&arrangement, &ContentsRules::of_a_running_store(), limit(&config.floor.policy()));
            if neighbours {
                report.by_place.iter().try_for_each(|pair| print(&pair.to_string()))?;
            }
            print(&report.to_string())?;
            Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        PlanogramCommand::Import { place, file, dry_run } => {
            let extent = if dry_run { Extent::DryRun } else { Extent::Real };
            import(&place.config()?, &file, extent).await.map(|()| ExitCode::SUCCESS)
        }
    }
}

async fn import(config: &Config, file: &Path, extent: Extent) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    let cannot = || format!("cannot read {}", file.display());
    // One byte more than allowed is enough to know that it is too large.
    File::open(file).with_context(cannot)?.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(cannot)?;
    // A running server would go on with the old planogram.
    let folder_lock = match extent {
        Extent::Real => {
            let busy = "stop it, or import on the admin's page";
            Some((DataLock::take(&config.data.folder).context(busy)?, busy))
        }
        Extent::DryRun => None,
    };
    let now = clock::system().now();
    let (db, store, _, writer_lock) = serve::open_store_beside(config, now).await?;
    if let Some((_, busy)) = &folder_lock
        && writer_lock.is_none()
    {
        bail!("another server writes this database: {busy}");
    }
    let made = Made { by: None, at: now, means: ChangeMeans::Command };
    let imported = planogram_file::import(&db, &store, &bytes, &made, extent).await?;
    print(&summary(&imported, extent))
}

/// A line for each slot and product, and their numbers.
fn summary(imported: &Imported, extent: Extent) -> String {
    let mut lines = Vec::new();
    let (mut added, mut changed, mut removed) = (0, 0, 0);
    for FacingChange { slot, before, after } in &imported.changes {
        match (before, after) {
            (None, Some(after)) => {
                added += 1;
                lines.push(format!("+ {slot}: {}", after.sku));
            }
            (Some(before), Some(after)) if before.sku != after.sku => {
                changed += 1;
                lines.push(format!("~ {slot}: {} instead of {}", after.sku, before.sku));
            }
            (Some(_), Some(after)) => {
                changed += 1;
                lines.push(format!("~ {slot}: {}, its zone, place or capacity", after.sku));
            }
            (Some(before), None) => {
                removed += 1;
                lines.push(format!("- {slot}: {}", before.sku));
            }
            (None, None) => {}
        }
    }
    let (new, other) = (&imported.new_products, &imported.changed_products);
    lines.extend(new.iter().map(|product| format!("+ product {}: {}", product.sku, product.name)));
    lines.extend(other.iter().map(|product| format!("~ product {}: {}", product.sku, product.name)));
    let tried = match extent {
        Extent::Real => "",
        Extent::DryRun => " (only tried: nothing was changed)",
    };
    lines.push(format!(
        "Slots: {added} added, {changed} changed, {removed} removed. Products: {} added, {} changed{tried}",
        new.len(),
        other.len()
    ));
    lines.join("\n")
}

/// The store in the database, with the kinds of sensors that have reported.
async fn arrangement(config: &Config) -> anyhow::Result<Arrangement> {
    let (db, store, _, _lock) = serve::open_store_beside(config, clock::system().now()).await?;
    let read = async {
        let catalog = db::catalog::catalog(&db, store.id).await?;
        let planogram = db::catalog::planogram(&db, store.id).await?;
        let kinds = db::planogram::sensor_kinds(&db, store.id).await?;
        Ok::<_, db::DbError>(Arrangement::of(&planogram, &catalog, &kinds))
    };
    read.await.context("cannot read the planogram")
}
