//! The floor's tests: a store with two slots, driven by seconds; one file for each kind of question.

mod changes;
mod closing;
mod entering;
mod hindsight;
mod positions;
mod restocking;
mod reviews;
mod several;
mod upkeep;
mod weights;
mod when;

use uuid::Uuid;

use super::*;
use attribution::rules::{Costs, Policy};
use domain::catalog::{Product, TaxClass};
use domain::gate::FaceTrust;
use domain::ids::{DeviceId, SightingId, Sku, SlotId, ZoneId};
use domain::money::{BasisPoints, Minor};
use domain::planogram::Facing;
use domain::review::ReviewReason;
use domain::shelf::{PlateStep, SensorKind, Weighed};
use domain::sighting::{Identity, Seen};

const ADA: u128 = 0xADA;
const BOB: u128 = 0xB0B;
const CYD: u128 = 0xC1D;

/// A store with two slots in one zone, driven by seconds.
struct Store {
    floor: Floor,
    next_id: u128,
    events: Vec<DomainEvent>,
}

impl Store {
    fn new() -> Self {
        Self::restored(FloorMemory::default())
    }

    fn restored(memory: FloorMemory) -> Self {
        let products = [("cola", Some(149), None), ("sample", None, None)];
        Self::selling(&products, &[("s1", "cola", 0.3), ("s2", "sample", 0.8)], memory)
    }

    /// Products with prices and grams, and slots with products and places.
    fn selling(
        products: &[(&str, Option<i64>, Option<u32>)],
        slots: &[(&str, &str, f32)],
        memory: FloorMemory,
    ) -> Self {
        let product = |&(sku, price, grams): &(&str, Option<i64>, Option<u32>)| Product {
            sku: Sku::from(sku),
            gtin: None,
            name: sku.to_owned(),
            price: price.map(Minor),
            tax_class: TaxClass::Standard,
            unit_weight_mg: grams.map(|grams| grams * 1_000),
        };
        let facing = |&(slot, sku, x): &(&str, &str, f32)| Facing {
            slot: SlotId::from(slot),
            sku: Sku::from(sku),
            zone: ZoneId::from("g1"),
            x: Some(x),
            capacity: 10,
        };
        let catalog = products.iter().map(product).collect();
        let planogram = slots.iter().map(facing).collect();
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let mut policy = FloorPolicy::new(Currency::EUR, rates);
        policy.attribution.lag_ms = 1_500;
        policy.settling = SignedDuration::from_secs(5);
        let floor = Floor::restore(policy, catalog, planogram, memory);
        Self { floor, next_id: 1, events: Vec::new() }
    }

    fn id(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    fn input(&mut self, at: f64, input: FloorInput) -> FloorOutput {
        let output = self.floor.handle(time(at), input);
        self.events.extend(output.events.clone());
        output
    }

    fn look(&mut self, at: f64, zone: &str, seen: Vec<Seen>) -> GateDecision {
        let place = match zone {
            "entry" => Place::Entry,
            "exit" => Place::Exit,
            _ => Place::Shelf,
        };
        let sighting = Sighting {
            id: SightingId(self.id()),
            device: DeviceId(Uuid::nil()),
            zone: ZoneId::from(zone),
            occurred_at: time(at),
            seen,
        };
        self.input(at, FloorInput::Look { place, sighting }).gate.unwrap()
    }

    fn enter(&mut self, at: f64, who: u128) {
        assert_eq!(self.look(at, "entry", vec![code(who)]), GateDecision::Opened(shopper(who)));
    }

    fn exit(&mut self, at: f64, who: u128) {
        assert_eq!(self.look(at, "exit", vec![code(who)]), GateDecision::Exited(shopper(who)));
    }

    fn shelf(&mut self, at: f64, slot: &str, delta_units: i32) -> ShelfEvent {
        self.count(at, slot, delta_units, SensorKind::LoadCell)
    }

    /// A sensor of this kind has counted.
    fn count(&mut self, at: f64, slot: &str, delta_units: i32, sensor: SensorKind) -> ShelfEvent {
        let event = ShelfEvent {
            id: ShelfEventId(self.id()),
            slot: SlotId::from(slot),
            occurred_at: time(at),
            delta_units,
            units_after: None,
            sensor,
            trace: Vec::new(),
            weighed: None,
            between: None,
        };
        self.input(at, FloorInput::Shelf(event.clone()));
        event
    }

    /// Load cells feel grams at plates; the node has counted `delta_units` of the first one's own product.
    fn weigh(&mut self, at: f64, plates: &[(&str, f32)], delta_units: i32) -> ShelfEvent {
        let plate = |&(slot, grams): &(&str, f32)| PlateStep { slot: SlotId::from(slot), grams, spread_g: 1.0 };
        let weighed = Weighed { lasted_ms: 400, plates: plates.iter().map(plate).collect() };
        let event = ShelfEvent {
            id: ShelfEventId(self.id()),
            slot: SlotId::from(plates[0].0),
            occurred_at: time(at),
            delta_units,
            units_after: None,
            sensor: SensorKind::LoadCell,
            trace: Vec::new(),
            weighed: Some(weighed),
            between: None,
        };
        self.input(at, FloorInput::Shelf(event.clone()));
        event
    }

    fn tick(&mut self, at: f64) {
        self.input(at, FloorInput::Tick);
    }

    fn cart(&self, who: u128) -> u32 {
        let session = self.floor.session_of(shopper(who));
        session.map_or(0, |session| self.floor.likely_cart(session.id).held(&Sku::from("cola")))
    }

    fn reasons(&self) -> Vec<ReviewReason> {
        self.floor.reviews().map(|review| review.reason).collect()
    }

    fn orders(&self) -> Vec<(ShopperId, i64)> {
        self.events
            .iter()
            .filter_map(|event| match event {
                DomainEvent::SessionSettled { shopper, order: Some(order), .. } => Some((*shopper, order.total().0)),
                _ => None,
            })
            .collect()
    }
}

fn time(seconds: f64) -> Timestamp {
    Timestamp::from_microsecond((seconds * 1e6) as i64 + 1_000_000_000).unwrap()
}

fn shopper(who: u128) -> ShopperId {
    ShopperId(Uuid::from_u128(who))
}

fn face(who: u128, x: f32) -> Seen {
    let identity = Identity::Known { shopper: shopper(who), similarity: 0.8 };
    Seen { identity, means: Means::Face, x: Some(x), size: Some(0.3) }
}

fn stranger(x: f32) -> Seen {
    Seen { identity: Identity::Unknown, ..face(0, x) }
}

fn code(who: u128) -> Seen {
    Seen { means: Means::Code, x: None, ..face(who, 0.0) }
}

/// Ada and Bob are inside, and nobody was seen when two units were taken.
fn two_cases() -> (Store, Vec<ReviewId>) {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    store.shelf(11.0, "s1", -1);
    store.tick(14.0);
    let cases: Vec<_> = store.floor.reviews().map(|review| review.id).collect();
    (store, cases)
}
