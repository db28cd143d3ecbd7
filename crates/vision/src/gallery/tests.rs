//! The gallery against a naive list, for any sequence of changes.

use proptest::prelude::*;

use super::*;
use crate::embedder::direction;

/// One of a few coarse directions, so that equal similarities are common.
fn embedding(direction: u8) -> Embedding {
    let values = (0..crate::shipped::DIMENSION)
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
                .map(|row| dot(probe.values(), &Gallery::<u8>::kept(&row.2)))
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

/// Somebody like the reference `number`, or a little less so.
fn like(number: u64, other: u64) -> Embedding {
    let blend = direction(number).values().iter().zip(direction(other).values()).map(|(a, b)| a + 1.3 * b).collect();
    Embedding::new(blend).unwrap()
}

#[test]
fn the_best_match_is_that_of_a_scan_in_full_precision() {
    const SIZE: u64 = 3_000;
    let mut gallery = Gallery::new();
    let references: Vec<Embedding> = (0..SIZE).map(direction).collect();
    for (key, reference) in references.iter().enumerate() {
        gallery.insert(key, key as u128, reference.clone());
    }
    for query in 0..10_000 {
        let probe = like(query % SIZE, SIZE + query);
        let similarities = references.iter().map(|reference| probe.similarity(reference));
        let best = similarities.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        let found = gallery.best(&probe, 1)[0];
        assert_eq!(found.key, best.0, "query {query}");
        assert!((found.similarity - best.1).abs() < 1e-6);
    }
}

#[test]
fn every_kernel_finds_the_same() {
    let mut gallery = Gallery::new();
    for key in 0..2_500_u64 {
        gallery.insert(key / 2, u128::from(key), direction(key));
    }
    for query in 0..50 {
        let probe = like(query, 10_000 + query);
        let expected = gallery.search(Kernel::Scalar, &probe, 7, |key| key % 3 != 0);
        for kernel in Kernel::available() {
            assert_eq!(gallery.search(kernel, &probe, 7, |key| key % 3 != 0), expected, "{kernel:?}");
        }
    }
}

#[test]
fn references_come_and_go_across_blocks() {
    let mut gallery = Gallery::new();
    for key in 0..2_500_u64 {
        gallery.insert(key, u128::from(key), direction(key));
    }
    for key in (0..2_500).filter(|key| key % 5 != 0) {
        assert_eq!(gallery.remove(key), 1);
    }
    assert_eq!(gallery.len(), 500);
    for key in 0..2_500 {
        let found = gallery.best(&direction(key), 1)[0];
        assert_eq!(found.key == key && found.similarity > 0.999, key % 5 == 0, "{key}");
    }
}

#[test]
fn people_enrol_and_are_erased_while_others_search() {
    let gallery = SharedGallery::new(Gallery::new());
    for key in 0..1_500_u64 {
        gallery.insert(key, u128::from(key), direction(key));
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for key in 1_500..3_000_u64 {
                gallery.insert(key, u128::from(key), direction(key));
                assert_eq!(gallery.best(&direction(key), 1)[0].key, key);
            }
        });
        scope.spawn(|| {
            for key in 1_000..1_500_u64 {
                assert_eq!(gallery.remove(key), 1);
                assert_ne!(gallery.best(&direction(key), 1)[0].key, key);
            }
        });
        scope.spawn(|| {
            for key in (0..1_000_u64).cycle().take(2_000) {
                assert_eq!(gallery.best(&direction(key), 1)[0].key, key);
            }
        });
    });
    assert_eq!(gallery.len(), 2_500);
}

#[test]
fn an_empty_gallery_knows_nobody() {
    let gallery: Gallery<u8> = Gallery::default();
    assert!(gallery.is_empty());
    assert_eq!(gallery.best(&embedding(1), 5), []);
}
