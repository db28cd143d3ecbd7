use super::*;

/// Twelve plates at 10 Hz, with a flicker that is no randomness; `touch(plate, tick)` is added to 2000 g.
fn changes(ticks: i64, touch: impl Fn(usize, i64) -> f64) -> Vec<WeightChange> {
    outcomes(ticks, |plate, tick| Some(2_000.0 + touch(plate, tick)))
        .into_iter()
        .filter_map(|outcome| match outcome {
            PlateOutcome::Change(change) => Some(change),
            PlateOutcome::Fault(_) => None,
        })
        .collect()
}

fn outcomes(ticks: i64, sample: impl Fn(usize, i64) -> Option<f64>) -> Vec<PlateOutcome> {
    let mut plates = ShelfPlates::new(3, 12, 10.0);
    let mut found = Vec::new();
    for tick in 0..ticks {
        let flicker = |plate: usize| ((plate as i64 * 7 + tick * 13) % 11) as f64 * 0.3 - 1.5;
        plates.read(tick * 100, |plate| sample(plate, tick).map(|g| g + flicker(plate)), |one| found.push(one));
    }
    found
}

/// From 0 to 1 over half a second.
fn ramp(tick: i64, from: i64) -> f64 {
    ((tick - from) as f64 / 5.0).clamp(0.0, 1.0)
}

#[test]
fn a_pick_over_three_plates_is_one_change() {
    let share = [0.0, 0.02, 0.2, 0.5, 0.26, 0.02, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let found = changes(120, |plate, tick| -540.0 * share[plate] * ramp(tick, 60));
    let [change] = &found[..] else { panic!("{found:?}") };
    assert!((change.grams() + 540.0).abs() < 8.0, "{}", change.grams());
    assert_eq!(change.shelf, 3);
    assert!((5_900..6_300).contains(&change.began_ms), "{}", change.began_ms);
    assert!((6_200..6_800).contains(&change.ended_ms), "{}", change.ended_ms);
    assert!(!change.trace.is_empty() && change.trace.len() <= domain::shelf::ShelfEvent::MAX_TRACE);
}

#[test]
fn a_hand_that_rests_presses_or_brushes_changes_nothing() {
    let jitter = |tick: i64| ((tick * 31) % 17) as f64 * 4.0;
    let touches: [fn(i64) -> f64; 3] = [
        |tick| if (60..80).contains(&tick) { 400.0 } else { 0.0 },
        |tick| if (60..75).contains(&tick) { ((tick * 31) % 17) as f64 * 40.0 } else { 0.0 },
        |tick| if tick == 60 { -30.0 } else { 0.0 },
    ];
    for touch in touches {
        let found = changes(150, |plate, tick| if plate == 4 { touch(tick) } else { 0.0 });
        let sum: f64 = found.iter().map(WeightChange::grams).sum();
        assert!(sum.abs() < 6.0, "{found:?}");
    }
    let brushed = changes(150, |plate, tick| if plate < 3 && (60..70).contains(&tick) { jitter(tick) } else { 0.0 });
    assert_eq!(brushed, []);
}

#[test]
fn two_people_at_one_shelf_are_two_changes() {
    let found = changes(120, |plate, tick| match plate {
        1 => -300.0 * ramp(tick, 60),
        9 => -410.0 * ramp(tick, 61),
        _ => 0.0,
    });
    let grams: Vec<_> = found.iter().map(|change| change.grams().round()).collect();
    assert_eq!(grams.len(), 2, "{found:?}");
    assert!((grams[0] + 300.0).abs() < 5.0 && (grams[1] + 410.0).abs() < 5.0, "{grams:?}");
}

#[test]
fn one_after_the_other_at_one_place_are_two_changes() {
    let found = changes(140, |plate, tick| if plate == 5 { -90.0 * (ramp(tick, 60) + ramp(tick, 71)) } else { 0.0 });
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn something_moved_along_the_shelf_is_taken_and_put_back() {
    let found = changes(120, |plate, tick| match plate {
        4 => -250.0 * ramp(tick, 60),
        5 => 250.0 * ramp(tick, 60),
        _ => 0.0,
    });
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].grams() < -240.0 && found[1].grams() > 240.0);
}

#[test]
fn drift_spikes_and_gaps_are_no_changes() {
    assert_eq!(changes(3_000, |_, tick| tick as f64 * 0.02), []);
    let found = outcomes(200, |plate, tick| match (plate, tick % 20) {
        (2, 7) => Some(-8_388_608.0),
        (3, 9) => Some(f64::NAN),
        (4, 11) => None,
        _ => Some(1_000.0),
    });
    assert_eq!(found, []);
}

#[test]
fn a_noisy_plate_needs_a_larger_step() {
    let noise = |tick: i64| ((tick * 7_919) % 61) as f64 - 30.0;
    let quiet = changes(900, |plate, tick| if plate == 6 { noise(tick) } else { 0.0 });
    assert!(quiet.iter().all(|change| change.began_ms < 60_000), "{quiet:?}");
}

#[test]
fn old_rows_are_counted_and_left_out() {
    let mut plates = ShelfPlates::new(0, 2, 10.0);
    for at_ms in [0, 100, 200, 100, 300] {
        plates.read(at_ms, |_| Some(5.0), |_| {});
    }
    assert_eq!(plates.late_rows(), 1);
}

#[test]
fn neighbours_that_change_one_after_the_other_are_two_changes() {
    let found = changes(140, |plate, tick| match plate {
        4 | 5 => -75.0 * ramp(tick, 60),
        6 => -3.0 * ramp(tick, 60) - 110.0 * ramp(tick, 68),
        7 => -110.0 * ramp(tick, 68),
        _ => 0.0,
    });
    let [one, two] = &found[..] else { panic!("{found:?}") };
    assert!((one.grams() + 150.0).abs() < 8.0 && (two.grams() + 220.0).abs() < 8.0, "{found:?}");
    assert!(one.middle_ms() + 500 < two.middle_ms(), "{found:?}");
}

#[test]
fn a_level_is_known_while_nothing_moves() {
    let mut plates = ShelfPlates::new(0, 3, 10.0);
    let mut known = Vec::new();
    for tick in 0..260 {
        let sample = |plate: usize| match plate {
            0 => Some(500.0 - 90.0 * ramp(tick, 40)),
            1 if tick < 60 => Some(70.0),
            1 => None,
            _ => Some(20.4 + (tick % 3) as f64 * 0.2),
        };
        plates.read(tick * 100, |plate| sample(plate).map(|g| g + (tick % 7) as f64 * 0.1), |_| {});
        known.push([0, 1, 2, 9].map(|plate| plates.resting_g(plate).map(|grams| grams.round() as i64)));
    }
    assert_eq!(known[8], [None; 4], "levels are still being found");
    assert_eq!(known[20], [Some(500), Some(70), Some(21), None]);
    assert_eq!(known[42], [None, None, Some(21), None], "a hand is at the first plate");
    assert_eq!(known[52][0], Some(410));
    assert_eq!(known[250], [Some(410), None, Some(21), None], "the second plate is offline");
}

#[test]
fn three_rows_of_a_resting_hand_may_agree_and_five_do_not() {
    let hand = |tick: i64| match tick {
        60..80 => 400.0 + [25.0, -12.0, -13.0, -12.0, 20.0, 4.0, -30.0][tick as usize % 7],
        _ => 0.0,
    };
    let found = |mut plates: ShelfPlates| {
        let mut changes = 0;
        for tick in 0..150 {
            let flicker = (tick * 13 % 11) as f64 * 0.3;
            let count = |outcome| changes += u32::from(matches!(outcome, PlateOutcome::Change(_)));
            plates.read(tick * 100, |_| Some(900.0 + hand(tick) + flicker), count);
        }
        changes
    };
    assert!(found(ShelfPlates::new(0, 1, 10.0)) > 0);
    assert_eq!(found(ShelfPlates::with_least_rows(0, 1, 10.0, 5)), 0);
}
