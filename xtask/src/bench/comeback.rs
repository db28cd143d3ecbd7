//! How long phones take to be back with true screens after a restart of the server.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::server::{Ended, OUR_PORT, build, last_json, owner, wait_for};
use crate::postgres::Cluster;
use crate::shell::{command, target};

/// How to measure.
#[derive(Args)]
pub struct Options {
    /// Connected phones, each a measurement of its own.
    #[arg(long, default_values_t = [1_000, 10_000], value_delimiter = ',')]
    phones: Vec<u32>,
    /// Restarts for each.
    #[arg(long, default_value_t = 3)]
    runs: u32,
}

/// Measures: a line for each restart.
pub fn run(options: &Options) -> Result<()> {
    crate::web::build_if_stale()?;
    build()?;
    let cluster = Cluster::start(true)?;
    for phones in &options.phones {
        for run in 1..=options.runs {
            let database = cluster.database(&format!("comeback_{phones}_{run}"))?;
            println!("{phones} phones, run {run}: {}", measure(*phones, &database)?);
        }
    }
    Ok(())
}

fn measure(phones: u32, database: &str) -> Result<serde_json::Value> {
    let data = tempfile::tempdir()?;
    let server = Ended(start(data.path(), database, phones)?);
    wait_for(OUR_PORT)?;
    let (email, password) = owner(data.path())?;
    let mut sim = command(target().join("release").join("smartmart-sim"), &["bench-comeback"]);
    sim.args(["--server", &format!("http://127.0.0.1:{OUR_PORT}"), "--phones", &phones.to_string()])
        .args(["--admin-email", &email, "--admin-password-env", "SMARTMART_SIM_PASSWORD"])
        .env("SMARTMART_SIM_PASSWORD", &password)
        // Each phone would say that it lost its connection.
        .env("RUST_LOG", "error");
    let mut sim = many_files(sim).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("smartmart-sim")?;
    let mut said = BufReader::new(sim.stdout.take().context("it is piped")?);
    let mut line = String::new();
    said.read_line(&mut line)?;
    if line.trim() != "ready" {
        bail!("the phones could not be connected");
    }
    drop(server);
    let _server = Ended(start(data.path(), database, phones)?);
    sim.stdin.take().context("it is piped")?.write_all(b"started\n")?;
    line.clear();
    said.read_line(&mut line)?;
    sim.wait()?;
    last_json(&line)
}

fn start(data: &Path, database: &str, phones: u32) -> Result<Child> {
    let mut server = command(target().join("release").join("smartmart"), &["serve", "--demo"]);
    // All phones are on this machine; in a shop each has an address of its own.
    let places = (2 * phones + 1_000).to_string();
    server
        .args(["--port", &OUR_PORT.to_string()])
        .arg("--data")
        .arg(data)
        .env("DATABASE_URL", database)
        .env("SMARTMART__HTTP__MAX_CONNECTIONS", &places)
        .env("SMARTMART__HTTP__MAX_CONNECTIONS_PER_ADDRESS", &places)
        .env("SMARTMART__LOG__FILTER", "error")
        .stdout(Stdio::null());
    many_files(server).spawn().context("smartmart")
}

/// A socket is an open file, and a process may not have many of them by default.
fn many_files(command: Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n $(ulimit -H -n) && exec \"$0\" \"$@\""]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}
