use super::*;
use crate::layout::{FacingPlace, Product, Sensor, Shelf};
use crate::rules::Rules;
use domain::ids::{SlotId, ZoneId};
use sensing::weight_change::SensorChange;

/// `sku`, grams, first and last plate, on one shelf of ten.
fn layout(products: &[(&str, Option<f64>, usize, usize)]) -> Layout {
    let sensor = |index: usize| Sensor {
        id: SlotId(format!("p{index}")),
        kind: SensorKind::LoadCell,
        x: (index as f64 + 0.5) / 10.0,
        x_spread: 0.0,
        metres: None,
        rate_hz: 10.0,
    };
    let shelf = Shelf { id: "s".to_owned(), camera: 0, z_m: None, sensors: (0..10).map(sensor).collect() };
    let facings = products.iter().enumerate();
    let facings =
        facings.map(|(product, &(_, _, first, last))| FacingPlace { product, shelf: 0, first, last, units: 5 });
    let facings = facings.collect();
    let products = products.iter().map(|&(sku, weight_g, ..)| Product { sku: sku.into(), weight_g }).collect();
    Layout::new(products, vec![shelf], facings, vec![ZoneId::from("cam")])
}

fn change(grams: &[(usize, f64)]) -> WeightChange {
    let sensors = grams.iter().map(|&(sensor, grams)| SensorChange { sensor, grams, spread_g: 1.0 });
    WeightChange {
        event: None,
        shelf: 0,
        began_ms: 0,
        ended_ms: 500,
        sensors: sensors.collect(),
        kind: SensorKind::LoadCell,
        units: None,
        trace: Vec::new(),
    }
}

/// The best explanation, as `+1 apple -2 bread`.
fn check(layout: &Layout, change: &WeightChange, expected: &str) {
    let found = explain(change, layout, &Rules::default().contents);
    let said = |part: &Part| {
        let away = if part.at_home { "" } else { " away" };
        format!("{:+} {}{away}", part.taken, layout.products[part.product].sku)
    };
    let best: Vec<_> = found[0].parts.iter().map(said).collect();
    assert_eq!(best.join(" "), expected, "{found:?}");
}

#[test]
fn place_tells_neighbours_of_one_weight_apart() {
    let layout = layout(&[("apple", Some(300.0), 0, 2), ("bread", Some(302.0), 3, 5)]);
    check(&layout, &change(&[(0, -80.0), (1, -120.0), (2, -95.0), (3, -6.0)]), "+1 apple");
    check(&layout, &change(&[(2, -6.0), (3, -160.0), (4, -90.0), (5, -45.0)]), "+1 bread");
    check(&layout, &change(&[(3, 150.0), (4, 100.0), (5, 54.0)]), "-1 bread");
}

#[test]
fn weight_tells_how_many() {
    let layout = layout(&[("apple", Some(500.0), 0, 1), ("bread", Some(90.0), 4, 5)]);
    check(&layout, &change(&[(0, -530.0), (1, -462.0)]), "+2 apple");
    check(&layout, &change(&[(4, -150.0), (5, -116.0)]), "+3 bread");
}

#[test]
fn two_products_in_one_grasp_are_two() {
    let layout = layout(&[("apple", Some(300.0), 0, 1), ("bread", Some(95.0), 2, 3)]);
    check(&layout, &change(&[(0, -150.0), (1, -148.0), (2, -50.0), (3, -44.0)]), "+1 apple +1 bread");
}

#[test]
fn something_strange_lies_there_away_from_home() {
    let layout = layout(&[("apple", Some(300.0), 0, 1), ("bread", Some(95.0), 6, 7)]);
    check(&layout, &change(&[(6, 170.0), (7, 130.0)]), "-1 apple away");
}

#[test]
fn what_fits_nothing_is_nothing() {
    let layout = layout(&[("apple", Some(300.0), 0, 1)]);
    check(&layout, &change(&[(8, -20.0)]), "");
}

#[test]
fn a_product_without_weight_is_found_by_its_place() {
    let layout = layout(&[("apple", Some(300.0), 0, 1), ("gift", None, 4, 5)]);
    check(&layout, &change(&[(4, -70.0), (5, -71.0)]), "+1 gift");
}

#[test]
fn a_sensor_that_counts_says_how_many() {
    let layout = layout(&[("apple", Some(300.0), 0, 0), ("bread", None, 4, 4)]);
    let counted = WeightChange { units: Some(-2), kind: SensorKind::Distance, ..change(&[(4, 0.0)]) };
    check(&layout, &counted, "+2 bread");
}
