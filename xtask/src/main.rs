//! Set-up, checks and code generation: `cargo xtask <command>`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to the person")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod codegen;
mod cross;
mod install;
mod models;
mod modules;
mod postgres;
mod run;
mod shell;
mod test;
mod tidy;
mod web;

/// Set-up, checks and code generation for Smart Mart.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets everything up and runs the store, with simulated shoppers.
    Run(run::Options),
    /// Sets everything up for all tests and runs them.
    Test(test::Options),
    /// Checks layout, style, generated code and licences.
    Tidy,
    /// Writes the generated TypeScript.
    Codegen,
    /// Builds the web applications.
    Web,
    /// Checks that the shelf node compiles for a Raspberry Pi.
    Cross,
    /// Converts the face models again from their packages.
    Models,
    /// Measures.
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Tidy => tidy::run(),
        Command::Codegen => codegen::write(),
        Command::Web => web::build(),
        Command::Cross => cross::check(),
        Command::Models => models::convert(),
        Command::Bench(bench) => bench::run(&bench),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
