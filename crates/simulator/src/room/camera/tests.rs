use super::*;
use crate::room::body::{Stance, joints};
use crate::room::stage::plan;
use tracking::room::Place;

fn standing(place: [f64; 2]) -> [Point; Joint::COUNT] {
    let place = Place::from(place);
    joints(&Stance { place, heading: 1.0, height_m: 1.75, speed_m_s: 0.0, walked_m: 0.0, reach: None })
}

fn camera(seed: u64) -> VirtualCamera {
    VirtualCamera::new(Camera::from(&plan().cameras[0]), seed)
}

/// Shares of so many pictures in which each of these people is found: the body whose score stands nearest to their chest.
fn found(people: &[[f64; 2]]) -> Vec<f64> {
    const PICTURES: usize = 4_000;
    let mut camera = camera(1);
    let people: Vec<Somebody> = people.iter().enumerate().map(|(at, place)| (at, standing(*place))).collect();
    let mut found = vec![0; people.len()];
    for _ in 0..PICTURES {
        let bodies = camera.picture(&people);
        for ((_, joints), found) in people.iter().zip(&mut found) {
            let nose = camera.camera.project(&joints[0]).unwrap();
            let is_theirs = |body: &&Body| (f64::from(body.points[0].x) - nose.x).abs() < 40.0;
            *found += bodies.iter().filter(is_theirs).count().min(1);
        }
    }
    found.into_iter().map(|count| f64::from(count as u32) / PICTURES as f64).collect()
}

#[test]
fn people_are_found_as_often_as_was_measured() {
    let alone = found(&[[3.0, 2.25]])[0];
    assert!((alone - 0.955).abs() < 0.015, "{alone}");
    let apart = found(&[[4.5, 2.25], [2.25, 4.0]]);
    assert!(apart.iter().all(|share| (0.80..0.91).contains(share)), "{apart:?}");
    // One behind the other, as the camera in the corner sees them.
    let hidden = found(&[[2.0, 1.5], [3.2, 2.4]]);
    assert!(hidden[0] > 0.8, "{hidden:?}");
}

#[test]
fn whoever_stands_behind_another_is_mostly_not_found() {
    let mut camera = camera(2);
    let people = [(0, standing([2.0, 1.5])), (1, standing([2.6, 1.95]))];
    let both = (0..2_000).filter(|_| camera.picture(&people).len() == 2).count();
    assert!((400..1_000).contains(&both), "{both}: 31 to 42 in 100 of those found alone, both together");
}

#[test]
fn joints_lie_some_pixels_off_and_errors_last() {
    let mut camera = camera(3);
    let somebody = [(0, standing([3.0, 2.25]))];
    let nose = camera.camera.project(&somebody[0].1[0]).unwrap();
    let (mut off, mut alike, mut before) = (Vec::new(), 0.0, None);
    for _ in 0..3_000 {
        let Some(body) = camera.picture(&somebody).pop() else { continue };
        let point = body.points[0];
        let error = Pixel::new(f64::from(point.x), f64::from(point.y)) - nose;
        off.push(error.norm());
        if let Some(before) = before.replace(error) {
            alike += error.dot(&before) / (2.0 * HEAD_PX * HEAD_PX);
        }
    }
    off.sort_by(f64::total_cmp);
    let median = off[off.len() / 2];
    assert!((1.3..1.9).contains(&median), "{median} px");
    let alike = alike / off.len() as f64;
    assert!((alike - LASTING).abs() < 0.1, "{alike}");
}

#[test]
fn nobody_is_seen_behind_the_camera_or_by_a_camera_that_looks_straight_down() {
    assert!(camera(4).picture(&[(0, standing([-2.0, -2.0]))]).is_empty());
    let mut down = plan().cameras[0].clone();
    down.centre_m = [3.0, 2.0, 3.0];
    down.rotation = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]];
    let mut down = VirtualCamera::new(Camera::from(&down), 1);
    let found = (0..200).filter(|_| !down.picture(&[(0, standing([3.0, 1.8]))]).is_empty()).count();
    assert!(found < 20, "{found}");
}

#[test]
fn the_same_seed_gives_the_same_pictures() {
    let pictures = |seed| {
        let mut camera = camera(seed);
        let people = [(4, standing([2.5, 2.0])), (7, standing([3.5, 2.5]))];
        (0..20).map(|_| camera.picture(&people)).collect::<Vec<_>>()
    };
    assert_eq!(pictures(5), pictures(5));
    assert_ne!(pictures(5), pictures(6));
}
