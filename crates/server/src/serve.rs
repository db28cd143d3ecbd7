//! `smartmart serve`: builds everything, listens, and stops cleanly.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, bail};
use db::Db;
use db::stores::Store;
use domain::catalog::{Catalog, TaxRates};
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
use crate::config::Config;
use crate::current_store::CurrentStore;
use crate::data_lock::DataLock;
use crate::films::Films;
use crate::floor::FloorTask;
use crate::http::limits::LogInLimits;
use crate::keys::Keys;
use crate::keys::file::KeyFile;
use crate::mail::Post;
use crate::people::People;
use crate::realtime::listen;
use crate::realtime::publisher::Publisher;
use crate::recorder::Recorder;
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
    let db = Db::connect(&config.database_url(), config.database.max_connections)
        .await
        .context("cannot open the database")?;
    let keys = open_keys(&db, &folder.join(&config.data.key_file), now).await?;
    let store = match db::stores::first(&db).await? {
        Some(store) => store,
        None => {
            let store = new_store(config)?;
            db::stores::insert(&db, &store, now).await?;
            store
        }
    };
    let zone = config.store.zone()?;
    let is_named = db::stores::name_zone(&db, store.id, zone).await?;
    if !is_named {
        tracing::warn!(
            "nobody has said in which time zone the store is, so its days and receipts go by UTC: name it on the admin page Store, or in the setting store.time_zone"
        );
    }
    let store = db::stores::first(&db).await?.unwrap_or(store);
    Ok((db, store, keys))
}

/// What the operator should know of what the database holds.
fn warn_of(store: &Store, catalog: &Catalog) {
    if let Err(why) = Currency::parse(&store.currency.to_string()) {
        tracing::warn!(%why, digits = store.currency.exponent(), "the store's currency is none that can be paid in today");
    }
    for (gtin, products) in catalog.shared_gtins() {
        let skus: Vec<_> = products.iter().map(|product| product.sku.as_str()).collect();
        tracing::warn!(%gtin, products = skus.join(", "), "these products have the same barcode number: correct all but one");
    }
}

/// A key is made only where nothing is sealed with another.
async fn open_keys(db: &Db, file: &Path, now: Timestamp) -> anyhow::Result<Keys> {
    match KeyFile::read(file)? {
        Some(found) => Ok(found.keys()),
        None if db::faces::all(db, now).await?.is_empty() => Ok(KeyFile::create(file)?.keys()),
        None => bail!(
            "the key file {} is missing, but the database holds enrolled faces: put it back from the backup",
            file.display()
        ),
    }
}

fn new_store(config: &Config) -> anyhow::Result<Store> {
    let rates = TaxRates {
        standard: BasisPoints(config.store.standard_tax_bp),
        reduced: BasisPoints(config.store.reduced_tax_bp),
    };
    let currency = Currency::parse(&config.store.currency)?;
    let mut store = Store::plain(StoreId(Uuid::now_v7()), &config.store.name, currency, rates);
    let calendar = &mut store.settings.calendar;
    calendar.zone = config.store.zone()?.unwrap_or_default();
    calendar.country = config.store.country()?;
    calendar.hours = config.store.hours.read()?;
    Ok(store)
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
    let recordings = recorder.as_ref().map(Recorder::recordings);
    let (task, floor) = FloorTask::restore(db.clone(), store.id, floor, publisher, recorder, clock.clone()).await?;
    let post = Post::new(&config.mail, db.clone())?;
    let app = App::new(Parts {
        clock,
        config,
        db,
        store: CurrentStore::new(store),
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
    let name = &app.store.now().settings.name;
    tracing::info!(%address, store = name, database = app.db.engine(), "listening");
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
    let calendar = tokio::spawn(jobs::calendar::run(app.clone(), stop.clone()));
    let housekeeping = tokio::spawn(jobs::housekeeping(app.clone(), stop.clone()));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stopping = stop.clone();
    let closing = app.clone();
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            stopping.cancelled().await;
            // Open sockets would keep the server up for ever.
            closing.io.close().await;
        })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "serving ended");
    }
    stop.cancel();
    for (name, task) in
        [("floor", floor), ("post office", mails), ("calendar", calendar), ("housekeeping", housekeeping)]
    {
        if let Err(error) = task.await {
            tracing::error!(%error, name, "a task failed");
        }
    }
    app.recogniser.stop();
    tracing::info!("stopped");
}

async fn restore_floor(config: &Config, db: &Db, store: &Store, now: Timestamp) -> anyhow::Result<Floor> {
    let calendar = &store.settings.calendar;
    let mut policy = FloorPolicy::new(store.currency, calendar.taxes.rates_at(now, calendar.zone.rules()));
    policy.settling = SignedDuration::from_millis(config.floor.settling_ms.into());
    policy.reviewing = SignedDuration::from_millis(config.floor.reviewing_ms.into());
    policy.gate.votes_needed = config.floor.gate_votes;
    policy.gate.face = config.floor.face_at_entry;
    policy.attribution.policy = config.floor.policy();
    policy.attribution.lag_ms = config.floor.wait_for_sightings_ms.into();
    let catalog = db::catalog::catalog(db, store.id).await?;
    warn_of(store, &catalog);
    let planogram = db::catalog::planogram(db, store.id).await?;
    let memory = db::memory::load(db, store.id, now).await?;
    let mut floor = Floor::restore(policy, catalog, planogram, memory);
    floor.keep_calendar(calendar.clone());
    Ok(floor)
}

/// One recorder a process, however many servers run in it (tests run several).
fn metrics_recorder() -> Option<PrometheusHandle> {
    static RECORDER: std::sync::OnceLock<Option<PrometheusHandle>> = std::sync::OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).clone()
}
