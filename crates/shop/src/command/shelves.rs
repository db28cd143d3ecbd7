//! Shelves: what stands where, and how many units of it staff counted.

use domain::catalog::Catalog;
use domain::catalog::Product;
use domain::event::DomainEvent;
use domain::ids::{AdminId, SlotId};
use domain::planogram::{ChangeMeans, Facing, FacingChange, Planogram};
use floor::FloorInput;
use jiff::Timestamp;

use super::version::Version;
use super::{Caller, Changed, Done, Refusal};
use crate::writer::Decision;

/// Puts a product at a slot.
pub(crate) fn put(
    planogram: &Planogram,
    catalog: &Catalog,
    by: Caller,
    facing: Facing,
    version: Option<&Version>,
) -> Result<Decision, Refusal> {
    if catalog.get(&facing.sku).is_none() {
        return Err(Refusal::NoSuchProduct(facing.sku));
    }
    let before = planogram.facing(&facing.slot);
    if before.map(Version::of_facing).as_ref() != version {
        return Err(Refusal::Stale { changed: before.map(|now| differences(now, &facing)).unwrap_or_default() });
    }
    let change = FacingChange { slot: facing.slot.clone(), before: before.cloned(), after: Some(facing.clone()) };
    Ok(changed(planogram, catalog, by, vec![change], Vec::new(), ChangeMeans::Page, Done::Facing { facing }))
}

/// Takes a slot out of the planogram.
pub(crate) fn clear(
    planogram: &Planogram,
    catalog: &Catalog,
    by: Caller,
    slot: SlotId,
    version: Option<&Version>,
) -> Result<Decision, Refusal> {
    let before = planogram.facing(&slot).ok_or(Refusal::NotFound)?.clone();
    if version.is_some_and(|version| Version::of_facing(&before) != *version) {
        return Err(Refusal::Stale { changed: vec![Changed { field: "sku", now: before.sku.0 }] });
    }
    let change = FacingChange { slot, before: Some(before), after: None };
    Ok(changed(planogram, catalog, by, vec![change], Vec::new(), ChangeMeans::Page, Done::Carried))
}

/// Takes in what a file says, if everything that it changes is as its reader knew it.
pub(crate) fn import(
    planogram: &Planogram,
    catalog: &Catalog,
    by: Caller,
    products: Vec<(Product, Option<Product>)>,
    changes: Vec<FacingChange>,
    means: ChangeMeans,
) -> Result<Decision, Refusal> {
    let moved = changes.iter().any(|change| planogram.facing(&change.slot) != change.before.as_ref());
    let edited = products.iter().any(|(product, before)| catalog.get(&product.sku) != before.as_ref());
    if moved || edited {
        return Err(Refusal::Overtaken);
    }
    let skus = |is_new: bool| {
        let some = products.iter().filter(move |(_, before)| before.is_none() == is_new);
        some.map(|(product, _)| product.sku.clone()).collect()
    };
    let done = Done::Planogram { changes: changes.clone(), new_products: skus(true), changed_products: skus(false) };
    Ok(changed(planogram, catalog, by, changes, products, means, done))
}

/// Keeps what staff counted of the product that stands at a slot now.
pub(crate) fn count(
    planogram: &Planogram,
    by: AdminId,
    slot: SlotId,
    units: u32,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let sku = planogram.facing(&slot).ok_or(Refusal::NotFound)?.sku.clone();
    Ok(Decision::of(vec![DomainEvent::StockCounted { slot, sku, units, at: now, by }], Done::Carried))
}

fn changed(
    planogram: &Planogram,
    catalog: &Catalog,
    by: Caller,
    changes: Vec<FacingChange>,
    products: Vec<(Product, Option<Product>)>,
    means: ChangeMeans,
    done: Done,
) -> Decision {
    let (mut facts, mut apply) = (Vec::new(), Vec::new());
    if !products.is_empty() {
        let mut next = catalog.clone();
        for (product, before) in products {
            next.0.insert(product.sku.clone(), product.clone());
            facts.push(DomainEvent::ProductSaved { product, before, by: by.admin() });
        }
        apply.push(FloorInput::CatalogReplaced(next));
    }
    let changes: Vec<_> = changes.into_iter().filter(|change| change.before != change.after).collect();
    if !changes.is_empty() {
        let mut next = planogram.clone();
        for change in &changes {
            match &change.after {
                Some(facing) => drop(next.0.insert(change.slot.clone(), facing.clone())),
                None => drop(next.0.remove(&change.slot)),
            }
        }
        facts.push(DomainEvent::PlanogramChanged { changes, by: by.admin(), means });
        apply.push(FloorInput::PlanogramReplaced(next));
    }
    Decision { apply, ..Decision::of(facts, done) }
}

/// What of a slot is otherwise than the caller would have it, in the API's words.
fn differences(now: &Facing, wanted: &Facing) -> Vec<Changed> {
    let x = |facing: &Facing| facing.x.map_or_else(|| "not set".to_owned(), |x| x.to_string());
    let fields = [
        ("sku", now.sku.0.clone(), wanted.sku.0.clone()),
        ("zone", now.zone.0.clone(), wanted.zone.0.clone()),
        ("x", x(now), x(wanted)),
        ("capacity", now.capacity.to_string(), wanted.capacity.to_string()),
    ];
    fields.into_iter().filter(|(_, now, wanted)| now != wanted).map(|(field, now, _)| Changed { field, now }).collect()
}
