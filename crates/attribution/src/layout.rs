//! The store as attribution sees it: products, shelves with their sensors, facings and cameras, all by index.

use domain::ids::{Sku, SlotId, ZoneId};
use domain::shelf::SensorKind;

/// A product that may stand on a shelf.
#[derive(Clone, PartialEq, Debug)]
pub struct Product {
    /// Its stock unit.
    pub sku: Sku,
    /// Grams of one unit, packaging included; `None` where nobody weighed it.
    pub weight_g: Option<f64>,
}

/// One sensor of a shelf.
#[derive(Clone, PartialEq, Debug)]
pub struct Sensor {
    /// Its slot's name.
    pub id: SlotId,
    /// What it measures.
    pub kind: SensorKind,
    /// Where it stands along the gondola as its camera sees it, 0 left to 1 right.
    pub x: f64,
    /// Standard deviation of `x`: 0 where it was measured.
    pub x_spread: f64,
    /// Metres in the store's frame, where the store has been surveyed.
    pub metres: Option<[f64; 2]>,
    /// Samples a second, for load cells.
    pub rate_hz: f64,
}

/// One level of a gondola.
#[derive(Clone, PartialEq, Debug)]
pub struct Shelf {
    /// Its name, as in the shelf node's configuration.
    pub id: String,
    /// Index of the camera that sees the shoppers before it.
    pub camera: usize,
    /// Height in metres, where known.
    pub z_m: Option<f64>,
    /// Left to right.
    pub sensors: Vec<Sensor>,
}

/// One visible column, or row of columns, of a product.
#[derive(Clone, PartialEq, Debug)]
pub struct FacingPlace {
    /// Index of the product.
    pub product: usize,
    /// Index of the shelf.
    pub shelf: usize,
    /// Index of its first sensor on the shelf.
    pub first: usize,
    /// Index of its last sensor on the shelf.
    pub last: usize,
    /// Units standing there at the start.
    pub units: u32,
}

/// A camera, with the line along which its gondola runs through the store.
#[derive(Clone, PartialEq, Debug)]
pub struct Camera {
    /// Its zone's name.
    pub id: ZoneId,
    /// Where its picture's left edge meets the gondola, metres.
    pub left: [f64; 2],
    /// From the left edge of the picture to the right, metres.
    pub across: [f64; 2],
    /// Somebody measured where the gondola stands; otherwise it was given a place.
    pub is_surveyed: bool,
}

/// The store.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// By index.
    pub products: Vec<Product>,
    /// By index.
    pub shelves: Vec<Shelf>,
    /// By index.
    pub facings: Vec<FacingPlace>,
    /// By index.
    pub cameras: Vec<Camera>,
    /// By product, its share of what is taken from where nobody knows it to stand. A product without a facing must
    /// stand somewhere that nobody wrote down.
    pub astray: Vec<f64>,
}

/// A gondola whose length nobody gave is as long as the real store's: 1.2 m.
const USUAL_LENGTH_M: f64 = 1.2;
/// Gondolas whose places nobody gave stand this far apart: two steps.
const USUAL_DISTANCE_M: f64 = 2.5;

/// A product without a facing is this many times likelier to be found where it does not belong than one with.
const HOMELESS: f64 = 10.0;

impl Layout {
    /// A store; the cameras' lines follow from the places of the sensors that they see.
    pub fn new(products: Vec<Product>, shelves: Vec<Shelf>, facings: Vec<FacingPlace>, cameras: Vec<ZoneId>) -> Self {
        let cameras = cameras
            .into_iter()
            .enumerate()
            .map(|(index, id)| {
                let sensors = shelves.iter().filter(|shelf| shelf.camera == index).flat_map(|shelf| &shelf.sensors);
                let places: Vec<_> = sensors.filter_map(|sensor| Some((sensor.x, sensor.metres?))).collect();
                let surveyed = line(&places);
                let (left, across) =
                    surveyed.unwrap_or(([0.0, index as f64 * USUAL_DISTANCE_M], [USUAL_LENGTH_M, 0.0]));
                Camera { id, left, across, is_surveyed: surveyed.is_some() }
            })
            .collect();
        let astray = astray(products.len(), &facings);
        Self { products, shelves, facings, cameras, astray }
    }

    /// This layout with the indices of an older one: whatever both know keeps its number, also where it has no place any more.
    pub fn continuing(self, old: &Self) -> Self {
        let mut products = old.products.clone();
        let product_of: Vec<_> = self
            .products
            .into_iter()
            .map(|product| match products.iter().position(|known| known.sku == product.sku) {
                Some(index) => {
                    products[index] = product;
                    index
                }
                None => {
                    products.push(product);
                    products.len() - 1
                }
            })
            .collect();
        let mut cameras = old.cameras.clone();
        let camera_of: Vec<_> = self
            .cameras
            .into_iter()
            .map(|camera| match cameras.iter().position(|known| known.id == camera.id) {
                Some(index) => {
                    if camera.is_surveyed || cameras[index].is_surveyed {
                        cameras[index] = camera;
                    }
                    index
                }
                None => {
                    cameras.push(Camera { left: free_place(&cameras, camera.left), ..camera });
                    cameras.len() - 1
                }
            })
            .collect();
        let gone = |shelf: &Shelf| Shelf { sensors: Vec::new(), ..shelf.clone() };
        let mut shelves: Vec<_> = old.shelves.iter().map(gone).collect();
        let shelf_of: Vec<_> = self
            .shelves
            .into_iter()
            .map(|shelf| {
                let shelf = Shelf { camera: camera_of[shelf.camera], ..shelf };
                match shelves.iter().position(|known| known.id == shelf.id) {
                    Some(index) => {
                        shelves[index] = shelf;
                        index
                    }
                    None => {
                        shelves.push(shelf);
                        shelves.len() - 1
                    }
                }
            })
            .collect();
        let facings = self.facings.into_iter().map(|facing| FacingPlace {
            product: product_of[facing.product],
            shelf: shelf_of[facing.shelf],
            ..facing
        });
        let facings: Vec<_> = facings.collect();
        let astray = astray(products.len(), &facings);
        Self { products, shelves, facings, cameras, astray }
    }

    /// Gives cameras whose gondolas nobody has surveyed places in a square, so that no two are far apart: who walked where
    /// cannot be told from how far it would have been.
    pub fn close_together(mut self) -> Self {
        let count = self.cameras.len();
        for index in (0..count).filter(|index| !self.cameras[*index].is_surveyed).collect::<Vec<_>>() {
            self.cameras[index].left = square(index, count);
            self.cameras[index].across = [USUAL_LENGTH_M, 0.0];
        }
        self
    }

    /// The place on the floor line of a shelf that belongs to a place along it, metres.
    pub fn slot_m(&self, shelf: usize, plate: f64) -> [f64; 2] {
        let shelf = &self.shelves[shelf];
        let x = between(&shelf.sensors, plate, |sensor| sensor.x);
        self.cameras[shelf.camera].point(x, 0.0)
    }

    /// The facings of one shelf.
    pub fn facings_of(&self, shelf: usize) -> impl Iterator<Item = (usize, &FacingPlace)> {
        self.facings.iter().enumerate().filter(move |(_, facing)| facing.shelf == shelf)
    }
}

/// By product, its share of what is taken from where nobody knows it to stand.
fn astray(products: usize, facings: &[FacingPlace]) -> Vec<f64> {
    let mut weights = vec![HOMELESS; products];
    for facing in facings {
        weights[facing.product] = 1.0;
    }
    let all: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / all).collect()
}

/// Where one of `count` gondolas stands that fill a square row by row.
fn square(index: usize, count: usize) -> [f64; 2] {
    let side = (1..).find(|side| side * side >= count).unwrap_or(1);
    [(index % side) as f64 * USUAL_DISTANCE_M, (index / side) as f64 * USUAL_DISTANCE_M]
}

/// The wished place, or the next beside it where no camera stands yet.
fn free_place(cameras: &[Camera], wished: [f64; 2]) -> [f64; 2] {
    let taken = |place: [f64; 2]| {
        cameras.iter().any(|camera| {
            (camera.left[0] - place[0]).abs() < USUAL_LENGTH_M && (camera.left[1] - place[1]).abs() < USUAL_LENGTH_M
        })
    };
    let mut place = wished;
    while taken(place) {
        place[0] += USUAL_DISTANCE_M;
    }
    place
}

impl Camera {
    /// How long its gondola is, metres.
    pub fn length_m(&self) -> f64 {
        (self.across[0] * self.across[0] + self.across[1] * self.across[1]).sqrt()
    }

    /// The point `depth_m` metres before the gondola at `x` (0 left to 1 right).
    pub fn point(&self, x: f64, depth_m: f64) -> [f64; 2] {
        let [along, aside] = self.across;
        let length = self.length_m().max(0.1);
        [self.left[0] + x * along + aside / length * depth_m, self.left[1] + x * aside - along / length * depth_m]
    }
}

/// What `of` gives at a fractional sensor index.
fn between(sensors: &[Sensor], plate: f64, of: impl Fn(&Sensor) -> f64) -> f64 {
    let Some(last) = sensors.len().checked_sub(1) else { return 0.5 };
    let plate = plate.clamp(0.0, last as f64);
    let low = plate as usize;
    let high = (low + 1).min(last);
    of(&sensors[low]) + (of(&sensors[high]) - of(&sensors[low])) * (plate - low as f64)
}

/// The straight line through places along a gondola, by least squares: where the picture's left edge meets it, and
/// from there to the right edge.
fn line(places: &[(f64, [f64; 2])]) -> Option<([f64; 2], [f64; 2])> {
    if places.len() < 2 {
        return None;
    }
    let count = places.len() as f64;
    let middle = places.iter().map(|(x, _)| x).sum::<f64>() / count;
    let spread: f64 = places.iter().map(|(x, _)| (x - middle) * (x - middle)).sum();
    if spread < 1e-6 {
        return None;
    }
    let slope = |axis: usize| places.iter().map(|(x, metres)| (x - middle) * metres[axis]).sum::<f64>() / spread;
    let centre = |axis: usize| places.iter().map(|(_, metres)| metres[axis]).sum::<f64>() / count;
    let across = [slope(0), slope(1)];
    let left = [centre(0) - across[0] * middle, centre(1) - across[1] * middle];
    Some((left, across))
}
