//! The command line: `run`, `join` and `check`.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use domain::shelf::SensorKind;
use tracing_subscriber::EnvFilter;

#[cfg(feature = "cameras")]
use crate::cameras::{models, probe};
use crate::clock::NodeClock;
use crate::config::{Config, Secret, SensorConfig};
use crate::drivers;
use crate::join::{self, Joined};
use crate::node::Node;
use crate::supervisor::Supervisor;
use crate::token::TokenFile;
use crate::uplink::Pace;

/// Where the package puts it.
const DEFAULT_CONFIG: &str = "/etc/smartmart/edge.toml";
/// How often systemd is told how the node is; its watchdog waits three times as long.
const TELL_SUPERVISOR: Duration = Duration::from_secs(10);
/// Between attempts to join at a start, while the server cannot be reached.
const JOIN_AGAIN: Duration = Duration::from_secs(5);

/// Reads shelf sensors and delivers their events to a Smart Mart server.
#[derive(Debug, Parser)]
#[command(name = "smartmart-edge", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the sensors and deliver events until stopped (the default).
    Run(ConfigArgs),
    /// Exchange a one-time code of the admin page for this node's token.
    Join(JoinArgs),
    /// Check the configuration, read every sensor once and look at one picture of every camera.
    Check(ConfigArgs),
}

#[derive(Clone, Debug, Args)]
struct ConfigArgs {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = DEFAULT_CONFIG)]
    config: PathBuf,
}

#[derive(Clone, Debug, Args)]
struct JoinArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The one-time code, such as K7QF-2M9X.
    #[arg(long)]
    code: String,
    /// The server's address, in place of the configuration's.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Where to keep the token, in place of the configuration's; with `--server`, no configuration is needed.
    #[arg(long, value_name = "FOLDER")]
    data_folder: Option<PathBuf>,
}

/// Does what the command line asks for; what people asked to see goes to `out`.
///
/// # Errors
///
/// To be shown as one line.
pub async fn run(cli: Cli, out: &mut (impl Write + Send)) -> anyhow::Result<()> {
    match cli.command {
        None => run_node(&Config::load(&cli.config.config)?).await,
        Some(Command::Run(args)) => run_node(&Config::load(&args.config)?).await,
        Some(Command::Join(args)) => join_by_hand(args, out).await,
        Some(Command::Check(args)) => check(&Config::load(&args.config)?, out),
    }
}

async fn run_node(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).context("the configuration is wrong: log")?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let stop = stop_signal()?;
    tokio::pin!(stop);
    let node = Node::start(config, NodeClock::open(&config.data_folder), Pace::default())?;
    let supervisor = Supervisor::find();
    supervisor.ready();
    let mut tell = tokio::time::interval(TELL_SUPERVISOR);
    let joining = join_at_start(config);
    tokio::pin!(joining);
    let mut has_joined = false;
    let outcome = loop {
        tokio::select! {
            () = &mut stop => break Ok(()),
            _ = tell.tick() => supervisor.status(&node.summary().await),
            joined = &mut joining, if !has_joined => match joined {
                Ok(()) => has_joined = true,
                Err(error) => break Err(error),
            },
        }
    };
    supervisor.stopping();
    node.stop().await;
    outcome
}

/// Resolves at SIGTERM or SIGINT.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be received")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be received")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Uses the configured code where there is no token yet; the sensors are read meanwhile.
async fn join_at_start(config: &Config) -> anyhow::Result<()> {
    let token = TokenFile::in_folder(&config.data_folder);
    if token.load().with_context(|| format!("{} cannot be read", token.path().display()))?.is_some() {
        return Ok(());
    }
    let Some(code) = &config.join_code else {
        // The uplink says so too, and takes the token once it is there.
        return Ok(());
    };
    let request = token.request_id(code).with_context(|| cannot_write(&token))?;
    loop {
        match join::join(&config.server_url, config.ca_file.as_deref(), code, request).await {
            Ok(joined) => {
                store(&token, &joined)?;
                tracing::info!(device = joined.device_name, store = joined.store_name, "joined");
                return Ok(());
            }
            Err(error) if error.is_temporary() => {
                tracing::warn!(%error, "not joined yet");
                tokio::time::sleep(JOIN_AGAIN).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn join_by_hand(args: JoinArgs, out: &mut impl Write) -> anyhow::Result<()> {
    let JoinArgs { config, code, server, data_folder } = args;
    let (server, data_folder, ca_file) = match (server, data_folder) {
        (Some(server), Some(data_folder)) => (server, data_folder, None),
        (server, data_folder) => {
            let config = Config::load(&config.config)?;
            let server = server.unwrap_or(config.server_url);
            (server, data_folder.unwrap_or(config.data_folder), config.ca_file)
        }
    };
    let (token, code) = (TokenFile::in_folder(&data_folder), Secret::new(code));
    let request = token.request_id(&code).with_context(|| cannot_write(&token))?;
    let joined = join::join(&server, ca_file.as_deref(), &code, request).await?;
    store(&token, &joined)?;
    writeln!(out, "This node is now \"{}\" of {}.", joined.device_name, joined.store_name)?;
    Ok(())
}

fn store(token: &TokenFile, joined: &Joined) -> anyhow::Result<()> {
    token.joined(&joined.token).with_context(|| cannot_write(token))
}

fn cannot_write(token: &TokenFile) -> String {
    format!("the token cannot be kept in {}", token.path().display())
}

fn check(config: &Config, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "server {}, data folder {}", config.server_url, config.data_folder.display())?;
    let mut silent = Vec::new();
    for sensor in &config.sensors {
        let reading = match drivers::open(&sensor.driver).and_then(|mut driver| driver.read()) {
            Ok(value) => value.map(|value| describe(sensor, value)),
            Err(error) => Some(error.to_string()).inspect(|_| silent.push(sensor.slot.to_string())),
        };
        let reading = reading.unwrap_or_else(|| {
            silent.push(sensor.slot.to_string());
            "no reading".to_owned()
        });
        writeln!(out, "slot {:<12} {reading}", sensor.slot.as_str())?;
    }
    let without_picture = check_cameras(config, out)?;
    if !silent.is_empty() {
        bail!("no reading from {}", silent.join(", "));
    }
    if !without_picture.is_empty() {
        bail!("no picture from {}", without_picture.join(", "));
    }
    Ok(())
}

/// Shows what each camera gives; the names of those that give nothing.
#[cfg(feature = "cameras")]
fn check_cameras(config: &Config, out: &mut impl Write) -> anyhow::Result<Vec<String>> {
    let mut without_picture = Vec::new();
    if config.cameras.is_empty() {
        return Ok(without_picture);
    }
    let mut find = models::load(&config.bodies)?;
    for camera in &config.cameras {
        let line = probe::probe(camera, &mut find).unwrap_or_else(|error| {
            without_picture.push(camera.name.clone());
            error
        });
        writeln!(out, "camera {:<10} {line}", camera.name)?;
    }
    Ok(without_picture)
}

/// A program without room cameras has refused a configuration with them.
#[cfg(not(feature = "cameras"))]
fn check_cameras(_: &Config, _: &mut impl Write) -> anyhow::Result<Vec<String>> {
    Ok(Vec::new())
}

fn describe(sensor: &SensorConfig, value: f32) -> String {
    let gauge = sensor.gauge();
    let level = gauge.level(Some(value));
    match (gauge.kind(), level) {
        (SensorKind::Beam, Some(level)) => if level > 0.5 { "broken" } else { "clear" }.to_owned(),
        (SensorKind::Distance, Some(level)) => format!("{value:.1} mm, {level:.2} units"),
        (SensorKind::LoadCell, Some(level)) => format!("{value:.1} g, {level:.2} units"),
        (SensorKind::Distance, None) => format!("{value:.1} mm, which fits no count: too near"),
        (SensorKind::LoadCell, None) => format!("{value:.1} g, which fits no count"),
        (SensorKind::Beam, None) => "no reading".to_owned(),
    }
}
