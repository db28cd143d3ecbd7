use uuid::Uuid;

use super::*;
use crate::presence::Look;
use crate::tracks::Tracked;

fn session(name: &str) -> ShoppingSessionId {
    ShoppingSessionId::derived(Uuid::NAMESPACE_OID, name)
}

/// Two tracks for ten seconds, `apart_m` from each other, with one face a second from the fifth second on: `seen` tells
/// on which of the tracks each of the two visitors was seen.
fn followed(apart_m: f64, seen: Option<[usize; 2]>) -> [[f64; 2]; 2] {
    let names = [session("one"), session("two")];
    let place = |track: usize| [track as f64 * apart_m, 0.0];
    let positions = |track: usize| -> Track {
        (0..100)
            .map(|tenth| Tracked { at_ms: tenth * 100, head: place(track), hands: Vec::new(), whose: Vec::new() })
            .collect()
    };
    let tracks =
        BTreeMap::from([(TrackName::Visit(names[0]), positions(0)), (TrackName::Visit(names[1]), positions(1))]);
    let looks = |visitor: usize| {
        let mut whereabouts = Whereabouts::default();
        for second in 5..10 {
            if let Some(seen) = seen {
                let place = place(seen[visitor]);
                whereabouts.look(Look {
                    at_ms: second * 1_000,
                    place,
                    sure: 0.99,
                    variance: 0.01,
                    is_face: true,
                    within_m: 0.0,
                });
            }
        }
        whereabouts
    };
    let whereabouts = [looks(0), looks(1)];
    let mut identities = Identities::default();
    identities.advance(10_000, &tracks, &[(names[0], &whereabouts[0]), (names[1], &whereabouts[1])]);
    names.map(|track| names.map(|visitor| identities.whose(&TrackName::Visit(track), &visitor)))
}

#[test]
fn tracks_keep_their_names_while_nobody_comes_near() {
    let [[own, other], _] = followed(3.0, None);
    assert!(own > 0.9 && other < 0.1, "{own} {other}");
}

#[test]
fn tracks_that_meet_may_be_exchanged() {
    let [[far, _], _] = followed(3.0, None);
    let [[near, _], _] = followed(0.3, None);
    assert!(near < far - 0.02 && near > 0.5, "{near} {far}");
}

#[test]
fn faces_tell_whose_a_track_has_become() {
    let [[left, right], [crossed, _]] = followed(0.4, Some([1, 0]));
    assert!(right > 0.9 && left < 0.1 && crossed > 0.9, "{left} {right} {crossed}");
}

#[test]
fn nobody_walks_on_two_tracks() {
    let [first, second] = followed(0.3, None);
    assert!(first[0] + second[0] < 1.01 && first[1] + second[1] < 1.01);
}
