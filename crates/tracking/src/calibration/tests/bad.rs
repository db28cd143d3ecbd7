//! Walks that give no calibration, or hardly one: each gets its own clear word, and none a panic.

use domain::body::{Body, Joint, KeyPoint};
use proptest::prelude::*;

use super::figure::{self, Dice, detect};
use super::*;

fn add(walk: &mut Walk, frames: Vec<(String, i64, Vec<Body>)>, later_ms: i64) {
    for (camera, at_ms, bodies) in frames {
        walk.add(&camera, at_ms + later_ms, &bodies);
    }
}

fn body(at: impl FnMut(usize) -> (f32, f32)) -> Body {
    let mut at = at;
    let points = std::array::from_fn(|index| {
        let (x, y) = at(index);
        KeyPoint { x, y, score: 0.9 }
    });
    Body { score: 0.9, bounds: [100.0, 100.0, 200.0, 300.0], points }
}

#[test]
fn views_that_cannot_be_calibrated_are_refused() {
    let view =
        |name: &str| View { name: name.to_owned(), size: [640.0, 360.0], model: String::new(), focal: Focal::Unknown };
    let refused = |views: Vec<View>| Walk::new(views).map(|_| ()).unwrap_err().to_string();
    assert_eq!(refused(vec![]), "two to 8 cameras can be calibrated together, not 0");
    assert_eq!(refused(vec![view("1")]), "two to 8 cameras can be calibrated together, not 1");
    let nine: Vec<View> = (0..9).map(|index| view(&index.to_string())).collect();
    assert_eq!(refused(nine), "two to 8 cameras can be calibrated together, not 9");
    assert_eq!(refused(vec![view("1"), view("1")]), "camera 1: another camera has the same name");
    let no_size = View { size: [f64::NAN, 360.0], ..view("2") };
    assert_eq!(refused(vec![view("1"), no_size]), "camera 2: its pictures have no usable size");
    for focal in [Focal::Near(f64::NAN), Focal::Fixed(-300.0), Focal::Fixed(5.0)] {
        let wrong = View { focal, ..view("2") };
        assert_eq!(refused(vec![view("1"), wrong]), "camera 2: its focal length does not fit the size of its pictures");
    }
    let walk = Walk::new(vec![view("1"), view("2")]).unwrap();
    assert_eq!(walk.calibrate(f64::NAN), Err(Refused::Height));
    assert_eq!(walk.calibrate(17.5), Err(Refused::Height));
}

#[test]
fn frames_that_say_nothing_are_told_apart() {
    let mut walk = Walk::new(views(&corners(lens(84.0, 0.0)), Focal::Unknown)).unwrap();
    let good = body(|index| (150.0, 100.0 + index as f32));
    let mut broken = good;
    broken.points[3].x = f32::NAN;
    let beside = Body { bounds: [400.0, 100.0, 500.0, 300.0], ..good };
    assert_eq!(walk.add("1", 0, &[]), Taken::Empty);
    assert_eq!(walk.add("1", 0, &[Body { score: 0.05, ..good }]), Taken::Empty);
    assert_eq!(walk.add("1", 0, &[broken]), Taken::Broken);
    assert_eq!(walk.add("1", 0, &[good, beside]), Taken::Ambiguous);
    assert_eq!(walk.add("9", 0, &[good]), Taken::UnknownCamera);
    assert_eq!(walk.add("1", 0, &[good, good]), Taken::Kept, "the same person, found twice");
    assert_eq!(walk.add("1", 5, &[good]), Taken::Thinned);
    assert_eq!(walk.add("1", i64::MIN, &[good]), Taken::Kept);
    assert_eq!(walk.add("1", i64::MAX, &[good]), Taken::Kept);
    assert_eq!(walk.coverage().cameras[0].ambiguous, 1);
    assert!(matches!(walk.calibrate(1.75), Err(Refused::TooFewFrames { .. })));
}

#[test]
fn no_frames_at_all_say_what_is_missing() {
    let walk = Walk::new(views(&corners(lens(84.0, 0.0))[..2], Focal::Unknown)).unwrap();
    let missing: Vec<String> = walk.coverage().missing.iter().map(ToString::to_string).collect();
    let hardly = |camera| format!("camera {camera} has hardly seen you: walk where it sees you from head to foot");
    assert_eq!(missing, [hardly(1), hardly(2), "walk where cameras 1 and 2 both see you".to_owned()]);
    assert_eq!(refused(&walk), Refused::TooFewFrames { camera: "1".to_owned(), frames: 0 });
}

#[test]
fn a_walk_along_a_line_or_none_is_refused() {
    let cameras = corners(lens(84.0, 0.0));
    let line: Path = |at_s| [3.0 + 2.0 * (0.4 * at_s).sin(), 2.0 + 0.04 * (3.0 * at_s).sin()];
    let refusal = refused(&walk(&cameras, Focal::Unknown, line, 60.0, GOOD));
    assert!(matches!(refusal, Refused::OneLine { width_m } if width_m < 0.3), "{refusal}");
    let slanting: Path = |at_s| [3.0 + 1.6 * (0.4 * at_s).sin(), 2.0 + 0.9 * (0.4 * at_s).sin()];
    let refusal = refused(&walk(&cameras, Focal::Unknown, slanting, 60.0, POOR));
    assert!(matches!(refusal, Refused::OneLine { width_m } if width_m < 0.3), "{refusal}");
    let still: Path = |_| [3.0, 2.0];
    assert_eq!(refused(&walk(&cameras, Focal::Unknown, still, 60.0, GOOD)), Refused::StoodStill);
}

#[test]
fn cameras_that_share_nothing_are_named() {
    let mut cameras = corners(lens(84.0, 0.0));
    // The fourth looks at another part of the store, through which the walk goes as well.
    cameras[3].camera = looking([9.5, -4.5, 2.4], [13.0, -8.0, 0.8], lens(84.0, 0.0));
    let both: Path = |at_s| {
        let [x, y] = everywhere(at_s);
        if at_s < 30.0 { [x, y] } else { [x + 10.0, y - 10.0] }
    };
    let walk = walk(&cameras, Focal::Unknown, both, 60.0, GOOD);
    let wanted = walk.coverage().missing;
    let overlap = |missing: &Missing| matches!(missing, Missing::Overlap { cameras } if cameras[1] == "4");
    assert_eq!(wanted.iter().filter(|missing| overlap(missing)).count(), 1, "{wanted:?}");
    let refusal = refused(&walk);
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(refusal, Refused::NoOverlap(names(&["1", "2", "3"]), names(&["4"])), "{refusal}");
}

#[test]
fn two_cameras_in_one_place_are_refused() {
    let mut cameras = corners(lens(84.0, 0.0))[..2].to_vec();
    cameras[1].camera = cameras[0].camera.clone();
    cameras[1].camera.centre.x += 0.06;
    let refusal = refused(&walk(&cameras, Focal::Unknown, everywhere, 60.0, GOOD));
    assert_eq!(refusal, Refused::SamePlace(["1".to_owned(), "2".to_owned()]), "{refusal}");
}

#[test]
fn a_crowd_is_refused_and_a_camera_that_moves_is_said() {
    let cameras = corners(lens(84.0, 0.0));
    let mut crowd = Walk::new(views(&cameras, Focal::Unknown)).unwrap();
    add(&mut crowd, film(&cameras, &[everywhere, |at_s| everywhere(at_s * 0.8 + 20.0)], 60.0, GOOD), 0);
    assert!(crowd.coverage().missing.contains(&Missing::Crowded { camera: "1".to_owned() }));
    assert!(matches!(refused(&crowd), Refused::Crowded { .. }));

    let mut moved = walk(&cameras, Focal::Unknown, everywhere, 30.0, GOOD);
    let mut after = cameras.clone();
    after[1].camera = rolled(looking([5.3, 0.2, 2.5], [3.5, 2.6, 0.8], lens(84.0, 0.0)), 5.0);
    add(&mut moved, film(&after, &[|at_s| everywhere(at_s + 30.0)], 30.0, GOOD), 30_000);
    let said = found(&moved).findings;
    assert!(matches!(&said[..], [Finding::Unfit { camera, share }] if camera == "2" && *share > 0.4), "{said:?}");
}

#[test]
fn pictures_that_stand_still_and_networks_that_guess_are_refused() {
    let cameras = corners(lens(84.0, 0.0));
    let mut dice = Dice(5);
    let mut guess = || body(|_| ((dice.share() * 640.0) as f32, (dice.share() * 360.0) as f32));
    let (mut one_place, mut guesses) =
        (Walk::new(views(&cameras, Focal::Unknown)).unwrap(), Walk::new(views(&cameras, Focal::Unknown)).unwrap());
    for at in 0..300 {
        for filmed in &cameras {
            one_place.add(&filmed.name, at * 100, &[body(|_| (150.0, 150.0))]);
            guesses.add(&filmed.name, at * 100, &[guess()]);
        }
    }
    assert!(matches!(refused(&one_place), Refused::StoodStill | Refused::NotUpright { .. }));
    assert_eq!(refused(&guesses), Refused::NotUpright { camera: "1".to_owned() });

    let mut frozen = walk(&cameras[..3], Focal::Unknown, everywhere, 30.0, GOOD);
    frozen.recording = super::super::recording::Recording::new(3, 6000);
    add(&mut frozen, film(&cameras[..2], &[everywhere], 30.0, GOOD), 0);
    let picture = detect(&cameras[2].camera, &figure::joints(everywhere, 0.0, 1.75), GOOD, &mut Dice(1)).unwrap();
    for at in 0..300 {
        frozen.add("3", at * 100, &[picture]);
    }
    assert_eq!(refused(&frozen), Refused::Frozen { camera: "3".to_owned() });
}

#[test]
fn somebody_who_sits_down_for_a_while_disturbs_nothing() {
    let cameras = corners(lens(84.0, 0.0));
    let mut sat = walk(&cameras, Focal::Unknown, everywhere, 45.0, GOOD);
    for filmed in &cameras {
        let mut dice = Dice(7);
        for at_ms in (46_000..76_000).step_by(filmed.every_ms as usize) {
            let mut joints = figure::joints(|_| [2.2, 2.4], 0.0, 1.75);
            for joint in Joint::ALL {
                let at = &mut joints[joint.index()];
                match joint {
                    Joint::LeftAnkle | Joint::RightAnkle => at.x += 0.45,
                    Joint::LeftKnee | Joint::RightKnee => at.x += 0.45,
                    Joint::LeftHip | Joint::RightHip => at.z = 0.5,
                    _ => at.z -= 0.43,
                }
            }
            sat.add(
                &filmed.name,
                at_ms,
                &detect(&filmed.camera, &joints, GOOD, &mut dice).into_iter().collect::<Vec<_>>(),
            );
        }
    }
    let found = found(&sat);
    let off = off(&found.cameras, &cameras);
    assert!(off.centre_m < 0.03 && off.turn_deg < 0.5, "{off:?}");
    assert!((0.9..1.1).contains(&off.size) && off.tilt_deg < 2.0, "{off:?}");
}

#[test]
fn an_hour_of_frames_stays_within_bounds_and_still_calibrates() {
    let mut cameras = corners(lens(84.0, 0.0))[..2].to_vec();
    (cameras[0].every_ms, cameras[1].every_ms, cameras[1].ahead_ms) = (100, 67, 1500);
    let mut walk = walk(&cameras, Focal::Fixed(cameras[0].camera.lens.focal_px), everywhere, 3600.0, GOOD);
    assert!((0..2).all(|camera| walk.recording.frames(camera) <= 6000 && walk.recording.frames(camera) > 1000));
    let off = off(&found(&walk).cameras, &cameras);
    assert!(off.centre_m < 0.03 && off.turn_deg < 0.5, "{off:?}");
    // A camera that sends a thousand frames a second fills no memory either.
    let one = body(|index| (150.0, 100.0 + index as f32));
    for at_ms in 0..60_000 {
        walk.add("1", 4_000_000 + at_ms, &[one]);
    }
    assert!(walk.recording.frames(0) <= 6000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn whatever_comes_there_is_an_answer(seed: u64, wild in 0.0..1.0_f64, cameras in 2..4_usize) {
        let filmed = corners(lens(84.0, 0.0))[..cameras].to_vec();
        let mut walk = Walk::new(views(&filmed, Focal::Unknown)).unwrap();
        let mut dice = Dice(seed);
        for (camera, at_ms, mut bodies) in film(&filmed, &[everywhere], 12.0, POOR) {
            for point in bodies.iter_mut().flat_map(|body| &mut body.points) {
                if dice.share() < wild {
                    point.x = ((dice.share() - 0.5) * 10_f64.powf(dice.share() * 38.0)) as f32;
                }
            }
            let at_ms = if dice.share() < wild * 0.1 { (dice.share() * 1e18) as i64 } else { at_ms };
            walk.add(&camera, at_ms, &bodies);
        }
        if let Ok(found) = walk.calibrate(1.75) {
            for found in found.cameras {
                prop_assert!(found.camera.centre.iter().chain(found.camera.rotation.iter()).all(|part| part.is_finite()));
                prop_assert!(found.camera.lens.focal_px > 0.0 && found.camera.lens.k1.is_finite());
            }
        }
    }
}
