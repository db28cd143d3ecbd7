//! What a shelf goes through in a day, as tables of readings, and what must hold whatever is read.

use proptest::prelude::*;

use super::*;
use crate::units::{DistanceGauge, LoadCellGauge};
use domain::shelf::ShelfEvent;

const ROW: Gauge = Gauge::Distance(DistanceGauge::FIRST_VERSION);
/// Cans of 350 g on a plate of 120 g.
const PLATE: Gauge = Gauge::LoadCell(LoadCellGauge {
    capacity: 12,
    unit_g: 350.0,
    tare_g: 120.0,
    tolerance_g: 60.0,
    hysteresis_g: 30.0,
});
const TAKEN: Gauge = Gauge::Beam(BeamGauge { passage: Passage::Taken });
const PUT_BACK: Gauge = Gauge::Beam(BeamGauge { passage: Passage::PutBack });

/// Readings come each 500 ms, as in the first version.
fn at(index: usize) -> Timestamp {
    Timestamp::from_millisecond(index as i64 * 500).unwrap()
}

fn reading(index: usize, value: impl Into<Option<f32>>) -> Reading {
    Reading { at: at(index), value: value.into() }
}

/// (index of the first differing reading, delta, units after)
type Expected = (usize, i32, Option<u32>);

fn run(gauge: Gauge, restored: Option<u32>, values: &[Option<f32>]) -> (Vec<Change>, Option<u32>) {
    let mut meter = SlotMeter::new(MeterParams::new(gauge), restored).unwrap();
    let changes = values.iter().enumerate().filter_map(|(index, value)| meter.read(reading(index, *value))).collect();
    (changes, meter.units())
}

/// `values`: numbers, `-` for no value, `xN` repeats the one before so often in all.
#[track_caller]
fn check(gauge: Gauge, restored: Option<u32>, values: &str, expected: &[Expected]) {
    let mut parsed: Vec<Option<f32>> = Vec::new();
    for word in values.split_whitespace() {
        match word.strip_prefix('x') {
            Some(times) => {
                let last = *parsed.last().unwrap();
                parsed.extend(std::iter::repeat_n(last, times.parse::<usize>().unwrap() - 1));
            }
            None => parsed.push(if word == "-" { None } else { Some(word.parse().unwrap()) }),
        }
    }
    let (changes, _) = run(gauge, restored, &parsed);
    let found: Vec<_> =
        changes.iter().map(|change| (change.occurred_at, change.delta_units, change.units_after)).collect();
    let expected: Vec<_> = expected.iter().map(|(index, delta, after)| (at(*index), *delta, *after)).collect();
    assert_eq!(found, expected, "{values}");
}

#[test]
fn a_row_in_a_day() {
    let none = &[];
    // The first steady count is the baseline.
    check(ROW, None, "30 x5", none);
    check(ROW, None, "72 30 72 30 30 30", none);
    // One taken; the event's time is that of the first differing reading.
    check(ROW, None, "30 x4 73 72 74", &[(4, -1, Some(4))]);
    // Taken and put back; two at once; all of them.
    check(ROW, None, "30 x3 72 x3 30 x3", &[(3, -1, Some(4)), (6, 1, Some(5))]);
    check(ROW, None, "30 x3 115 x3", &[(3, -2, Some(3))]);
    check(ROW, None, "30 x3 500 x3", &[(3, -5, Some(0))]);
    // Twice is not enough.
    check(ROW, None, "30 x3 72 72 30 72 72 30", none);
    // Missed echoes neither count nor break a row.
    check(ROW, None, "30 x3 72 - 72 - - 72", &[(3, -1, Some(4))]);
    check(ROW, None, "- - 30 - 30 30 - -", none);
    // A resting hand, then nothing taken; and then one taken.
    check(ROW, None, "72 x3 4 x9 72 x3", none);
    check(ROW, None, "72 x3 4 x2 115 x3", &[(3, -1, Some(3))]);
    // A moving hand never reads the same thrice, and a single spike is one.
    check(ROW, None, "72 x3 50 9 31 60 72 x3 3000 72 72", none);
    // Noise of a third of a unit at each side, and flickering at the border.
    check(ROW, None, "72 x3 60 84 58 86 60 84 72", none);
    check(ROW, None, "72 x3 96 90 96 91 97 92 97 95 72", none);
    // Between two counts it is neither.
    check(ROW, None, "30 x3 52 x9 30", none);
    // The row slides forward while a unit is taken.
    check(ROW, None, "30 x3 60 93 73 72 72", &[(3, -1, Some(4))]);
}

#[test]
fn a_plate_in_a_day() {
    let none = &[];
    // Empty, one can, then five.
    check(PLATE, None, "120 x3 470 x3 1870 x3", &[(3, 1, Some(1)), (6, 4, Some(5))]);
    check(PLATE, None, "4320 x3 3970 x3", &[(3, -1, Some(11))]);
    // Spike codes and sudden spikes.
    check(PLATE, None, "470 x3 -8388608 x9 470 8388607 x9 470", none);
    check(PLATE, None, "470 x3 120 470 820 470 2000 470", none);
    check(PLATE, None, "470 x3 120 8388607 120 120", &[(3, -1, Some(0))]);
    // A leaning hand and a lifted plate.
    check(PLATE, None, "470 x3 9000 x9 470", none);
    check(PLATE, None, "470 x3 -500 x9 470", none);
    // A bag of half a can's weight fits nothing; nor does one that weighs 1.3 cans.
    check(PLATE, None, "470 x3 645 x9 470", none);
    check(PLATE, None, "470 x3 925 x9 470", none);
    // Two cans at once, after a shaky landing.
    check(PLATE, None, "1870 x3 1500 900 1180 1165 1172", &[(3, -2, Some(3))]);
}

#[test]
fn a_beam_counts_breaks() {
    check(TAKEN, None, "0 0 1 1 1 0 1 0 0", &[(2, -1, None), (6, -1, None)]);
    check(PUT_BACK, None, "0 1 - 1 0 1", &[(1, 1, None), (5, 1, None)]);
    // Broken from the beginning: somebody stands there, nothing passed that we saw.
    check(TAKEN, None, "1 1 0 0 1", &[(4, -1, None)]);
    check(TAKEN, Some(7), "0 1", &[(1, -1, None)]);
    let (_, units) = run(TAKEN, Some(7), &[Some(0.0)]);
    assert_eq!(units, None);
}

#[test]
fn what_happened_while_the_power_was_off_is_told() {
    check(ROW, Some(5), "30 x5", &[]);
    check(ROW, Some(5), "72 x3", &[(0, -1, Some(4))]);
    check(ROW, Some(0), "- 30 x3", &[(1, 5, Some(5))]);
    // At the border, the restored count stays.
    check(ROW, Some(5), "52 x5", &[]);
}

#[test]
fn slow_drift_is_followed_and_never_across_a_unit() {
    let mut meter = SlotMeter::new(MeterParams::new(PLATE), None).unwrap();
    let mut index = 0;
    let mut read = |value: f32| {
        index += 1;
        meter.read(reading(index, value))
    };
    // 0.4 units in an hour, which by itself would leave only 0.1 to the border.
    for step in 0..7_200_u16 {
        assert_eq!(read(2_220.0 + 140.0 * f32::from(step) / 7_200.0), None);
    }
    // A can less is still exactly a can less.
    let change = [2_010.0, 2_010.0, 2_010.0].map(&mut read)[2].clone().unwrap();
    assert_eq!((change.delta_units, change.units_after), (-1, Some(5)));
    // However slow, a whole can less than the count has is not drift.
    let mut changes = Vec::new();
    for step in 0..14_400_u16 {
        changes.extend(read(2_010.0 - 600.0 * f32::from(step) / 14_400.0));
    }
    assert_eq!(changes.iter().map(|change| change.delta_units).sum::<i32>(), -1);
}

#[test]
fn usable_is_what_says_something_about_units() {
    let meter = SlotMeter::new(MeterParams::new(ROW), None).unwrap();
    assert!(meter.is_usable(reading(0, 72.0)));
    assert!(!meter.is_usable(reading(0, 4.0)));
    assert!(!meter.is_usable(reading(0, None)));
}

fn any_value() -> impl Strategy<Value = Option<f32>> {
    prop_oneof![
        1 => Just(None),
        8 => (0_u8..=12, -20.0_f32..20.0).prop_map(|(units, noise)| Some(120.0 + 350.0 * f32::from(units) + noise)),
        2 => (-2_000.0_f32..9_000.0).prop_map(Some),
        1 => prop_oneof![Just(-8_388_608.0), Just(8_388_607.0), Just(f32::NAN), Just(f32::INFINITY)].prop_map(Some),
    ]
}

proptest! {
    /// Runs of steady and unsteady values, nonsense among them.
    #[test]
    fn deltas_add_up(
        runs in prop::collection::vec((any_value(), 1_usize..6), 1..80),
        restored in prop::option::of(0_u32..=12),
    ) {
        let values: Vec<_> = runs.into_iter().flat_map(|(value, times)| std::iter::repeat_n(value, times)).collect();
        let mut meter = SlotMeter::new(MeterParams::new(PLATE), restored).unwrap();
        let mut first = restored;
        let mut sum = 0;
        let mut last_at = None;
        for (index, value) in values.into_iter().enumerate() {
            let before = meter.units();
            let change = meter.read(reading(index, value));
            first = first.or(meter.units());
            prop_assert_eq!(change.is_some(), before.is_some() && before != meter.units());
            if let Some(change) = change {
                prop_assert!(change.delta_units != 0);
                prop_assert_eq!(change.units_after, meter.units());
                prop_assert!(change.occurred_at <= at(index) && last_at < Some(change.occurred_at));
                prop_assert!((1..=ShelfEvent::MAX_TRACE).contains(&change.trace.len()));
                prop_assert!(change.trace.iter().all(|value| value.is_finite()));
                last_at = Some(change.occurred_at);
                sum += i64::from(change.delta_units);
            }
        }
        prop_assert_eq!(sum, i64::from(meter.units().unwrap_or(0)) - i64::from(first.unwrap_or(0)));
        prop_assert!(meter.units().unwrap_or(0) <= 12);
    }

    /// Noise within a third of a unit makes no event and hides none.
    #[test]
    fn noise_neither_makes_nor_hides_changes(
        counts in prop::collection::vec(0_u8..=5, 1..20),
        noise in prop::collection::vec(-14.0_f32..14.0, 160),
    ) {
        let mut meter = SlotMeter::new(MeterParams { drift: SignedDuration::from_hours(10), ..MeterParams::new(ROW) }, None).unwrap();
        let mut found = Vec::new();
        for (index, noise) in noise.iter().take(counts.len() * 8).enumerate() {
            let distance = 30.0 + 42.5 * (5.0 - f32::from(counts[index / 8])) + noise;
            found.extend(meter.read(reading(index, distance.max(10.0))));
        }
        let mut expected = counts;
        expected.dedup();
        let after: Vec<_> = found.iter().map(|change| change.units_after.unwrap()).collect();
        prop_assert_eq!(after, expected[1..].iter().map(|units| u32::from(*units)).collect::<Vec<_>>());
    }
}
