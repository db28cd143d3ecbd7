//! A server under measurement: its start, its owner, its end.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell::{cargo, must};

/// Where our server listens while it is measured.
pub const OUR_PORT: u16 = 18_080;

/// Builds what is measured. One list for all measurements: other parts together would be other features of the same libraries, and
/// build them anew.
pub fn build() -> Result<()> {
    let packages = ["server", "simulator", "edge", "campaign"];
    let parts: Vec<_> = packages.iter().flat_map(|package| ["-p", package]).collect();
    must(cargo(&["build", "--release", "--quiet"]).args(parts).args(["--bins", "--example", "made_up_shoppers"]))
}

/// The demo owner's address and password.
pub fn owner(data: &Path) -> Result<(String, String)> {
    let log_ins = std::fs::read_to_string(data.join("demo-log-ins.txt"))?;
    let line = |number: usize| log_ins.lines().nth(number).unwrap_or("").to_owned();
    Ok((line(0), line(2)))
}

/// The last line of JSON that a load printed.
pub fn last_json(text: &str) -> Result<Value> {
    let line = text.lines().rev().find(|line| line.starts_with('{')).context("the load printed no figures")?;
    Ok(serde_json::from_str(line)?)
}

/// Waits until something listens.
pub fn wait_for(port: u16) -> Result<()> {
    for _ in 0..300 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            std::thread::sleep(Duration::from_millis(500));
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    bail!("nothing listens on port {port} after a minute")
}

/// A child that ends with us.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
