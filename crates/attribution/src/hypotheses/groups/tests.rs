use super::*;
use crate::hypotheses::held::Held;
use crate::hypotheses::{Hypothesis, Key};

const KEPT: usize = 100;

/// Who may hold, or owe, units of what; and what may lie about since when.
fn group(held: &[(usize, usize, i32)], lying: &[(usize, i64)]) -> Group {
    let one = |&(who, product, units): &(usize, usize, i32)| Hypothesis {
        ln: 0.0,
        held: Held::only((who, product), units),
        strays: Vec::new(),
    };
    let stray = |&(product, at_ms): &(usize, i64)| Hypothesis {
        ln: 0.0,
        held: Held::default(),
        strays: vec![Stray { product, units: 1, shelf: 0, tenths: 0, at_ms }],
    };
    Group::merged(held.iter().map(one).chain(lying.iter().map(stray)).collect(), KEPT)
}

fn asked(taken: &[usize], put_back: &[usize], who: &[usize]) -> Asked {
    let set = |all: &[usize]| all.iter().copied().collect();
    Asked { taken: set(taken), put_back: set(put_back), who: set(who) }
}

#[test]
fn what_is_found_is_what_is_concerned() {
    let mut groups = Groups::default();
    groups.push(group(&[(1, 7, 1), (2, 7, 1)], &[]));
    groups.push(group(&[(1, 8, -1)], &[]));
    groups.push(group(&[(3, 9, 2)], &[(7, 50)]));
    groups.push(Group::new());
    let found = |groups: &Groups, asked: Asked| groups.asked(&asked).into_iter().collect::<Vec<usize>>();
    let none = Vec::<usize>::new();
    assert_eq!(found(&groups, asked(&[], &[7], &[2, 5])), [0], "2 may put it back");
    assert_eq!(found(&groups, asked(&[], &[7], &[3])), none, "3 has none");
    assert_eq!(found(&groups, asked(&[7, 8], &[], &[1])), [1, 2], "8 is owed, 7 lies about");
    assert_eq!(found(&groups, asked(&[9], &[8, 9], &[1, 3])), [1, 2]);
    assert_eq!(groups.of(1).count(), 2);
    // What is left of a group stays where it was, and what is new comes last.
    let taken = groups.take(0).unwrap();
    assert_eq!(found(&groups, asked(&[], &[7], &[1, 2])), none);
    let (_, rest) = taken.split(&BTreeSet::from([Key::Held(1, 7)]), KEPT);
    groups.push(group(&[(2, 7, 1)], &[]));
    groups.put(0, rest);
    assert_eq!(found(&groups, asked(&[], &[7], &[1, 2])), [0, 4]);
    assert_eq!(groups.of(1).count(), 1);
}

#[test]
fn what_is_forgotten_is_not_found() {
    let mut groups = Groups::default();
    groups.push(group(&[(1, 7, 1), (2, 7, 1)], &[]));
    groups.push(group(&[], &[(7, 50)]));
    groups.push(group(&[], &[(7, 150)]));
    groups.push(group(&[(1, 8, 1)], &[]));
    groups.forget(1, 100, KEPT);
    assert_eq!(groups.asked(&asked(&[7], &[7, 8], &[1, 2])), BTreeSet::from([0, 2]));
    groups.move_strays(|_, _| None, KEPT);
    groups.forget(2, 0, KEPT);
    assert!(groups.is_empty() && groups.index.is_empty());
}
