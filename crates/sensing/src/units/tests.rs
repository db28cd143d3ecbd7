//! Values and what they mean in units, and numbers that cannot be right.

use super::*;

const CANS: LoadCellGauge =
    LoadCellGauge { capacity: 12, unit_g: 350.0, tare_g: 120.0, tolerance_g: 60.0, hysteresis_g: 30.0 };

fn distance(gauge: DistanceGauge) -> Gauge {
    Gauge::Distance(gauge)
}

#[test]
fn values_become_levels() {
    let row = distance(DistanceGauge::FIRST_VERSION);
    let plate = Gauge::LoadCell(CANS);
    let beam = Gauge::Beam(BeamGauge { passage: Passage::Taken });
    for (gauge, value, expected) in [
        (row, 30.0, Some(5.0)),
        (row, 72.5, Some(4.0)),
        (row, 242.5, Some(0.0)),
        // Beyond the back panel.
        (row, 4_000.0, Some(0.0)),
        // A hand before the sensor, and what no ranger reads.
        (row, 5.0, None),
        (row, -1.0, None),
        (plate, 120.0, Some(0.0)),
        (plate, 470.0, Some(1.0)),
        (plate, 120.0 + 12.0 * 350.0, Some(12.0)),
        // A leaning hand and a lifted plate.
        (plate, 9_000.0, None),
        (plate, -300.0, None),
        (plate, -8_388_608.0, None),
        (plate, 8_388_607.0, None),
        (plate, f32::NAN, None),
        (beam, 1.0, Some(1.0)),
        (beam, 0.0, Some(0.0)),
    ] {
        assert_eq!(gauge.level(Some(value)), expected, "{value} {gauge:?}");
        assert_eq!(gauge.level(None), None);
    }
}

#[test]
fn spike_codes_are_no_weights_even_where_they_would_fit() {
    let scale_of_one = LoadCellGauge { capacity: 1_000, unit_g: 10_000.0, ..CANS };
    assert_eq!(Gauge::LoadCell(scale_of_one).level(Some(8_388_607.0)), None);
}

#[test]
fn wrong_numbers_are_named() {
    let row = DistanceGauge::FIRST_VERSION;
    for (gauge, expected) in [
        (distance(DistanceGauge { capacity: 0, ..row }), "the capacity must be 1 to 1000 units, not 0"),
        (distance(DistanceGauge { capacity: 1_001, ..row }), "the capacity must be 1 to 1000 units, not 1001"),
        (distance(DistanceGauge { depth_mm: 0.0, ..row }), "one unit must have more than 0 mm, not 0"),
        (
            distance(DistanceGauge { full_mm: -1.0, ..row }),
            "the reading of the full row must be a number of mm, not -1",
        ),
        (
            distance(DistanceGauge { tolerance_mm: 22.0, ..row }),
            "the tolerance must be more than 0 and at most half a unit (21.25 mm), not 22",
        ),
        (
            Gauge::LoadCell(LoadCellGauge { hysteresis_g: 175.0, ..CANS }),
            "the hysteresis must be at least 0 and less than half a unit (175 g), not 175",
        ),
        (Gauge::LoadCell(LoadCellGauge { unit_g: f64::NAN, ..CANS }), "one unit must have more than 0 g, not NaN"),
        (
            Gauge::LoadCell(LoadCellGauge { tare_g: f64::INFINITY, ..CANS }),
            "the reading of the empty plate must be a number of g, not inf",
        ),
    ] {
        let error = match gauge {
            Gauge::Distance(gauge) => gauge.margins().unwrap_err(),
            Gauge::LoadCell(gauge) => gauge.margins().unwrap_err(),
            Gauge::Beam(_) => panic!("a beam has no numbers"),
        };
        assert_eq!(error.to_string(), expected);
    }
    assert!(row.margins().is_ok() && CANS.margins().is_ok());
}

#[test]
fn a_change_of_weight_is_whole_units_or_something_else() {
    // 350 g each.
    for (grams, expected) in [
        (-350.0, -1),
        (-355.0, -1),
        (-322.0, -1),
        (-705.0, -2),
        (2_120.0, 6),
        (-182.0, 0),
        (268.0, 0),
        (-400.0, 0),
        (3.0, 0),
        (f64::NAN, 0),
        (1e9, 0),
    ] {
        assert_eq!(CANS.moved(grams), expected, "{grams} g");
    }
    for (grams, expected) in [(120.0, Some(0)), (480.0, Some(1)), (4_320.0, Some(12)), (4_670.0, None), (295.0, None)] {
        assert_eq!(CANS.standing(grams), expected, "{grams} g");
    }
}
