//! People of sticks in a drawn store: who is followed, who is exchanged, and who is never there.

mod stage;

use domain::body::{Body, Joint, KeyPoint};
use stage::{STEP_MS, Stage, Sticks, body, room, who};

use crate::room::Place;

const ENTRY: [f64; 2] = [1.2, 2.0];
const EXIT: [f64; 2] = [4.8, 2.0];

#[test]
fn one_person_is_one_track_from_the_entry_to_the_exit() {
    let mut stage = Stage::new(1);
    let step = stage.walk(3.0, &[(ENTRY, [3.0, 1.2])]);
    let [walker] = step.people.as_slice() else { panic!("{} people", step.people.len()) };
    assert!((walker.place - Place::new(3.0, 1.2)).norm() < 0.12, "{}", walker.place);
    assert_eq!(walker.shares.of(1), 1.0);
    // The right hand is held out, ahead of the body.
    let hand = walker.hands.iter().map(|hand| (hand.xy() - walker.place).norm()).fold(0.0, f64::max);
    assert!((0.35..0.65).contains(&hand), "{hand}");
    stage.walk(2.0, &[([3.0, 1.2], EXIT)]);
    stage.walk(1.5, &[]);
    assert_eq!(stage.left, [(1, 1.0)]);
    assert_eq!(stage.visits, 1);
    assert!(stage.tracker.people().is_empty());
}

#[test]
fn people_who_keep_their_distance_are_never_in_doubt() {
    let mut stage = Stage::new(2);
    stage.walk(2.0, &[(ENTRY, [3.0, 1.0])]);
    let step = stage.walk(4.0, &[([3.0, 1.0], [3.5, 1.4]), (ENTRY, [3.5, 2.3])]);
    assert_eq!(step.people.len(), 2);
    assert!(who(&step, [3.5, 1.4], 1).unwrap() > 0.99);
    assert!(who(&step, [3.5, 2.3], 2).unwrap() > 0.99);
}

#[test]
fn whoever_was_lost_is_found_again_and_after_half_an_hour_given_up() {
    for (minutes, found) in [(1, 1), (29, 1), (31, 0)] {
        let mut stage = Stage::new(3);
        stage.walk(2.0, &[(ENTRY, [3.0, 1.2])]);
        stage.at_ms += minutes * 60_000;
        let step = stage.walk(2.0, &[([3.0, 1.2], [3.0, 1.2])]);
        assert_eq!(step.people.len(), found, "after {minutes} minutes");
        assert!(step.people.iter().all(|walker| walker.shares.of(1) > 0.9));
    }
}

#[test]
fn two_who_pass_each_other_at_a_walk_keep_their_names() {
    for seed in 0..8 {
        let mut stage = Stage::new(100 + seed);
        stage.walk(2.0, &[(ENTRY, [3.8, 2.0])]);
        stage.walk(1.0, &[([3.8, 2.0], [3.8, 2.0]), (ENTRY, [2.2, 2.0])]);
        let step = stage.walk(1.6, &[([3.8, 2.0], [2.2, 2.05]), ([2.2, 2.0], [3.8, 1.95])]);
        let (one, two) = (who(&step, [2.2, 2.05], 1), who(&step, [3.8, 1.95], 2));
        assert!(one.unwrap() > 0.8 && two.unwrap() > 0.8, "seed {seed}: {one:?}, {two:?}");
    }
}

#[test]
fn two_who_stand_in_one_place_for_long_are_in_doubt_and_never_surely_the_other() {
    for seed in 0..6 {
        let mut stage = Stage::new(200 + seed);
        stage.walk(2.0, &[(ENTRY, [3.0, 1.95])]);
        stage.walk(1.5, &[([3.0, 1.95], [3.0, 1.95]), (ENTRY, [2.95, 2.02])]);
        stage.walk(6.0, &[([3.0, 1.95], [2.97, 2.0]), ([2.95, 2.02], [2.98, 1.97])]);
        let step = stage.walk(1.5, &[([2.97, 2.0], [3.0, 0.9]), ([2.98, 1.97], [3.0, 3.1])]);
        let (one, two) = (who(&step, [3.0, 0.9], 1), who(&step, [3.0, 3.1], 2));
        for share in [one, two].into_iter().flatten() {
            assert!((0.05..0.95).contains(&share), "seed {seed}: {one:?}, {two:?}");
        }
    }
}

#[test]
fn a_visit_is_one_person_also_where_nobody_knows_which() {
    let mut stage = Stage::new(7);
    stage.walk(2.0, &[(ENTRY, [3.0, 1.95])]);
    stage.walk(1.5, &[([3.0, 1.95], [3.0, 1.95]), (ENTRY, [2.95, 2.02])]);
    stage.walk(5.0, &[([3.0, 1.95], [2.97, 2.0]), ([2.95, 2.02], [2.98, 1.97])]);
    let step = stage.walk(1.5, &[([2.97, 2.0], [3.0, 0.9]), ([2.98, 1.97], [3.0, 3.1])]);
    let sum = |visit| step.people.iter().map(|walker| walker.shares.of(visit)).sum::<f64>();
    for visit in [1, 2] {
        assert!((sum(visit) - 1.0).abs() < 0.05, "visit {visit} is {} people", sum(visit));
    }
}

#[test]
fn nobody_is_born_away_from_a_gate_or_from_a_thing_that_one_camera_sees() {
    let mut stage = Stage::new(3);
    // A poster in the middle of the room, seen by all; nobody came in.
    let poster = Sticks { place: Place::new(3.0, 3.0), facing: 0.5 };
    for _ in 0..50 {
        assert!(stage.step(&[poster]).people.is_empty());
    }
    // A mirror before one camera, which shows somebody at the gate whom no other camera sees.
    let mut stage = Stage::new(4);
    let cameras = room().cameras;
    let mirrored = Sticks { place: Place::from(ENTRY), facing: 0.0 };
    for _ in 0..50 {
        let seen = body(&mirrored, &cameras[1], &mut stage.noise);
        let step = stage.step_with(&[Vec::new(), seen.into_iter().collect(), Vec::new(), Vec::new()]);
        assert!(step.people.is_empty());
    }
    assert_eq!(stage.visits, 0);
}

#[test]
fn whoever_was_lost_and_appears_elsewhere_is_that_one() {
    let mut stage = Stage::new(5);
    stage.walk(2.0, &[(ENTRY, [3.0, 1.0])]);
    stage.walk(2.5, &[]);
    let step = stage.walk(1.5, &[([4.0, 2.6], [4.2, 2.8])]);
    assert_eq!(stage.visits, 1, "nobody came in");
    assert_eq!(who(&step, [4.2, 2.8], 1), Some(1.0));
    // Of two who were lost it is the nearer one, but nobody is sure.
    let mut stage = Stage::new(6);
    stage.walk(2.0, &[(ENTRY, [3.0, 0.9])]);
    stage.walk(2.5, &[([3.0, 0.9], [3.0, 0.9]), (ENTRY, [3.0, 3.0])]);
    stage.walk(2.5, &[]);
    let step = stage.walk(1.5, &[([3.6, 2.4], [3.7, 2.4])]);
    let share = who(&step, [3.7, 2.4], 2).expect("somebody is there");
    assert!((0.5..0.99).contains(&share), "{share}");
}

#[test]
fn whoever_stands_at_the_gate_after_another_passed_it_comes_in_once_and_there() {
    for seed in 0..40 {
        let mut stage = Stage::new(300 + seed);
        stage.walk(2.4, &[(ENTRY, ENTRY)]);
        stage.walk(1.2, &[(ENTRY, [2.2, 2.0])]);
        let step = stage.walk(2.5, &[([2.2, 2.0], [3.6, 2.0]), (ENTRY, ENTRY)]);
        assert_eq!(stage.visits, 2, "seed {seed}: two came in");
        let (one, two) = (who(&step, [3.6, 2.0], 1), who(&step, ENTRY, 2));
        assert!(one > Some(0.9) && two > Some(0.9), "seed {seed}: {one:?}, {two:?}");
    }
}

#[test]
fn a_visit_that_opened_first_waits_for_whoever_comes_in_next() {
    let mut stage = Stage::new(8);
    stage.tracker.open(77, 0);
    for _ in 0..20 {
        stage.step(&[]);
    }
    for step in 0..15 {
        let place = Place::from(ENTRY) + Place::new(0.08 * f64::from(step), 0.0);
        stage.step(&[Sticks { place, facing: 0.0 }]);
    }
    assert!(stage.tracker.people()[0].shares.of(77) == 1.0);
    stage.tracker.close(77);
    assert!(stage.tracker.people().is_empty(), "the visit is over");
}

#[test]
fn whoever_came_in_long_before_a_visit_opened_is_not_its_shopper() {
    let mut stage = Stage::new(12);
    let mut step = |seconds: f64, from: [f64; 2], to: [f64; 2]| {
        for tenth in 0..(seconds * 10.0) as i32 {
            let part = f64::from(tenth) / (seconds * 10.0);
            let place = Place::from(from) + (Place::from(to) - Place::from(from)) * part;
            stage.at_ms += STEP_MS;
            let cameras = stage.tracker.room().cameras.clone();
            let people = [Sticks { place, facing: 0.0 }];
            let bodies: Vec<_> = cameras.iter().map(|camera| stage::seen(&people, camera, &mut stage.noise)).collect();
            let views: Vec<_> = bodies
                .iter()
                .enumerate()
                .map(|(camera, bodies)| crate::tracker::View { camera, at_ms: stage.at_ms, bodies })
                .collect();
            stage.tracker.step(stage.at_ms, &views);
        }
    };
    // Somebody of the staff, for whom no visit opens.
    step(2.0, ENTRY, [3.0, 1.0]);
    step(25.0, [3.0, 1.0], [3.2, 1.0]);
    stage.tracker.open(5, stage.at_ms);
    let people = stage.tracker.people();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].shares.of(5), 0.0);
}

#[test]
fn numbers_that_are_none_and_sixty_people_at_once_do_no_harm() {
    let mut stage = Stage::new(9);
    let point = KeyPoint { x: f32::NAN, y: 10.0, score: 0.9 };
    let broken = Body { score: 0.9, bounds: [0.0; 4], points: [point; Joint::COUNT] };
    let far = KeyPoint { x: 1e30, y: -1e30, score: 1.0 };
    let absurd = Body { score: 1.0, bounds: [0.0; 4], points: [far; Joint::COUNT] };
    for _ in 0..10 {
        assert!(stage.step_with(&vec![vec![broken, absurd]; 4]).people.is_empty());
    }
    let crowd: Vec<Sticks> = (0..60)
        .map(|number| Sticks {
            place: Place::new(0.5 + 0.5 * f64::from(number % 10), 0.4 + 0.5 * f64::from(number / 10)),
            facing: 1.0,
        })
        .collect();
    for _ in 0..30 {
        let step = stage.step(&crowd);
        for walker in &step.people {
            assert!(walker.place.iter().chain(walker.head.iter()).all(|number| number.is_finite()));
            assert!(walker.shares.iter().all(|(_, share)| (0.0..=1.0 + 1e-9).contains(&share)));
        }
    }
}

#[test]
fn a_clock_that_steps_back_and_a_camera_that_nobody_knows_are_survived() {
    let mut stage = Stage::new(10);
    stage.walk(2.0, &[(ENTRY, [3.0, 1.5])]);
    stage.at_ms -= 20 * STEP_MS;
    let step = stage.walk(1.0, &[([3.0, 1.5], [3.2, 1.6])]);
    assert_eq!(who(&step, [3.2, 1.6], 1), Some(1.0), "lost for a moment, and found again");
    stage.step_with(&vec![Vec::new(); 9]);
    assert_eq!(stage.visits, 1);
}

#[test]
fn the_same_frames_give_the_same_people() {
    let run = || {
        let mut stage = Stage::new(11);
        stage.walk(2.0, &[(ENTRY, [3.0, 2.0])]);
        stage.walk(2.0, &[([3.0, 2.0], [2.0, 2.0]), (ENTRY, [3.5, 2.0])]).people
    };
    assert_eq!(run(), run());
}
