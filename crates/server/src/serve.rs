//! `smartmart serve`: builds everything, listens, and stops cleanly.

use std::net::SocketAddr;

use anyhow::{Context, anyhow, bail};
use db::Db;
use db::stores::Store;
use domain::catalog::TaxRates;
use domain::clock::Clock;
use domain::floor::{Floor, FloorPolicy};
use domain::ids::StoreId;
use domain::money::{BasisPoints, Currency};
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::{App, Parts, Presence};
use crate::badges::BadgesSeen;
use crate::clock;
use crate::config::{Config, Http};
use crate::connections::{self, Limits};
use crate::data_lock::DataLock;
use crate::films::Films;
use crate::floor::FloorTask;
use crate::http::limits::LogInLimits;
use crate::keys::Keys;
use crate::keys::binding;
use crate::mail::Post;
use crate::people::People;
use crate::realtime::listen;
use crate::realtime::publisher::Publisher;
use crate::recorder::{Recorder, Recordings};
use crate::{http, jobs, recognition, templates};

/// A server that listens.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// What its handlers reach.
    pub app: App,
    stop: CancellationToken,
    done: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Stops taking new work, finishes what is under way, and returns when all is written.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.done.await {
            tracing::error!(%error, "the server did not stop cleanly");
        }
    }

    /// Waits until the server has stopped by itself.
    pub async fn wait(self) {
        if let Err(error) = self.done.await {
            tracing::error!(%error, "the server did not stop cleanly");
        }
    }

    /// What stops it.
    pub fn stopper(&self) -> CancellationToken {
        self.stop.clone()
    }
}

/// Opens the data folder, the database and the store; all that commands need which do not listen.
pub async fn open_store(config: &Config, now: Timestamp) -> anyhow::Result<(Db, Store, Keys)> {
    let folder = &config.data.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the data folder {}", folder.display()))?;
    let db = open_database(config, config.database.max_connections).await?;
    let (store, key_file) = (db::stores::first(&db).await?, folder.join(&config.data.key_file));
    let keys = binding::open(&key_file, store.as_ref())?;
    let store = match store {
        Some(store) => store,
        None => {
            let store = new_store(config)?;
            db::stores::insert(&db, &store, now).await?;
            store
        }
    };
    binding::check(&db, &store, &keys, &key_file, now).await?;
    Ok((db, store, keys))
}

/// Opens the database.
///
/// # Errors
///
/// Where it cannot; never with its address, which may hold a password.
pub async fn open_database(config: &Config, max_connections: u32) -> anyhow::Result<Db> {
    let url = config.database_url();
    Db::connect(&url, max_connections).await.map_err(|error| {
        if error.to_string().contains(&url) {
            return anyhow!("cannot open the database: setting database.url is no address such as sqlite://PATH");
        }
        anyhow::Error::new(error).context("cannot open the database")
    })
}

fn new_store(config: &Config) -> anyhow::Result<Store> {
    Ok(Store {
        id: StoreId(Uuid::now_v7()),
        name: config.store.name.clone(),
        currency: Currency::parse(&config.store.currency)?,
        tax_rates: TaxRates {
            standard: BasisPoints(config.store.standard_tax_bp),
            reduced: BasisPoints(config.store.reduced_tax_bp),
        },
    })
}

/// Binds the port: first of all, so that a port in use is said before anything is made.
pub async fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    let address = config.listen();
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("port {} is in use: stop the other program or choose another with --port", address.port())
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

/// Starts serving on `listener`.
pub async fn start(config: Config, listener: TcpListener) -> anyhow::Result<Running> {
    start_by(clock::system(), config, listener).await
}

/// Starts serving by another clock than the system's.
pub async fn start_by(clock: Clock, mut config: Config, listener: TcpListener) -> anyhow::Result<Running> {
    config.validate()?;
    let address = listener.local_addr()?;
    config.http.port = address.port();
    let lock = DataLock::take(&config.data.folder)?;
    let (db, store, keys) = open_store(&config, clock.now()).await?;
    let recogniser = recognition::start(&config.recognition).context("cannot start recognition")?;
    templates::load_all(&db, &keys, &*recogniser, clock.now()).await?;
    let programs = templates::load_programs(&db, &keys, &*recogniser, clock.now()).await?;
    let (sockets, io) = listen::build();
    let people = People::new(db.clone());
    let publisher = Publisher::new(io.clone(), db.clone(), store.clone(), people.clone());
    let floor = restore_floor(&config, &db, &store, clock.now()).await?;
    let recorder = Recorder::start(&config.data.folder, &config.recording, &store)?;
    let of_before = || Recordings::of_before(&config.data.folder);
    let recordings = recorder.as_ref().map_or_else(of_before, Recorder::recordings);
    let (task, floor) = FloorTask::restore(db.clone(), store.id, floor, publisher, recorder, clock.clone()).await?;
    let post = Post::new(&config.mail, db.clone())?;
    let app = App::new(Parts {
        clock,
        config,
        db,
        store,
        keys,
        floor,
        recordings,
        recogniser,
        films: Films::default(),
        badges: BadgesSeen::default(),
        programs,
        people,
        io,
        presence: Presence::default(),
        limits: LogInLimits::default(),
        disputes: tokio::sync::Mutex::default(),
        enrolments: tokio::sync::Mutex::default(),
        lock,
        metrics: metrics_recorder(),
    });
    listen::open(&app);
    let router = http::router(app.clone(), sockets);
    let stop = CancellationToken::new();
    let done = tokio::spawn(run(app.clone(), task, post, listener, router, stop.clone()));
    tracing::info!(%address, store = app.store.name, database = app.db.engine(), "listening");
    Ok(Running { address, app, stop, done })
}

async fn run(
    app: App,
    task: FloorTask,
    post: Post,
    listener: TcpListener,
    router: axum::Router,
    stop: CancellationToken,
) {
    let floor = tokio::spawn(task.run(stop.clone()));
    let mails = tokio::spawn(jobs::post_office::run(app.clone(), post, stop.clone()));
    let housekeeping = tokio::spawn(jobs::housekeeping(app.clone(), stop.clone()));
    let stopping = stop.clone();
    let closing = app.clone();
    let limits = connection_limits(&app.config);
    connections::serve(listener, router, limits, async move {
        stopping.cancelled().await;
        // Open sockets would keep the server up for ever.
        closing.io.close().await;
    })
    .await;
    stop.cancel();
    for (name, task) in [("floor", floor), ("post office", mails), ("housekeeping", housekeeping)] {
        if let Err(error) = task.await {
            tracing::error!(%error, name, "a task failed");
        }
    }
    app.recogniser.stop();
    tracing::info!("stopped");
}

/// A proxy calls for everybody: the limit of an address is its own business then.
fn connection_limits(config: &Config) -> Limits {
    let Http { max_connections, max_connections_per_address, behind_proxy, .. } = config.http;
    let limits = Limits::derive(max_connections, max_connections_per_address, config.database.max_connections);
    if behind_proxy { Limits { most_of_an_address: None, ..limits } } else { limits }
}

async fn restore_floor(config: &Config, db: &Db, store: &Store, now: Timestamp) -> anyhow::Result<Floor> {
    let mut policy = FloorPolicy::new(store.currency, store.tax_rates);
    policy.settling = SignedDuration::from_millis(config.floor.settling_ms.into());
    policy.reviewing = SignedDuration::from_millis(config.floor.reviewing_ms.into());
    policy.gate.votes_needed = config.floor.gate_votes;
    policy.gate.face = config.floor.face_at_entry;
    policy.attribution.policy = config.floor.policy();
    policy.attribution.lag_ms = config.floor.wait_for_sightings_ms.into();
    let catalog = db::catalog::catalog(db, store.id).await?;
    let planogram = db::catalog::planogram(db, store.id).await?;
    let memory = db::memory::load(db, store.id, now).await?;
    Ok(Floor::restore(policy, catalog, planogram, memory))
}

/// One recorder a process, however many servers run in it (tests run several).
fn metrics_recorder() -> Option<PrometheusHandle> {
    static RECORDER: std::sync::OnceLock<Option<PrometheusHandle>> = std::sync::OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).clone()
}
