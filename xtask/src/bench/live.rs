//! The live path under load: the same picks to us (shelf events, through attribution) and to a peer (its HTTP calls).

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use super::here;
use super::server::{Ended, OUR_PORT, build, last_json, owner, wait_for};
use crate::postgres::Cluster;
use crate::shell::{command, must, output, root, target};

/// How to measure.
#[derive(Args)]
pub struct Options {
    /// The folder of the peer: server.js and load.js.
    #[arg(long)]
    peer: PathBuf,
    /// Connected phones.
    #[arg(long, default_value_t = 1_000)]
    phones: u32,
    /// Seconds a load.
    #[arg(long, default_value_t = 15)]
    seconds: u32,
    /// Picks a second in the second, open-loop load; the peer can carry 200.
    #[arg(long, default_value_t = 150)]
    rate: u32,
}

const PEER_PORT: u16 = 13_900;

/// Measures and prints ours, theirs and the ratio.
pub fn run(options: &Options) -> Result<()> {
    crate::web::build_if_stale()?;
    build()?;
    let cluster = Cluster::start(true)?;
    let theirs = peer(options, &cluster)?;
    let ours = ours(options, &cluster)?;
    for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        println!("\n{name}");
        println!("{:22}{:>12}{:>12}{:>10}", "", "ours", "peer", "ratio");
        for field in ["per_s", "p50_ms", "p99_ms", "max_ms", "cpu_ms_per_event", "rss_mb", "delivered", "bad"] {
            let (us, them) = (ours[field].as_f64(), theirs[field].as_f64());
            let ratio = us.zip(them).filter(|(_, them)| *them > 0.0).map(|(us, them)| us / them);
            let shown = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
            println!("{field:22}{:>12}{:>12}{:>10}", shown(us), shown(them), shown(ratio));
        }
    }
    Ok(())
}

type Figures = Vec<(&'static str, Value)>;

const CLOSED: &str = "closed loop: as many as it carries";
const OPEN: &str = "open loop: the same rate for both";

fn peer(options: &Options, cluster: &Cluster) -> Result<Figures> {
    let folder = here(&options.peer)?;
    let work = tempfile::tempdir()?;
    for file in ["package.json", "server.js", "load.js"] {
        std::fs::copy(folder.join(file), work.path().join(file)).with_context(|| format!("the peer's {file}"))?;
    }
    must(
        Command::new("npm").args(["install", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(work.path()),
    )?;
    let server = Ended(
        Command::new("node")
            .arg("server.js")
            .current_dir(work.path())
            .env("DATABASE_URL", cluster.database("peer")?)
            .env("PORT", PEER_PORT.to_string())
            .env("SHOPPERS", options.phones.to_string())
            .stdout(Stdio::null())
            .spawn()?,
    );
    wait_for(PEER_PORT)?;
    let load = |rate: u32| -> Result<Value> {
        let text = output(
            Command::new("node")
                .arg("load.js")
                .current_dir(work.path())
                .env("URL", format!("http://127.0.0.1:{PEER_PORT}"))
                .env("PID", server.0.id().to_string())
                .env("PHONES", options.phones.to_string())
                .env("SECONDS", options.seconds.to_string())
                .env("RATE", rate.to_string()),
        )?;
        last_json(&text)
    };
    Ok(vec![(CLOSED, load(0)?), (OPEN, load(options.rate)?)])
}

fn ours(options: &Options, cluster: &Cluster) -> Result<Figures> {
    let data = tempfile::tempdir()?;
    let release = target().join("release");
    let server = Ended(
        command(release.join("smartmart"), &["serve", "--demo"])
            .args(["--port", &OUR_PORT.to_string()])
            .arg("--data")
            .arg(data.path())
            .env("DATABASE_URL", cluster.database("ours")?)
            .env("SMARTMART__LOG__FILTER", "error")
            .stdout(Stdio::null())
            .spawn()?,
    );
    wait_for(OUR_PORT)?;
    let (email, password) = owner(data.path())?;
    let load = |rate: u32| -> Result<Value> {
        let text = output(
            command(release.join("smartmart-sim"), &["bench-live"])
                .current_dir(root())
                .args(["--server", &format!("http://127.0.0.1:{OUR_PORT}")])
                .args(["--admin-email", &email, "--admin-password-env", "SMARTMART_SIM_PASSWORD"])
                .args(["--phones", &options.phones.to_string()])
                .args(["--seconds", &options.seconds.to_string()])
                .args(["--rate", &rate.to_string()])
                .args(["--pid", &server.0.id().to_string()])
                .arg("--state")
                .arg(data.path().join("bench.json"))
                .env("SMARTMART_SIM_PASSWORD", &password),
        )?;
        last_json(&text)
    };
    Ok(vec![(CLOSED, load(0)?), (OPEN, load(options.rate)?)])
}
