//! Rates of small lists that can be counted by hand.

use super::*;

fn sorted(values: &[f32]) -> Sorted {
    Sorted::new(values.to_vec())
}

#[test]
fn a_threshold_lets_through_no_more_than_it_says() {
    let impostor = sorted(&[0.1, 0.2, 0.3, 0.3, 0.5]);
    for (rate, accepted) in [(0.0, 0), (0.19, 0), (0.2, 1), (0.4, 1), (0.6, 3), (0.8, 4), (1.0, 5)] {
        let threshold = impostor.threshold_at(rate);
        let found = impostor.values().iter().filter(|value| **value >= threshold).count();
        assert_eq!(found, accepted, "{rate}: {threshold}");
        assert_eq!(impostor.rate_at(threshold), f64::from(accepted as u32) / 5.0);
    }
    let thousand = Sorted::new((0..1000).map(|i| i as f32 / 1000.0).collect());
    assert_eq!(thousand.rate_at(thousand.threshold_at(1e-3)), 1e-3);
    assert_eq!(sorted(&[]).threshold_at(0.1), -1.0);
    assert_eq!(sorted(&[]).rate_at(0.0), 0.0);
}

#[test]
fn the_equal_error_rate_lies_where_both_errors_meet() {
    let genuine = sorted(&[0.4, 0.6, 0.7, 0.8]);
    let impostor = sorted(&[0.1, 0.2, 0.3, 0.5]);
    let (rate, threshold) = equal_error(&genuine, &impostor);
    assert_eq!(rate, 0.25);
    assert!(threshold > 0.4 && threshold <= 0.5, "{threshold}");
    assert_eq!(equal_error(&sorted(&[0.9, 0.8]), &sorted(&[0.1, 0.2])).0, 0.0);
}

#[test]
fn ten_folds_judge_each_pair_once() {
    let scores: Vec<Score> = (0..100)
        .map(|i| {
            let same = i % 2 == 0;
            let similarity = if same { 0.6 } else { 0.2 } + 0.001 * i as f32;
            // Three impostors look alike.
            Score { similarity: if [1, 3, 51].contains(&i) { 0.9 } else { similarity }, same }
        })
        .collect();
    let accuracy = ten_fold_accuracy(&scores);
    assert!((accuracy.mean - 0.97).abs() < 1e-9, "{accuracy:?}");
    assert!(accuracy.threshold > 0.3 && accuracy.threshold < 0.6, "{accuracy:?}");
    assert!(accuracy.standard_error > 0.0);
}

#[test]
fn equal_scores_are_never_parted() {
    let scores: Vec<Score> = (0..40).map(|i| Score { similarity: 0.5, same: i % 2 == 0 }).collect();
    assert!((ten_fold_accuracy(&scores).mean - 0.5).abs() < 1e-9);
}
