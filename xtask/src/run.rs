//! `cargo xtask run`: sets everything up and runs the store, with simulated shoppers.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::shell::{built, cargo, command, must, root};
use crate::web;

/// How to run.
#[derive(Args)]
pub struct Options {
    /// The port to listen on.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Leave the store empty: no simulated shoppers.
    #[arg(long)]
    no_simulation: bool,
    /// How many simulated shoppers there are.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=100))]
    shoppers: u32,
    /// The data folder.
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
}

/// Runs until it is interrupted.
pub fn run(options: &Options) -> Result<()> {
    let data = root().join(&options.data);
    check_port(options.port)?;
    check_folder(&data)?;
    web::build_if_stale()?;
    eprintln!("xtask: building the programs (the first time takes some minutes)");
    must(&mut cargo(&["build", "--quiet", "--workspace"]))?;

    let mut server = Reaped(
        command(built("smartmart"), &["serve", "--demo"])
            .args(["--port", &options.port.to_string()])
            .arg("--data")
            .arg(&data)
            .env("SMARTMART__LOG__FILTER", "warn")
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start the server")?,
    );
    wait_until_ready(&mut server.0, options.port)?;
    let log_ins = fs::read_to_string(data.join("demo-log-ins.txt"))
        .with_context(|| format!("{} holds another store; choose another folder with --data", data.display()))?;
    let mut lines = log_ins.lines();
    let (owner, shopper, password) =
        (lines.next().unwrap_or(""), lines.next().unwrap_or(""), lines.next().unwrap_or(""));
    let at = format!("http://localhost:{}", options.port);
    println!();
    println!("  Smart Mart is open.");
    println!();
    println!("  Monitor   {at}/admin/   {owner}   {password}");
    println!("  Phone     {at}/shop/    {shopper}   {password}   (or sign up)");
    println!("  Kiosk     {at}/kiosk/   (with a code from Devices on the admin page)");
    println!("  API       {at}/api/docs");
    println!();
    let _simulator = if options.no_simulation {
        None
    } else {
        println!(
            "  {} simulated shoppers begin to shop; their log is {}",
            options.shoppers,
            data.join("simulator.log").display()
        );
        Some(start_simulator(options, &data, owner, password)?)
    };
    println!("  Stop with Ctrl-C.");
    let status = server.0.wait()?;
    if !status.success() {
        bail!("the server ended ({status})");
    }
    Ok(())
}

fn start_simulator(options: &Options, data: &Path, owner: &str, password: &str) -> Result<Reaped> {
    let log = fs::File::create(data.join("simulator.log"))?;
    let simulator = command(built("smartmart-sim"), &["shop"])
        .args(["--server", &format!("http://127.0.0.1:{}", options.port)])
        .args(["--admin-email", owner, "--admin-password-env", "SMARTMART_SIM_PASSWORD"])
        .args(["--shoppers", &options.shoppers.to_string(), "--seed", "1"])
        .arg("--state")
        .arg(data.join("simulator.json"))
        .env("SMARTMART_SIM_PASSWORD", password)
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("cannot start the simulator")?;
    Ok(Reaped(simulator))
}

/// A child that ends with us.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("port {port} is in use: stop the other program or choose another with --port")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port}")),
    }
}

fn check_folder(folder: &Path) -> Result<()> {
    let probe = folder.join(".writable");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&probe, b""))
        .and_then(|()| fs::remove_file(&probe))
        .with_context(|| format!("cannot write to the data folder {}", folder.display()))
}

fn wait_until_ready(server: &mut Child, port: u16) -> Result<()> {
    let patience = Instant::now() + Duration::from_secs(60);
    while Instant::now() < patience {
        if let Some(status) = server.try_wait()? {
            bail!("the server ended at once ({status})");
        }
        if answers_ready(port).unwrap_or(false) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    bail!("the server is not ready after a minute")
}

fn answers_ready(port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}
