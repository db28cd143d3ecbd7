use uuid::Uuid;

use super::*;
use crate::layout::{FacingPlace, Product, Sensor, Shelf};
use domain::ids::{Sku, SlotId, ZoneId};
use domain::shelf::SensorKind;
use sensing::weight_change::SensorChange;

fn layout() -> Layout {
    let sensor = |index: usize| Sensor {
        id: SlotId(format!("p{index}")),
        kind: SensorKind::LoadCell,
        x: (index as f64 + 0.5) / 4.0,
        x_spread: 0.0,
        metres: None,
        rate_hz: 10.0,
    };
    let shelf = Shelf { id: "s".to_owned(), camera: 0, z_m: None, sensors: (0..4).map(sensor).collect() };
    let products = vec![Product { sku: Sku::from("apple"), weight_g: Some(300.0) }];
    let facing = FacingPlace { product: 0, shelf: 0, first: 0, last: 1, units: 8 };
    Layout::new(products, vec![shelf], vec![facing], vec![ZoneId::from("cam")])
}

fn session(name: &str) -> ShoppingSessionId {
    ShoppingSessionId::derived(Uuid::NAMESPACE_OID, name)
}

fn change(at_ms: i64, grams: f64) -> Sensed {
    let sensors = [0, 1].map(|sensor| SensorChange { sensor, grams: grams / 2.0, spread_g: 1.0 });
    Sensed::Changed(WeightChange {
        event: None,
        shelf: 0,
        began_ms: at_ms - 250,
        ended_ms: at_ms + 250,
        sensors: sensors.to_vec(),
        kind: SensorKind::LoadCell,
        units: None,
        trace: Vec::new(),
    })
}

fn apples(receipts: &[Receipt]) -> Vec<u32> {
    receipts.iter().map(|receipt| receipt.lines.iter().map(|line| line.billed()).sum()).collect()
}

fn settled(outcomes: &[Outcome]) -> Vec<Receipt> {
    let receipt = |outcome: &Outcome| match outcome {
        Outcome::Settled(receipt) => Some(receipt.clone()),
        Outcome::Attributed(_) => None,
    };
    outcomes.iter().filter_map(receipt).collect()
}

#[test]
fn a_cart_is_shown_at_once_and_the_receipt_comes_at_its_deadline() {
    let mut engine = Engine::new(layout(), Rules::default());
    let mut outcomes = Vec::new();
    assert!(engine.receive(0, Sensed::Entered(session("anna"))));
    assert!(!engine.receive(10, Sensed::Entered(session("anna"))), "she is in already");
    engine.receive(5_000, change(5_000, -300.0));
    engine.advance(5_100, &mut outcomes);
    assert_eq!(outcomes, [], "sightings after it are still to come");
    assert_eq!(apples(&engine.likely_carts()), [1]);
    assert_eq!(engine.next_ms(), Some(5_000 + Rules::default().lag_ms));
    assert!(engine.receive(9_000, Sensed::Left(session("anna"))));
    assert!(!engine.receive(9_001, Sensed::Left(session("anna"))), "she is out already");
    let deadline = 9_000 + Rules::default().settle_ms;
    engine.advance(deadline - 1, &mut outcomes);
    assert_eq!(settled(&outcomes), []);
    engine.advance(deadline, &mut outcomes);
    assert_eq!(apples(&settled(&outcomes)), [1]);
    assert_eq!(engine.next_ms(), None);
}

#[test]
fn a_put_back_before_the_exit_revises_the_cart() {
    let mut engine = Engine::new(layout(), Rules::default());
    let mut outcomes = Vec::new();
    engine.receive(0, Sensed::Entered(session("anna")));
    engine.receive(5_000, change(5_000, -300.0));
    engine.advance(20_000, &mut outcomes);
    assert_eq!(apples(&engine.likely_carts()), [1]);
    engine.receive(25_000, change(25_000, 300.0));
    assert_eq!(apples(&engine.likely_carts()), [0]);
    engine.finish(&mut outcomes);
    assert_eq!(apples(&settled(&outcomes)), [0]);
}

#[test]
fn each_unit_of_many_is_judged_by_its_own_change() {
    for kind in [SensorKind::Distance, SensorKind::Beam] {
        let mut engine = Engine::new(layout(), Rules::default());
        let mut outcomes = Vec::new();
        engine.receive(0, Sensed::Entered(session("anna")));
        for at_ms in (5_000..=30_000).step_by(5_000) {
            engine.receive(at_ms, Sensed::Changed(WeightChange::counted(None, [0, 0], kind, at_ms, -1)));
        }
        engine.finish(&mut outcomes);
        let receipts = settled(&outcomes);
        assert_eq!(apples(&receipts), [6], "{kind:?}");
        assert!(!receipts[0].needs_review());
        let all = receipts[0].lines[0].units[5];
        assert!(all < 0.93, "that all six were taken is still no surer than it is: {all}");
    }
}

#[test]
fn a_day_of_visits_leaves_nothing_behind() {
    let mut engine = Engine::new(layout(), Rules::default());
    let mut outcomes = Vec::new();
    for visit in 0..72_i64 {
        let (at_ms, anna) = (visit * 1_200_000, session(&format!("visit {visit}")));
        engine.receive(at_ms, Sensed::Entered(anna));
        engine.receive(
            at_ms,
            Sensed::Positioned {
                track: TrackName::Visit(anna),
                whose: Vec::new(),
                head: [0.0, 0.0],
                hands: Vec::new(),
            },
        );
        engine.receive(at_ms + 5_000, change(at_ms + 5_000, -300.0));
        engine.receive(at_ms + 60_000, Sensed::Left(anna));
        engine.advance(at_ms + 100_000, &mut outcomes);
        // A shelf node's spool, about a receipt that is final.
        engine.receive(at_ms + 101_000, change(at_ms + 30_000, -300.0));
        engine.advance(at_ms + 120_000, &mut outcomes);
        assert!(engine.takings.is_empty());
        let known = engine.visitors.open().count() + engine.visitors.settled().count();
        assert!(known <= 8, "{known}");
        assert!(engine.groups.is_empty() && engine.waiting.is_empty() && engine.recent.len() <= 2);
    }
    assert_eq!(settled(&outcomes).len(), 72);
}
