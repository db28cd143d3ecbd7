//! The command by itself: `cargo run --release -p replay --example replay -- TRACE_DIR...`

use std::io::{Write, stdout};

use anyhow::Result;
use clap::Parser;
use replay::{Arguments, run};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

fn main() -> Result<()> {
    let command = Command::parse();
    let mut out = stdout().lock();
    run(&command.arguments, &mut out)?;
    out.flush()?;
    Ok(())
}
