//! The gallery against a naive list, for any sequence of changes.

use proptest::prelude::*;

use super::*;

/// One of a few coarse directions, so that equal similarities are common.
fn embedding(direction: u8) -> Embedding {
    let values = (0..Embedding::DIMENSION)
        .map(|i| f32::from((direction >> (i % 4)) & 1) * 2.0 - 1.0 + if i < 4 { 0.5 } else { 0.0 });
    Embedding::new(values.collect()).unwrap()
}

#[derive(Debug, Clone)]
enum Change {
    Insert(u8, u128, u8),
    Remove(u8),
    RemoveTemplate(u128),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (0..8_u8, 0..20_u128, 0..16_u8).prop_map(|(key, template, d)| Change::Insert(key, template, d)),
        1 => (0..8_u8).prop_map(Change::Remove),
        2 => (0..20_u128).prop_map(Change::RemoveTemplate),
    ]
}

type Naive = Vec<(u8, u128, Embedding)>;

fn apply(gallery: &mut Gallery<u8>, naive: &mut Naive, change: &Change) {
    match *change {
        Change::Insert(key, template, direction) => {
            gallery.insert(key, template, embedding(direction));
            naive.retain(|row| row.1 != template);
            naive.push((key, template, embedding(direction)));
        }
        Change::Remove(key) => {
            let before = naive.len();
            naive.retain(|row| row.0 != key);
            assert_eq!(gallery.remove(key), before - naive.len());
        }
        Change::RemoveTemplate(template) => {
            let owner = naive.iter().find(|row| row.1 == template).map(|row| row.0);
            naive.retain(|row| row.1 != template);
            assert_eq!(gallery.remove_template(template), owner);
        }
    }
}

fn naive_best(naive: &Naive, probe: &Embedding, n: usize, admits: impl Fn(&u8) -> bool) -> Vec<Match<u8>> {
    let mut best: Vec<Match<u8>> = (0..8)
        .filter(|key| admits(key))
        .filter_map(|key| {
            naive
                .iter()
                .filter(|row| row.0 == key)
                .map(|row| probe.similarity(&row.2))
                .max_by(f32::total_cmp)
                .map(|similarity| Match { key, similarity })
        })
        .collect();
    best.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.key.cmp(&b.key)));
    best.truncate(n);
    best
}

proptest! {
    #[test]
    fn any_changes_leave_the_gallery_equal_to_a_naive_list(
        changes in prop::collection::vec(change(), 0..60), probe in 0..16_u8, n in 0..10_usize,
    ) {
        let (mut gallery, mut naive) = (Gallery::new(), Naive::new());
        for change in &changes {
            apply(&mut gallery, &mut naive, change);
        }
        let probe = embedding(probe);
        prop_assert_eq!(gallery.len(), naive.len());
        prop_assert_eq!(gallery.best(&probe, n), naive_best(&naive, &probe, n, |_| true));
        let odd = |key: &u8| key % 2 == 1;
        prop_assert_eq!(gallery.best_among(&probe, n, odd), naive_best(&naive, &probe, n, odd));
    }

    #[test]
    fn the_order_of_insertion_never_shows(
        rows in prop::collection::vec((0..8_u8, 0..16_u8), 0..20).prop_shuffle(), probe in 0..16_u8,
    ) {
        let gallery = |rows: &mut dyn Iterator<Item = (usize, &(u8, u8))>| {
            let mut gallery = Gallery::new();
            for (template, &(key, direction)) in rows {
                gallery.insert(key, template as u128, embedding(direction));
            }
            gallery.best(&embedding(probe), 5)
        };
        let forwards = gallery(&mut rows.iter().enumerate());
        prop_assert_eq!(forwards, gallery(&mut rows.iter().enumerate().rev()));
    }
}

#[test]
fn an_empty_gallery_knows_nobody() {
    let gallery: Gallery<u8> = Gallery::default();
    assert!(gallery.is_empty());
    assert_eq!(gallery.best(&embedding(1), 5), []);
}
