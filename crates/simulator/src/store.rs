//! A whole simulated store: its devices, its shelves and its shoppers, from the first log-in to the sums at the end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex as SyncMutex};

use anyhow::{Context, bail};
use domain::clock::Clock;
use domain::ids::{SlotId, ZoneId};
use protocol::device::DeviceRole;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::api::{Api, patiently};
use crate::clock::{Pace, system};
use crate::devices::camera::Camera;
use crate::devices::plate_files::PlateFiles;
use crate::devices::scene::Studio;
use crate::devices::shelf_node::ShelfNode;
use crate::load_cell::LoadCell;
use crate::room::{self, Room};
use crate::shopper::{Shopper, Who};

pub mod check;
pub mod enrolled;
pub mod ledger;
pub mod sums;

use enrolled::{Device, Devices};
use ledger::Ledger;
use sums::Summary;

/// What is to be simulated.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the server is.
    pub server: String,
    /// The owner's address.
    pub admin_email: String,
    /// The owner's password.
    pub admin_password: String,
    /// How many shoppers.
    pub shoppers: usize,
    /// Same seed, same accounts and same wishes.
    pub seed: u64,
    /// How much faster than life people move.
    pub speed: f64,
    /// Stop after so many trips; none means go on.
    pub trips: Option<u64>,
    /// Now and then somebody puts a product down at another one's slot. Two products of the same weight can then be taken for each
    /// other, so the sums agree by units but not always by SKU.
    pub misplace: bool,
    /// Photographs of faces; none means that all use their codes.
    pub faces: Option<PathBuf>,
    /// Where device tokens are kept from run to run.
    pub state: Option<PathBuf>,
    /// What the devices are beside the server's own.
    pub devices: OwnDevices,
    /// Whether there are virtual room cameras.
    pub room_cameras: RoomCameras,
}

/// Whether bodies of simulated people are told to the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoomCameras {
    /// By every camera of the server's plan of the room; where it has no plan, or none with cameras, by none.
    OfThePlan,
    /// No: people are at once where they have to be.
    None,
}

/// The clocks of the simulated devices, and the slots that are not theirs.
#[derive(Clone, Debug)]
pub struct OwnDevices {
    /// What the shelf node's clock shows.
    pub node_clock: Clock,
    /// What the cameras' clocks show.
    pub camera_clock: Clock,
    /// Slots under a real `smartmart-edge`, whose simulated plates read these files.
    pub plates: Option<Arc<PlateFiles>>,
}

impl Default for OwnDevices {
    /// Clocks that are right, and no slot of a real node.
    fn default() -> Self {
        Self { node_clock: system(), camera_clock: system(), plates: None }
    }
}

/// Weight of a unit that nobody weighed, in grams.
const USUAL_UNIT_G: f64 = 200.0;
/// Lighter units than this cannot be told from noise.
const LIGHTEST_UNIT_G: f64 = 10.0;

/// A slot as shoppers see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// Which.
    pub id: SlotId,
    /// What stands there.
    pub sku: String,
    /// What a unit of it weighs, grams.
    pub unit_g: f64,
    /// The zone's camera that sees it.
    pub zone: ZoneId,
    /// Where it stands across that camera's picture.
    pub x: f32,
}

/// What all shoppers share.
pub struct Store {
    /// How fast people move.
    pub pace: Pace,
    /// The camera at the entry; one person at a time stands before it.
    pub entry: Mutex<Camera>,
    /// The camera at the exit; one person at a time stands before it.
    pub exit: Mutex<Camera>,
    /// The cameras at the shelves.
    pub zones: BTreeMap<ZoneId, Camera>,
    /// Who holds a phone before the scanner of a zone; the next one waits until the hand is back.
    pub scanners: BTreeMap<ZoneId, Mutex<()>>,
    /// What can be taken.
    pub slots: Vec<Slot>,
    /// The sensors.
    pub node: Arc<ShelfNode>,
    /// Those of a real node.
    pub plates: Option<Arc<PlateFiles>>,
    /// The faces.
    pub studio: Studio,
    /// Where everybody is; none: there are no room cameras.
    pub room: Option<Arc<Room>>,
    /// What really happened.
    pub ledger: SyncMutex<Ledger>,
    /// How many trips may still begin.
    trips_left: SyncMutex<Option<u64>>,
    /// Products are put down where they do not belong now and then.
    pub misplace: bool,
    /// Everybody is to go home.
    pub closing: CancellationToken,
}

impl Store {
    /// Somebody takes (below zero) or puts back units at a slot. Gives what moved, and the event's id where it is known: a real node
    /// does not tell.
    pub async fn move_units(&self, slot: &SlotId, delta: i32) -> Option<(Option<Uuid>, i32)> {
        match &self.plates {
            Some(plates) if plates.has(slot) => Some((None, plates.move_units(slot, delta).await?)),
            Some(_) | None => self.node.move_units(slot, delta).await.map(|(event, moved)| (Some(event), moved)),
        }
    }

    /// One more trip may begin.
    pub fn may_begin(&self) -> bool {
        if self.closing.is_cancelled() {
            return false;
        }
        match self.trips_left.lock().expect("no holder panics").as_mut() {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// A store after its shoppers have gone home; its devices still work, until it is closed.
pub struct Shopped {
    /// The store, with what really happened in it.
    pub store: Arc<Store>,
    /// Everybody who came.
    pub shoppers: Vec<Shopper>,
    admin: Api,
    before: check::Before,
    mails: check::Mails,
    machines: CancellationToken,
    helpers: JoinSet<()>,
}

impl Shopped {
    /// Switches the devices off.
    pub async fn close(mut self) {
        self.machines.cancel();
        while self.helpers.join_next().await.is_some() {}
    }
}

/// Opens the store, shops until `stop` or the last trip, and compares what was taken with what was billed.
///
/// # Errors
///
/// Where the server refuses the owner, has no products, or stays away for longer than [`crate::api::PATIENCE`].
pub async fn run(plan: &Plan, stop: CancellationToken) -> anyhow::Result<Summary> {
    let shopped = shop(plan, stop, |_| ()).await?;
    shopped.store.node.drained().await;
    let Shopped { store, shoppers, admin, before, mails, .. } = &shopped;
    let summary = check::settle(admin, shoppers, store, before, mails).await?;
    shopped.close().await;
    Ok(summary)
}

/// Opens the store and shops until `stop` or the last trip. `opened` is shown the store as soon as it is open.
///
/// # Errors
///
/// As [`run`].
pub async fn shop(plan: &Plan, stop: CancellationToken, opened: impl FnOnce(&Arc<Store>)) -> anyhow::Result<Shopped> {
    let outside = Api::new(&plan.server)?;
    let admin = patiently(|| outside.admin(&plan.admin_email, &plan.admin_password))
        .await
        .context("the owner cannot log in")?;
    let studio = match &plan.faces {
        Some(folder) => Studio::open(folder)?,
        None => Studio::default(),
    };
    let machines = CancellationToken::new();
    let store = Arc::new(open(plan, &outside, &admin, studio, stop.clone()).await?);
    let mut helpers = JoinSet::new();
    helpers.spawn(Arc::clone(&store.node).run(machines.clone()));
    let zones: Vec<_> = store.zones.keys().cloned().collect();
    for zone in zones {
        let (store, machines) = (Arc::clone(&store), machines.clone());
        helpers.spawn(async move {
            if let Some(camera) = store.zones.get(&zone) {
                camera.film(&store.studio, machines).await;
            }
        });
    }
    if let Some(room) = &store.room {
        for (number, camera) in room.cameras().into_iter().enumerate() {
            let (room, node) = (Arc::clone(room), Arc::clone(&store.node));
            helpers.spawn(room::sending::run(room, number, camera, node, machines.clone()));
        }
    }
    let shoppers = come(plan, &outside, &store).await?;
    let before = check::Before::look(&admin, &shoppers).await?;
    let mails = Arc::new(SyncMutex::new(BTreeMap::new()));
    helpers.spawn(check::collect_mails(admin.clone(), Arc::clone(&mails), machines.clone()));
    tracing::info!(shoppers = shoppers.len(), slots = store.slots.len(), "the simulated store is open");
    opened(&store);
    let mut lives = JoinSet::new();
    for shopper in shoppers {
        lives.spawn(shopper.live(Arc::clone(&store)));
    }
    let mut shoppers = Vec::new();
    while let Some(life) = lives.join_next().await {
        shoppers.push(life.context("a shopper's task failed")?);
    }
    shoppers.sort_by_key(|shopper| shopper.who.number);
    Ok(Shopped { store, shoppers, admin, before, mails, machines, helpers })
}

/// Finds or invites the devices and reads what stands where.
async fn open(
    plan: &Plan,
    outside: &Api,
    admin: &Api,
    studio: Studio,
    closing: CancellationToken,
) -> anyhow::Result<Store> {
    let planogram = patiently(|| admin.planogram()).await?;
    let products = patiently(|| admin.products()).await?;
    if planogram.is_empty() {
        bail!("the store's planogram is empty: nothing can be taken; start the server with --demo");
    }
    let mut slots = Vec::new();
    let mut cells = BTreeMap::new();
    for (number, facing) in planogram.iter().enumerate() {
        let weight = products.iter().find(|product| product.sku == facing.sku);
        let weight = weight.and_then(|product| product.unit_weight_g).map_or(USUAL_UNIT_G, f64::from);
        let seed = plan.seed.wrapping_add(number as u64);
        let unit_g = weight.max(LIGHTEST_UNIT_G);
        let cell = LoadCell::full(facing.capacity.clamp(6, 1_000), unit_g, seed, plan.devices.node_clock.clone());
        cells.insert(SlotId(facing.slot.clone()), cell);
        slots.push(Slot {
            id: SlotId(facing.slot.clone()),
            sku: facing.sku.clone(),
            unit_g,
            zone: ZoneId(facing.zone.clone()),
            x: facing.x.unwrap_or(0.5),
        });
    }
    let mut wanted = vec![
        Device::new("Simulated entry", DeviceRole::Entry, "entry"),
        Device::new("Simulated exit", DeviceRole::Exit, "exit"),
        Device::new("Simulated shelf node", DeviceRole::ShelfNode, "shelves"),
    ];
    let mut zones: Vec<_> = slots.iter().map(|slot| slot.zone.clone()).collect();
    zones.sort();
    zones.dedup();
    for zone in &zones {
        let name = format!("Simulated shelf camera {zone}");
        wanted.push(Device::new(&name, DeviceRole::ShelfCamera, zone.as_str()));
    }
    let tokens = Devices::open(outside, plan.state.as_deref())?.join(outside, admin, &wanted).await?;
    let camera = |name: &str| -> anyhow::Result<Camera> {
        let token = tokens.get(name).context("every wanted device has a token")?;
        Ok(Camera::with_clock(outside.server(), token, plan.devices.camera_clock.clone()))
    };
    let node_token = tokens.get("Simulated shelf node").context("every wanted device has a token")?;
    Ok(Store {
        pace: Pace::new(plan.speed),
        entry: Mutex::new(camera("Simulated entry")?),
        exit: Mutex::new(camera("Simulated exit")?),
        zones: zones
            .iter()
            .map(|zone| Ok((zone.clone(), camera(&format!("Simulated shelf camera {zone}"))?)))
            .collect::<anyhow::Result<_>>()?,
        scanners: zones.iter().map(|zone| (zone.clone(), Mutex::default())).collect(),
        slots,
        node: Arc::new(ShelfNode::new(outside.server(), node_token, cells, plan.devices.node_clock.clone())),
        plates: plan.devices.plates.clone(),
        studio,
        room: match plan.room_cameras {
            RoomCameras::OfThePlan => room_of_the_plan(plan, admin).await?,
            RoomCameras::None => None,
        },
        ledger: SyncMutex::default(),
        trips_left: SyncMutex::new(plan.trips),
        misplace: plan.misplace,
        closing,
    })
}

/// The room, where the server has a plan of it that cameras are on.
async fn room_of_the_plan(plan: &Plan, admin: &Api) -> anyhow::Result<Option<Arc<Room>>> {
    let view = match patiently(|| admin.room()).await {
        Ok(view) => view.plan,
        Err(error) if error.is_no_such_page() => None,
        Err(error) => return Err(error.into()),
    };
    let Some(view) = view.filter(|view| !view.cameras.is_empty()) else { return Ok(None) };
    let told = room::of_view(&view).context("the server's plan of the room makes no sense")?;
    if plan.speed > room::FASTEST {
        tracing::warn!(
            plan.speed,
            fastest = room::FASTEST,
            "room cameras could not follow: nobody walks faster than that"
        );
    }
    tracing::info!(cameras = told.cameras.len(), "room cameras see everybody");
    Ok(Some(Arc::new(Room::new(told, plan.seed, Pace::new(plan.speed)))))
}

/// Everybody signs up or logs in, enrols a face where there is one, and is outside.
async fn come(plan: &Plan, outside: &Api, store: &Arc<Store>) -> anyhow::Result<Vec<Shopper>> {
    let mut shoppers = Vec::new();
    for number in 0..plan.shoppers {
        let who = Who::of(number, plan.seed);
        let mut shopper = Shopper::sign_up(outside, who, &store.studio, plan.seed).await?;
        shopper.make_sure_to_be_outside(store).await?;
        shoppers.push(shopper);
    }
    Ok(shoppers)
}
