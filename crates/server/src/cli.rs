//! The command line.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use protocol::account::{AdminRole, NewAdmin};

use crate::config::{Config, LogFormat};
use crate::keys::rotation;
use crate::{accounts, clock, connections, demo, serve};

mod planogram;

/// The store without check-outs.
#[derive(Debug, Parser)]
#[command(name = "smartmart", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Store(StoreCommand),
    #[command(flatten)]
    Measure(MeasureCommand),
}

/// Commands that need no store: they work for minutes with threads of their own.
#[derive(Debug, Subcommand)]
enum MeasureCommand {
    /// Shows what recognition sees, and measures its errors.
    Faces(faces::Arguments),
    /// Plays recorded traces of a store and prints the receipts, with their score where the truth is known.
    Replay(replay::Arguments),
    /// Follows people through films of a room's cameras, and says how right that is where the truth is known.
    Track(people::track::Options),
    /// Finds where room cameras hang, from films of one person who walks through the empty store.
    Calibrate(people::calibrate::Options),
}

/// Commands that work with a store.
#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Runs the server.
    Serve {
        #[command(flatten)]
        place: Place,
        /// Fills an empty database with a demo store; its log-ins are written into the data folder.
        #[arg(long)]
        demo: bool,
        /// Where another server writes the same database: waits, and takes over within five seconds of that one's death.
        #[arg(long)]
        standby: bool,
    },
    /// Admin accounts.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// The keys of this installation.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Which product stands where.
    #[command(subcommand)]
    Planogram(planogram::PlanogramCommand),
    /// Prints the description of the HTTP API as OpenAPI JSON.
    Openapi,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Makes an admin account. The password is read from the first line of standard input.
    Create {
        #[command(flatten)]
        place: Place,
        /// Name.
        #[arg(long)]
        name: String,
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// May do the daily work only; without it the account is an owner.
        #[arg(long)]
        staff: bool,
    },
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Seals every enrolled face with a new key. The server must be stopped; a rotation that was cut short is run again.
    Rotate {
        #[command(flatten)]
        place: Place,
    },
}

/// Where settings and data are.
#[derive(Debug, Args)]
struct Place {
    /// The settings file; see config/server.toml.
    #[arg(long, env = "SMARTMART_CONFIG")]
    config: Option<PathBuf>,
    /// The port, over what the settings say.
    #[arg(long)]
    port: Option<u16>,
    /// The data folder, over what the settings say.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Place {
    fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(port) = self.port {
            config.http.port = port;
        }
        if let Some(data) = &self.data {
            config.data.folder.clone_from(data);
        }
        config.validate()?;
        Ok(config)
    }
}

/// Runs the program; a failure is one line on standard error.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Measure(command) => measure(&command),
        Command::Store(command) => work(command),
    };
    done.unwrap_or_else(|error| failed(&error))
}

fn measure(command: &MeasureCommand) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match command {
        MeasureCommand::Faces(arguments) => Ok(faces::run(arguments, &mut out)?.into()),
        MeasureCommand::Track(options) => people::run(options, &mut out).map(|()| ExitCode::SUCCESS),
        MeasureCommand::Calibrate(options) => people::calibrate(options, &mut out).map(|()| ExitCode::SUCCESS),
        MeasureCommand::Replay(arguments) => replay::run(arguments, &mut out).map(|()| ExitCode::SUCCESS),
    }
}

fn work(command: StoreCommand) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(command))
}

#[expect(clippy::print_stderr, reason = "the command line is how this reaches the person")]
fn failed(error: &anyhow::Error) -> ExitCode {
    let is_closed = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    if error.chain().any(|cause| cause.downcast_ref().is_some_and(is_closed)) {
        // Whoever reads the output, `head` for example, has had enough of it.
        return ExitCode::SUCCESS;
    }
    eprintln!("smartmart: {error:#}");
    ExitCode::FAILURE
}

async fn run(command: StoreCommand) -> anyhow::Result<ExitCode> {
    let done = match command {
        StoreCommand::Planogram(command) => return planogram::run(command).await,
        StoreCommand::Serve { place, demo, standby } => run_server(Config { standby, demo, ..place.config()? }).await,
        StoreCommand::Admin(AdminCommand::Create { place, name, email, staff }) => {
            create_admin(&place.config()?, name, email, staff).await
        }
        StoreCommand::Keys(KeysCommand::Rotate { place }) => {
            let resealed = rotation::rotate(&place.config()?).await?;
            print(&format!("{resealed} templates are sealed with the new key; delete old backups of the key file"))
        }
        StoreCommand::Openapi => print(&serve::api_description().to_pretty_json()?),
    };
    done.map(|()| ExitCode::SUCCESS)
}

async fn run_server(config: Config) -> anyhow::Result<()> {
    start_log(&config)?;
    connections::raise_limit();
    let listener = serve::bind(&config).await?;
    let log_ins = config.demo.then(|| config.data.folder.join(demo::LOG_INS));
    let running = serve::start(config, listener).await?;
    if let Some(log_ins) = log_ins {
        print(&format!("The demo's log-ins are in {}", log_ins.display()))?;
    }
    let stopper = running.stopper();
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("stopping");
        stopper.cancel();
    });
    running.wait().await
}

async fn create_admin(config: &Config, name: String, email: String, staff: bool) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).context("cannot read the password")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let role = if staff { AdminRole::Staff } else { AdminRole::Owner };
    let now = clock::system().now();
    let (db, store, _, _lock) = serve::open_store_beside(config, now).await?;
    let new = NewAdmin { name, email, password, role };
    match accounts::create_admin(&db, store.id, uuid::Uuid::now_v7(), new, now).await {
        Ok(made) => print(&format!("{} may log in at {}/admin/", made.email, config.public_url())),
        Err(error) => bail!("{error}"),
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(writeln!(out, "{text}")?)
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter).context("setting log.filter")?;
    // Where the log cannot be written (its disk is full), saying so on the same stream would panic, and end whatever task logged.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    match config.log.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
