use uuid::Uuid;

use super::*;
use crate::engine::{Sensed, SensedFace};
use crate::layout::{FacingPlace, Product, Sensor, Shelf};
use crate::receipt::Receipt;
use crate::rules::Rules;
use domain::ids::ZoneId;
use domain::shelf::SensorKind;
use sensing::weight_change::{SensorChange, WeightChange};

/// One shelf with these slots, each with its product.
fn layout(slots: &[(&str, &str)]) -> Layout {
    let sensor = |(place, (slot, _)): (usize, &(&str, &str))| Sensor {
        id: SlotId::from(*slot),
        kind: SensorKind::Distance,
        x: (place as f64 + 0.5) / slots.len() as f64,
        x_spread: 0.0,
        metres: None,
        rate_hz: 10.0,
    };
    let products = slots.iter().map(|(_, sku)| Product { sku: Sku::from(*sku), weight_g: Some(300.0) }).collect();
    let facing = |place: usize| FacingPlace { product: place, shelf: 0, first: place, last: place, units: 8 };
    let shelf =
        Shelf { id: "g1".to_owned(), camera: 0, z_m: None, sensors: slots.iter().enumerate().map(sensor).collect() };
    Layout::new(products, vec![shelf], (0..slots.len()).map(facing).collect(), vec![ZoneId::from("g1")])
}

fn session(name: &str) -> ShoppingSessionId {
    ShoppingSessionId::derived(Uuid::NAMESPACE_OID, name)
}

/// So many units more at a sensor of the first shelf.
fn change(at_ms: i64, sensor: usize, units: i32) -> Sensed {
    Sensed::Changed(WeightChange {
        event: None,
        shelf: 0,
        began_ms: at_ms,
        ended_ms: at_ms,
        sensors: vec![SensorChange { sensor, grams: 0.0, spread_g: 0.0 }],
        kind: SensorKind::Distance,
        units: Some(units),
        trace: Vec::new(),
    })
}

fn billed(receipts: &[Receipt], name: &str) -> Vec<(String, u32)> {
    let own = receipts.iter().filter(|receipt| receipt.session == session(name));
    own.flat_map(|receipt| &receipt.lines).map(|line| (line.sku.0.clone(), line.billed())).collect()
}

fn finish(mut engine: Engine) -> Vec<Receipt> {
    let mut outcomes = Vec::new();
    engine.finish(&mut outcomes);
    let receipts = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Settled(receipt) => Some(receipt),
        Outcome::Attributed(_) => None,
    });
    receipts.collect()
}

#[test]
fn what_was_in_a_cart_before_a_restart_is_still_there_and_can_be_put_back() {
    let mut engine = Engine::new(layout(&[("s1", "cola"), ("s2", "chips")]), Rules::default());
    let holds = vec![(Sku::from("cola"), 2), (Sku::from("no longer sold"), 1)];
    engine.remember(Remembered { session: session("ada"), entered_ms: 0, left_ms: None, holds });
    engine.receive(20_000, change(20_000, 0, 1));
    engine.receive(30_000, change(30_000, 1, -1));
    assert_eq!(billed(&finish(engine), "ada"), [("chips".to_owned(), 1), ("cola".to_owned(), 1)]);
}

#[test]
fn a_visit_that_was_settling_settles_when_it_should() {
    let mut engine = Engine::new(layout(&[("s1", "cola")]), Rules::default());
    let holds = vec![(Sku::from("cola"), 1)];
    engine.remember(Remembered { session: session("ada"), entered_ms: 0, left_ms: Some((9_000, 50_000)), holds });
    assert_eq!(engine.next_ms(), Some(50_000));
    let mut outcomes = Vec::new();
    engine.advance(50_000, &mut outcomes);
    assert_eq!(outcomes.len(), 1);
}

#[test]
fn what_staff_decided_is_certain_whatever_the_engine_thought() {
    let mut engine = Engine::new(layout(&[("s1", "cola")]), Rules::default());
    for name in ["ada", "ben"] {
        engine.receive(0, Sensed::Entered(session(name)));
    }
    engine.receive(10_000, change(10_000, 0, -1));
    let mut outcomes = Vec::new();
    engine.advance(30_000, &mut outcomes);
    assert!(engine.give(session("ben"), &Sku::from("cola"), 1));
    assert!(!engine.give(session("nobody"), &Sku::from("cola"), 1) && !engine.give(session("ben"), &"no".into(), 1));
    let receipts = finish(engine);
    assert_eq!(billed(&receipts, "ben"), [("cola".to_owned(), 1)]);
    assert_eq!(billed(&receipts, "ada"), [("cola".to_owned(), 0)], "it may have been hers, which is not enough");
}

#[test]
fn a_planogram_changes_while_people_shop_and_carts_and_put_backs_go_on() {
    let mut engine = Engine::new(layout(&[("s1", "cola"), ("s2", "chips")]), Rules::default());
    let mut outcomes = Vec::new();
    engine.receive(0, Sensed::Entered(session("ada")));
    engine.receive(10_000, change(10_000, 0, -1));
    engine.receive(11_000, change(11_000, 1, -2));
    // A new product to the left, the others moved on, chips moved to a slot of another name, and a second shelf.
    let mut next = layout(&[("s0", "soap"), ("s1", "cola"), ("s9", "chips")]);
    next.cameras.push(crate::layout::Camera { id: "g2".into(), ..next.cameras[0].clone() });
    next.shelves.push(Shelf { id: "g2".to_owned(), camera: 1, z_m: None, sensors: next.shelves[0].sensors.clone() });
    engine.refit(next, &mut outcomes);
    assert_eq!(outcomes.len(), 2, "what waited is judged by the old places");
    assert_ne!(engine.layout().cameras[0].left, engine.layout().cameras[1].left);
    engine.receive(20_000, change(20_000, 1, 1));
    engine.receive(21_000, change(21_000, 0, -1));
    let expected = [("chips".to_owned(), 2), ("cola".to_owned(), 0), ("soap".to_owned(), 1)];
    assert_eq!(billed(&finish(engine), "ada"), expected);
}

#[test]
fn an_emptied_planogram_leaves_the_carts_alone() {
    let mut engine = Engine::new(layout(&[("s1", "cola")]), Rules::default());
    engine.receive(0, Sensed::Entered(session("ada")));
    engine.receive(10_000, change(10_000, 0, -1));
    engine.refit(Layout::new(Vec::new(), Vec::new(), Vec::new(), Vec::new()), &mut Vec::new());
    assert_eq!(billed(&finish(engine), "ada"), [("cola".to_owned(), 1)]);
}

#[test]
fn an_erased_face_speaks_for_a_stranger_and_for_nobody_else() {
    let mut engine = Engine::new(layout(&[("s1", "cola")]), Rules::default());
    engine.receive(0, Sensed::Entered(session("ada")));
    for at_ms in [9_600, 9_800, 10_000] {
        let face = SensedFace { x: 0.5, size: 0.37, within_m: 0.0, candidates: vec![(session("ada"), 0.7)] };
        engine.receive(at_ms, Sensed::Sighted { camera: 0, faces: vec![face] });
    }
    engine.forget_faces(session("ada"));
    engine.receive(10_000, change(10_000, 0, -1));
    assert_eq!(billed(&finish(engine), "ada"), []);
}
