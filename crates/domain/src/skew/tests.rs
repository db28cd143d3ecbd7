//! What is known of a device's times, and what is not.

use super::*;

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_microsecond((seconds * 1e6) as i64).unwrap()
}

fn seconds(seconds: f64) -> SignedDuration {
    SignedDuration::from_micros((seconds * 1e6) as i64)
}

fn dated(occurred: f64, sent: f64, received: f64, known: Option<(f64, f64)>) -> Option<(f64, f64, f64)> {
    let known = known.map(|(least, most)| Skew { least: seconds(least), most: seconds(most) });
    let number = |at: Timestamp| at.as_microsecond() as f64 / 1e6;
    let dated = date(at(occurred), at(sent), at(received), known)?;
    Some((number(dated.at), number(dated.earliest), number(dated.latest)))
}

#[test]
fn delivery_is_not_taken_for_clock_error() {
    // The node's clock is right to 20 ms, as it knows; the batch took five seconds, or an hour.
    assert_eq!(dated(100.0, 101.0, 106.0, Some((-0.02, 0.02))), Some((100.0, 99.98, 100.02)));
    assert_eq!(dated(100.0, 101.0, 3_701.0, Some((-0.02, 0.02))), Some((100.0, 99.98, 100.02)));
    // Three days ahead, an hour behind; late or not.
    for late in [0.1, 5.0] {
        let (at, earliest, latest) =
            dated(259_300.0, 259_301.0, 101.0 + late, Some((-259_200.02, -259_199.98))).unwrap();
        assert!((at - 100.0).abs() < 0.03 && earliest >= 99.97 && latest <= 100.03, "{at} {earliest} {latest}");
        let (at, ..) = dated(100.0, 101.0, 3_701.0 + late, Some((3_599.99, 3_600.01))).unwrap();
        assert!((at - 3_700.0).abs() < 0.02, "{at}");
    }
    // What was kept in a spool for an hour happened an hour ago.
    assert_eq!(dated(100.0, 3_700.0, 3_700.1, Some((-0.02, 0.02))).map(|it| it.0), Some(100.0));
}

#[test]
fn who_never_asked_for_the_time_is_right_or_behind() {
    assert_eq!(dated(100.0, 101.0, 101.05, None), Some((100.0, 100.0, 100.05)));
    assert_eq!(dated(100.0, 101.0, 106.0, None), Some((100.0, 100.0, 105.0)), "late, or five seconds behind");
    assert_eq!(dated(100.0, 101.0, 3_701.0, None), Some((100.0, 100.0, 3_700.0)));
    assert_eq!(dated(100.3, 101.3, 101.0, None), Some((100.0, 100.0, 100.0)), "a little ahead");
    let ahead = dated(259_300.0, 259_301.0, 101.0, None);
    assert_eq!(ahead, Some((100.0, 90.0, 100.0)), "ahead for certain, and nobody knows how late");
}

#[test]
fn what_cannot_be_has_no_time() {
    assert_eq!(dated(9_000.0, 1_001.0, 1_001.0, None), None, "it was told before it happened");
    assert_eq!(dated(9_000.0, 1_001.0, 1_001.0, Some((0.0, 0.0))), None);
    // A skew that this message disproves, because a clock was set meanwhile, is not gone by.
    assert_eq!(dated(100.0, 101.0, 101.0, Some((3_600.0, 3_600.1))), Some((100.0, 100.0, 100.0)));
    let wrong_way_round = dated(100.0, 101.0, 101.5, Some((0.4, -0.4)));
    assert_eq!(wrong_way_round, Some((100.0, 100.0, 100.5)));
}

#[test]
fn nothing_happens_after_it_was_heard_of() {
    for known in [None, Some((-1e9, 1e9)), Some((-0.5, 0.5)), Some((7.0, 9.0)), Some((-9.0, -7.0))] {
        for sent in [-1e9, 0.0, 93.0, 100.0, 108.0, 1e9] {
            for age in [0.0, 1.0, 1e6] {
                let (at, earliest, latest) = dated(sent - age, sent, 100.0, known).unwrap();
                assert!(earliest <= at && at <= latest && latest <= 100.000_001, "{known:?} {sent} {age}");
            }
        }
    }
    let ends = date(Timestamp::MIN, Timestamp::MAX, at(0.0), None).unwrap();
    assert!(ends.latest <= at(0.0));
    let ends = date(
        Timestamp::MIN,
        Timestamp::MIN,
        Timestamp::MAX,
        Some(Skew { least: SignedDuration::MIN, most: SignedDuration::MAX }),
    );
    assert!(ends.unwrap().earliest <= ends.unwrap().latest);
}

#[test]
fn the_quickest_exchange_counts_and_ages() {
    let mut estimate = SkewEstimate::default();
    assert_eq!(estimate.at(at(0.0)), None);
    // The server is 100 s ahead. Slow exchanges with all of their time on one way, and one quick one.
    for (asked, there, back) in [(0.0, 2.0, 0.0), (30.0, 0.0, 3.0), (60.0, 0.005, 0.005), (90.0, 1.0, 1.0)] {
        let heard = at(asked + there + back);
        estimate.note(heard, Skew::of_exchange(at(asked), at(asked + there + 100.0), heard));
        let skew = estimate.at(heard).unwrap();
        assert!(skew.least <= seconds(100.0) && seconds(100.0) <= skew.most, "{skew:?}");
    }
    let skew = estimate.at(at(92.0)).unwrap();
    assert!(skew.width() < seconds(0.03), "{skew:?}");
    let later = estimate.at(at(92.0 + 3_600.0)).unwrap();
    assert!(later.width() > seconds(1.0) && later.width() < seconds(2.0), "an hour's drift: {later:?}");
}

#[test]
fn after_a_clock_was_set_only_newer_exchanges_count() {
    let mut estimate = SkewEstimate::default();
    for (asked, skew) in [(0.0, 0.0), (30.0, 0.0), (60.0, -3_600.0)] {
        let heard = at(asked + 0.01);
        estimate.note(heard, Skew::of_exchange(at(asked), at(asked + skew + 0.005), heard));
    }
    let skew = estimate.at(at(61.0)).unwrap();
    assert!((skew.middle() - seconds(-3_600.0)).abs() < seconds(0.01), "{skew:?}");
}
