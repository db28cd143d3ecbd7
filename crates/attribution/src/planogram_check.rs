//! What is wrong with an arrangement of products before the store opens: what sensors cannot tell apart, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::{ContentsRules, Policy};
use domain::catalog::Catalog;
use domain::ids::{Sku, SlotId, ZoneId};
use domain::money::Minor;
use domain::planogram::Planogram;
use domain::shelf::SensorKind;

pub mod confusion;
pub mod finding;

use confusion::{Standing, confusions, told_by_place};
pub use finding::{Finding, Neighbours, Report};

/// The heaviest unit that is believed: what the products page takes. Plates of shelves bear less.
const HEAVIEST_G: f64 = 100_000.0;

/// What is known of a product.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// Grams of one unit, where somebody weighed it.
    pub weight_g: Option<f64>,
    /// With tax.
    pub price: Option<Minor>,
}

impl Listed {
    /// The weight, if anything can weigh that.
    fn usable_g(&self) -> Option<f64> {
        self.weight_g.filter(|&grams| grams > 0.0 && grams <= HEAVIEST_G)
    }
}

/// A sensed position.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// Its name.
    pub id: SlotId,
    /// What watches it.
    pub kind: SensorKind,
    /// Where it stands across its camera's picture, 0 to 1, where somebody measured it.
    pub x: Option<f64>,
}

/// One visible column, or row of columns, of a product.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// What stands there.
    pub sku: Sku,
    /// Index of its first slot on the shelf.
    pub first: usize,
    /// Index of its last slot on the shelf.
    pub last: usize,
}

/// Slots side by side, each touching the next.
#[derive(Clone, PartialEq, Debug)]
pub struct ShelfRow {
    /// Its name.
    pub name: String,
    /// Left to right.
    pub slots: Vec<Slot>,
    /// What stands there.
    pub columns: Vec<Column>,
}

/// A store as the check sees it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Arrangement {
    /// What it sells.
    pub products: BTreeMap<Sku, Listed>,
    /// Where it stands.
    pub rows: Vec<ShelfRow>,
}

impl Arrangement {
    /// Of a store's planogram and products. Slots of a zone touch each other in the order in which its camera sees them,
    /// unless two stand one above the other: then nobody wrote down which touch, and each is taken for itself.
    pub fn of(planogram: &Planogram, catalog: &Catalog, kinds: &BTreeMap<SlotId, SensorKind>) -> Self {
        let listed = |product: &domain::catalog::Product| {
            let weight_g = product.unit_weight_mg.map(|milligrams| f64::from(milligrams) / 1_000.0);
            (product.sku.clone(), Listed { weight_g, price: product.price })
        };
        let mut zones: BTreeMap<&ZoneId, Vec<(Slot, Sku)>> = BTreeMap::new();
        for facing in planogram.0.values() {
            let kind = kinds.get(&facing.slot).copied().unwrap_or(SensorKind::LoadCell);
            let slot = Slot { id: facing.slot.clone(), kind, x: facing.x.map(f64::from) };
            zones.entry(&facing.zone).or_default().push((slot, facing.sku.clone()));
        }
        let mut rows = Vec::new();
        for (zone, slots) in zones {
            let (mut placed, unplaced): (Vec<_>, Vec<_>) = slots.into_iter().partition(|(slot, _)| slot.x.is_some());
            placed.sort_by(|(a, _), (b, _)| a.x.unwrap_or(0.0).total_cmp(&b.x.unwrap_or(0.0)));
            let levels = placed.windows(2).any(|pair| pair[0].0.x == pair[1].0.x);
            let (together, apart) = if levels { (Vec::new(), placed) } else { (placed, Vec::new()) };
            rows.push(row(zone, together));
            rows.extend(apart.into_iter().chain(unplaced).map(|one| row(zone, vec![one])));
        }
        rows.retain(|row| !row.slots.is_empty());
        Self { products: catalog.0.values().map(listed).collect(), rows }
    }
}

fn row(zone: &ZoneId, slots: Vec<(Slot, Sku)>) -> ShelfRow {
    let column = |(index, (_, sku)): (usize, &(Slot, Sku))| Column { sku: sku.clone(), first: index, last: index };
    let columns = slots.iter().enumerate().map(column).collect();
    ShelfRow { name: zone.0.clone(), slots: slots.into_iter().map(|(slot, _)| slot).collect(), columns }
}

/// The doubt about a unit from which on it is not billed any more: what is mistaken more often than that costs reviews.
pub fn limit(policy: &Policy) -> f64 {
    match policy {
        Policy::BillAll => 0.5,
        Policy::LeastCost(costs) => {
            (costs.review / costs.overcharge).min(costs.unbilled / (costs.overcharge + costs.unbilled)).min(0.5)
        }
    }
}

/// Everything that is wrong, worst first.
pub fn check(arrangement: &Arrangement, rules: &ContentsRules, limit: f64) -> Report {
    let mut findings = gaps(arrangement);
    let mut by_place = Vec::new();
    for row in &arrangement.rows {
        let standing = standing(row, &arrangement.products);
        findings.extend(unweighed(row, &standing));
        for found in confusions(&standing, row.slots.len(), rules) {
            if found.chance > limit {
                findings.push(Finding::Alike { shelf: row.name.clone(), confusion: found });
            }
        }
        let neighbours = told_by_place(&standing, rules, limit);
        by_place.extend(neighbours.into_iter().map(|found| Neighbours { shelf: row.name.clone(), confusion: found }));
    }
    findings.sort_by(Finding::worst_first);
    findings.dedup();
    by_place.sort_by(|a, b| b.confusion.chance.total_cmp(&a.confusion.chance));
    Report {
        findings,
        columns: arrangement.rows.iter().map(|row| row.columns.len()).sum(),
        products: arrangement.products.len(),
        by_place,
        limit,
    }
}

/// What is missing or cannot be.
fn gaps(arrangement: &Arrangement) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut shown = BTreeSet::new();
    for row in &arrangement.rows {
        for column in &row.columns {
            shown.insert(&column.sku);
            if !arrangement.products.contains_key(&column.sku) {
                findings.push(Finding::UnknownProduct { slots: named(row, column), sku: column.sku.clone() });
            }
        }
        for (index, slot) in row.slots.iter().enumerate() {
            let used = row.columns.iter().any(|column| (column.first..=column.last).contains(&index));
            match slot.x {
                None if used => findings.push(Finding::NoPlace { slot: slot.id.clone() }),
                Some(x) if !(0.0..=1.0).contains(&x) => {
                    findings.push(Finding::PlaceOutside { slot: slot.id.clone(), x });
                }
                None | Some(_) => {}
            }
        }
    }
    for (sku, product) in &arrangement.products {
        if product.weight_g.is_some() && product.usable_g().is_none() {
            findings.push(Finding::NoWeight { sku: sku.clone(), grams: product.weight_g.unwrap_or(0.0) });
        }
        if !shown.contains(sku) {
            findings.push(Finding::NoFacing { sku: sku.clone() });
        } else if product.price.is_none_or(|price| price <= Minor::ZERO) {
            findings.push(Finding::NoPrice { sku: sku.clone() });
        }
    }
    findings
}

/// The slots of a column, for people.
fn named(row: &ShelfRow, column: &Column) -> String {
    let name = |index: usize| row.slots.get(index).map_or("?", |slot| slot.id.as_str());
    if column.first == column.last {
        return name(column.first).to_owned();
    }
    format!("{} to {}", name(column.first), name(column.last))
}

/// The known products of a row that stand on plates.
fn standing(row: &ShelfRow, products: &BTreeMap<Sku, Listed>) -> Vec<Standing> {
    let on_plates = |column: &&Column| {
        let slots = row.slots.get(column.first..=column.last).unwrap_or_default();
        !slots.is_empty() && slots.iter().all(|slot| slot.kind == SensorKind::LoadCell)
    };
    let standing = |column: &Column| {
        let product = products.get(&column.sku)?;
        let slots = named(row, column);
        Some(Standing {
            sku: column.sku.clone(),
            weight_g: product.usable_g(),
            first: column.first,
            last: column.last,
            slots,
        })
    };
    row.columns.iter().filter(on_plates).filter_map(standing).collect()
}

/// Products that nobody weighed, on plates with others.
fn unweighed(row: &ShelfRow, standing: &[Standing]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, one) in standing.iter().enumerate() {
        for two in &standing[index + 1..] {
            let (light, other) = match (one.weight_g, two.weight_g) {
                (None, _) => (one, two),
                (_, None) => (two, one),
                (Some(_), Some(_)) => continue,
            };
            if one.sku != two.sku && one.shares_with(two) {
                findings.push(Finding::Unweighed {
                    shelf: row.name.clone(),
                    slots: light.slots.clone(),
                    sku: light.sku.clone(),
                    beside: other.sku.clone(),
                    neither: other.weight_g.is_none(),
                });
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
