//! What a shelf goes through in a day, at ten and at eighty rows a second, quiet plates and noisy ones.

use std::f64::consts::TAU;

use super::*;

/// Cans on a plate that shows 120 g while it is empty.
const CANS: LoadCellGauge =
    LoadCellGauge { capacity: 12, unit_g: 350.0, tare_g: 120.0, tolerance_g: 87.5, hysteresis_g: 0.0 };
/// What eight of them show.
const EIGHT: f64 = 120.0 + 8.0 * 350.0;

/// A shelf with plates `A`, `B` … of cans.
struct Bench {
    weighing: Weighing,
    hz: f64,
    noise_g: f64,
    random: u64,
    ticks: u64,
    found: Vec<(f64, Noticed)>,
}

impl Bench {
    fn new(hz: f64, noise_g: f64, restored: &[Option<u32>]) -> Self {
        let slot = |index: usize| SlotId(char::from(b'A' + index as u8).to_string());
        let plates = restored.iter().enumerate().map(|(index, units)| Plate::new(slot(index), CANS, *units)).collect();
        Self { weighing: Weighing::new(0, plates, hz), hz, noise_g, random: 7, ticks: 0, found: Vec::new() }
    }

    /// 0 up to 1.
    fn uniform(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn noise(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (TAU * self.uniform()).cos() * self.noise_g
    }

    /// Rows for so many seconds; `grams` gives each plate's true weight so many seconds after the first of them.
    fn run<const N: usize>(&mut self, seconds: f64, grams: impl Fn(f64) -> [Option<f64>; N]) {
        for tick in 0..(seconds * self.hz) as u64 {
            let now = self.ticks as f64 / self.hz;
            let at = Timestamp::from_millisecond((now * 1_000.0) as i64).unwrap();
            let true_row = grams(tick as f64 / self.hz);
            let row: Vec<_> = true_row.iter().map(|grams| grams.map(|grams| (grams + self.noise()) as f32)).collect();
            self.found.extend(self.weighing.read(at, &row).into_iter().map(|noticed| (now, noticed)));
            self.ticks += 1;
        }
    }

    fn moved(&self) -> Vec<&Moved> {
        let mut found = Vec::new();
        for (_, noticed) in &self.found {
            if let Noticed::Moved(moved) = noticed {
                found.push(moved);
            }
        }
        found
    }

    fn faults(&self) -> Vec<(f64, &str, Option<SensorFault>)> {
        let mut found = Vec::new();
        for (now, noticed) in &self.found {
            if let Noticed::Fault { slot, fault } = noticed {
                found.push((*now, slot.as_str(), *fault));
            }
        }
        found
    }

    fn counts(&self) -> Vec<(&str, u32)> {
        let mut found = Vec::new();
        for (_, noticed) in &self.found {
            if let Noticed::Stands { slot, units } = noticed {
                found.push((slot.as_str(), *units));
            }
        }
        found
    }

    #[track_caller]
    fn check(&self, expected: &[(&str, f64, i32, Option<u32>)]) {
        let moved = self.moved();
        let found: Vec<_> =
            moved.iter().map(|moved| (moved.slot.as_str(), moved.delta_units, moved.units_after)).collect();
        let wanted: Vec<_> = expected.iter().map(|&(slot, _, delta, after)| (slot, delta, after)).collect();
        assert_eq!(found, wanted, "{} Hz, {} g: {moved:?}", self.hz, self.noise_g);
        for (moved, (_, grams, ..)) in moved.iter().zip(expected) {
            let found = grams_of(moved);
            assert!((found - grams).abs() <= grams.abs() * 0.02, "{found} g, not {grams} g: {moved:?}");
        }
    }
}

fn grams_of(moved: &Moved) -> f64 {
    moved.weighed.iter().flat_map(|weighed| &weighed.plates).map(|plate| f64::from(plate.grams)).sum()
}

/// From 0 to 1 within 0.3 s, from so many seconds on.
fn by(at: f64, seconds: f64) -> f64 {
    ((seconds - at) / 0.3).clamp(0.0, 1.0)
}

const RATES: [(f64, f64); 4] = [(10.0, 0.4), (10.0, 2.0), (80.0, 0.4), (80.0, 2.0)];

/// `grams`: one plate of eight cans over time, in grams more or less.
#[track_caller]
fn one_plate(seconds: f64, grams: impl Fn(f64) -> f64, expected: &[(f64, i32, Option<u32>)]) {
    for (hz, noise_g) in RATES {
        let mut bench = Bench::new(hz, noise_g, &[None]);
        bench.run(5.0, |_| [Some(EIGHT)]);
        assert_eq!((bench.counts(), bench.moved()), (vec![("A", 8)], vec![]));
        bench.run(seconds, |now| [Some(EIGHT + grams(now))]);
        let expected: Vec<_> = expected.iter().map(|&(grams, delta, after)| ("A", grams, delta, after)).collect();
        bench.check(&expected);
    }
}

#[test]
fn units_are_taken_and_put_back() {
    one_plate(4.0, |now| -350.0 * by(1.0, now), &[(-350.0, -1, Some(7))]);
    one_plate(4.0, |now| 350.0 * by(1.0, now), &[(350.0, 1, Some(9))]);
    one_plate(4.0, |now| -700.0 * by(1.0, now), &[(-700.0, -2, Some(6))]);
    let three = |now| -350.0 * (by(1.0, now) + by(2.2, now) + by(3.4, now));
    one_plate(6.0, three, &[(-350.0, -1, Some(7)), (-350.0, -1, Some(6)), (-350.0, -1, Some(5))]);
    let taken_and_put_back = |now| -350.0 * (by(1.0, now) - by(3.0, now));
    one_plate(6.0, taken_and_put_back, &[(-350.0, -1, Some(7)), (350.0, 1, Some(8))]);
}

#[test]
fn another_product_is_felt_and_not_counted() {
    one_plate(4.0, |now| 500.0 * by(1.0, now), &[(500.0, 0, None)]);
    let later_a_can_is_taken = |now| 500.0 * by(1.0, now) - 350.0 * by(3.0, now) - 500.0 * by(5.0, now);
    one_plate(8.0, later_a_can_is_taken, &[(500.0, 0, None), (-350.0, -1, None), (-500.0, 0, Some(7))]);
}

#[test]
fn times_and_evidence_are_those_of_the_movement() {
    for (hz, noise_g) in RATES {
        let mut bench = Bench::new(hz, noise_g, &[None]);
        bench.run(10.0, |now| [Some(EIGHT - 350.0 * by(6.0, now))]);
        let moved = bench.moved()[0];
        let began_ms = moved.occurred_at.as_millisecond();
        assert!((6_000..6_250).contains(&began_ms), "{began_ms}");
        let weighed = moved.weighed.as_ref().unwrap();
        assert!((100..700).contains(&weighed.lasted_ms), "{weighed:?}");
        assert!((0.1..4.0).contains(&weighed.plates[0].spread_g), "{weighed:?}");
        assert!((1..=ShelfEvent::MAX_TRACE).contains(&moved.trace.len()), "{:?}", moved.trace);
    }
}

#[test]
fn neighbours_are_felt_together() {
    for (hz, noise_g) in RATES {
        let three = |a: f64, b: f64| [Some(EIGHT + a), Some(EIGHT + b), Some(EIGHT)];
        // A can over two plates is one movement.
        let mut bench = Bench::new(hz, noise_g, &[None; 3]);
        bench.run(5.0, |_| three(0.0, 0.0));
        bench.run(4.0, |now| three(140.0 * by(1.0, now), 210.0 * by(1.0, now)));
        bench.check(&[("B", 350.0, 1, None)]);
        let plates = &bench.moved()[0].weighed.as_ref().unwrap().plates;
        assert!((f64::from(plates[0].grams) - 140.0).abs() < 10.0 && plates[0].slot == "A", "{plates:?}");
        assert!((f64::from(plates[1].grams) - 210.0).abs() < 10.0 && plates[1].slot == "B", "{plates:?}");
        // Two picks a second apart are two.
        let mut bench = Bench::new(hz, noise_g, &[None; 3]);
        bench.run(5.0, |_| three(0.0, 0.0));
        bench.run(5.0, |now| three(-350.0 * by(1.0, now), -350.0 * by(2.0, now)));
        bench.check(&[("A", -350.0, -1, Some(7)), ("B", -350.0, -1, Some(7))]);
    }
}

#[test]
fn what_spills_over_is_no_event_after_a_restart() {
    let mut bench = Bench::new(10.0, 0.4, &[None; 2]);
    bench.run(5.0, |_| [Some(EIGHT); 2]);
    // A crate of 1,050 g leans on the neighbour so far that its plate shows a can more.
    bench.run(4.0, |now| [Some(EIGHT + 330.0 * by(1.0, now)), Some(EIGHT + 720.0 * by(1.0, now))]);
    bench.check(&[("B", 1_050.0, 3, Some(10))]);
    assert_eq!(bench.counts(), [("A", 8), ("B", 8), ("A", 9)]);
    let mut bench = Bench::new(10.0, 0.4, &[Some(9), Some(10)]);
    bench.run(5.0, |_| [Some(EIGHT + 330.0), Some(EIGHT + 720.0)]);
    bench.check(&[]);
}

#[test]
fn a_hand_that_rests_is_no_event() {
    let hand = |now: f64| {
        let rests = by(1.0, now) - by(3.0, now);
        rests * (400.0 + 24.0 * (TAU * 7.3 * now).sin() + 16.0 * (TAU * 2.3 * now).sin())
    };
    one_plate(7.0, hand, &[]);
}

#[test]
fn drift_is_no_event() {
    one_plate(3_600.0, |now| now / 60.0, &[]);
}

#[test]
fn spike_codes_and_missing_values_are_no_events() {
    for (hz, noise_g) in RATES {
        let mut bench = Bench::new(hz, noise_g, &[None; 2]);
        bench.run(60.0, |now| {
            let a = match (now * hz) as u64 % 23 {
                7 => Some(-8_388_608.0),
                8 => Some(8_388_607.0),
                15 => Some(f64::NAN),
                16 => Some(f64::INFINITY),
                _ => Some(EIGHT),
            };
            let is_missing = (now * hz) as u64 % 5 == 2 || (20.0..24.0).contains(&now);
            [a, if is_missing { None } else { Some(EIGHT) }]
        });
        bench.check(&[]);
        assert_eq!(bench.faults(), []);
    }
}

#[test]
fn a_quiet_hour_is_quiet() {
    for (hz, noise_g) in RATES {
        let mut bench = Bench::new(hz, noise_g, &[None; 3]);
        bench.run(3_600.0, |_| [Some(EIGHT); 3]);
        bench.check(&[]);
        assert_eq!(bench.faults(), []);
    }
}

#[test]
fn what_happened_while_nothing_was_read_is_told_once() {
    for (hz, noise_g) in RATES {
        for (restored, expected) in [(None, None), (Some(8), None), (Some(9), Some(-1)), (Some(3), Some(5))] {
            let mut bench = Bench::new(hz, noise_g, &[restored]);
            bench.run(60.0, |_| [Some(EIGHT)]);
            let moved = bench.moved();
            let found: Vec<_> = moved.iter().map(|moved| (moved.delta_units, moved.units_after)).collect();
            assert_eq!(found, expected.map(|delta| (delta, Some(8))).into_iter().collect::<Vec<_>>(), "{restored:?}");
            assert!(moved.iter().all(|moved| moved.weighed.is_none() && moved.trace.len() == 1));
            assert_eq!(bench.counts(), if expected.is_none() { vec![("A", 8)] } else { vec![] });
        }
    }
}

#[test]
fn a_count_from_before_waits_until_the_weight_fits_units() {
    // While the power was off, somebody took a can and left a bottle.
    let mut bench = Bench::new(10.0, 0.4, &[Some(9)]);
    bench.run(5.0, |_| [Some(EIGHT + 500.0)]);
    bench.check(&[]);
    // A can is put back: told by itself. The bottle is taken away: now the can from before shows.
    bench.run(4.0, |now| [Some(EIGHT + 500.0 + 350.0 * by(1.0, now))]);
    bench.check(&[("A", 350.0, 1, None)]);
    bench.run(4.0, |now| [Some(EIGHT + 350.0 + 500.0 * (1.0 - by(1.0, now)))]);
    let found: Vec<_> = bench.moved().iter().map(|moved| (moved.delta_units, moved.units_after)).collect();
    assert_eq!(found, [(1, None), (0, None), (-1, Some(9))]);
    bench.run(4.0, |now| [Some(EIGHT + 350.0 * (1.0 - by(1.0, now)))]);
    assert_eq!(bench.moved().last().unwrap().units_after, Some(8));
}

#[test]
fn what_a_plate_shows_while_it_is_connected_is_no_event() {
    for (hz, noise_g) in RATES {
        let mut bench = Bench::new(hz, noise_g, &[None, Some(9)]);
        bench.run(5.0, |_| [Some(EIGHT), None]);
        bench.run(9.0, |now| [Some(EIGHT), Some(EIGHT * by(0.5, now) + 900.0 * (by(0.2, now) - by(0.4, now)))]);
        // But what somebody took before shows.
        bench.check(&[("B", 0.0, -1, Some(8))]);
        assert_eq!(bench.moved()[0].weighed, None);
    }
}

#[test]
fn a_plate_that_is_unplugged_is_a_fault_until_it_is_back() {
    for (hz, noise_g) in RATES {
        let mut bench = Bench::new(hz, noise_g, &[None; 2]);
        bench.run(5.0, |_| [Some(EIGHT); 2]);
        bench.run(15.0, |_| [Some(EIGHT), None]);
        // Its neighbour works on.
        bench.run(4.0, |now| [Some(EIGHT - 350.0 * by(1.0, now)), None]);
        bench.run(4.0, |now| [Some(EIGHT - 350.0), if now < 1.0 { None } else { Some(EIGHT) }]);
        bench.check(&[("A", -350.0, -1, Some(7))]);
        let faults = bench.faults();
        let [(from, "B", Some(SensorFault::Offline)), (to, "B", None)] = faults[..] else { panic!("{faults:?}") };
        assert!((14.8..15.4).contains(&from) && (24.9..25.2).contains(&to), "{faults:?}");
        // What was taken while it was unplugged shows as soon as it is back.
        bench.run(15.0, |_| [Some(EIGHT - 350.0), None]);
        bench.run(4.0, |_| [Some(EIGHT - 350.0), Some(EIGHT - 700.0)]);
        bench.check(&[("A", -350.0, -1, Some(7)), ("B", -700.0, -2, Some(6))]);
    }
}

#[test]
fn every_fault_shows_within_a_minute() {
    type Broken = fn(f64) -> Option<f64>;
    let cases: [(SensorFault, Broken); 3] = [
        (SensorFault::Flat, |_| Some(812.5)),
        (SensorFault::Noise, |now| Some(EIGHT + 900.0 * (TAU * 1.7 * now).sin())),
        (SensorFault::Offline, |_| None),
    ];
    for hz in [10.0, 80.0] {
        for (fault, broken) in cases {
            let mut bench = Bench::new(hz, 0.0, &[None]);
            bench.run(2.0, |now| [Some(EIGHT + (TAU * now).sin())]);
            bench.run(61.0, |now| [broken(now)]);
            let faults = bench.faults();
            assert!(matches!(faults[..], [(now, "A", Some(found))] if found == fault && now < 62.0), "{faults:?}");
            bench.run(60.0, |now| [Some(EIGHT + (TAU * now).sin())]);
            assert_eq!(bench.faults()[1].2, None);
            assert_eq!(bench.faults().len(), 2);
            bench.noise_g = 0.4;
            bench.run(20.0, |_| [Some(EIGHT)]);
            let before = bench.moved().len();
            bench.run(3.0, |now| [Some(EIGHT - 350.0 * by(1.0, now))]);
            let taken = bench.moved()[before..].iter().map(|moved| moved.delta_units).collect::<Vec<_>>();
            assert_eq!(taken, [-1], "it is believed again after {fault:?}");
        }
    }
}

#[test]
fn whatever_is_read_an_event_keeps_within_its_bounds() {
    let gauge = LoadCellGauge { unit_g: 0.01, tolerance_g: 0.005, capacity: 1_000, ..CANS };
    let mut random = Bench::new(10.0, 1.0, &[]);
    let plate = |index: usize| Plate::new(SlotId(index.to_string()), gauge, Some(u32::MAX));
    let mut weighing = Weighing::new(0, (0..4).map(plate).collect(), 10.0);
    let mut levels = [0.0_f32; 4];
    let mut moved = 0;
    for tick in 0..20_000 {
        let place = (random.uniform() * 4.0) as usize;
        match (random.uniform() * 60.0) as u32 {
            0 => levels[place] = (random.uniform() * 198_000.0 - 99_000.0) as f32,
            1 => levels[place] = [f32::NAN, f32::INFINITY, -8_388_608.0, 0.0][(random.uniform() * 4.0) as usize],
            2 => levels[place] += 4.0,
            _ => {}
        }
        let mut row: Vec<_> = levels.iter().map(|level| Some(level + random.noise() as f32)).collect();
        row.truncate(if tick % 50 == 0 { 2 } else { 9 });
        row[place.min(1)] = row[place.min(1)].filter(|_| random.uniform() > 0.1);
        let at = Timestamp::from_millisecond(if tick % 97 == 0 { 0 } else { tick * 100 }).unwrap();
        for noticed in weighing.read(at, &row) {
            let Noticed::Moved(event) = noticed else { continue };
            moved += 1;
            let event = ShelfEvent::from(event.message(Uuid::nil()));
            assert!(event.delta_units.unsigned_abs() <= ShelfEvent::MAX_UNITS, "{event:?}");
            assert!(event.trace.len() <= ShelfEvent::MAX_TRACE && event.trace.iter().all(|grams| grams.is_finite()));
            match &event.weighed {
                Some(weighed) => {
                    assert!(weighed.is_possible(), "{event:?}");
                    assert!(weighed.plates.iter().any(|plate| plate.slot == event.slot), "{event:?}");
                }
                None => assert_ne!(event.delta_units, 0, "{event:?}"),
            }
        }
    }
    assert!(moved > 50, "{moved}");
}
