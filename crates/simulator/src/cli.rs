//! The command line of `smartmart-sim`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use tokio_util::sync::CancellationToken;

use crate::bench;
use crate::bench::comeback::{self, ComebackPlan};
use crate::bench::kiosk::{self, KioskPlan};
use crate::camera_file::{Film, Step};
use crate::store::{self, Plan, RoomCameras};

/// A store that is not there.
#[derive(Debug, Parser)]
#[command(name = "smartmart-sim", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shops in a server's store with simulated people, cameras and shelves; at the end prints what was taken and billed.
    Shop(Shop),
    /// Measures how fast the live cart is on many phones; prints one line of JSON.
    BenchLive(BenchLive),
    /// Measures how fast the entry answers frames with faces; prints one line of JSON.
    BenchKiosk(BenchKiosk),
    /// Measures how fast phones are back after a restart of the server; prints `ready`, waits for a line, prints one line of JSON.
    BenchComeback(BenchComeback),
    /// Writes a motion-JPEG file for Chromium's fake camera.
    CameraFile(CameraFile),
}

#[derive(Debug, Args)]
struct BenchLive {
    #[command(flatten)]
    owner: Owner,
    /// Phones that are connected and in the store.
    #[arg(long, default_value_t = 1_000)]
    phones: usize,
    /// Zones with a scanner each; one shopper at a time stands in each.
    #[arg(long, default_value_t = 250)]
    zones: usize,
    /// How long to measure.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Picks a second; 0 for as many as go with `--in-flight` at a time.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// Picks under way at a time where the rate is 0.
    #[arg(long, default_value_t = 32)]
    in_flight: usize,
    /// The server's process, to measure what it uses.
    #[arg(long)]
    pid: Option<u32>,
    /// Where the bench's device tokens are kept.
    #[arg(long, default_value = "smartmart-bench.json")]
    state: PathBuf,
}

#[derive(Debug, Args)]
struct BenchKiosk {
    #[command(flatten)]
    owner: Owner,
    /// Cameras at entries, each with a shopper before it.
    #[arg(long, default_value_t = 4)]
    cameras: usize,
    /// Frames a second of each.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    fps: u32,
    /// How long to measure.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Photographs `NUMBER-LETTER.jpg`, three of each shopper.
    #[arg(long, default_value = "fixtures/faces/synthetic")]
    faces: PathBuf,
    /// The server's process, to measure what it uses.
    #[arg(long)]
    pid: Option<u32>,
}

#[derive(Debug, Args)]
struct BenchComeback {
    #[command(flatten)]
    owner: Owner,
    /// Phones that are connected when the server goes.
    #[arg(long, default_value_t = 1_000)]
    phones: usize,
}

#[derive(Debug, Args)]
struct CameraFile {
    /// The file to write; Chromium wants the ending `.mjpeg`.
    #[arg(long)]
    out: PathBuf,
    /// Frames a second.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    fps: u32,
    /// Width and height in pixels.
    #[arg(long, default_value = "640x480", value_parser = size)]
    size: (u32, u32),
    /// `blank:SECONDSs` or `face:PHOTO:SECONDSs`, one after the other.
    #[arg(required = true)]
    steps: Vec<Step>,
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    match sides {
        Some(sides @ (16..=4096, 16..=4096)) => Ok(sides),
        Some(_) | None => Err("a size such as 640x480, each side 16 to 4096".to_owned()),
    }
}

#[derive(Debug, Args)]
struct Owner {
    /// The server's address.
    #[arg(long, default_value = "http://localhost:8080")]
    server: String,
    /// The owner's e-mail address.
    #[arg(long, default_value = "owner@demo.smartmart")]
    admin_email: String,
    /// The environment variable that holds the owner's password.
    #[arg(long, default_value = "SMARTMART_ADMIN_PASSWORD")]
    admin_password_env: String,
}

impl Owner {
    fn password(&self) -> anyhow::Result<String> {
        let name = &self.admin_password_env;
        std::env::var(name).with_context(|| format!("set the variable {name} to the owner's password"))
    }
}

#[derive(Debug, Args)]
struct Shop {
    #[command(flatten)]
    owner: Owner,
    /// How many shoppers.
    #[arg(long, default_value_t = 6)]
    shoppers: usize,
    /// Same seed, same accounts and same wishes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How much faster than life people move.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Stop after so many trips; without it, shop until Ctrl-C.
    #[arg(long)]
    trips: Option<u64>,
    /// Photographs `NUMBER-LETTER.jpg`; whoever finds none there uses the QR code.
    #[arg(long, default_value = "fixtures/faces/synthetic")]
    faces: PathBuf,
    /// Everybody uses the QR code.
    #[arg(long, conflicts_with = "faces")]
    no_faces: bool,
    /// Where the simulated devices' tokens are kept, so that a restart uses the same devices.
    #[arg(long, default_value = "smartmart-sim.json")]
    state: PathBuf,
    /// No camera sees where people stand, whatever the server's plan of the room says.
    #[arg(long)]
    no_room_cameras: bool,
    /// Fail if anybody was billed a unit that they did not take, if units are missing, or if a visit with purchases has
    /// not exactly one order and one receipt.
    #[arg(long)]
    check: bool,
}

/// Runs the program; a failure is one line on standard error.
pub fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,simulator=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(Cli::parse())) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

#[expect(clippy::print_stderr, reason = "the command line is how this reaches the person")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("smartmart-sim: {error:#}");
    ExitCode::FAILURE
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Shop(shop) => go_shopping(shop).await,
        Command::BenchLive(bench) => {
            let plan = bench::Plan {
                admin_password: bench.owner.password()?,
                server: bench.owner.server,
                admin_email: bench.owner.admin_email,
                phones: bench.phones,
                zones: bench.zones,
                seconds: bench.seconds,
                rate: bench.rate,
                in_flight: bench.in_flight,
                pid: bench.pid,
                state: Some(bench.state),
            };
            print(&serde_json::to_string(&bench::run(&plan).await?)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::BenchKiosk(bench) => {
            let plan = KioskPlan {
                admin_password: bench.owner.password()?,
                server: bench.owner.server,
                admin_email: bench.owner.admin_email,
                cameras: bench.cameras,
                fps: bench.fps,
                seconds: bench.seconds,
                faces: bench.faces,
                pid: bench.pid,
            };
            print(&serde_json::to_string(&kiosk::run(&plan).await?)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::BenchComeback(bench) => {
            let plan = ComebackPlan {
                admin_password: bench.owner.password()?,
                server: bench.owner.server,
                admin_email: bench.owner.admin_email,
                phones: bench.phones,
            };
            let came_back = comeback::run(&plan, || print("ready")).await?;
            print(&serde_json::to_string(&came_back)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::CameraFile(CameraFile { out, fps, size, steps }) => {
            let frames = Film { fps, size, steps }.write(&out)?;
            print(&format!("{}: {frames} frames", out.display()))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn go_shopping(shop: Shop) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        admin_password: shop.owner.password()?,
        server: shop.owner.server,
        admin_email: shop.owner.admin_email,
        shoppers: shop.shoppers,
        seed: shop.seed,
        speed: shop.speed,
        trips: shop.trips,
        misplace: true,
        faces: (!shop.no_faces).then_some(shop.faces),
        state: Some(shop.state),
        devices: store::OwnDevices::default(),
        room_cameras: if shop.no_room_cameras { RoomCameras::None } else { RoomCameras::OfThePlan },
    };
    let closing = CancellationToken::new();
    let closer = closing.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("closing: everybody goes to the exit; once more to leave at once");
        closer.cancel();
        asked_to_stop().await;
        std::process::exit(130);
    });
    let summary = store::run(&plan, closing).await?;
    print(&serde_json::to_string_pretty(&summary)?)?;
    let failed = shop.check && !summary.wrong.is_empty();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Ctrl-C, or `kill`.
async fn asked_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(writeln!(out, "{text}")?)
}
