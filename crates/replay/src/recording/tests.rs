use attribution::rules::Rules;
use domain::catalog::{Catalog, Product, TaxClass, TaxRates};
use domain::event::DomainEvent;
use domain::gate::Place;
use domain::ids::{AdminId, DeviceId, ShelfEventId, ShopperId, SightingId, Sku, SlotId, ZoneId};
use domain::memory::FloorMemory;
use domain::money::{BasisPoints, Currency, Minor};
use domain::planogram::{Facing, Planogram};
use domain::shelf::{PlateStep, SensorKind, ShelfEvent, Weighed};
use domain::sighting::{Identity, Means, Seen, Sighting};
use floor::{Floor, FloorInput, FloorPolicy};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::*;
use crate::complaints::Complaints;
use crate::player::{Keep, Played, Player};
use crate::store_file::Store;
use crate::trace_file;

const START_MS: i64 = 1_700_000_000_000;

/// A store with two zones, recorded from its first moment on.
struct Recorded {
    floor: Floor,
    lines: Vec<String>,
    orders: Vec<(String, Vec<(String, u32)>)>,
    number: u128,
    faces: bool,
}

impl Recorded {
    fn new(faces: bool) -> Self {
        Self::restored(faces, FloorMemory::default())
    }

    fn restored(faces: bool, memory: FloorMemory) -> Self {
        let product = |sku: &str| Product {
            sku: Sku::from(sku),
            gtin: None,
            name: sku.to_owned(),
            price: Some(Minor(100)),
            tax_class: TaxClass::Standard,
            unit_weight_mg: Some(330_000),
        };
        let facing = |slot: &str, sku: &str, zone: &str, x| {
            let (slot, sku, zone) = (SlotId::from(slot), Sku::from(sku), ZoneId::from(zone));
            Facing { slot, sku, zone, x, capacity: 10 }
        };
        let catalog: Catalog = ["cola", "chips"].map(product).into_iter().collect();
        let planogram: Planogram =
            [facing("s1", "cola", "g1", Some(0.3)), facing("s2", "chips", "g2", None)].into_iter().collect();
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let reviewing = SignedDuration::from_secs(60);
        let policy = FloorPolicy { reviewing, ..FloorPolicy::new(Currency::EUR, rates) };
        let mut floor = Floor::restore(policy, catalog, planogram, memory);
        floor.record();
        let lines = floor.remembered().iter().map(|visit| under_way(START_MS, visit)).collect();
        Self { floor, lines, orders: Vec::new(), number: 0, faces }
    }

    fn input(&mut self, at_ms: i64, input: FloorInput) {
        let output = self.floor.handle(time(at_ms), input);
        let line = |told: &Told| line(START_MS, told, self.floor.layout(), self.faces);
        self.lines.extend(output.told.iter().filter_map(line));
        self.orders.extend(output.events.into_iter().filter_map(|event| match event {
            DomainEvent::SessionSettled { session, order, .. } => {
                let lines = order.map(|order| order.lines).unwrap_or_default();
                Some((session.to_string(), lines.into_iter().map(|line| (line.sku.0, line.quantity)).collect()))
            }
            _ => None,
        }));
    }

    fn id(&mut self) -> Uuid {
        self.number += 1;
        Uuid::from_u128(self.number)
    }

    fn look(&mut self, at_ms: i64, zone: &str, who: u128, means: Means) {
        let place = match zone {
            "entry" => Place::Entry,
            "exit" => Place::Exit,
            _ => Place::Shelf,
        };
        let identity = Identity::Known { shopper: ShopperId(Uuid::from_u128(who)), similarity: 0.61 };
        let x = (means == Means::Face).then_some(0.31);
        let sighting = Sighting {
            id: SightingId(self.id()),
            device: DeviceId(Uuid::nil()),
            zone: ZoneId::from(zone),
            occurred_at: time(at_ms),
            seen: vec![Seen { identity, means, x, size: x }],
        };
        self.input(at_ms, FloorInput::Look { place, sighting });
    }

    /// An event of `occurred_ms` that comes in at `at_ms`.
    fn shelf(&mut self, at_ms: i64, occurred_ms: i64, slot: &str, delta_units: i32) {
        let event = self.event(occurred_ms, slot, delta_units);
        self.input(at_ms, FloorInput::Shelf(event));
    }

    /// The same, felt by a load cell that counts nothing.
    fn felt(&mut self, at_ms: i64, occurred_ms: i64, slot: &str, grams: f32) {
        let plates = vec![PlateStep { slot: SlotId::from(slot), grams, spread_g: 0.7 }];
        let weighed = Some(Weighed { lasted_ms: 350, plates });
        let event = ShelfEvent { sensor: SensorKind::LoadCell, weighed, ..self.event(occurred_ms, slot, 0) };
        self.input(at_ms, FloorInput::Shelf(event));
    }

    fn event(&mut self, occurred_ms: i64, slot: &str, delta_units: i32) -> ShelfEvent {
        ShelfEvent {
            id: ShelfEventId(self.id()),
            slot: SlotId::from(slot),
            occurred_at: time(occurred_ms),
            delta_units,
            units_after: None,
            sensor: SensorKind::Distance,
            trace: Vec::new(),
            weighed: None,
            between: None,
        }
    }

    fn replayed(&self) -> Vec<(String, Vec<(String, u32)>)> {
        let played = self.play(&self.lines);
        assert!(played.1.is_empty(), "{:?}", played.1);
        let receipts = played.0.receipts.iter().map(|receipt| {
            let billed = receipt.lines.iter().filter(|line| line.billed() > 0);
            (played.0.names[&receipt.session].clone(), billed.map(|line| (line.sku.0.clone(), line.billed())).collect())
        });
        receipts.collect()
    }

    fn play(&self, lines: &[String]) -> (Played, Complaints) {
        let store = Store::parse(&store(self.floor.layout(), self.floor.rules(), "Test", "EUR").to_string()).unwrap();
        assert_eq!(store.layout, *self.floor.layout(), "the same store");
        assert_eq!(store.rules.as_ref(), Some(self.floor.rules()), "by the same rules");
        let mut player = Player::new(store, Rules::default(), Keep::Receipts);
        let mut complaints = Complaints::default();
        let text = lines.join("\n");
        trace_file::read(text.as_bytes(), &mut complaints, |number, line, complaints| {
            player.take(number, line, complaints);
        })
        .unwrap();
        (player.finish(Complaints::default()), complaints)
    }
}

fn time(at_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(START_MS + at_ms).unwrap()
}

/// Two shoppers at two shelves, a put-back, an event that comes late, and a case that staff decide.
fn busy_hour(faces: bool) -> Recorded {
    let mut store = Recorded::new(faces);
    store.look(0, "entry", 1, Means::Code);
    store.look(1_000, "entry", 2, Means::Code);
    for at_ms in (4_000..20_000).step_by(200) {
        store.look(at_ms, "g1", 1, Means::Face);
    }
    store.look(14_500, "g2", 2, Means::Code);
    store.shelf(20_000, 15_000, "s2", -2);
    store.shelf(20_100, 10_000, "s1", -3);
    store.shelf(20_200, 16_000, "s1", 1);
    store.shelf(40_000, 30_000, "s1", -1);
    store.input(55_000, FloorInput::Tick);
    let session = store.floor.session_of(ShopperId(Uuid::from_u128(2))).map(|session| session.id);
    for review in store.floor.reviews().map(|review| review.id).collect::<Vec<_>>() {
        store.input(56_000, FloorInput::DecideReview { review, session, sku: None, by: AdminId(Uuid::nil()) });
    }
    store.look(60_000, "exit", 1, Means::Code);
    store.look(61_000, "exit", 2, Means::Code);
    store.input(90_000, FloorInput::Tick);
    store
}

#[test]
fn a_recorded_hour_gives_the_same_receipts_again() {
    let store = busy_hour(true);
    let bought: Vec<_> = store.orders.iter().map(|(_, lines)| lines.clone()).collect();
    assert_eq!(bought, [vec![("cola".to_owned(), 2)], vec![("chips".to_owned(), 2), ("cola".to_owned(), 1)]]);
    assert_eq!(store.replayed(), store.orders);
}

#[test]
fn units_counted_one_by_one_are_on_the_order_and_on_the_receipt_again() {
    for sensor in [SensorKind::Distance, SensorKind::Beam] {
        let mut store = Recorded::new(true);
        store.look(0, "entry", 1, Means::Code);
        for (number, delta_units) in [-1, -1, 1, -1, -2, -1].into_iter().enumerate() {
            let at_ms = 10_000 + 5_000 * number as i64;
            let event = ShelfEvent { sensor, ..store.event(at_ms, "s1", delta_units) };
            store.input(at_ms, FloorInput::Shelf(event));
        }
        store.look(50_000, "exit", 1, Means::Code);
        store.input(90_000, FloorInput::Tick);
        assert_eq!(store.orders.iter().map(|one| one.1.clone()).collect::<Vec<_>>(), [vec![("cola".to_owned(), 5)]]);
        assert_eq!(store.replayed(), store.orders, "{sensor:?}");
    }
}

#[test]
fn what_load_cells_felt_is_recorded_too() {
    let mut store = Recorded::new(true);
    store.look(0, "entry", 1, Means::Code);
    for at_ms in (4_000..12_000).step_by(200) {
        store.look(at_ms, "g1", 1, Means::Face);
    }
    store.felt(12_000, 8_000, "s1", -329.5);
    store.look(30_000, "exit", 1, Means::Code);
    store.input(60_000, FloorInput::Tick);
    assert!(store.lines.iter().any(|line| line.contains("\"grams\"")), "{:?}", store.lines);
    assert_eq!(store.orders.iter().map(|one| one.1.clone()).collect::<Vec<_>>(), [vec![("cola".to_owned(), 1)]]);
    assert_eq!(store.replayed(), store.orders);
}

#[test]
fn what_was_decided_while_a_receipt_waited_is_on_it_again() {
    let mut store = Recorded::new(true);
    store.look(0, "entry", 1, Means::Code);
    store.look(0, "entry", 2, Means::Code);
    store.look(2_000, "g1", 1, Means::Code);
    store.look(2_500, "g1", 2, Means::Code);
    store.shelf(5_000, 5_000, "s1", -2);
    store.look(15_000, "exit", 1, Means::Code);
    store.look(15_000, "exit", 2, Means::Code);
    store.input(30_000, FloorInput::Tick);
    let review = store.floor.reviews().next().expect("either may have taken it").id;
    let session = store.floor.session_of(ShopperId(Uuid::from_u128(2))).expect("the receipt waits").id;
    let decide = FloorInput::DecideReview { review, session: Some(session), sku: None, by: AdminId(Uuid::nil()) };
    store.input(40_000, decide);
    let mut bought: Vec<_> = store.orders.iter().map(|(_, lines)| lines.clone()).collect();
    bought.sort();
    assert_eq!(bought, [vec![], vec![("cola".to_owned(), 2)]]);
    let (mut replayed, mut orders) = (store.replayed(), store.orders.clone());
    replayed.sort();
    orders.sort();
    assert_eq!(replayed, orders);
}

#[test]
fn rules_of_another_version_are_said_and_left() {
    let store = Recorded::new(true);
    let mut file = super::store(store.floor.layout(), store.floor.rules(), "Test", "EUR");
    file["rules"] = serde_json::json!({ "lag_ms": "soon" });
    let store = Store::parse(&file.to_string()).unwrap();
    assert_eq!((store.rules, store.warnings.len()), (None, 1));
    assert_eq!(store.rules_or(Rules::default()), Rules::default());
}

#[test]
fn who_was_seen_is_left_out_unless_that_is_wanted() {
    let store = busy_hour(false);
    assert!(store.lines.iter().all(|line| !line.contains("sighting") && !line.contains("similarity")));
    assert!(store.lines.iter().any(|line| line.contains("\"units\"")));
}

#[test]
fn a_recording_may_begin_while_people_shop() {
    let mut before = Recorded::new(true);
    before.look(0, "entry", 1, Means::Code);
    before.look(9_900, "g1", 1, Means::Face);
    before.shelf(10_000, 10_000, "s1", -2);
    before.input(20_000, FloorInput::Tick);
    let sessions = before.floor.sessions().cloned().collect();
    let mut store =
        Recorded::restored(true, FloorMemory { sessions, restored_at: time(25_000), ..FloorMemory::default() });
    store.shelf(40_000, 40_000, "s1", 1);
    store.look(50_000, "exit", 1, Means::Code);
    store.input(90_000, FloorInput::Tick);
    assert_eq!(store.orders.iter().map(|one| one.1.clone()).collect::<Vec<_>>(), [vec![("cola".to_owned(), 1)]]);
    assert_eq!(store.replayed(), store.orders);
}

#[test]
fn an_erased_shopper_is_no_longer_seen_in_a_recording() {
    let store = busy_hour(true);
    let erased = vec![store.orders[0].0.clone()];
    let lines: Vec<_> =
        store.lines.iter().map(|line| without_faces(line, &erased).unwrap_or_else(|| line.clone())).collect();
    let seen =
        |lines: &[String]| lines.iter().filter(|line| line.contains("sighting") && line.contains(&erased[0])).count();
    assert!(seen(&store.lines) > 10);
    assert_eq!(seen(&lines), 0);
    assert_eq!(lines.len(), store.lines.len());
    assert!(store.play(&lines).1.is_empty(), "it can still be read");
}

#[test]
fn an_erased_shopper_walks_no_longer_through_a_recording() {
    let erased = vec!["ada".to_owned()];
    let becomes = |line: &serde_json::Value| {
        let line = without_faces(&line.to_string(), &erased)?;
        Some(serde_json::from_str::<serde_json::Value>(&line).unwrap())
    };
    let line = serde_json::json!({
        "kind": "position", "t_ms": 5, "track": 7, "x_m": 1.0, "y_m": 2.0, "hands": [],
        "session_probabilities": { "ada": 0.7, "bob": 0.3 },
    });
    let mut left = line.clone();
    left["session_probabilities"] = serde_json::json!({ "bob": 0.3 });
    assert_eq!(becomes(&line), Some(left));
    let named = serde_json::json!({ "kind": "position", "t_ms": 5, "session": "ada", "x_m": 1.0, "y_m": 2.0 });
    assert_eq!(becomes(&named), Some(serde_json::json!({ "kind": "stranger", "t_ms": 5 })));
    let others = serde_json::json!({ "kind": "position", "t_ms": 5, "session": "bob", "x_m": 1.0, "y_m": 2.0 });
    assert_eq!(becomes(&others), None);
}
