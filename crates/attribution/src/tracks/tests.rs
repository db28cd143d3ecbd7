//! What a tracker says of who is who.

use uuid::Uuid;

use super::*;
use crate::rules::Rules;

const AT_MS: i64 = 20_000;

fn session(name: &str) -> ShoppingSessionId {
    ShoppingSessionId::derived(Uuid::NAMESPACE_OID, name)
}

fn moment() -> Moment {
    let (began_ms, ended_ms) = (AT_MS - 250, AT_MS + 250);
    Moment { began_ms, ended_ms, slot: [0.0, 0.45], z_m: Some(1.2), stand: [0.0, 0.0], variance: 0.0 }
}

/// A track that stands before the slot with a hand at it, and says how likely it is whose.
fn reaching(whose: &[(ShoppingSessionId, f64)]) -> Tracks {
    let mut tracks = Tracks::default();
    for tenth in -40..=40 {
        let at_ms = AT_MS + tenth * 100;
        let hands = vec![[0.0, 0.4, 1.2]];
        tracks.take(TrackName::Number(7), Tracked { at_ms, head: [0.0, 0.0], hands, whose: whose.to_vec() });
    }
    tracks
}

fn at_slot(tracks: &mut Tracks, looks: [&[Look]; 2]) -> Vec<f64> {
    let whereabouts = looks.map(|looks| {
        let mut whereabouts = Whereabouts::default();
        looks.iter().for_each(|look| whereabouts.look(*look));
        whereabouts
    });
    let visitors = [(session("anna"), &whereabouts[0]), (session("bert"), &whereabouts[1])];
    tracks.advance(AT_MS, &visitors);
    tracks.ln_at_slot(&moment(), &visitors, &Rules::default().presence)
}

#[test]
fn whoever_the_tracker_says_it_is_as_likely_as_it_says() {
    let mut tracks = reaching(&[(session("anna"), 0.9), (session("bert"), 0.1)]);
    let logs = at_slot(&mut tracks, [&[], &[]]);
    assert!((logs[0] - logs[1] - 9.0_f64.ln()).abs() < 1e-6, "{logs:?}");
    // Not even the surest tracker rules anybody out.
    let mut tracks = reaching(&[(session("anna"), 1.0)]);
    let logs = at_slot(&mut tracks, [&[], &[]]);
    assert!(logs[0] - logs[1] > 5.0 && logs[1].is_finite(), "{logs:?}");
}

#[test]
fn a_face_at_the_shelf_says_more_than_a_tracker_that_is_unsure() {
    let mut tracks = reaching(&[(session("anna"), 0.6), (session("bert"), 0.4)]);
    let faces: Vec<Look> = [-3, -2, 2, 3]
        .map(|second| Look {
            at_ms: AT_MS + second * 1_000,
            place: [0.0, 0.0],
            sure: 0.99,
            variance: 0.01,
            is_face: true,
            within_m: 0.0,
        })
        .to_vec();
    let logs = at_slot(&mut tracks, [&[], &faces]);
    assert!(logs[1] > logs[0] + 1.0, "{logs:?}");
}

#[test]
fn numbers_that_are_no_probabilities_do_no_harm() {
    let mut tracks = reaching(&[(session("anna"), -3.0), (session("bert"), 1e300)]);
    let logs = at_slot(&mut tracks, [&[], &[]]);
    assert!(logs.iter().all(|ln| ln.is_finite()), "{logs:?}");
}
