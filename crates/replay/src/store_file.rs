//! Reads `store.json` into the engine's layout.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use attribution::layout::{FacingPlace, Layout, Product, Sensor, Shelf};
use attribution::planogram_check::{Arrangement, Column, Listed, ShelfRow, Slot};
use attribution::rules::{Policy, Rules};
use domain::ids::{Sku, SlotId, ZoneId};
use domain::money::Minor;
use domain::shelf::SensorKind;
use serde::Deserialize;

/// A store as a trace describes it.
#[derive(Clone, Debug)]
pub struct Store {
    /// What the engine needs.
    pub layout: Layout,
    /// Shelves by name.
    pub shelves: BTreeMap<String, usize>,
    /// Sensors by name: shelf and index on it.
    pub sensors: BTreeMap<String, (usize, usize)>,
    /// Cameras by name.
    pub cameras: BTreeMap<String, usize>,
    /// What was left out of the file because it names things that are not there.
    pub warnings: Vec<String>,
    /// Sensors that count for themselves, by shelf and index on it.
    pub counting: BTreeMap<(usize, usize), Counting>,
    /// What attribution went by, where a running store was recorded.
    pub rules: Option<Rules>,
    /// Prices, where they are given.
    pub prices: BTreeMap<Sku, Minor>,
    /// Facings of products that are not listed: the product, its shelf, and its first and last sensor there.
    pub unknown: Vec<(Sku, usize, usize, usize)>,
}

/// How a sensor counts that does not weigh.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Counting {
    /// Millimetres that one unit takes up; `None` for beams.
    pub unit_depth_mm: Option<f64>,
    /// Units that fit.
    pub capacity: u32,
    /// Units at the start.
    pub units: u32,
}

#[derive(Deserialize)]
struct StoreFile {
    version: u32,
    rules: Option<serde_json::Value>,
    #[serde(default)]
    products: Vec<ProductEntry>,
    #[serde(default)]
    shelves: Vec<ShelfEntry>,
    #[serde(default)]
    facings: Vec<FacingEntry>,
    #[serde(default)]
    cameras: Vec<CameraEntry>,
}

#[derive(Deserialize)]
struct ProductEntry {
    sku: String,
    weight_g: Option<f64>,
    price_minor: Option<f64>,
}

#[derive(Deserialize)]
struct ShelfEntry {
    id: String,
    camera: Option<String>,
    z_m: Option<f64>,
    #[serde(default)]
    sensors: Vec<SensorEntry>,
}

#[derive(Deserialize)]
struct SensorEntry {
    id: String,
    kind: SensorKind,
    x: f64,
    x_m: Option<f64>,
    y_m: Option<f64>,
    #[serde(default)]
    x_spread: f64,
    rate_hz: Option<f64>,
    unit_depth_mm: Option<f64>,
    capacity: Option<u32>,
}

#[derive(Deserialize)]
struct FacingEntry {
    sku: String,
    sensors: Vec<String>,
    units: u32,
}

#[derive(Deserialize)]
struct CameraEntry {
    id: String,
    /// Where its gondola stands, as recordings of our own say it: the picture's left edge, and from there to the right.
    left: Option<[f64; 2]>,
    across: Option<[f64; 2]>,
}

/// Plates whose rate nobody gave are read as often as the shelf node's default.
const USUAL_RATE_HZ: f64 = 10.0;

impl Store {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or says something that cannot be.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a store", path.display()))
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// Where it says something that cannot be.
    pub fn parse(text: &str) -> Result<Self> {
        let file: StoreFile = serde_json::from_str(text)?;
        ensure!(file.version == 1, "version {} is not known, only 1", file.version);
        let mut cameras: BTreeMap<_, _> =
            file.cameras.iter().enumerate().map(|(index, camera)| (camera.id.clone(), index)).collect();
        let mut camera_ids: Vec<_> = file.cameras.iter().map(|camera| ZoneId::from(camera.id.as_str())).collect();
        let priced =
            |product: &ProductEntry| Some((Sku::from(product.sku.as_str()), Minor(product.price_minor? as i64)));
        let prices = file.products.iter().filter_map(priced).collect();
        let (products, skus) = products(file.products);
        let (mut shelves, mut shelf_names, mut sensors) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut counting = BTreeMap::new();
        for (index, entry) in file.shelves.into_iter().enumerate() {
            ensure!(!entry.sensors.is_empty(), "shelf {} has no sensors", entry.id);
            // A shelf that no camera sees gets one that never shows anybody.
            let camera_name = entry.camera.unwrap_or_else(|| format!("none of {}", entry.id));
            let camera = *cameras.entry(camera_name.clone()).or_insert_with(|| {
                camera_ids.push(ZoneId::from(camera_name));
                camera_ids.len() - 1
            });
            ensure!(shelf_names.insert(entry.id.clone(), index).is_none(), "shelf {} is there twice", entry.id);
            let mut on_shelf = Vec::new();
            for (place, sensor) in entry.sensors.into_iter().enumerate() {
                let twice = sensors.insert(sensor.id.clone(), (index, place)).is_some();
                ensure!(!twice, "sensor {} is there twice", sensor.id);
                let rate_hz = sensor.rate_hz.unwrap_or(USUAL_RATE_HZ);
                ensure!(rate_hz > 0.0 && rate_hz <= 1000.0, "sensor {} has a rate of {rate_hz} Hz", sensor.id);
                if sensor.kind != SensorKind::LoadCell {
                    let (unit_depth_mm, capacity) = (sensor.unit_depth_mm, sensor.capacity.unwrap_or(1));
                    counting.insert((index, place), Counting { unit_depth_mm, capacity, units: capacity });
                }
                on_shelf.push(Sensor {
                    id: SlotId::from(sensor.id),
                    kind: sensor.kind,
                    x: sensor.x,
                    x_spread: sensor.x_spread,
                    metres: sensor.x_m.zip(sensor.y_m).map(|(x, y)| [x, y]),
                    rate_hz,
                });
            }
            shelves.push(Shelf { id: entry.id, camera, z_m: entry.z_m, sensors: on_shelf });
        }
        let mut warnings = Vec::new();
        // Rules grow with the program; an old recording can still be played, by those of today.
        let rules = file.rules.map(serde_json::from_value).transpose().unwrap_or_else(|_| {
            warnings.push("its rules are of another version; it is played by those of this one".to_owned());
            None
        });
        let unknown = unknown(&file.facings, &skus, &sensors);
        let facings = facings(file.facings, &skus, &sensors, &mut counting, &mut warnings);
        let mut layout = Layout::new(products, shelves, facings, camera_ids);
        for (camera, entry) in layout.cameras.iter_mut().zip(&file.cameras) {
            if let (Some(left), Some(across)) = (entry.left, entry.across) {
                (camera.left, camera.across) = (left, across);
            }
        }
        Ok(Self { layout, shelves: shelf_names, sensors, cameras, warnings, counting, rules, prices, unknown })
    }

    /// What to play it by: as it was recorded, or by these. To bill everything is a way to measure, and stays what was asked for.
    pub fn rules_or(&self, asked: Rules) -> Rules {
        match self.rules {
            Some(own) if asked.policy == Policy::BillAll => Rules { policy: Policy::BillAll, ..own },
            Some(own) => own,
            None => asked,
        }
    }

    /// The store for the planogram's check. Sensors of a shelf stand side by side.
    pub fn arrangement(&self) -> Arrangement {
        let products = self.layout.products.iter().map(|product| {
            let price = self.prices.get(&product.sku).copied();
            (product.sku.clone(), Listed { weight_g: product.weight_g, price })
        });
        let rows = self.layout.shelves.iter().enumerate().map(|(index, shelf)| {
            let slot = |sensor: &Sensor| Slot { id: sensor.id.clone(), kind: sensor.kind, x: Some(sensor.x) };
            let known = self.layout.facings_of(index).map(|(_, facing)| Column {
                sku: self.layout.products[facing.product].sku.clone(),
                first: facing.first,
                last: facing.last,
            });
            let unknown = self.unknown.iter().filter(|(_, shelf, ..)| *shelf == index);
            let unknown = unknown.map(|(sku, _, first, last)| Column { sku: sku.clone(), first: *first, last: *last });
            ShelfRow {
                name: shelf.id.clone(),
                slots: shelf.sensors.iter().map(slot).collect(),
                columns: known.chain(unknown).collect(),
            }
        });
        Arrangement { products: products.collect(), rows: rows.collect() }
    }
}

/// Facings of products that are not listed, by shelf.
fn unknown(
    entries: &[FacingEntry],
    skus: &BTreeMap<String, usize>,
    sensors: &BTreeMap<String, (usize, usize)>,
) -> Vec<(Sku, usize, usize, usize)> {
    let mut unknown = Vec::new();
    for entry in entries.iter().filter(|entry| !skus.contains_key(&entry.sku)) {
        let places = ranges(&entry.sensors, sensors);
        unknown.extend(
            places.into_iter().map(|(shelf, (first, last))| (Sku::from(entry.sku.as_str()), shelf, first, last)),
        );
    }
    unknown
}

/// First and last of the known sensors on each shelf.
fn ranges(ids: &[String], sensors: &BTreeMap<String, (usize, usize)>) -> BTreeMap<usize, (usize, usize)> {
    let mut by_shelf: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for &(shelf, place) in ids.iter().filter_map(|id| sensors.get(id)) {
        let range = by_shelf.entry(shelf).or_insert((place, place));
        *range = (range.0.min(place), range.1.max(place));
    }
    by_shelf
}

/// Products by index; one that is listed twice counts once, with the weight that is given.
fn products(entries: Vec<ProductEntry>) -> (Vec<Product>, BTreeMap<String, usize>) {
    let mut products: Vec<Product> = Vec::new();
    let mut skus = BTreeMap::new();
    for entry in entries {
        let weight = entry.weight_g.filter(|&weight| weight > 0.0);
        match skus.get(&entry.sku) {
            Some(&index) => {
                let known: &mut Product = &mut products[index];
                known.weight_g = known.weight_g.or(weight);
            }
            None => {
                skus.insert(entry.sku.clone(), products.len());
                products.push(Product { sku: Sku::from(entry.sku), weight_g: weight });
            }
        }
    }
    (products, skus)
}

fn facings(
    entries: Vec<FacingEntry>,
    skus: &BTreeMap<String, usize>,
    sensors: &BTreeMap<String, (usize, usize)>,
    counting: &mut BTreeMap<(usize, usize), Counting>,
    warnings: &mut Vec<String>,
) -> Vec<FacingPlace> {
    let mut facings = Vec::new();
    for entry in entries {
        let Some(&product) = skus.get(&entry.sku) else {
            warnings.push(format!("a facing names the unknown product {} and was left out", entry.sku));
            continue;
        };
        for id in &entry.sensors {
            let Some(&(shelf, place)) = sensors.get(id) else {
                warnings.push(format!("a facing of {} names the unknown sensor {id}, which was left out", entry.sku));
                continue;
            };
            if let Some(counting) = counting.get_mut(&(shelf, place)) {
                counting.units = entry.units;
            }
        }
        let by_shelf = ranges(&entry.sensors, sensors);
        facings.extend(by_shelf.into_iter().map(|(shelf, (first, last))| FacingPlace {
            product,
            shelf,
            first,
            last,
            units: entry.units,
        }));
    }
    facings
}
