use super::question::Answer;
use super::*;
use crate::contents::{Explanation, Part};
use crate::numbers::ln;
use crate::rules::Rules;

const KEPT: usize = 100;

fn explained(parts: &[(usize, i32, bool)], ln_fit: f64) -> Explanation {
    let part = |&(product, taken, at_home): &(usize, i32, bool)| Part { product, taken, at_home };
    Explanation { parts: parts.iter().map(part).collect(), ln_fit }
}

/// Asks a group who of `who` did it, at a place.
fn ask(group: &mut Group, explanations: &[Explanation], who: &[(usize, f64)], place: f64) -> Vec<Answer> {
    let who: Vec<_> = who.iter().map(|&(who, probability)| (who, ln(probability))).collect();
    let question =
        Question { explanations, who: &who, ln_nobody: -8.0, shelf: 0, place, at_ms: 0, ln_strays: &[-8.0; 4] };
    let (answers, groups) = std::mem::take(group).answer(&question, KEPT, &Rules::default().contents);
    *group = groups.iter().fold(Group::new(), |all, one| all.join(one, KEPT));
    answers
}

fn at_least_one(group: &Group, who: usize, product: usize) -> f64 {
    let holdings = group.holdings(who);
    holdings.get(&product).map_or(0.0, |counts| counts.range(1..).map(|count| count.1).sum())
}

#[test]
fn a_put_back_tells_who_had_taken_it() {
    let mut group = Group::new();
    ask(&mut group, &[explained(&[(0, 1, true)], 0.0)], &[(1, 0.5), (2, 0.5)], 3.0);
    assert!((at_least_one(&group, 1, 0) - 0.5).abs() < 0.01);
    // Only 2 was near when it came back, so 2 had it, and nobody has it now.
    ask(&mut group, &[explained(&[(0, -1, true)], 0.0)], &[(2, 1.0)], 3.0);
    assert!(at_least_one(&group, 1, 0) < 0.1, "{group:?}");
    assert!(at_least_one(&group, 2, 0) < 0.1, "{group:?}");
}

#[test]
fn a_put_back_tells_what_had_been_taken() {
    let mut group = Group::new();
    let either = [explained(&[(0, 1, true)], 0.0), explained(&[(1, 1, true)], -0.7)];
    ask(&mut group, &either, &[(1, 1.0)], 3.0);
    ask(&mut group, &[explained(&[(1, -1, true)], 0.0)], &[(1, 1.0)], 5.0);
    assert!(at_least_one(&group, 1, 0) < 0.1, "it was the other one: {group:?}");
}

#[test]
fn something_misplaced_is_taken_again() {
    let mut group = Group::new();
    ask(&mut group, &[explained(&[(0, 1, true)], 0.0)], &[(1, 1.0)], 3.0);
    ask(&mut group, &[explained(&[(0, -1, false)], 0.0)], &[(1, 1.0)], 8.0);
    let strange = [explained(&[(0, 1, false)], 0.0), explained(&[], -12.0)];
    let answers = ask(&mut group, &strange, &[(2, 1.0)], 8.2);
    assert!(answers[0].who == Some(2) && answers[0].probability > 0.9, "{answers:?}");
    assert!(at_least_one(&group, 2, 0) > 0.9 && at_least_one(&group, 1, 0) < 0.1);
}

#[test]
fn whatever_comes_back_from_nowhere_and_is_taken_again_costs_nothing() {
    let mut group = Group::new();
    ask(&mut group, &[explained(&[(0, -1, true)], 0.0)], &[(1, 1.0)], 3.0);
    ask(&mut group, &[explained(&[(0, 1, true)], 0.0)], &[(1, 1.0)], 3.0);
    assert!(at_least_one(&group, 1, 0) < 0.1, "{group:?}");
}

#[test]
fn probabilities_sum_to_one_and_splitting_keeps_them() {
    let mut group = Group::new();
    for product in 0..3 {
        ask(&mut group, &[explained(&[(product, 1, true)], 0.0)], &[(1, 0.5), (2, 0.3), (3, 0.2)], 3.0);
    }
    let sum: f64 = group.hypotheses.iter().map(|hypothesis| exp(hypothesis.ln)).sum();
    assert!((sum - 1.0).abs() < 1e-9);
    let keys = (1..=3).map(|who| Key::Held(who, 1)).collect();
    let (one, others) = group.split(&keys, KEPT);
    for (who, expected) in [(1, 0.5), (2, 0.3), (3, 0.2)] {
        assert!((at_least_one(&one, who, 1) - expected).abs() < 0.01);
        assert!((at_least_one(&others, who, 2) - expected).abs() < 0.01);
    }
    assert!((at_least_one(&one.join(&others, KEPT), 1, 0) - 0.5).abs() < 0.01);
}

#[test]
fn what_is_forgotten_is_gone() {
    let mut group = Group::new();
    ask(&mut group, &[explained(&[(0, 1, true)], 0.0)], &[(1, 0.5), (2, 0.5)], 3.0);
    assert!(group.forget(Some(1), 0, KEPT));
    assert!(!group.forget(Some(2), 0, KEPT));
    assert!(group.is_empty());
}

#[test]
fn too_much_to_keep_together_loses_nothing() {
    // Two products, each taken by one of five people: 25 combinations where only ten may be kept.
    let who: Vec<_> = (0..5).map(|who| (who, ln(0.2))).collect();
    let mut group = Group::new();
    let mut groups = Vec::new();
    for product in 0..2 {
        let explanations = [explained(&[(product, 1, true)], 0.0)];
        let (explanations, ln_strays) = (&explanations[..], &[-8.0; 4][..]);
        let asked = Question { explanations, who: &who, ln_nobody: -8.0, shelf: 0, place: 0.0, at_ms: 0, ln_strays };
        groups = group.answer(&asked, 10, &Rules::default().contents).1;
        group = groups[0].clone();
    }
    assert_eq!(groups.len(), 10);
    for (who, product) in [(0, 0), (4, 0), (2, 1), (3, 1)] {
        let taken: f64 = groups.iter().map(|group| at_least_one(group, who, product)).sum();
        assert!((taken - 0.2).abs() < 0.01, "{who} {product}: {taken}");
    }
}
