//! The bench's store: zones with one slot and one scanner each, one entry, a few shelf nodes.

use anyhow::Context;
use protocol::admin::{FacingView, ProductView, TaxClassName};
use protocol::device::DeviceRole;

use super::Plan;
use crate::api::{Api, patiently};
use crate::devices::camera::Camera;
use crate::devices::link::Link;
use crate::store::enrolled::{Device, Devices};

/// Shelf nodes share the slots: a computer for some thirty slots each.
const NODES: usize = 8;

/// One zone.
pub struct Zone {
    /// Its only slot.
    pub slot: String,
    /// What stands there.
    pub sku: String,
    /// What a unit of it weighs, grams.
    pub unit_g: f32,
    /// Its scanner.
    pub scanner: Camera,
}

/// All of it.
pub struct FloorPlan {
    /// The scanner at the entry.
    pub entry: Camera,
    /// The zones.
    pub zones: Vec<Zone>,
    /// The shelf nodes.
    pub nodes: Vec<Link>,
}

/// Makes what is not there yet.
pub async fn set_up(plan: &Plan, outside: &Api, admin: &Api) -> anyhow::Result<FloorPlan> {
    let zones: Vec<_> = (0..plan.zones.max(1)).map(|number| format!("bench-{number}")).collect();
    let known = patiently(|| admin.planogram()).await?;
    for (number, zone) in zones.iter().enumerate().filter(|(_, zone)| !known.iter().any(|facing| facing.slot == **zone))
    {
        let product = ProductView {
            sku: zone.clone(),
            gtin: None,
            name: format!("Product at {zone}"),
            price_minor: Some(100),
            tax_class: TaxClassName::Standard,
            unit_weight_g: Some(unit_g(number)),
            version: None,
        };
        patiently(|| admin.save_product(&product)).await?;
        let (slot, sku) = (zone.clone(), zone.clone());
        let facing = FacingView { slot, sku, zone: zone.clone(), x: None, capacity: 1_000, version: None };
        patiently(|| admin.save_facing(&facing)).await?;
    }
    let mut wanted = vec![Device::new("Bench entry", DeviceRole::Entry, "bench-entry")];
    wanted.extend((0..NODES).map(|node| Device::new(&node_name(node), DeviceRole::ShelfNode, "bench")));
    wanted.extend(zones.iter().map(|zone| Device::new(&scanner_name(zone), DeviceRole::ShelfCamera, zone)));
    let tokens = Devices::open(outside, plan.state.as_deref())?.join(outside, admin, &wanted).await?;
    let token = |name: &str| tokens.get(name).context("every wanted device has a token");
    let server = outside.server();
    Ok(FloorPlan {
        entry: Camera::new(server, token("Bench entry")?),
        nodes: (0..NODES).map(|node| Ok(Link::new(server, token(&node_name(node))?))).collect::<anyhow::Result<_>>()?,
        zones: zones
            .into_iter()
            .enumerate()
            .map(|(number, zone)| {
                let scanner = Camera::new(server, token(&scanner_name(&zone))?);
                Ok(Zone { slot: zone.clone(), sku: zone, unit_g: unit_g(number), scanner })
            })
            .collect::<anyhow::Result<_>>()?,
    })
}

/// As many products as in a real store weigh nearly the same.
fn unit_g(number: usize) -> f32 {
    60.0 + 5.0 * number as f32
}

fn node_name(number: usize) -> String {
    format!("Bench shelf node {number}")
}

fn scanner_name(zone: &str) -> String {
    format!("Bench scanner {zone}")
}
