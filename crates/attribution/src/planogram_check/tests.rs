use super::*;
use crate::rules::Costs;
use domain::catalog::{Product, TaxClass};
use domain::planogram::Facing;

/// One shelf of plates; columns are a SKU, its first and its last plate.
fn shelf(plates: usize, columns: &[(&str, usize, usize)]) -> ShelfRow {
    let slot = |index: usize| Slot {
        id: SlotId(format!("s{index}")),
        kind: SensorKind::LoadCell,
        x: Some((index as f64 + 0.5) / plates as f64),
    };
    let column = |&(sku, first, last): &(&str, usize, usize)| Column { sku: Sku::from(sku), first, last };
    ShelfRow {
        name: "g1".to_owned(),
        slots: (0..plates).map(slot).collect(),
        columns: columns.iter().map(column).collect(),
    }
}

fn store(weights: &[(&str, f64)], row: ShelfRow) -> Arrangement {
    let listed =
        |&(sku, grams): &(&str, f64)| (Sku::from(sku), Listed { weight_g: Some(grams), price: Some(Minor(100)) });
    Arrangement { products: weights.iter().map(listed).collect(), rows: vec![row] }
}

fn checked(arrangement: &Arrangement) -> Report {
    check(arrangement, &ContentsRules::default(), limit(&Policy::default()))
}

fn lines(arrangement: &Arrangement) -> Vec<String> {
    checked(arrangement).findings.iter().map(Finding::to_string).collect()
}

/// The chance that one unit of the first is taken for one of the second, on one plate.
fn chance(first: f64, second: f64) -> f64 {
    let arrangement = store(&[("a", first), ("b", second)], shelf(1, &[("a", 0, 0), ("b", 0, 0)]));
    let report = check(&arrangement, &ContentsRules::default(), 0.0);
    let one = |finding: &Finding| match finding {
        Finding::Alike { confusion, .. } if confusion.taken_for.iter().map(|units| units.count).sum::<u32>() == 1 => {
            Some(confusion.chance)
        }
        _ => None,
    };
    report.findings.iter().filter_map(one).fold(0.0, f64::max)
}

#[test]
fn the_limit_is_the_doubt_at_which_a_unit_is_no_longer_billed() {
    for policy in [
        Policy::default(),
        Policy::BillAll,
        Policy::LeastCost(Costs { overcharge: 1.0, unbilled: 1.0, review: 1.0 }),
        Policy::LeastCost(Costs { overcharge: 1_000.0, unbilled: 1.0, review: 0.01 }),
    ] {
        let limit = limit(&policy);
        assert_eq!(policy.verdict(1.0 - limit + 1e-9), crate::rules::Verdict::Bill, "{policy:?}");
        assert_ne!(policy.verdict(1.0 - limit - 1e-9), crate::rules::Verdict::Bill, "{policy:?}");
    }
}

#[test]
fn the_closer_two_weights_are_the_likelier_they_are_mistaken() {
    let chances: Vec<_> = [100.0, 105.0, 110.0, 120.0, 150.0].map(|second| chance(100.0, second)).to_vec();
    assert!((chances[0] - 0.47).abs() < 0.03, "{chances:?}");
    assert!(chances.is_sorted_by(|a, b| a > b), "{chances:?}");
    assert!(chances[4] < 0.005, "{chances:?}");
    // It is the same both ways.
    assert!((chance(100.0, 108.0) - chance(108.0, 100.0)).abs() < 0.01);
}

#[test]
fn one_plate_with_two_products_of_one_weight_is_one_finding() {
    let one_plate = |weights| store(weights, shelf(1, &[("a", 0, 0), ("b", 0, 0)]));
    let found = lines(&one_plate(&[("a", 369.5), ("b", 370.0)]));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("g1, s0: 1 x "), "{found:?}");
    assert!(found[0].ends_with("put one of them elsewhere"), "{found:?}");
    assert!(lines(&one_plate(&[("a", 370.0), ("b", 120.0)])).is_empty());
}

#[test]
fn one_unit_is_compared_with_two_of_the_other() {
    let arrangement = store(&[("a", 200.0), ("b", 100.0)], shelf(1, &[("a", 0, 0), ("b", 0, 0)]));
    let found = lines(&arrangement);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("1 x a (200 g) is taken for 2 x b (200 g)"), "{found:?}");
}

#[test]
fn neighbours_of_one_weight_are_told_apart_by_their_plates_and_counted() {
    let arrangement = store(&[("a", 370.0), ("b", 370.0)], shelf(2, &[("a", 0, 0), ("b", 1, 1)]));
    let report = checked(&arrangement);
    assert_eq!((report.findings.len(), report.by_place.len()), (0, 1));
    assert_eq!(
        report.to_string(),
        "Nothing is wrong in 2 facings of 2 products (mistakes count from 3.8 % of the cases on); 1 pair of neighbours \
         weighs alike and is told apart by its plates alone"
    );
    let neighbours = report.by_place[0].to_string();
    assert!(
        neighbours.starts_with("g1, s0: a (370 g) beside b (370 g, s1): by weight alone mistaken in 50.0 %"),
        "{neighbours}"
    );
    // Whoever wants fewer mistakes than the plates allow is told which.
    let strict = check(&arrangement, &ContentsRules::default(), 0.002);
    let found: Vec<_> = strict.findings.iter().map(Finding::to_string).collect();
    assert!(found.iter().any(|line| line.ends_with("put something of another weight between them")), "{found:#?}");
    // Where a plate stands between them, there is nothing to tell.
    let apart = store(&[("a", 370.0), ("b", 370.0)], shelf(3, &[("a", 0, 0), ("b", 2, 2)]));
    assert_eq!(checked(&apart).by_place.len(), 0);
}

#[test]
fn what_spills_from_a_heavy_unit_may_look_like_a_light_neighbour() {
    let arrangement = store(&[("heavy", 1_000.0), ("light", 60.0)], shelf(2, &[("heavy", 0, 0), ("light", 1, 1)]));
    let found = lines(&arrangement);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("1 x heavy (1000 g) is taken for 1 x heavy and 1 x light"), "{found:?}");
    assert!(found[0].ends_with("put one of them elsewhere"), "{found:?}");
}

#[test]
fn two_neighbours_together_may_weigh_as_much_as_what_stands_between_them() {
    let weights = [("left", 40.0), ("middle", 78.0), ("right", 36.0)];
    let row = shelf(6, &[("left", 0, 0), ("middle", 1, 4), ("right", 5, 5)]);
    let report = check(&store(&weights, row), &ContentsRules::default(), 0.01);
    let found: Vec<_> = report.findings.iter().map(Finding::to_string).collect();
    let together = "1 x middle (78 g) is taken for 1 x left and 1 x right (76 g, s0 and s5)";
    assert!(found.iter().any(|line| line.contains(together)), "{found:#?}");
}

#[test]
fn a_thing_too_light_for_plates_is_to_be_counted_otherwise() {
    let found = lines(&store(&[("stamp", 1.0)], shelf(1, &[("stamp", 0, 0)])));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("1 x stamp (1 g) is taken for 2 x stamp"), "{found:?}");
    assert!(found[0].ends_with("count it by beam or distance"), "{found:?}");
}

#[test]
fn without_a_weight_a_product_stands_alone() {
    let mut arrangement = store(&[("a", 100.0), ("b", 1.0)], shelf(2, &[("a", 0, 0), ("b", 0, 0)]));
    arrangement.products.get_mut(&Sku::from("b")).unwrap().weight_g = None;
    assert_eq!(lines(&arrangement), ["g1, s0: b shares plates with a and nobody weighed it; weigh it"]);
    arrangement.products.get_mut(&Sku::from("a")).unwrap().weight_g = None;
    assert_eq!(lines(&arrangement), ["g1, s0: a shares plates with b and neither was weighed; weigh both"]);
    arrangement.rows[0] = shelf(2, &[("a", 0, 0), ("b", 1, 1)]);
    assert!(lines(&arrangement).is_empty());
}

#[test]
fn sensors_that_count_for_themselves_tell_everything_apart() {
    for kind in [SensorKind::Beam, SensorKind::Distance] {
        let mut arrangement = store(&[("a", 370.0), ("b", 370.0)], shelf(2, &[("a", 0, 0), ("b", 0, 0)]));
        arrangement.rows[0].slots.iter_mut().for_each(|slot| slot.kind = kind);
        let report = checked(&arrangement);
        assert_eq!((report.findings.len(), report.by_place.len()), (0, 0), "{kind:?}");
    }
}

#[test]
fn bad_input_is_found_and_never_a_panic() {
    assert_eq!(
        checked(&Arrangement::default()).to_string(),
        "Nothing is wrong in 0 facings of 0 products (mistakes count from 3.8 % of the cases on)"
    );
    assert!(lines(&store(&[("a", 100.0)], shelf(1, &[("a", 0, 0)]))).is_empty(), "a single facing");
    for grams in [0.0, -5.0, f64::NAN, f64::INFINITY, f64::MAX, 100_001.0] {
        let found = lines(&store(&[("a", grams), ("b", 9.0)], shelf(1, &[("a", 0, 0), ("b", 0, 0)])));
        assert_eq!(found.len(), 2, "{grams}: {found:?}");
        assert_eq!(found[1], format!("a cannot weigh {grams} g; weigh it"));
    }
    for grams in [1e-12, 1e-3, 100_000.0] {
        let report = checked(&store(&[("a", grams), ("b", grams)], shelf(1, &[("a", 0, 0), ("b", 0, 0)])));
        assert!(report.findings.iter().all(|finding| !finding.to_string().contains("NaN")), "{report}");
    }
    // The same facing twice is no other product; ranges that are not there are left alone.
    let twice = store(&[("a", 100.0)], shelf(1, &[("a", 0, 0), ("a", 0, 0)]));
    assert!(lines(&twice).is_empty(), "{:?}", lines(&twice));
    let beyond = store(&[("a", 100.0)], shelf(1, &[("a", 0, 7), ("a", 5, 2)]));
    assert!(lines(&beyond).is_empty());
}

#[test]
fn what_is_missing_is_said_worst_first() {
    let mut row = shelf(4, &[("a", 0, 0), ("free", 1, 1), ("gone", 2, 3)]);
    row.slots[0].x = None;
    row.slots[1].x = Some(1.5);
    let mut arrangement = store(&[("a", 100.0), ("free", 400.0), ("nowhere", 50.0)], row);
    arrangement.products.get_mut(&Sku::from("free")).unwrap().price = Some(Minor(0));
    assert_eq!(
        lines(&arrangement),
        [
            "s2 to s3: there is no product gone; add it or empty the slot",
            "free has no price and is never billed; give it one",
            "s1: x is 1.5, outside of the picture; measure it (0 to 1)",
            "s0: nobody measured where it stands across the picture (x); measure it",
            "nowhere stands nowhere; give it a slot or stop selling it",
        ]
    );
}

#[test]
fn a_planogram_is_a_row_a_zone_in_the_order_of_the_picture() {
    let product = |sku: &str, grams: u32| Product {
        sku: Sku::from(sku),
        gtin: None,
        name: sku.to_owned(),
        price: Some(Minor(100)),
        tax_class: TaxClass::Standard,
        unit_weight_mg: Some(grams * 1_000),
    };
    let facing = |slot: &str, sku: &str, x: Option<f32>| Facing {
        slot: SlotId::from(slot),
        sku: Sku::from(sku),
        zone: ZoneId::from("g1"),
        x,
        capacity: 5,
    };
    let catalog: Catalog = [product("a", 370), product("b", 371), product("c", 90)].into_iter().collect();
    let by_place = |facings: &[Facing], kinds: &BTreeMap<_, _>| {
        let report = checked(&Arrangement::of(&facings.iter().cloned().collect(), &catalog, kinds));
        (report.findings.len(), report.by_place.len())
    };
    let none = BTreeMap::new();
    let row = [facing("s1", "a", Some(0.9)), facing("s2", "c", Some(0.1)), facing("s3", "b", Some(0.8))];
    assert_eq!(by_place(&row, &none), (0, 1), "a and b stand side by side");
    let beam = BTreeMap::from([(SlotId::from("s1"), SensorKind::Beam)]);
    assert_eq!(by_place(&row, &beam), (0, 0));
    let levels = [facing("s1", "a", Some(0.5)), facing("s2", "c", Some(0.1)), facing("s3", "b", Some(0.5))];
    assert_eq!(by_place(&levels, &none), (0, 0), "one above the other");
    let unmeasured = [facing("s1", "a", None), facing("s2", "c", Some(0.1)), facing("s3", "b", Some(0.2))];
    assert_eq!(by_place(&unmeasured, &none), (1, 0));
}
