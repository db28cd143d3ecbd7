//! Plays a scenario through a real server: codes and shelf events over sockets, everything else over HTTP.
//!
//! The server and the devices share a clock that stands still until every part has dealt with a step, so the story comes
//! out the same on a busy machine, and as fast as the machine can.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use domain::clock::{Clock, Hand, shift};
use jiff::{SignedDuration, Timestamp};
use protocol::admin::{FacingView, InteractionName, ProductView};
use protocol::device::{DeviceRole, GateOutcome, NewDevice, SensorKindName, ShelfEventMessage};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Outcome, Receipt, Review, Says, Scenario};
use crate::api::Api;
use crate::devices::camera::Camera;
use crate::devices::shelf_node::ShelfNode;

mod timetable;

use timetable::{Doing, timetable};

/// From the last step until everything has settled, in seconds of the story.
const AFTERWARDS_S: i64 = 120;
/// All simulated people have this password; the server of a test is gone a moment later.
const PASSWORD: &str = "a password for a test";

/// A server with the scenario's store in it.
struct Stage {
    admin: Api,
    people: BTreeMap<String, Api>,
    cameras: BTreeMap<String, Camera>,
    /// By the seconds that the clock is ahead, for nodes send one time with each batch.
    nodes: BTreeMap<i64, Arc<ShelfNode>>,
}

/// Sets the store up, plays every step, and gives what comes out. The server's clock must be that of `hand`, which is
/// moved; `tick`, awaited at the end, must make the server do what is due by then.
///
/// # Errors
///
/// Where the server refuses something that it should not. A wrong outcome is no error: it is returned.
pub async fn play_on_server(
    scenario: &Scenario,
    server: &str,
    owner: (&str, &str),
    hand: &Hand,
    tick: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<Outcome> {
    let outside = Api::new(server)?;
    let admin = outside.admin(owner.0, owner.1).await.context("the owner cannot log in")?;
    let stage = Stage::set_up(scenario, outside, admin, hand).await?;
    let stop = CancellationToken::new();
    let nodes: Vec<_> = stage.nodes.values().map(|node| tokio::spawn(node.clone().run(stop.clone()))).collect();
    // The server is up for a while when the story begins.
    let start = shift(hand.clock().now(), SignedDuration::from_mins(1));
    let gates = stage.play(scenario, start, hand).await?;
    hand.move_to(shift(hand.clock().now(), SignedDuration::from_secs(AFTERWARDS_S)));
    tick.await?;
    let outcome = Outcome { gates, ..stage.ask(scenario).await? };
    stop.cancel();
    for node in nodes {
        node.await.context("a shelf node's task failed")?;
    }
    Ok(outcome)
}

impl Stage {
    async fn set_up(scenario: &Scenario, outside: Api, admin: Api, hand: &Hand) -> anyhow::Result<Self> {
        for slot in &scenario.slots {
            let product = ProductView {
                sku: slot.sku.clone(),
                gtin: None,
                name: slot.sku.clone(),
                price_minor: slot.price,
                tax_class: slot.tax,
                unit_weight_g: None,
                version: None,
            };
            admin.save_product(&product).await?;
            let facing = FacingView {
                slot: slot.id.clone(),
                sku: slot.sku.clone(),
                zone: slot.zone.clone(),
                x: slot.x,
                capacity: 12,
                version: None,
            };
            admin.save_facing(&facing).await?;
        }
        let mut people = BTreeMap::new();
        for who in &scenario.people {
            let email = format!("{}@scenario.example", who.to_lowercase());
            let (api, _) = outside.sign_up_or_log_in(who, &email, PASSWORD).await?;
            people.insert(who.clone(), api);
        }
        let mut cameras = BTreeMap::new();
        let zones = scenario.slots.iter().map(|slot| (slot.zone.as_str(), DeviceRole::ShelfCamera));
        for (zone, role) in zones.chain([("entry", DeviceRole::Entry), ("exit", DeviceRole::Exit)]) {
            if !cameras.contains_key(zone) {
                let token = join(&outside, &admin, zone, role).await?;
                cameras.insert(zone.to_owned(), Camera::with_clock(outside.server(), &token, hand.clock()));
            }
        }
        let mut nodes = BTreeMap::new();
        for step in &scenario.steps {
            let Some((movement, _)) = step.movement() else { continue };
            let ahead_s = movement.delivery.clock_ahead_s as i64;
            if let std::collections::btree_map::Entry::Vacant(vacant) = nodes.entry(ahead_s) {
                let token = join(&outside, &admin, "shelves", DeviceRole::ShelfNode).await?;
                let story = hand.clock();
                let clock = Clock::new(move || shift(story.now(), SignedDuration::from_secs(ahead_s)));
                vacant.insert(Arc::new(ShelfNode::with_clock(outside.server(), &token, clock)));
            }
        }
        Ok(Self { admin, people, cameras, nodes })
    }

    /// Does every step at its time; gives what the gates said.
    async fn play(&self, scenario: &Scenario, start: Timestamp, hand: &Hand) -> anyhow::Result<Vec<(usize, Says)>> {
        let mut gates = Vec::new();
        let mut hands = BTreeMap::new();
        for (at_ms, doing) in timetable(scenario)? {
            let at = shift(start, SignedDuration::from_millis(at_ms));
            hand.move_to(at);
            match doing {
                Doing::Scan { step, zone, who } => {
                    let camera = self.cameras.get(zone).with_context(|| format!("no zone {zone:?}"))?;
                    let api = self.people.get(who).with_context(|| format!("no person {who:?}"))?;
                    let outcome = camera.scan(&api.entry_code().await?.code).await;
                    gates.extend(step.map(|step| (step, says(&outcome))));
                }
                Doing::Hand { step } => drop(hands.insert(step, (Uuid::now_v7(), at))),
                Doing::Deliver { step, slot, units, ahead_s } => {
                    let (id, occurred_at) = *hands.get(&step).context("the hand comes before its event")?;
                    let node = self.nodes.get(&ahead_s).context("every delivery has its node")?;
                    node.spool(ShelfEventMessage {
                        id,
                        slot: slot.to_owned(),
                        occurred_at: shift(occurred_at, SignedDuration::from_secs(ahead_s)),
                        boot: None,
                        delta_units: units,
                        units_after: None,
                        sensor: SensorKindName::LoadCell,
                        trace: Vec::new(),
                        weighed: None,
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
            let units = i64::from(review.quantity - review.came_back);
            let units = if review.kind == InteractionName::Pick { -units } else { units };
            outcome.reviews.push(Review { reason: review.reason, slot: review.evidence.slot, units });
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
        GateOutcome::NoFace
        | GateOutcome::PoorFace { .. }
        | GateOutcome::TurnHead { .. }
        | GateOutcome::CodeNeeded { .. }
        | GateOutcome::CodeRefused { .. }
        | GateOutcome::Restocking { .. }
        | GateOutcome::Noted => Says::Other,
    }
}
