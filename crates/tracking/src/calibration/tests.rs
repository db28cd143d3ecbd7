//! Walks of a drawn person: what is found from good ones, and what is said to bad ones.

mod bad;
mod bumped;
mod figure;
mod placed;

use nalgebra::{Matrix3, Rotation3};

use self::figure::{Detector, Filmed, GOOD, POOR, Path, corners, everywhere, film, lens, looking, rolled};
use super::*;
use crate::camera::{Camera, Point};

fn views(cameras: &[Filmed], focal: Focal) -> Vec<View> {
    let view = |filmed: &Filmed| View {
        name: filmed.name.clone(),
        size: filmed.camera.lens.size,
        model: "same".to_owned(),
        focal,
    };
    cameras.iter().map(view).collect()
}

fn walk(cameras: &[Filmed], focal: Focal, path: Path, seconds: f64, detector: Detector) -> Walk {
    let mut walk = Walk::new(views(cameras, focal)).unwrap();
    for (camera, at_ms, bodies) in film(cameras, &[path], seconds, detector) {
        walk.add(&camera, at_ms, &bodies);
    }
    walk
}

/// How far cameras are from where they hang, after the best similarity.
#[derive(Debug)]
struct Off {
    /// Farthest centre, m; largest turn, degrees; tilt of the floor, degrees; metres for one of the calibration.
    centre_m: f64,
    turn_deg: f64,
    tilt_deg: f64,
    size: f64,
    floor_m: f64,
}

fn off(found: &[Found], cameras: &[Filmed]) -> Off {
    let both: Vec<(&Camera, &Camera)> =
        found.iter().map(|found| &found.camera).zip(cameras.iter().map(|filmed| &filmed.camera)).collect();
    let turns: Matrix3<f64> = both.iter().map(|(is, was)| was.rotation.transpose() * is.rotation).sum();
    let turn = Rotation3::from_matrix(&turns);
    let count = both.len() as f64;
    let from = both.iter().map(|(is, _)| is.centre).sum::<Point>() / count;
    let to = both.iter().map(|(_, was)| was.centre).sum::<Point>() / count;
    let along: f64 = both.iter().map(|(is, was)| (turn * (is.centre - from)).dot(&(was.centre - to))).sum();
    let size = along / both.iter().map(|(is, _)| (is.centre - from).norm_squared()).sum::<f64>();
    let centre = both.iter().map(|(is, was)| (turn * (is.centre - from) * size + to - was.centre).norm());
    let turned = both.iter().map(|(is, was)| {
        Rotation3::from_matrix(&(is.rotation * turn.matrix().transpose() * was.rotation.transpose())).angle()
    });
    Off {
        centre_m: centre.fold(0.0, f64::max),
        turn_deg: turned.fold(0.0, f64::max).to_degrees(),
        tilt_deg: (turn * Point::z()).z.clamp(-1.0, 1.0).acos().to_degrees(),
        size,
        floor_m: (to - turn * from * size).z,
    }
}

fn found(walk: &Walk) -> Calibrated {
    walk.calibrate(1.75).unwrap_or_else(|refused| panic!("{refused}; {:?}", walk.coverage()))
}

fn refused(walk: &Walk) -> Refused {
    walk.calibrate(1.75).map(|found| found.findings).unwrap_err()
}

#[test]
fn a_walk_finds_cameras_of_every_kind() {
    for (view_deg, k1, detector, far_m, turn_deg) in [
        (58.0, 0.0, GOOD, 0.02, 0.4),
        (84.0, 0.05, GOOD, 0.02, 0.4),
        (84.0, -0.08, POOR, 0.05, 1.0),
        (105.0, -0.1, POOR, 0.05, 1.2),
    ] {
        let cameras = corners(lens(view_deg, k1));
        let walk = walk(&cameras, Focal::Unknown, everywhere, 60.0, detector);
        assert_eq!(walk.coverage().missing, []);
        let found = found(&walk);
        let off = off(&found.cameras, &cameras);
        let case = format!("{view_deg} degrees, {k1}: {off:?}, {:?}", found.findings);
        assert!(off.centre_m < far_m && off.turn_deg < turn_deg, "{case}");
        assert!(off.tilt_deg < 2.0 && (0.9..1.1).contains(&off.size) && off.floor_m.abs() < 0.12, "{case}");
        let true_px = cameras[0].camera.lens.focal_px;
        let focal = found.cameras[0].camera.lens.focal_px / true_px;
        assert!(
            (focal - 1.0).abs() < 0.03 && (focal - 1.0).abs() < 2.0 * found.cameras[0].focal_deviation,
            "{case}: {focal}"
        );
        assert_eq!(found.findings, [], "{case}");
        assert_eq!(found.overlaps.len(), 6, "{case}");
    }
}

#[test]
fn clocks_that_are_seconds_off_are_found_and_said() {
    let mut cameras = corners(lens(84.0, 0.0));
    cameras[1].ahead_ms = 2900;
    cameras[3].ahead_ms = -1340;
    let found = found(&walk(&cameras, Focal::Unknown, everywhere, 60.0, GOOD));
    let base = found.cameras[0].clock_ahead_ms;
    for (camera, filmed) in found.cameras.iter().zip(&cameras) {
        let ahead_ms = camera.clock_ahead_ms - base;
        assert!(
            (ahead_ms - filmed.ahead_ms as f64).abs() < 25.0,
            "{}: {ahead_ms} for {}",
            filmed.name,
            filmed.ahead_ms
        );
    }
    let said: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("the clock of camera 2 is 2.9 s ahead"), "{said:?}");
    assert!(said[1].starts_with("the clock of camera 4 is 1.3 s behind"), "{said:?}");
    let off = off(&found.cameras, &cameras);
    assert!(off.centre_m < 0.03 && off.turn_deg < 0.6, "{off:?}");
}

#[test]
fn two_cameras_that_do_not_tell_their_focal_length_say_so_and_come_close() {
    let all = corners(lens(84.0, 0.0));
    for cameras in [all[..2].to_vec(), vec![all[0].clone(), all[2].clone()]] {
        let found = found(&walk(&cameras, Focal::Unknown, everywhere, 60.0, GOOD));
        let guess = |finding: &Finding| matches!(finding, Finding::FocalOpen { from: FocalFrom::Guess, .. });
        assert!(found.findings.iter().any(guess), "{:?}", found.findings);
        let off = off(&found.cameras, &cameras);
        assert!(off.turn_deg < 2.0 && (0.9..1.1).contains(&off.size), "{off:?}");
    }
}

#[test]
fn a_focal_length_that_was_given_is_kept_where_the_walk_does_not_tell_it() {
    let cameras = corners(lens(84.0, 0.0))[..2].to_vec();
    let found = found(&walk(&cameras, Focal::Near(360.0), everywhere, 60.0, GOOD));
    assert!((found.cameras[0].camera.lens.focal_px - 360.0).abs() < 1e-9);
    let kept = Finding::FocalOpen { camera: "1".to_owned(), used_px: 360.0, from: FocalFrom::Given };
    assert_eq!(found.findings, [kept]);
}

#[test]
fn a_focal_length_that_does_not_fit_is_said_or_mended() {
    let cameras = corners(lens(84.0, 0.0));
    let true_px = cameras[0].camera.lens.focal_px;
    let fixed = found(&walk(&cameras, Focal::Fixed(true_px), everywhere, 60.0, GOOD));
    assert_eq!((fixed.findings, fixed.cameras[0].focal_deviation), (vec![], 0.0));
    let wrong = found(&walk(&cameras, Focal::Fixed(420.0), everywhere, 60.0, GOOD));
    let doubtful = |finding: &Finding| matches!(finding, Finding::FocalDoubtful { fits_px, given_px, .. } if *given_px == 420.0 && (fits_px - true_px).abs() < 12.0);
    assert!(wrong.findings.iter().any(doubtful), "{:?}", wrong.findings);
    assert_eq!(wrong.cameras[0].camera.lens.focal_px, 420.0);
    let near = found(&walk(&cameras, Focal::Near(380.0), everywhere, 60.0, GOOD));
    assert!((near.cameras[0].camera.lens.focal_px - true_px).abs() < 5.0, "{:?}", near.cameras[0].camera.lens);
}

#[test]
fn cameras_of_different_models_and_sizes_have_lenses_of_their_own() {
    let mut cameras = corners(lens(84.0, 0.0));
    for (index, view_deg) in [(0, 70.0), (2, 95.0)] {
        cameras[index].camera.lens = lens(view_deg, -0.03);
    }
    // One camera gives pictures of twice the size.
    let large = &mut cameras[1].camera.lens;
    (large.focal_px, large.centre, large.size) = (large.focal_px * 2.0, large.centre * 2.0, [1280.0, 720.0]);
    let own = views(&cameras, Focal::Unknown).into_iter().map(|view| View { model: view.name.clone(), ..view });
    let mut walk = Walk::new(own.collect()).unwrap();
    for (camera, at_ms, bodies) in film(&cameras, &[everywhere], 60.0, GOOD) {
        walk.add(&camera, at_ms, &bodies);
    }
    let found = found(&walk);
    let off = off(&found.cameras, &cameras);
    assert!(off.centre_m < 0.04 && off.turn_deg < 0.6, "{off:?}");
    for (found, filmed) in found.cameras.iter().zip(&cameras) {
        let ratio = found.camera.lens.focal_px / filmed.camera.lens.focal_px;
        assert!((ratio - 1.0).abs() < 0.02, "{}: {ratio}", found.name);
    }
}

#[test]
fn a_row_of_cameras_along_an_aisle_is_chained() {
    let place = |index: i64| {
        let (x, side) = (index as f64 * 2.5, if index % 2 == 0 { 1.2 } else { -1.2 });
        let camera = looking([x, 0.3, 2.5], [x + side, 2.2, 0.9], lens(84.0, 0.0));
        Filmed { name: index.to_string(), camera, every_ms: 100 + 13 * index, ahead_ms: 0 }
    };
    let cameras: Vec<Filmed> = (0..6).map(place).collect();
    let along: Path = |at_s| [6.0 + 7.0 * (0.15 * at_s).sin(), 2.0 + 0.9 * (0.5 * at_s).sin()];
    let walk = walk(&cameras, Focal::Unknown, along, 90.0, GOOD);
    assert_eq!(walk.coverage().missing, []);
    let off = off(&found(&walk).cameras, &cameras);
    assert!(off.centre_m < 0.06 && off.turn_deg < 0.8, "{off:?}");
}

#[test]
fn a_camera_that_hangs_upside_down_or_on_its_side_is_found_and_said() {
    for roll_deg in [180.0, 90.0] {
        let mut cameras = corners(lens(84.0, 0.0));
        cameras[2].camera = rolled(cameras[2].camera.clone(), roll_deg);
        let found = found(&walk(&cameras, Focal::Unknown, everywhere, 60.0, GOOD));
        let off = off(&found.cameras, &cameras);
        assert!(off.centre_m < 0.02 && off.turn_deg < 0.4, "{off:?}");
        let said: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("camera 3 is turned by {roll_deg:.0} degrees")), "{said:?}");
    }
}

#[test]
fn the_same_frames_give_the_same_cameras_in_whatever_order_they_come() {
    let cameras = corners(lens(84.0, 0.0))[..3].to_vec();
    let frames = film(&cameras, &[everywhere], 25.0, POOR);
    let calibrated = |frames: &[(String, i64, Vec<domain::body::Body>)]| {
        let mut walk = Walk::new(views(&cameras, Focal::Unknown)).unwrap();
        for (camera, at_ms, bodies) in frames {
            walk.add(camera, *at_ms, bodies);
        }
        walk.calibrate(1.75)
    };
    let mut mixed = frames.clone();
    mixed.reverse();
    assert_eq!(calibrated(&frames), calibrated(&mixed));
}
