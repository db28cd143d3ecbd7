//! `smartmart serve`: builds everything, listens, and stops cleanly.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use db::lease::{self, WriterLock};
use db::stores::Store;
use db::{Db, DbError};
use domain::catalog::{Catalog, TaxRates};
use domain::clock::Clock;
use domain::ids::StoreId;
use domain::money::{BasisPoints, Currency};
use domain::room::RoomPlan;
use floor::FloorPolicy;
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use shop::writer::Writer;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::app::{App, Parts, Presence};
use crate::clock;
use crate::config::{Config, Http};
use crate::connections::{self, Limits};
use crate::current_store::CurrentStore;
use crate::data_lock::DataLock;
use crate::demo;
use crate::enrolments::Enrolments;
use crate::films::Films;
use crate::keys::{Keys, binding, random_bits};
use crate::limits::LogInLimits;
use crate::mail::Post;
use crate::people::People;
use crate::realtime::edition::{self, Edition};
use crate::realtime::listen;
use crate::realtime::publisher::Publisher;
use crate::recorder::{Recorder, Recordings};
use crate::room_tracker::{self, Inbox};
use crate::{http, jobs, kairos, recognition, templates};

/// A server that listens.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// What its handlers reach.
    pub app: App,
    stop: CancellationToken,
    done: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Stops taking new work, finishes what is under way, and returns when all is written.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.wait().await {
            tracing::error!(error = format!("{error:#}"), "the server did not stop cleanly");
        }
    }

    /// Waits until the server has stopped, because it was asked to or because it cannot go on.
    ///
    /// # Errors
    ///
    /// Why it could not go on: the process has to end, so that whoever watches it starts it again.
    pub async fn wait(self) -> anyhow::Result<()> {
        self.done.await.context("the server died")?
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
    let (store, keys) = store_in(&db, config, now).await?;
    Ok((db, store, keys))
}

/// The same for a command that may run beside a server: the schema of a database that a server writes is not touched. The lock, where
/// no server held it, is to be held as long as the command runs.
pub async fn open_store_beside(
    config: &Config,
    now: Timestamp,
) -> anyhow::Result<(Db, Store, Keys, Option<WriterLock>)> {
    let url = config.database_url();
    let lock = WriterLock::try_take(&url).await.context("cannot take the database's lock")?;
    if lock.is_some() {
        let (db, store, keys) = open_store(config, now).await?;
        return Ok((db, store, keys, lock));
    }
    let db = Db::open(&url, config.database.max_connections).await.map_err(|error| cannot_open(error, &url))?;
    if !db.is_up_to_date().await.context("cannot open the database")? {
        bail!("a server of an older version uses this database: stop it, start this version's once, and try again");
    }
    let (store, keys) = store_in(&db, config, now).await?;
    Ok((db, store, keys, None))
}

async fn store_in(db: &Db, config: &Config, now: Timestamp) -> anyhow::Result<(Store, Keys)> {
    let folder = &config.data.folder;
    let (store, key_file) = (db::stores::first(db).await?, folder.join(&config.data.key_file));
    let keys = binding::open(&key_file, store.as_ref())?;
    let store = match store {
        Some(store) => store,
        None => {
            let store = new_store(config)?;
            db::stores::insert(db, &store, now).await?;
            store
        }
    };
    binding::check(db, &store, &keys, &key_file, now).await?;
    let zone = config.store.zone()?;
    let is_named = db::stores::name_zone(db, store.id, zone).await?;
    if !is_named {
        tracing::warn!(
            "nobody has said in which time zone the store is, so its days and receipts go by UTC: name it on the admin page Store, or in the setting store.time_zone"
        );
    }
    let store = db::stores::first(db).await?.unwrap_or(store);
    Ok((store, keys))
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

/// Opens the database.
///
/// # Errors
///
/// Where it cannot; never with its address, which may hold a password.
pub async fn open_database(config: &Config, max_connections: u32) -> anyhow::Result<Db> {
    let url = config.database_url();
    Db::connect(&url, max_connections).await.map_err(|error| cannot_open(error, &url))
}

fn cannot_open(error: DbError, url: &str) -> anyhow::Error {
    if error.to_string().contains(url) {
        return anyhow!("cannot open the database: setting database.url is no address such as sqlite://PATH");
    }
    anyhow::Error::new(error).context("cannot open the database")
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
    let writer_lock = writer_lock(&config).await?;
    let (db, store, keys) = open_store(&config, clock.now()).await?;
    let fence = lease::begin(&db, &whoami(), clock.now()).await?;
    // From here on nobody else commits: what is read now is how it is.
    let store = db::stores::first(&db).await?.unwrap_or(store);
    if config.demo {
        demo::fill(&db, &store, &config.data.folder, clock.now()).await?;
    }
    let recogniser =
        recognition::start(&config.recognition.settings(random_bits)).context("cannot start recognition")?;
    templates::load_all(&db, store.id, &keys, &*recogniser, clock.now()).await?;
    let programs = templates::load_programs(&db, store.id, &keys, &*recogniser, clock.now()).await?;
    let (sockets, io) = listen::build();
    warn_of(&store, &db::catalog::catalog(&db, store.id).await?);
    let people = People::new(db.clone());
    let publisher = Publisher::new(io.clone(), db.clone(), store.clone(), people.clone());
    let (tell, editions) = edition::editions(store.currency);
    let recorder = Recorder::start(&config.data.folder, &config.recording, &store)?;
    let of_before = || Recordings::of_before(&config.data.folder);
    let recordings = recorder.as_ref().map_or_else(of_before, Recorder::recordings);
    let records = recorder.is_some();
    let forget = templates::forget_who_left_unseen(recogniser.clone());
    let current = CurrentStore::new(store.clone());
    let room = db::room_plans::latest(&db, store.id).await?.map(|(plan, _)| plan);
    let (room_tracker, inbox) = room_tracker::room_tracker();
    let listeners = [current.follow(), tell, forget, room_tracker.follow()]
        .into_iter()
        .chain(recorder.map(Recorder::listener))
        .collect();
    let post = shop::writer::Post {
        fence,
        db: Db::open_for_writer(&config.database_url()).await?,
        url: config.database_url(),
        lock: writer_lock,
        store: store.id,
        policy: policy(&config, &store, clock.now()),
        records,
        clock: clock.clone(),
    };
    let (writer, desk) = Writer::restore(post, listeners).await?;
    let post = Post::new(&config.mail, db.clone(), store.id)?;
    let app = App::new(Parts {
        clock,
        config,
        db,
        store: current,
        keys,
        desk,
        room_tracker,
        recordings,
        recogniser,
        films: Films::default(),
        programs,
        people,
        io,
        presence: Presence::default(),
        limits: LogInLimits::default(),
        enrolments: Enrolments::default(),
        changes: TaskTracker::new(),
        lock,
        metrics: metrics_recorder(),
    });
    listen::open(&app);
    let router = http::router(app.clone(), kairos::router(&app), sockets);
    let stop = CancellationToken::new();
    let work = Work { writer, publisher, editions, post, room, inbox };
    let done = tokio::spawn(run(app.clone(), work, listener, router, stop.clone()));
    let name = &app.store.now().settings.name;
    tracing::info!(%address, store = name, database = app.db.engine(), "listening");
    Ok(Running { address, app, stop, done })
}

/// The description of the HTTP API, as the routes give it.
pub fn api_description() -> utoipa::openapi::OpenApi {
    http::api().1
}

/// What has to live as long as the server.
struct Work {
    writer: Writer,
    publisher: Publisher,
    editions: mpsc::Receiver<Edition>,
    post: Post,
    room: Option<RoomPlan>,
    inbox: Inbox,
}

/// The writer's connections to the database, beside those of the pool: to write, and for its lock.
const OF_THE_WRITER: u32 = 2;

/// How long open requests are waited for, once a task that has to live has died, and changes whose callers have gone.
const LAST_WORDS: Duration = Duration::from_secs(5);

async fn run(
    app: App,
    work: Work,
    listener: TcpListener,
    router: axum::Router,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let Work { writer, publisher, editions, post, room, inbox } = work;
    let mut living = Living { tasks: JoinSet::new(), stop: stop.clone() };
    living.spawn("writer", {
        let stop = stop.clone();
        async move { writer.run(stop).await.map_err(anyhow::Error::from) }
    });
    living.spawn("publisher", async move {
        publisher.run(editions).await;
        Ok(())
    });
    living.spawn("room tracker", {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            room_tracker::run(app, room, inbox, stop).await;
            Ok(())
        }
    });
    living.spawn("post office", {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            jobs::post_office::run(app, post, stop).await;
            Ok(())
        }
    });
    living.spawn("housekeeping", {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            jobs::housekeeping(app, stop).await;
            Ok(())
        }
    });
    let stopping = stop.clone();
    let closing = app.clone();
    let limits = connection_limits(&app.config);
    let serving = tokio::spawn(connections::serve(listener, router, limits, async move {
        stopping.cancelled().await;
        // Open sockets would keep the server up for ever.
        closing.io.close().await;
    }));
    let ended = living.until_all_have_ended().await;
    let served = match &ended {
        Ok(()) => serving.await,
        Err(_) => tokio::time::timeout(LAST_WORDS, serving).await.unwrap_or(Ok(())),
    };
    // Their callers have gone: nobody else waits for them.
    app.changes.close();
    if tokio::time::timeout(LAST_WORDS, app.changes.wait()).await.is_err() {
        tracing::warn!(changes = app.changes.len(), "changes under way are cut off");
    }
    app.recogniser.stop();
    tracing::info!("stopped");
    ended?;
    served.context("serving died")
}

/// Tasks without which the server is none: when one of them ends before it was asked to, all of it ends.
struct Living {
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    stop: CancellationToken,
}

impl Living {
    fn spawn(&mut self, name: &'static str, task: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        self.tasks.spawn(async move { (name, task.await) });
    }

    /// Waits for all of them; the first failure stops the others.
    async fn until_all_have_ended(mut self) -> anyhow::Result<()> {
        let mut first = Ok(());
        while let Some(joined) = self.tasks.join_next().await {
            let was_asked = self.stop.is_cancelled();
            let ended = match joined {
                Ok((name, Err(error))) => Err(error.context(format!("the {name} cannot go on"))),
                Ok((name, Ok(()))) if !was_asked => Err(anyhow::anyhow!("the {name} ended by itself")),
                Ok((_, Ok(()))) => Ok(()),
                Err(panic) => Err(anyhow::Error::from(panic).context("a task of the server panicked")),
            };
            if let Err(error) = ended {
                tracing::error!(error = format!("{error:#}"), "the server ends");
                first = first.and(Err(error));
                self.stop.cancel();
            }
        }
        first
    }
}

/// The lock of the database's writer. Where another server has it, says which, or waits for its end as a stand-by.
pub async fn writer_lock(config: &Config) -> anyhow::Result<WriterLock> {
    let url = config.database_url();
    let mut has_said = false;
    loop {
        if let Some(lock) = WriterLock::try_take(&url).await.context("cannot take the database's lock")? {
            return Ok(lock);
        }
        let holder = match Db::open(&url, 1).await {
            Ok(db) => lease::holder(&db).await,
            Err(_) => None,
        };
        let who =
            holder.map_or_else(|| "another server".to_owned(), |one| format!("{}, since {}", one.name, one.since));
        if !config.standby {
            bail!("this database is written by {who}; stop it first, or start this one with --standby");
        }
        if !has_said {
            tracing::info!(writer = who, "standing by");
            has_said = true;
        }
        tokio::time::sleep(STANDBY_LOOKS).await;
    }
}

/// How often a stand-by tries to become the writer.
const STANDBY_LOOKS: Duration = Duration::from_millis(500);

/// This program, for people who look for it.
fn whoami() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let host = if host.is_empty() { "an unnamed machine" } else { host };
    format!("smartmart {} on {host}, process {}", env!("CARGO_PKG_VERSION"), std::process::id())
}

/// A proxy calls for everybody: the limit of an address is its own business then.
fn connection_limits(config: &Config) -> Limits {
    let Http { max_connections, max_connections_per_address, behind_proxy, .. } = config.http;
    let limits =
        Limits::derive(max_connections, max_connections_per_address, config.database.max_connections + OF_THE_WRITER);
    if behind_proxy { Limits { most_of_an_address: None, ..limits } } else { limits }
}

fn policy(config: &Config, store: &Store, now: Timestamp) -> FloorPolicy {
    let calendar = &store.settings.calendar;
    let mut policy = FloorPolicy::new(store.currency, calendar.taxes.rates_at(now, calendar.zone.rules()));
    policy.settling = SignedDuration::from_millis(config.floor.settling_ms.into());
    policy.reviewing = SignedDuration::from_millis(config.floor.reviewing_ms.into());
    policy.gate.votes_needed = config.floor.gate_votes;
    policy.gate.face = config.floor.face_at_entry;
    policy.attribution.policy = config.floor.policy();
    policy.attribution.lag_ms = config.floor.wait_for_sightings_ms.into();
    policy
}

/// One recorder a process, however many servers run in it (tests run several).
fn metrics_recorder() -> Option<PrometheusHandle> {
    static RECORDER: std::sync::OnceLock<Option<PrometheusHandle>> = std::sync::OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).clone()
}
