//! The command `smartmart replay`: what it is asked and what it prints.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use attribution::rules::{Policy, Rules};
use clap::Args;

use crate::bench::bench;
use crate::explain::explain;
use crate::player::{Played, play_with};
use crate::score::{Reliability, Score};
use crate::store_file::Store;
use crate::truth::{self, Receipts};

/// Plays recorded traces and scores the receipts where the truth lies beside them.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// Folders with store.json and trace.jsonl.
    #[arg(required = true, value_name = "TRACE_DIR")]
    pub traces: Vec<PathBuf>,
    /// Where everybody stood, as `smartmart track` wrote it for the same time: of one trace.
    #[arg(long, value_name = "POSITIONS.JSONL")]
    pub positions: Option<PathBuf>,
    /// Write each trace's receipts to DIR/<trace>.json, in the form of truth.json.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print each interaction with its evidence, candidates and probabilities.
    #[arg(long)]
    pub explain: bool,
    /// Bill whatever is likelier than not and hold nothing: to measure the engine.
    #[arg(long)]
    pub bill_all: bool,
    /// Print how fast the traces replay instead of receipts.
    #[arg(long, conflicts_with_all = ["out", "explain"])]
    pub bench: bool,
}

/// Warnings about a store that are shown without being asked for.
const MOST_WARNINGS: usize = 3;

/// Runs the command.
///
/// # Errors
///
/// Where a trace or its store cannot be read, or a result cannot be written. What is wrong within a trace is no error:
/// it is counted and printed.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let policy = if arguments.bill_all { Policy::BillAll } else { Policy::default() };
    run_with(arguments, Rules { policy, ..Rules::default() }, out)
}

/// Runs the command with rules of one's own.
///
/// # Errors
///
/// As [`run`].
pub fn run_with(arguments: &Arguments, rules: Rules, out: &mut impl Write) -> Result<()> {
    ensure!(!arguments.traces.is_empty(), "name at least one folder with a trace");
    ensure!(
        arguments.positions.is_none() || arguments.traces.len() == 1,
        "positions belong to one trace: name one folder"
    );
    if arguments.bench {
        for trace in &arguments.traces {
            writeln!(out, "{}: {}", name(trace), bench(trace, rules)?)?;
        }
        return Ok(());
    }
    if let Some(dir) = &arguments.out {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let (mut total, mut table, mut scored) = (Score::default(), Reliability::default(), 0);
    for trace in &arguments.traces {
        let played = play_with(trace, arguments.positions.as_deref(), rules)?;
        let receipts = played.receipts();
        if let Some(dir) = &arguments.out {
            let path = dir.join(format!("{}.json", name(trace)));
            let text = serde_json::to_string_pretty(&receipts)? + "\n";
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        // Only now, with every receipt final, is the truth looked at.
        let truth = truth::read(trace)?;
        write!(out, "{}: ", name(trace))?;
        match &truth {
            Some(truth) => {
                let score = Score::of(&receipts, truth);
                writeln!(out, "{score}")?;
                total.add(&score);
                table.merge(&reliability(&played, truth));
                scored += 1;
            }
            None => print_receipts(&receipts, out)?,
        }
        let shown = if arguments.explain { usize::MAX } else { MOST_WARNINGS };
        for warning in played.warnings.iter().take(shown) {
            writeln!(out, "  store.json: {warning}")?;
        }
        if played.warnings.len() > shown {
            writeln!(out, "  store.json: {} more like these; --explain shows them", played.warnings.len() - shown)?;
        }
        write!(out, "{}", played.complaints)?;
        if arguments.explain {
            let store = Store::read(&trace.join("store.json"))?;
            explain(&played, &store, truth.as_ref(), out)?;
        }
    }
    if scored > 0 {
        writeln!(out, "total of {scored}: {total}")?;
        write!(out, "{table}")?;
    }
    Ok(())
}

fn name(trace: &Path) -> String {
    let last = trace.components().next_back().map(|last| last.as_os_str().to_string_lossy().into_owned());
    last.unwrap_or_else(|| "trace".to_owned())
}

fn print_receipts(receipts: &Receipts, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{} receipts", receipts.receipts.len())?;
    for receipt in &receipts.receipts {
        let lines: Vec<_> = receipt.lines.iter().map(|line| format!("{} x {}", line.quantity, line.sku)).collect();
        let review = if receipt.review { " (held for review)" } else { "" };
        writeln!(out, "  {}: {}{review}", receipt.session, lines.join(", "))?;
    }
    Ok(())
}

/// Every unit that was ever thought possible, against whether it was taken.
fn reliability(played: &Played, truth: &Receipts) -> Reliability {
    let mut table = Reliability::default();
    for receipt in &played.receipts {
        let name = played.name(receipt.session);
        let lines = truth.receipts.iter().filter(|truth| truth.session == name).flat_map(|truth| &truth.lines);
        let lines: Vec<_> = lines.collect();
        for line in &receipt.lines {
            let taken: u32 =
                lines.iter().filter(|truth| truth.sku == line.sku.as_str()).map(|line| line.quantity).sum();
            for (index, &probability) in line.units.iter().enumerate() {
                table.add(probability, index < taken as usize);
            }
        }
    }
    table
}
