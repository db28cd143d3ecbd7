use super::*;
use crate::rules::Rules;

const AT_MS: i64 = 20_000;

fn moment() -> Moment {
    Moment {
        began_ms: AT_MS - 250,
        ended_ms: AT_MS + 250,
        slot: [0.0, 0.45],
        z_m: None,
        stand: [0.0, 0.0],
        variance: 0.0,
    }
}

/// Faces at (seconds from the moment, x, y).
fn density(faces: &[(f64, f64, f64)]) -> f64 {
    let mut whereabouts = Whereabouts::default();
    for &(second, x, y) in faces {
        let at_ms = AT_MS + (second * 1_000.0) as i64;
        whereabouts.look(Look { at_ms, place: [x, y], sure: 0.999, variance: 0.01, is_face: true, within_m: 0.0 });
    }
    whereabouts.ln_density(&Scene::new(&moment(), &Rules::default().presence))
}

#[track_caller]
fn check(likelier: &[(f64, f64, f64)], than: &[(f64, f64, f64)]) {
    let (one, two) = (density(likelier), density(than));
    assert!(one > two + 1.0, "{one} against {two}");
}

#[test]
fn the_nearer_face_is_likelier() {
    check(&[(-0.1, 0.0, 0.0), (0.1, 0.0, 0.0)], &[(-0.1, 0.5, 0.0), (0.1, 0.5, 0.0)]);
}

#[test]
fn whoever_is_seen_elsewhere_was_elsewhere() {
    check(&[], &[(-0.1, 3.0, 0.0), (0.1, 3.0, 0.0)]);
    check(&[], &[(-0.8, 3.0, 0.0), (0.8, 3.0, 0.0)]);
}

#[test]
fn a_hidden_face_keeps_its_place() {
    check(&[(-4.0, 0.0, 0.0), (4.0, 0.0, 0.0)], &[(-4.0, 1.2, 0.0), (4.0, 1.2, 0.0)]);
    check(&[(-4.0, 0.0, 0.0), (4.0, 0.0, 0.0)], &[(-4.0, 3.0, 0.0), (4.0, 3.0, 0.0)]);
}

#[test]
fn whoever_arrives_and_stands_there_was_there_a_little_before() {
    let arrives = [(-5.0, 4.0, 0.0), (0.8, 0.0, 0.0), (1.0, 0.0, 0.0), (1.2, 0.0, 0.0)];
    let passes = [(-5.0, 4.0, 0.0), (0.8, -0.5, 1.0), (1.0, -0.8, 1.0), (1.2, -1.1, 1.0)];
    check(&arrives, &passes);
}

#[test]
fn nobody_walks_faster_than_people_do() {
    check(&[(-6.0, 2.0, 0.0), (6.0, 2.0, 0.0)], &[(-0.6, 2.0, 0.0), (0.6, 2.0, 0.0)]);
}

#[test]
fn several_faces_outvote_one_that_is_unsure() {
    let mut whereabouts = Whereabouts::default();
    for (at_ms, sure) in [(-600, 0.6), (-400, 0.6), (-200, 0.6), (200, 0.6), (400, 0.6)] {
        let look = Look { at_ms: AT_MS + at_ms, place: [3.0, 0.0], sure, variance: 0.01, is_face: true, within_m: 0.0 };
        whereabouts.look(look);
    }
    let several = whereabouts.ln_density(&Scene::new(&moment(), &Rules::default().presence));
    let one = whereabouts.looks.as_slice().iter().copied().find(|look| look.at_ms == AT_MS - 200);
    let whereabouts = Whereabouts { looks: one.into_iter().collect() };
    let one = whereabouts.ln_density(&Scene::new(&moment(), &Rules::default().presence));
    assert!(several < one - 0.5, "{several} against {one}");
}

#[test]
fn old_looks_are_forgotten() {
    let mut whereabouts = Whereabouts::default();
    for second in 0..500 {
        let at_ms = second * 1_000;
        whereabouts.look(Look { at_ms, place: [0.0, 0.0], sure: 1.0, variance: 0.01, is_face: true, within_m: 0.0 });
    }
    assert!(whereabouts.looks.as_slice().len() <= 91, "{}", whereabouts.looks.as_slice().len());
}

#[test]
fn whoever_stands_is_likelier_than_whoever_passes_by() {
    let passing = [-0.6, -0.4, -0.2, 0.2, 0.4, 0.6].map(|second| (second, second, 0.0));
    let standing = passing.map(|(second, _, _)| (second, 0.05, 0.0));
    check(&standing, &passing);
}

#[test]
fn a_face_hidden_at_the_slot_is_likelier_than_one_seen_beside_it() {
    let hidden = [-1.2, -1.0, -0.8, 0.8, 1.0, 1.2].map(|second| (second, 0.0, 0.0));
    let beside = [-0.4, -0.2, 0.0, 0.2, 0.4].map(|second| (second, 0.35, 0.0));
    check(&hidden, &beside);
}

#[test]
fn who_is_out_of_reach_counts_only_by_doubt() {
    let moment = Moment { variance: 0.12, ..moment() };
    let rules = Rules::default().presence;
    let scene = Scene::new(&moment, &rules);
    let mut found = 0;
    for step in 0..20_000_u32 {
        // Made up, the same every time: near and far, long ago and just now, sure and less so.
        let part = |of: u32| f64::from(step.wrapping_mul(2_654_435_761).rotate_left(of * 5) % 997) / 997.0;
        let look = |side: u32| Look {
            at_ms: AT_MS + [-1.0, 1.0][side as usize % 2] as i64 * (part(side) * part(side + 1) * 3_000.0) as i64,
            place: [part(side + 2) * 25.0, part(side + 3) * 6.0 - 3.0],
            sure: 0.6 + 0.4 * part(side),
            variance: 0.01 + 0.02 * part(side + 1),
            is_face: step % 3 > 0,
            within_m: if step % 2 == 0 { 0.6 } else { 0.0 },
        };
        let whereabouts = Whereabouts { looks: (0..1 + step % 4).map(|side| look(side + step % 2)).collect() };
        let (before, after) = whereabouts.stops(&scene);
        if scene.is_out_of_reach(before.as_ref(), after.as_ref()) {
            let ln_if_them = whereabouts.ln_density_if_them(&scene, &before, &after);
            let ln_doubt = scene.elsewhere;
            // So much less is lost beside it, with a wide margin.
            assert!(ln_if_them < ln_doubt - 40.0, "{whereabouts:?}: {ln_if_them}");
            assert_eq!(ln_sum([ln_if_them, ln_doubt].into_iter()).to_bits(), ln_doubt.to_bits());
            found += 1;
        }
    }
    assert!(found > 3_000, "{found}");
}
