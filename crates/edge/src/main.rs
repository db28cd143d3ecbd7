//! The program: command line in, one clear line out where something is wrong.

use std::process::ExitCode;

use clap::Parser;
use edge::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli::run(cli, &mut std::io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "logging may not be set up yet, and people run this by hand")]
fn report(error: &anyhow::Error) {
    eprintln!("smartmart-edge: {error:#}");
}
