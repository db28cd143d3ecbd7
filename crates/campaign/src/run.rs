//! The course of a campaign: a store is set up, people shop, faults happen, the server is away for days, and all is reckoned.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use domain::ids::SlotId;
use protocol::admin::{FacingView, ProductView};
use protocol::device::{DeviceRole, NewDevice};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::api::{Api, patiently};
use simulator::devices::plate_files::PlateFiles;
use simulator::store::{self, OwnDevices, Shopped, Store};
use tokio_util::sync::CancellationToken;

use crate::clocks::{DeviceHand, ProgramClock};
use crate::complaints::{Complaints, complain};
use crate::database::Database;
use crate::disk::Disk;
use crate::fault;
use crate::outage;
use crate::outcome::{ANSWERS_WITHIN, Outcome};
use crate::plan::Plan;
use crate::programs::Program;
use crate::reckoning::{self, Books, Truth};
use crate::staff::{COUNTED, Staff};
use crate::wire::{Weather, Wire};

/// More room to shop in than the demo store has: zones, and slots in each.
const MORE: (usize, usize) = (5, 4);
/// Slots under the real node, and what fits on each.
const REAL: (usize, u32) = (3, 100);
/// The cameras' clocks are wrong by so much: they never get the time from elsewhere.
const CAMERAS_AHEAD_S: i64 = -7_000;
/// The demo is made within this, in a debug build on a busy machine.
const SET_UP: Duration = Duration::from_secs(120);
/// Between two faults, in seconds.
const PAUSE_S: std::ops::Range<f64> = 0.5..3.0;
/// In the end everything has been delivered, decided and mailed within this.
const ENDS_WITHIN: Duration = Duration::from_secs(120);
/// Nobody has moved anything and no visit has ended for so long: somebody waits for what never comes.
const HANGS: Duration = Duration::from_secs(240);

/// Everything that faults can happen to.
pub struct Stage {
    /// `smartmart`.
    pub server: Program,
    /// `smartmart-edge`.
    pub node: Program,
    /// Between devices and server.
    pub wire: Wire,
    /// The server's database.
    pub database: Database,
    /// Its tables.
    pub tables: Vec<String>,
    /// The disk under SQLite's files, where one of a fixed size could be mounted.
    pub disk: Option<Disk>,
    /// The server's clock, where it can be set.
    pub server_clock: Option<ProgramClock>,
    /// The real node's clock, where it can be set.
    pub node_clock: Option<ProgramClock>,
    /// The simulated node's clock.
    pub node_hand: DeviceHand,
    /// Grams of a unit at the slots of the real node.
    pub real_slots: BTreeMap<SlotId, f64>,
    /// The simulated store, once it is open.
    store: OnceLock<Arc<Store>>,
}

impl Stage {
    /// The simulated node's computer starts anew with another time.
    pub async fn restart_simulated_node(&self, ahead_s: i64) {
        if let Some(store) = self.store.get() {
            store.node.start_anew(|| self.node_hand.set(ahead_s)).await;
        }
    }
}

/// Runs a campaign.
///
/// # Errors
///
/// Where the store cannot be set up, or everything stands still.
pub async fn run(plan: &Plan) -> Result<Outcome> {
    let folder = tempfile::Builder::new().prefix("smartmart-faults-").tempdir_in(&plan.folder)?;
    let result = in_folder(plan, folder.path()).await;
    let is_clean = result.as_ref().is_ok_and(Outcome::is_clean);
    if plan.keep || !is_clean {
        let kept = folder.keep();
        tracing::warn!("the data folder and the logs are kept in {}", kept.display());
    }
    result
}

async fn in_folder(plan: &Plan, folder: &Path) -> Result<Outcome> {
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let mut left_out = Vec::new();
    let disk = match &plan.database {
        None => Disk::mount(&data),
        Some(_) => None,
    };
    if plan.database.is_none() && disk.is_none() {
        left_out.push("a full disk, as no file system may be mounted here".to_owned());
    }
    let (server_clock, node_clock) = (ProgramClock::new(folder, "server")?, ProgramClock::new(folder, "node")?);
    if server_clock.is_none() {
        left_out.push("clocks of the real programs, as libfaketime is not installed".to_owned());
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let server = start_server(plan, &data, port, server_clock.clone())?;
    let password = owners_password(&data).await?;
    let direct = format!("http://127.0.0.1:{port}");
    let staff = Arc::new(Staff::log_in(&direct, OWNER, &password).await?);
    let wire = Wire::lay(([127, 0, 0, 1], port).into(), plan.seed).await?;
    let (facings, real_slots) = make_room(&staff).await?;
    let slots: Vec<_> = real_slots.iter().map(|(slot, unit_g)| (slot.clone(), *unit_g)).collect();
    let plates = Arc::new(PlateFiles::lay(&folder.join("plates"), &slots, REAL.1)?);
    let node = start_node(plan, folder, &plates, &wire, &staff, node_clock.clone()).await?;
    until_weighed(folder, &real_slots).await?;
    let url = plan.database.clone().unwrap_or_else(|| format!("sqlite://{}", data.join("smartmart.db").display()));
    let database = Database::open(&url).await?;
    let tables = database.tables().await?;
    let stage = Arc::new(Stage {
        server,
        node,
        wire,
        database,
        tables,
        disk,
        server_clock,
        node_clock,
        node_hand: DeviceHand::default(),
        real_slots,
        store: OnceLock::new(),
    });
    let shopping = go_shopping(plan, &stage, &password, plates);
    let outcome = campaign(plan, folder, &stage, &staff, shopping, &facings).await;
    let ended = stage.server.ended() + stage.node.ended();
    stage.server.kill();
    stage.node.kill();
    if stage.disk.is_some() && (plan.keep || !outcome.as_ref().is_ok_and(Outcome::is_clean)) {
        // What is on the mounted disk goes with it.
        Command::new("cp").arg("-a").arg(&data).arg(folder.join("data-at-the-end")).status()?;
    }
    Ok(Outcome { left_out, ended, ..outcome? })
}

const OWNER: &str = "owner@demo.smartmart";

fn start_server(plan: &Plan, data: &Path, port: u16, clock: Option<ProgramClock>) -> Result<Program> {
    let (program, database, data) = (plan.server.clone(), plan.database.clone(), data.to_owned());
    Program::start(data.join("server.log"), move || {
        let mut command = Command::new(&program);
        command
            .args(["serve", "--demo", "--port", &port.to_string(), "--data"])
            .arg(&data)
            .env("SMARTMART__HTTP__ADDRESS", "127.0.0.1")
            // Nobody waits longer than a test has to; the rules are the same.
            .env("SMARTMART__FLOOR__SETTLING_MS", "300")
            .env("SMARTMART__FLOOR__WAIT_FOR_SIGHTINGS_MS", "150")
            .env("SMARTMART__FLOOR__REVIEWING_MS", "0")
            .env("SMARTMART__RECOGNITION__WORKERS", "1")
            .env("SMARTMART__LOG__FILTER", "warn")
            .env_remove("PORT")
            .env_remove("DATABASE_URL");
        if let Some(url) = &database {
            command.env("DATABASE_URL", url);
        }
        if let Some(clock) = &clock {
            clock.govern(&mut command);
        }
        command
    })
}

/// The last line of the file that the first start with `--demo` writes.
async fn owners_password(data: &Path) -> Result<String> {
    let since = Instant::now();
    while since.elapsed() < SET_UP {
        let log_ins = std::fs::read_to_string(data.join("demo-log-ins.txt")).unwrap_or_default();
        if let (3.., Some(password)) = (log_ins.lines().count(), log_ins.lines().last()) {
            return Ok(password.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the demo store was not made within two minutes; {} tells why", data.join("server.log").display())
}

/// Facings beside the demo's: zones to shop in, and one for the real node. Gives the one to be counted, and the real node's slots.
async fn make_room(staff: &Staff) -> Result<(FacingView, BTreeMap<SlotId, f64>)> {
    let owner = staff.owner().await?;
    let facings = patiently(|| owner.planogram()).await?;
    let products = patiently(|| owner.products()).await?;
    let first = facings.first().context("the demo store has no planogram")?;
    let put = |slot: String, zone: String, place: usize| {
        let sku = products[place % products.len()].sku.clone();
        FacingView { slot, zone, sku, x: Some(0.5), version: None, ..first.clone() }
    };
    for zone in 0..MORE.0 {
        for slot in 0..MORE.1 {
            let facing = put(format!("c{zone}s{slot}"), format!("c{zone}"), zone * MORE.1 + slot);
            staff.make_room(&facing).await?;
        }
    }
    // Many of the lightest fit on a plate that bears some kilograms.
    let weighs = |(place, product): (usize, &ProductView)| Some((f64::from(product.unit_weight_g?), place));
    let mut lightest: Vec<(f64, usize)> = products.iter().enumerate().filter_map(weighs).collect();
    lightest.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let mut real = BTreeMap::new();
    for (number, (unit_g, place)) in lightest.into_iter().take(REAL.0).enumerate() {
        let facing = put(format!("r{number}"), "real".to_owned(), place);
        staff.make_room(&facing).await?;
        real.insert(SlotId(facing.slot), unit_g);
    }
    Ok((put(COUNTED.to_owned(), "campaign".to_owned(), 0), real))
}

async fn start_node(
    plan: &Plan,
    folder: &Path,
    plates: &PlateFiles,
    wire: &Wire,
    staff: &Staff,
    clock: Option<ProgramClock>,
) -> Result<Program> {
    let config: PathBuf = folder.join("edge.toml");
    let data = folder.join("edge");
    let text =
        format!("server_url = \"{}\"\ndata_folder = {data:?}\nlog = \"info\"\n\n{}", wire.url(), plates.sensors());
    std::fs::write(&config, text)?;
    let device = NewDevice { name: "Real shelf node".to_owned(), role: DeviceRole::ShelfNode, zone: "real".to_owned() };
    let owner: Api = staff.owner().await?;
    let code = owner.invite_device(&device).await?.code;
    let joined = Command::new(&plan.edge).arg("join").arg("--config").arg(&config).args(["--code", &code]).output()?;
    if !joined.status.success() {
        bail!("the real node cannot join: {}", String::from_utf8_lossy(&joined.stderr));
    }
    let program = plan.edge.clone();
    Program::start(folder.join("edge.log"), move || {
        let mut command = Command::new(&program);
        command.arg("run").arg("--config").arg(&config);
        if let Some(clock) = &clock {
            clock.govern(&mut command);
        }
        command
    })
}

/// Waits until the real node knows how much lies on its plates. What is taken before it ever looked, nobody can tell.
async fn until_weighed(folder: &Path, slots: &BTreeMap<SlotId, f64>) -> Result<()> {
    let state = folder.join("edge/spool/state.json");
    let since = Instant::now();
    while since.elapsed() < SET_UP {
        let known: serde_json::Value =
            std::fs::read(&state).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        if slots.keys().all(|slot| known["counts"][&slot.0].is_u64()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the real node has not weighed its plates within two minutes")
}

type Shopping = tokio::task::JoinHandle<Result<Shopped>>;

fn go_shopping(plan: &Plan, stage: &Arc<Stage>, password: &str, plates: Arc<PlateFiles>) -> Shopping {
    let shopping = store::Plan {
        server: stage.wire.url(),
        admin_email: OWNER.to_owned(),
        admin_password: password.to_owned(),
        shoppers: plan.shoppers,
        seed: plan.seed,
        speed: plan.speed,
        trips: Some(plan.trips),
        // Who is taken for whom where weights are alike is no question of faults.
        misplace: false,
        faces: None,
        state: None,
        devices: OwnDevices {
            node_clock: stage.node_hand.clock(),
            camera_clock: DeviceHand::ahead(CAMERAS_AHEAD_S).clock(),
            plates: Some(plates),
        },
        room_cameras: store::RoomCameras::None,
    };
    let stage = Arc::clone(stage);
    tokio::spawn(async move {
        let opened = |store: &Arc<Store>| {
            // Nobody else sets it.
            let _ = stage.store.set(Arc::clone(store));
        };
        store::shop(&shopping, CancellationToken::new(), opened).await
    })
}

async fn campaign(
    plan: &Plan,
    folder: &Path,
    stage: &Stage,
    staff: &Arc<Staff>,
    mut shopping: Shopping,
    counted: &FacingView,
) -> Result<Outcome> {
    let since = Instant::now();
    while stage.store.get().is_none() {
        if shopping.is_finished() {
            break;
        }
        if since.elapsed() > SET_UP {
            bail!("the simulated store did not open within two minutes");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The shoppers have read the planogram: nobody goes there.
    staff.make_room(counted).await?;
    let closing = CancellationToken::new();
    let desk = {
        let (staff, closing) = (Arc::clone(staff), closing.clone());
        tokio::spawn(async move { staff.bill_forgotten(closing).await })
    };
    let complaints = Complaints::default();
    let complaining = {
        let (plan, server) = (plan.clone(), stage.wire.url());
        tokio::spawn(complain(plan, server, Arc::clone(staff), Arc::clone(&complaints), closing.clone()))
    };
    let mut outcome = Outcome::default();
    faults(plan, stage, staff, &shopping, &mut outcome).await?;
    let shopped = until_home(stage, &mut shopping).await?;
    let mut truth = {
        let ledger = shopped.store.ledger.lock().expect("no holder panics");
        Truth::of(&ledger, stage.real_slots.clone())
    };
    closing.cancel();
    complaining.await??;
    desk.await?;
    truth.complaints = complaints.lock().expect("no holder panics").clone();
    if plan.outage_h > 0 {
        truth.deeds.extend(outage::without_server(stage, &shopped.store, plan.outage_h).await?);
        let fault = format!("{} hours without the server", plan.outage_h);
        note(&mut outcome, &fault, staff.until_it_answers().await);
    }
    // For whoever looks into a campaign that was not clean.
    std::fs::write(folder.join("what-hands-did.txt"), format!("{truth:#?}\n"))?;
    let sums = at_rest(stage, staff, &shopped, &truth).await?;
    shopped.close().await;
    let Outcome { faults, slowest, slow, .. } = outcome;
    Ok(Outcome { faults, slowest, slow, ..sums })
}

/// One fault after the other, until everybody has gone home or there were enough.
async fn faults(plan: &Plan, stage: &Stage, staff: &Staff, shopping: &Shopping, outcome: &mut Outcome) -> Result<()> {
    let mut random = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut deck = Vec::new();
    while !shopping.is_finished() && plan.faults.is_none_or(|most| outcome.faults < most) {
        if deck.is_empty() {
            deck = fault::deck(stage, &mut random);
        }
        let Some(fault) = deck.pop() else { break };
        tracing::info!(%fault, number = outcome.faults + 1, "fault");
        fault.happen(stage, &mut random).await.with_context(|| format!("{fault}"))?;
        note(outcome, &fault.to_string(), staff.until_it_answers().await);
        tokio::time::sleep(Duration::from_secs_f64(random.random_range(PAUSE_S))).await;
    }
    stage.wire.set(Weather::Fair);
    if let Some(clock) = &stage.server_clock {
        clock.set(0)?;
    }
    stage.restart_simulated_node(0).await;
    Ok(())
}

fn note(outcome: &mut Outcome, fault: &str, took: Option<Duration>) {
    outcome.faults += 1;
    let shown = took.map_or("never".to_owned(), |took| format!("{:.1} s", took.as_secs_f64()));
    tracing::info!(fault, answers_after = shown, "the fault is over");
    if took.is_none_or(|took| took > ANSWERS_WITHIN) {
        outcome.slow.push(format!("after \"{fault}\" the store answered after {shown}"));
    }
    if let Some(took) = took
        && outcome.slowest.as_ref().is_none_or(|(_, slowest)| took > *slowest)
    {
        outcome.slowest = Some((fault.to_owned(), took));
    }
}

/// Waits for the last shopper.
async fn until_home(stage: &Stage, shopping: &mut Shopping) -> Result<Shopped> {
    let progress = || {
        stage.store.get().map(|store| {
            let ledger = store.ledger.lock().expect("no holder panics");
            (ledger.movements.len(), ledger.trips.len())
        })
    };
    let (mut last, mut since) = (progress(), Instant::now());
    loop {
        tokio::select! {
            shopped = &mut *shopping => return shopped.context("the simulated store failed")?,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        let now = progress();
        if now != last {
            (last, since) = (now, Instant::now());
        } else if since.elapsed() > HANGS {
            bail!("everybody stands still: {} after {now:?} movements and trips", HANGS.as_secs());
        }
    }
}

/// Waits until all is delivered, decided and mailed, and reckons.
async fn at_rest(stage: &Stage, staff: &Staff, shopped: &Shopped, truth: &Truth) -> Result<Outcome> {
    let since = Instant::now();
    loop {
        let books = Books::read(&stage.database).await?;
        let mut outcome = reckoning::reckon(truth, &books, &staff.owner().await?).await?;
        let waits = (shopped.store.node.spooled(), books.unsettled(), books.undecided());
        if waits == (0, 0, 0) && outcome.is_clean() {
            return Ok(outcome);
        }
        if since.elapsed() > ENDS_WITHIN {
            let (spooled, unsettled, undecided) = waits;
            if waits != (0, 0, 0) {
                let waiting = format!("{spooled} events in the spool, {undecided} undecided, {unsettled} visits");
                outcome.lost.push(format!("the store has not come to rest: {waiting}"));
            }
            return Ok(outcome);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
