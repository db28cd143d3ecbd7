//! Plays a scenario through a real server: codes and shelf events over sockets, everything else over HTTP.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::SignedDuration;
use protocol::admin::{FacingView, ProductView};
use protocol::device::{DeviceRole, GateOutcome, NewDevice, SensorKindName, ShelfEventMessage};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Outcome, Receipt, Review, Says, Scenario, Step};
use crate::api::Api;
use crate::clock::now;
use crate::devices::camera::Camera;
use crate::devices::shelf_node::ShelfNode;

mod timetable;

use timetable::{Doing, timetable};

/// Orders and reviews are there soon after the last step; so long it may take on a busy machine.
const LATEST: Duration = Duration::from_secs(20);
/// What came out must stay so for this long: a second order would come late.
const STAYS: Duration = Duration::from_millis(700);
/// All simulated people have this password; the server of a test is gone a moment later.
const PASSWORD: &str = "a password for a test";

/// A server with the scenario's store in it.
struct Stage {
    admin: Api,
    people: BTreeMap<String, Api>,
    codes: BTreeMap<String, String>,
    cameras: BTreeMap<String, Camera>,
    /// By the seconds that the clock is ahead, for nodes send one time with each batch.
    nodes: BTreeMap<i64, std::sync::Arc<ShelfNode>>,
}

/// Sets the store up, plays every step, and waits for what comes out.
///
/// # Errors
///
/// Where the server refuses something that it should not. A wrong outcome is no error: it is returned.
pub async fn play_on_server(scenario: &Scenario, server: &str, owner: (&str, &str)) -> anyhow::Result<Outcome> {
    let outside = Api::new(server)?;
    let admin = outside.admin(owner.0, owner.1).await.context("the owner cannot log in")?;
    let stage = Stage::set_up(scenario, outside, admin).await?;
    let stop = CancellationToken::new();
    let nodes: Vec<_> = stage.nodes.values().map(|node| tokio::spawn(node.clone().run(stop.clone()))).collect();
    let gates = stage.play(scenario).await?;
    for node in stage.nodes.values() {
        node.drained().await;
    }
    let demanded = Outcome::demanded(scenario);
    let (since, mut right_since) = (Instant::now(), None);
    let outcome = loop {
        let found = Outcome { gates: gates.clone(), ..stage.ask(scenario).await? };
        if Outcome::difference(&demanded, &found).is_empty() {
            let right_since = *right_since.get_or_insert_with(Instant::now);
            if right_since.elapsed() > STAYS {
                break found;
            }
        } else {
            right_since = None;
        }
        if since.elapsed() > LATEST {
            break found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    stop.cancel();
    for node in nodes {
        node.await.context("a shelf node's task failed")?;
    }
    Ok(outcome)
}

impl Stage {
    async fn set_up(scenario: &Scenario, outside: Api, admin: Api) -> anyhow::Result<Self> {
        for slot in &scenario.slots {
            let product = ProductView {
                sku: slot.sku.clone(),
                gtin: None,
                name: slot.sku.clone(),
                price_minor: slot.price,
                tax_class: slot.tax,
                unit_weight_g: None,
            };
            admin.save_product(&product).await?;
            let facing = FacingView {
                slot: slot.id.clone(),
                sku: slot.sku.clone(),
                zone: slot.zone.clone(),
                x: slot.x,
                capacity: 12,
            };
            admin.save_facing(&facing).await?;
        }
        let (mut people, mut codes) = (BTreeMap::new(), BTreeMap::new());
        for who in &scenario.people {
            let email = format!("{}@scenario.example", who.to_lowercase());
            let (api, _) = outside.sign_up_or_log_in(who, &email, PASSWORD).await?;
            codes.insert(who.clone(), api.entry_code().await?.code);
            people.insert(who.clone(), api);
        }
        let mut cameras = BTreeMap::new();
        let zones = scenario.slots.iter().map(|slot| (slot.zone.as_str(), DeviceRole::ShelfCamera));
        for (zone, role) in zones.chain([("entry", DeviceRole::Entry), ("exit", DeviceRole::Exit)]) {
            if !cameras.contains_key(zone) {
                let token = join(&outside, &admin, zone, role).await?;
                cameras.insert(zone.to_owned(), Camera::new(outside.server(), &token));
            }
        }
        let mut nodes = BTreeMap::new();
        for step in &scenario.steps {
            let (Step::Take { delivery, .. } | Step::PutBack { delivery, .. }) = step else { continue };
            let ahead_s = delivery.clock_ahead_s as i64;
            if let std::collections::btree_map::Entry::Vacant(vacant) = nodes.entry(ahead_s) {
                let token = join(&outside, &admin, "shelves", DeviceRole::ShelfNode).await?;
                let error = SignedDuration::from_secs(ahead_s);
                let node = ShelfNode::with_clock_error(outside.server(), &token, BTreeMap::new(), error);
                vacant.insert(std::sync::Arc::new(node));
            }
        }
        Ok(Self { admin, people, codes, cameras, nodes })
    }

    /// Does every step at its time; gives what the gates said.
    async fn play(&self, scenario: &Scenario) -> anyhow::Result<Vec<(usize, Says)>> {
        let mut gates = Vec::new();
        let mut hands = BTreeMap::new();
        let mut done_ms = 0;
        for (at_ms, doing) in timetable(scenario)? {
            // On a busy machine the whole story goes slower; its parts never come nearer to each other.
            let way = (at_ms - done_ms) as f64 / 1_000.0 / scenario.live_speed;
            tokio::time::sleep(Duration::from_secs_f64(way.max(0.0))).await;
            done_ms = at_ms;
            match doing {
                Doing::Scan { step, zone, who } => {
                    let camera = self.cameras.get(zone).with_context(|| format!("no zone {zone:?}"))?;
                    let code = self.codes.get(who).with_context(|| format!("no person {who:?}"))?;
                    let outcome = camera.scan(code).await;
                    gates.extend(step.map(|step| (step, says(&outcome))));
                }
                Doing::Hand { step } => drop(hands.insert(step, (Uuid::now_v7(), now()))),
                Doing::Deliver { step, slot, units, ahead_s } => {
                    let (id, occurred_at) = *hands.get(&step).context("the hand comes before its event")?;
                    let node = self.nodes.get(&ahead_s).context("every delivery has its node")?;
                    node.spool(ShelfEventMessage {
                        id,
                        slot: slot.to_owned(),
                        occurred_at,
                        delta_units: units,
                        units_after: None,
                        sensor: SensorKindName::LoadCell,
                        trace: Vec::new(),
                    });
                    // What follows must not overtake it.
                    node.drained().await;
                }
            }
        }
        gates.sort_by_key(|(step, _)| *step);
        Ok(gates)
    }

    async fn ask(&self, scenario: &Scenario) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::default();
        for who in &scenario.people {
            let api = self.people.get(who).with_context(|| format!("no person {who:?}"))?;
            let mut orders = api.orders().await?;
            orders.reverse();
            for known in orders {
                let order = api.order_of(known.id).await?;
                outcome.receipts.push(Receipt {
                    who: who.clone(),
                    items: order.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect(),
                    total: order.total_minor,
                    tax: order.taxes.iter().map(|line| line.tax_minor).sum(),
                });
            }
        }
        for review in self.admin.open_reviews().await? {
            outcome.reviews.push(Review {
                reason: review.reason,
                slot: review.evidence.slot,
                units: i64::from(review.quantity) * i64::from(review.evidence.delta_units.signum()),
            });
        }
        Ok(outcome)
    }
}

async fn join(outside: &Api, admin: &Api, zone: &str, role: DeviceRole) -> anyhow::Result<String> {
    let name = format!("Scenario {zone}");
    let new = NewDevice { name, role, zone: zone.to_owned() };
    let invitation = admin.invite_device(&new).await?;
    outside.join_device(&invitation.code).await?.token.context("a program gets a token")
}

fn says(outcome: &GateOutcome) -> Says {
    match outcome {
        GateOutcome::Welcome { .. } => Says::Welcome,
        GateOutcome::AlreadyInside { .. } => Says::AlreadyInside,
        GateOutcome::Goodbye { .. } => Says::Goodbye,
        GateOutcome::NotInside { .. } => Says::NotInside,
        GateOutcome::KeepLooking { .. } => Says::KeepLooking,
        GateOutcome::NotRecognised => Says::NotRecognised,
        GateOutcome::NoFace | GateOutcome::PoorFace { .. } | GateOutcome::CodeRefused { .. } | GateOutcome::Noted => {
            Says::Other
        }
    }
}
