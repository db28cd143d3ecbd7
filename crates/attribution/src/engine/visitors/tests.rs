use uuid::Uuid;

use super::*;

/// A visitor as a plain list keeps them.
struct Plain {
    who: usize,
    entered_ms: i64,
    left_ms: Option<i64>,
    settled: bool,
    seen_ms: i64,
}

fn look(at_ms: i64) -> Look {
    Look { at_ms, place: [0.0, 0.0], sure: 1.0, variance: 0.01, is_face: true, within_m: 0.0 }
}

#[test]
fn what_is_found_is_what_a_search_through_everybody_finds() {
    let mut visitors = Visitors::default();
    let mut plain: Vec<Plain> = Vec::new();
    for step in 0..600_i64 {
        let at_ms = step * 40_000;
        let who = visitors.add(ShoppingSessionId(Uuid::from_u128(step as u128)), at_ms, Whereabouts::default());
        visitors.look(who, look(at_ms));
        plain.push(Plain { who, entered_ms: at_ms, left_ms: None, settled: false, seen_ms: at_ms });
        // Some stay longer than those who came after them.
        let leaver = (step - [3, 3, 9, 3, 15][step as usize % 5]).max(0) as usize;
        if plain.iter().any(|one| one.who == leaver && one.left_ms.is_none()) {
            visitors.leave(leaver, at_ms, at_ms + 12_000 + step % 3 * 50_000);
            plain.iter_mut().filter(|one| one.who == leaver).for_each(|one| one.left_ms = Some(at_ms));
        }
        while let Some((due_ms, who)) = visitors.next_to_settle().filter(|(due_ms, _)| *due_ms <= at_ms) {
            assert!(visitors.settle(who, due_ms).is_some() && visitors.settle(who, due_ms).is_none());
            plain.iter_mut().filter(|one| one.who == who).for_each(|one| one.settled = true);
            plain.retain(|one| !one.settled || one.left_ms.is_some_and(|left_ms| left_ms >= due_ms - GONE_MS));
        }
        // A shelf tells late of somebody whose receipt may be final.
        if let Some(late) = plain.iter_mut().find(|one| one.who as i64 == step - 20) {
            visitors.look(late.who, look(at_ms - 700_000));
            late.seen_ms = late.seen_ms.max(at_ms - 700_000);
        }
        let settled: Vec<_> = plain.iter().filter(|one| one.settled).map(|one| one.who).collect();
        assert_eq!(visitors.settled().map(|one| one.0).collect::<Vec<_>>(), settled);
        for asked_ms in [at_ms, at_ms - 8_000, at_ms - 50_000, at_ms - 900_000, at_ms - 7_300_000] {
            let was_here = |one: &&Plain| {
                one.entered_ms <= asked_ms + CLOCKS_MS && one.left_ms.is_none_or(|left| asked_ms <= left + CLOCKS_MS)
            };
            let expected: Vec<_> = plain.iter().filter(was_here).map(|one| one.who).collect();
            let found: Vec<_> = visitors.present(asked_ms).into_iter().map(|one| one.0).collect();
            assert_eq!(found, expected, "{step} {asked_ms}");
            let seen = visitors.last_looks(asked_ms).filter(|look| look.at_ms >= asked_ms).count();
            assert_eq!(seen, plain.iter().filter(|one| one.seen_ms >= asked_ms).count());
        }
    }
    let counts = (visitors.settled().count(), visitors.open().count());
    assert!(counts.0 > 50 && counts.1 > 10, "both kinds were asked about: {counts:?}");
}
