use super::*;

/// Changes of one unit each, taken (above zero) or put back, with how likely each is theirs.
fn changes(changes: &[(i32, f64)]) -> Takings {
    let mut own = Changes::default();
    changes.iter().for_each(|&change| own.add(&Counts::from_iter([change])));
    Takings(BTreeMap::from([((1, 2), own)]))
}

fn picks(probabilities: &[f64]) -> Takings {
    changes(&probabilities.iter().map(|&probability| (1, probability)).collect::<Vec<_>>())
}

/// What the verdicts go by where the hypotheses say just what the changes say one by one.
fn judged(takings: &Takings) -> Vec<f64> {
    let changes = &takings.0[&(1, 2)];
    let units: Vec<_> = (1..=changes.held.most()).map(|unit| changes.held.at_least(unit)).collect();
    takings.judge(1, 2, &units, 0.5).by
}

fn are_close(found: &[f64], expected: &[f64]) {
    let close = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-3);
    assert!(found.len() == expected.len() && close, "{found:?} against {expected:?}");
}

#[test]
fn many_unsure_changes_make_no_sure_unit() {
    let takings = picks(&[0.5, 0.7, 0.6]);
    assert_eq!(takings.bound(1, 2, &[0.94, 0.6], 1.0), [0.7, 0.6]);
    assert_eq!(takings.bound(1, 2, &[0.94, 0.6], 0.0), [0.94, 0.6]);
    let half = takings.bound(1, 2, &[0.94], 0.5);
    assert!((half[0] - 0.82).abs() < 1e-9, "{half:?}");
    are_close(&judged(&takings), &[0.82, 0.625, 0.5]);
}

#[test]
fn one_sure_change_stays_sure_and_what_came_back_stays_so() {
    assert_eq!(picks(&[0.2, 0.99]).bound(1, 2, &[0.992], 1.0), [0.99]);
    assert_eq!(picks(&[0.99]).bound(1, 2, &[0.3], 1.0), [0.3], "likely put back");
    let mut takings = picks(&[0.5]);
    takings.note_certain(1, 2, 2);
    assert_eq!(takings.bound(1, 2, &[1.0, 1.0, 0.5], 1.0), [1.0, 1.0, 0.5]);
    takings.forget(1);
    assert_eq!(takings, Takings::default());
}

#[test]
fn the_last_of_many_sure_units_is_as_sure_as_its_own_change() {
    let six = judged(&picks(&[0.98; 6]));
    assert!((six[5] - 0.98).abs() < 1e-9 && six.is_sorted_by(|a, b| a >= b), "{six:?}");
    // One of them is unsure, whenever it was: the last one is.
    are_close(&judged(&picks(&[0.9, 0.98, 0.98])), &[0.99, 0.988, 0.9]);
}

#[test]
fn what_came_back_is_one_less_and_makes_no_unit_surer() {
    are_close(&judged(&changes(&[(1, 0.98), (1, 0.98), (1, 0.98), (-1, 1.0)])), &[0.99, 0.98]);
    are_close(&judged(&changes(&[(1, 0.98), (1, 0.98), (-1, 0.98)])), &[0.98, 0.02]);
    // Whichever of the two came back, the unsure one may be what is left.
    are_close(&judged(&changes(&[(1, 0.99), (1, 0.8), (-1, 1.0)])), &[0.8]);
    let mut decided = picks(&[0.98, 0.98]);
    decided.note_certain(1, 2, -1);
    are_close(&judged(&decided), &[0.98]);
}

#[test]
fn what_a_later_change_took_away_is_missing() {
    let takings = picks(&[0.98, 0.98, 0.98]);
    let by = |takings: &Takings, units: &[f64]| takings.judge(1, 2, units, 0.0).by;
    // That at least three are held was 0.94 likely change by change; now it is half of that.
    are_close(&by(&takings, &[0.999, 0.99, 0.47]), &[0.999, 0.99, 0.49]);
    let one = picks(&[0.98]);
    are_close(&by(&one, &[0.6]), &[0.6]);
    are_close(&by(&one, &[0.99]), &[0.99]);
    assert_eq!(one.judge(3, 2, &[0.7], 0.5).by, [0.35], "nothing is known by change");
}

#[test]
fn no_unit_is_surer_than_its_own_change_but_where_more_changes_speak_for_it() {
    let mut state = 7_u64;
    let mut chance = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    for _ in 0..200 {
        let own: Vec<_> = (0..6).map(|_| (if chance() < 0.3 { -1 } else { 1 }, chance().sqrt())).collect();
        let takings = changes(&own);
        let held = &takings.0[&(1, 2)];
        let units: Vec<_> = (1..=6).map(|unit| held.held.at_least(unit) * chance()).collect();
        let Judged { units: bounded, by } = takings.judge(1, 2, &units, 0.5);
        for (place, by) in by.into_iter().enumerate() {
            let single = held.taken.get(place).copied().unwrap_or(0.0);
            assert!(by <= bounded[place].max(single) + 1e-12, "{own:?}");
        }
    }
}
