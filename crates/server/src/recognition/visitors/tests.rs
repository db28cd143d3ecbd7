//! Visitors whose likeness is known, before a camera.

use uuid::Uuid;
use vision::{Detection, Quality};

use super::*;

fn shopper(number: u128) -> ShopperId {
    ShopperId(Uuid::from_u128(number))
}

/// The unit vector along one axis, with so much of another.
fn looks(person: usize, of_another: usize, noise: f32) -> Embedding {
    let mut values = vec![0.0; vision::shipped::DIMENSION];
    values[person] = 1.0;
    values[of_another] += noise;
    Embedding::new(values).unwrap()
}

/// A good picture of somebody, a little different in each frame.
fn face(person: usize, frame: usize) -> Face {
    face_like(looks(person, 100 + frame, 0.3))
}

fn face_like(embedding: Embedding) -> Face {
    let detection = Detection { bbox: [100.0, 100.0, 100.0, 120.0], landmarks: [[0.0; 2]; 5], score: 0.9 };
    Face { detection, quality: Quality::usual(), embedding }
}

fn turned_away(frame: usize) -> Face {
    let mut face = face(90, frame);
    face.quality.yaw_degrees = 80.0;
    face
}

/// A camera, with shoppers 0 to 9 enrolled.
struct Scene {
    place: Place,
    gallery: Gallery<ShopperId>,
    inside: BTreeSet<ShopperId>,
    visitors: Visitors,
    frames: usize,
    pictures: Pictures,
}

impl Scene {
    fn new(place: Place, inside: &[u128]) -> Self {
        let mut gallery = Gallery::new();
        for number in 0..10 {
            let who = shopper(number);
            gallery.insert(who, enrolment_reference(who), looks(number as usize, 99, 0.2));
        }
        let inside = inside.iter().map(|&number| shopper(number)).collect();
        Self { place, gallery, inside, visitors: Visitors::new(), frames: 0, pictures: Pictures::Off }
    }

    fn see(&mut self, face: Face) -> Judged {
        let params = |fpir| DecisionParams { fpir, ..DecisionParams::default() };
        let rules = Rules {
            calibration: Calibration::shipped(),
            gate: params(1e-3),
            shelf: params(1e-2),
            pictures: self.pictures,
            random: || 0,
        };
        let among = Among { place: self.place, gallery: &self.gallery, inside: &self.inside };
        self.frames += 1;
        let frame = Frame::from_rgb(32, 32, vec![self.frames as u8; 32 * 32 * 3]).unwrap();
        self.visitors.see(&frame, &[face], 200 * self.frames as i64, &among, &rules)[0]
    }

    fn known(&mut self, face: Face) -> Option<u128> {
        match self.see(face).identity {
            Identity::Known { shopper, .. } => Some(shopper.0.as_u128()),
            Identity::Unknown | Identity::Ambiguous | Identity::Undecided => None,
        }
    }
}

#[test]
fn a_clear_face_is_known_at_once_and_its_likeness_is_remembered() {
    let mut entry = Scene::new(Place::Entry, &[]);
    assert_eq!(entry.known(face(3, 0)), Some(3));
    assert_eq!(entry.visitors.entered(shopper(3)).map(|likeness| likeness.frames), Some(1));
    assert!(entry.visitors.entered(shopper(4)).is_none());
    entry.visitors.forget(shopper(3));
    assert!(entry.visitors.entered(shopper(3)).is_none());
}

#[test]
fn weak_frames_are_gathered_before_a_word_is_said() {
    let mut entry = Scene::new(Place::Entry, &[]);
    let weak = |frame: usize| face_like(looks(3, 100 + frame, 1.6));
    let first = entry.see(weak(0));
    assert_eq!(first, Judged::of(Identity::Undecided));
    let known: Vec<_> = (1..6).map(|frame| entry.known(weak(frame))).collect();
    assert_eq!(known.last(), Some(&Some(3)), "{known:?}");
}

#[test]
fn a_stranger_is_unknown_after_some_frames_and_stays_so() {
    let mut entry = Scene::new(Place::Entry, &[]);
    let judged: Vec<_> = (0..40).map(|frame| entry.see(face(50, frame))).collect();
    let undecided = |one: &Judged| one.identity == Identity::Undecided;
    assert!(judged.iter().all(|one| undecided(one) || one.identity == Identity::Unknown));
    let most = DecisionParams::default().most_frames;
    let decided: Vec<_> = judged.iter().enumerate().filter(|(_, one)| !undecided(one)).map(|(at, _)| at + 1).collect();
    assert_eq!(decided[..2], [most, 2 * most], "each attempt is a decision of its own");
}

#[test]
fn at_a_shelf_only_those_inside_count_and_a_head_turned_away_is_still_theirs() {
    let mut shelf = Scene::new(Place::Shelf, &[1]);
    assert_eq!(shelf.known(face(1, 0)), Some(1));
    assert_eq!(shelf.known(turned_away(1)), Some(1));
    let mut other = Scene::new(Place::Shelf, &[2]);
    assert_eq!(other.known(face(1, 0)), None);
    let mut gate = Scene::new(Place::Entry, &[]);
    assert_eq!(gate.known(face(1, 0)), Some(1));
    assert_eq!(gate.known(turned_away(1)), None, "a gate wants to see the face");
}

#[test]
fn at_the_exit_who_never_came_in_is_known_too() {
    let mut exit = Scene::new(Place::Exit, &[1]);
    assert_eq!(exit.known(face(4, 0)), Some(4));
    assert_eq!(Scene::new(Place::Exit, &[1]).known(face(1, 0)), Some(1));
}

#[test]
fn at_the_exit_another_face_than_the_one_that_came_in_is_doubted() {
    let mut exit = Scene::new(Place::Exit, &[1]);
    exit.gallery.insert(shopper(1), visit_reference(shopper(1)), looks(60, 61, 0.1));
    assert_eq!(exit.see(face(1, 0)).identity, Identity::Ambiguous);
    exit.gallery.insert(shopper(1), visit_reference(shopper(1)), looks(1, 61, 0.5));
    assert_eq!(exit.known(face(1, 1)), Some(1));
}

#[test]
fn the_face_of_today_is_known_where_the_enrolment_is_not_enough() {
    let bearded = |frame: usize| face_like(looks(70, 100 + frame, 0.2));
    let mut shelf = Scene::new(Place::Shelf, &[1]);
    assert_eq!(shelf.known(bearded(0)), None);
    shelf.gallery.insert(shopper(1), visit_reference(shopper(1)), looks(70, 99, 0.2));
    assert_eq!(shelf.known(bearded(1)), Some(1));
}

#[test]
fn life_is_looked_for_at_the_entry_alone_and_only_where_that_is_wanted() {
    let mut entry = Scene::new(Place::Entry, &[]);
    assert_eq!(entry.see(face(3, 0)).liveness, Liveness::Unchecked);
    entry.pictures = Pictures::RequireLife;
    assert_eq!(entry.see(face(3, 1)).liveness, Liveness::Waiting);
    let mut exit = Scene::new(Place::Exit, &[3]);
    exit.pictures = Pictures::RequireLife;
    assert_eq!(exit.see(face(3, 0)).liveness, Liveness::Unchecked);
}

#[test]
fn frames_that_deny_a_decision_take_it_back_and_say_whose_it_was() {
    for was_let_in in [false, true] {
        let mut entry = Scene::new(Place::Entry, &[]);
        assert_eq!(entry.known(face(3, 0)), Some(3));
        if was_let_in {
            entry.visitors.entered(shopper(3)).unwrap();
        }
        // As alike to the first frames as a track needs, and more like somebody unknown.
        let mut values = vec![0.0; vision::shipped::DIMENSION];
        (values[3], values[50]) = (0.3, 0.95);
        let other = Embedding::new(values).unwrap();
        let judged: Vec<_> = (0..4).map(|_| entry.see(face_like(other.clone()))).collect();
        assert!(
            judged.iter().any(|one| one.taken_back == Some(shopper(3)) && one.was_let_in == was_let_in),
            "{judged:?}"
        );
        assert_ne!(entry.known(face_like(other)), Some(3));
    }
}
