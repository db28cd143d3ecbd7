//! The store as attribution sees it: a shelf for each zone, a sensor for each slot.

use std::collections::BTreeMap;

use attribution::engine::Remembered;
use attribution::layout::{FacingPlace, Layout, Product, Sensor, Shelf};
use domain::catalog::Catalog;
use domain::ids::{SlotId, ZoneId};
use domain::planogram::{Facing, Planogram};
use domain::room::{Gondola, RoomPlan};
use domain::session::ShoppingSession;
use domain::shelf::SensorKind;

/// Where a slot that nobody measured stands across its zone's picture, and the standard deviation of that: anywhere.
const UNMEASURED: (f64, f64) = (0.5, 0.29);
/// Load cells of shelf nodes are sampled this often; the engine itself sees only changes.
const RATE_HZ: f64 = 10.0;

/// The layout of a planogram. A slot whose product is in no catalogue has a sensor and no facing.
pub(super) fn layout(planogram: &Planogram, catalog: &Catalog, room: Option<&RoomPlan>) -> Layout {
    let products: Vec<_> = catalog
        .0
        .values()
        .map(|product| Product {
            sku: product.sku.clone(),
            weight_g: product.unit_weight_mg.map(|milligrams| f64::from(milligrams) / 1_000.0),
        })
        .collect();
    let mut zones: BTreeMap<&ZoneId, Vec<&Facing>> = BTreeMap::new();
    for facing in planogram.0.values() {
        zones.entry(&facing.zone).or_default().push(facing);
    }
    let (mut shelves, mut facings) = (Vec::new(), Vec::new());
    for (index, (zone, mut slots)) in zones.iter().map(|(zone, slots)| (*zone, slots.clone())).enumerate() {
        slots.sort_by(|a, b| place(a).0.total_cmp(&place(b).0).then_with(|| a.slot.cmp(&b.slot)));
        for (sensor, facing) in slots.iter().enumerate() {
            if let Some(product) = products.iter().position(|product| product.sku == facing.sku) {
                facings.push(FacingPlace {
                    product,
                    shelf: index,
                    first: sensor,
                    last: sensor,
                    units: facing.capacity,
                });
            }
        }
        let gondola = room.and_then(|room| room.gondolas.iter().find(|one| one.zone == *zone));
        let sensors = slots.iter().map(|facing| sensor(facing, gondola)).collect();
        let z_m = gondola.and_then(|gondola| gondola.height_m);
        shelves.push(Shelf { id: zone.0.clone(), camera: index, z_m, sensors });
    }
    let mut layout = Layout::new(products, shelves, facings, zones.into_keys().cloned().collect());
    for gondola in room.into_iter().flat_map(|room| &room.gondolas) {
        if let Some(camera) = layout.cameras.iter_mut().find(|camera| camera.id == gondola.zone) {
            camera.left = gondola.from_m;
            camera.across = std::array::from_fn(|axis| gondola.to_m[axis] - gondola.from_m[axis]);
            camera.is_surveyed = true;
        }
    }
    layout.close_together()
}

fn place(facing: &Facing) -> (f64, f64) {
    facing.x.map_or(UNMEASURED, |x| (f64::from(x), 0.0))
}

fn sensor(facing: &Facing, gondola: Option<&Gondola>) -> Sensor {
    let (x, x_spread) = place(facing);
    let metres = gondola.filter(|_| facing.x.is_some()).map(|gondola| gondola.at(x));
    Sensor { id: facing.slot.clone(), kind: SensorKind::LoadCell, x, x_spread, metres, rate_hz: RATE_HZ }
}

/// Shelf and sensor of each slot.
pub(super) fn places(layout: &Layout) -> BTreeMap<SlotId, (usize, usize)> {
    let slots = |(shelf, details): (usize, &Shelf)| -> Vec<_> {
        details.sensors.iter().enumerate().map(|(sensor, slot)| (slot.id.clone(), (shelf, sensor))).collect()
    };
    layout.shelves.iter().enumerate().flat_map(slots).collect()
}

/// A visit that was under way when the server stopped.
pub(super) fn remembered(session: &ShoppingSession) -> Remembered {
    Remembered {
        session: session.id,
        entered_ms: session.opened_at.as_millisecond(),
        left_ms: session
            .exited_at
            .zip(session.settles_at)
            .map(|(left, due)| (left.as_millisecond(), due.as_millisecond())),
        holds: session.cart.items().map(|(sku, units)| (sku.clone(), units)).collect(),
    }
}
