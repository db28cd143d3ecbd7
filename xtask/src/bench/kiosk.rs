//! The entry under load: cameras with shoppers before them, in a store with many enrolled.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use clap::Args;

use super::server::{Ended, OUR_PORT, build, last_json, owner, wait_for};
use crate::shell::{command, output, root, target};

/// How to measure.
#[derive(Args)]
pub struct Options {
    /// Cameras at 5 frames a second.
    #[arg(long, default_value_t = 4)]
    cameras: u32,
    /// Shoppers that are enrolled already, with made-up faces.
    #[arg(long, default_value_t = 10_000)]
    shoppers: u32,
    /// Seconds.
    #[arg(long, default_value_t = 30)]
    seconds: u32,
}

/// Measures and prints.
pub fn run(options: &Options) -> Result<()> {
    crate::web::build_if_stale()?;
    build()?;
    let data = tempfile::tempdir()?;
    // Once for the demo store, then with the crowd in it.
    drop(serve(data.path())?);
    let made_up = target().join("release/examples/made_up_shoppers");
    let filled = Command::new(made_up).arg(data.path()).arg(options.shoppers.to_string()).status()?;
    anyhow::ensure!(filled.success(), "the shoppers could not be made up");
    let server = serve(data.path())?;
    let (email, password) = owner(data.path())?;
    let text = output(
        command(target().join("release/smartmart-sim"), &["bench-kiosk"])
            .current_dir(root())
            .args(["--server", &format!("http://127.0.0.1:{OUR_PORT}")])
            .args(["--admin-email", &email, "--admin-password-env", "SMARTMART_SIM_PASSWORD"])
            .args(["--cameras", &options.cameras.to_string()])
            .args(["--seconds", &options.seconds.to_string()])
            .args(["--pid", &server.0.id().to_string()])
            .env("SMARTMART_SIM_PASSWORD", password),
    )?;
    println!("{:#}", last_json(&text)?);
    Ok(())
}

fn serve(data: &Path) -> Result<Ended> {
    let server = Ended(
        command(target().join("release/smartmart"), &["serve", "--demo"])
            .args(["--port", &OUR_PORT.to_string()])
            .arg("--data")
            .arg(data)
            .env("SMARTMART__LOG__FILTER", "error")
            .stdout(Stdio::null())
            .spawn()?,
    );
    wait_for(OUR_PORT)?;
    Ok(server)
}
