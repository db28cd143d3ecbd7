//! The commands `smartmart faces …` without the server around them.
//!
//! usage: cargo run --release -p faces --example faces -- embed PICTURE…
#![allow(clippy::print_stderr, reason = "an example's output is its purpose")]

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    arguments: faces::Arguments,
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match faces::run(&Cli::parse().arguments, &mut out) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("faces: {error:#}");
            ExitCode::FAILURE
        }
    }
}
