//! Cameras that were moved after the calibration, and those that were not.

use super::super::bump::{Bumped, Moved, Sightings};
use super::*;

const PEOPLE: [Path; 3] = [|at_s| everywhere(at_s * 0.7 + 40.0), |at_s| everywhere(at_s * 0.3 + 11.0), |_| [1.5, 2.5]];

fn calibrated() -> (Vec<Filmed>, Vec<Found>) {
    let cameras = corners(lens(84.0, 0.05));
    let found = found(&walk(&cameras, Focal::Unknown, everywhere, 60.0, GOOD));
    (cameras, found.cameras)
}

/// What is said after people walked before these cameras, of which `seen` take part.
fn bumped(found: &[Found], now: &[Filmed], seen: &[usize], people: usize, seconds: f64) -> Bumped {
    let mut sightings = Sightings::new(seen.iter().map(|index| found[*index].clone()).collect());
    let filmed: Vec<Filmed> = seen.iter().map(|index| now[*index].clone()).collect();
    for (camera, at_ms, bodies) in film(&filmed, &PEOPLE[..people], seconds, GOOD) {
        sightings.add(&camera, at_ms, &bodies);
    }
    sightings.bumped()
}

fn turned(camera: &Camera, degrees: f64) -> Camera {
    let turn = Rotation3::from_axis_angle(&nalgebra::Vector3::y_axis(), degrees.to_radians());
    Camera { rotation: turn.matrix() * camera.rotation, ..camera.clone() }
}

#[test]
fn cameras_that_hang_where_they_did_are_steady() {
    let (cameras, found) = calibrated();
    for people in [1, 3] {
        for seen in [&[0, 1, 2, 3][..], &[1, 2]] {
            assert_eq!(bumped(&found, &cameras, seen, people, 40.0), Bumped::Steady { unknown: vec![] });
        }
    }
    let mut hardly = cameras.clone();
    hardly[2].camera = turned(&hardly[2].camera, 0.5);
    assert_eq!(bumped(&found, &hardly, &[0, 1, 2, 3], 1, 40.0), Bumped::Steady { unknown: vec![] });
}

#[test]
fn the_camera_that_was_moved_is_named() {
    let (cameras, found) = calibrated();
    for people in [1, 3] {
        for (moved_m, turned_deg) in [(0.05, 0.0), (0.0, 2.0), (0.2, 0.0), (0.1, 10.0)] {
            let mut now = cameras.clone();
            now[2].camera = turned(&now[2].camera, turned_deg);
            now[2].camera.centre.x += moved_m;
            if people > 1 && turned_deg > 5.0 {
                // Who is who among several is unknown to a camera that was turned so far: it is said to be unknown.
                let said = bumped(&found, &now, &[0, 1, 2, 3], people, 40.0);
                assert_eq!(said, Bumped::Steady { unknown: vec!["3".to_owned()] });
                continue;
            }
            let said = bumped(&found, &now, &[0, 1, 2, 3], people, 40.0);
            let Bumped::Moved(Moved { camera, or, moved_m: far_m, turned_deg: far_deg, sure }) = said else {
                panic!("{moved_m} m, {turned_deg} degrees, {people} people: {said:?}")
            };
            let case = format!("{moved_m} m, {turned_deg} degrees: {far_m}, {far_deg}, {sure}, or {or:?}");
            assert!(camera == "3" && or.is_empty() && sure > 0.95, "{case}");
            assert!((far_m - moved_m).abs() < 0.03 && (far_deg - turned_deg).abs() < 0.5, "{case}");
        }
    }
}

#[test]
fn of_two_cameras_nobody_knows_which_was_moved() {
    let (cameras, found) = calibrated();
    let mut now = cameras.clone();
    now[2].camera = turned(&now[2].camera, 4.0);
    let Bumped::Moved(moved) = bumped(&found, &now, &[1, 2], 1, 40.0) else { panic!("it was not noticed") };
    let mut named = moved.or.clone();
    named.push(moved.camera.clone());
    named.sort();
    assert_eq!(named, ["2", "3"]);
    assert!(moved.sure <= 0.55, "{moved:?}");
}

#[test]
fn nothing_is_said_from_few_sightings() {
    let (cameras, found) = calibrated();
    let mut now = cameras.clone();
    now[2].camera = turned(&now[2].camera, 10.0);
    assert!(matches!(bumped(&found, &now, &[0, 1, 2, 3], 1, 2.0), Bumped::TooFew { .. }));
    assert_eq!(Sightings::new(found.clone()).bumped(), Bumped::TooFew { common: 0 });
    assert_eq!(Sightings::new(Vec::new()).bumped(), Bumped::TooFew { common: 0 });
    // A camera that looks away shares nothing with the others, which are steady.
    now[2].camera = turned(&cameras[2].camera, 120.0);
    assert_eq!(bumped(&found, &now, &[0, 1, 2, 3], 1, 40.0), Bumped::Steady { unknown: vec!["3".to_owned()] });
}

#[test]
fn a_night_of_frames_stays_within_bounds() {
    let (cameras, found) = calibrated();
    let said = bumped(&found, &cameras, &[0, 1, 2, 3], 1, 1200.0);
    assert_eq!(said, Bumped::Steady { unknown: vec![] });
}
