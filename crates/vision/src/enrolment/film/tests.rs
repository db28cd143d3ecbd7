use super::*;
use crate::enrolment::tests::GOOD;
use crate::quality::Quality;

/// What a camera sees of one face.
#[derive(Clone, Copy)]
struct View {
    /// The nose's place, in distances between the eyes.
    nose: f32,
    /// Whose face, as an angle: the similarity of two is the cosine of their difference.
    who: f32,
    /// Of the whole face, in pixels.
    moved: f32,
    quality: Quality,
    sign: Sign,
    has_depth: bool,
}

const STRAIGHT: View = View { nose: 0.0, who: 0.0, moved: 0.0, quality: GOOD, sign: Sign::Depth, has_depth: true };

fn turned(nose: f32) -> View {
    View { nose, quality: Quality { yaw_degrees: 30.0, ..GOOD }, ..STRAIGHT }
}

fn face(view: &View, number: usize) -> Face {
    let at = |u: f32, v: f32| [200.0 + view.moved + number as f32 + 80.0 * u, 200.0 + 80.0 * v];
    let mut values = vec![0.0; crate::shipped::DIMENSION];
    (values[0], values[1]) = (view.who.cos(), view.who.sin());
    Face {
        detection: Detection {
            bbox: [at(-1.1, 0.0)[0], 100.0, 176.0, 224.0],
            landmarks: [at(-0.5, 0.0), at(0.5, 0.0), at(view.nose, 0.57), at(-0.41, 1.16), at(0.41, 1.16)],
            score: 0.9,
        },
        quality: view.quality,
        embedding: Embedding::new(values).unwrap(),
    }
}

/// A film of these views, five a second, asked to turn to the left: every step, and the numbers of the photographs.
fn film(views: &[View]) -> (Vec<FilmStep>, Vec<usize>) {
    let mut film = Film::new(Turn::Left, FilmParams::default());
    let look = |(number, view): (usize, &View)| {
        let faces = [face(view, number)];
        let at_ms = 200 * number as u64;
        film.judge(&Seen { faces: &faces, at_ms, signs: &[view.sign], has_depth: view.has_depth }, &number)
    };
    let steps = views.iter().enumerate().map(look).collect();
    (steps, film.photographs().to_vec())
}

fn last(views: &[View]) -> FilmStep {
    *film(views).0.last().unwrap()
}

/// Straight, turned to the left, and straight again.
fn good() -> Vec<View> {
    [[STRAIGHT; 3].as_slice(), &[turned(0.06), turned(0.12), turned(0.14)], &[turned(0.05), STRAIGHT]].concat()
}

#[test]
fn straight_turned_and_straight_again_gives_three_photographs_from_both_ends() {
    let (steps, photographs) = film(&good());
    let [turn, hold] = [Prompt::TurnHead(Turn::Left), Prompt::HoldStill].map(FilmStep::Show);
    let look = FilmStep::Show(Prompt::LookStraight);
    assert_eq!(steps, [look, look, turn, turn, hold, FilmStep::LookBack, FilmStep::LookBack, FilmStep::Done]);
    assert_eq!(photographs, [0, 2, 7]);
}

#[test]
fn what_spoils_a_photograph_is_said_before_the_turn_and_begins_it_anew() {
    let dark = View { quality: Quality { brightness: 10.0, ..GOOD }, ..STRAIGHT };
    let views = [[STRAIGHT, dark].as_slice(), &good()].concat();
    let (steps, photographs) = film(&views);
    assert_eq!(steps[1], FilmStep::Mend(PhotoProblemKind::TooDark));
    assert_eq!((steps.last(), photographs), (Some(&FilmStep::Done), vec![2, 4, 9]));
    let mut film = Film::new(Turn::Left, FilmParams::default());
    let nobody = film.judge(&Seen { faces: &[], at_ms: 0, signs: &[], has_depth: false }, &0);
    assert_eq!(nobody, FilmStep::Mend(PhotoProblemKind::NoFace));
    let two = [face(&STRAIGHT, 0), face(&STRAIGHT, 0)];
    let two = film.judge(&Seen { faces: &two, at_ms: 200, signs: &[], has_depth: false }, &1);
    assert_eq!(two, FilmStep::Mend(PhotoProblemKind::TooManyFaces));
}

#[test]
fn a_film_of_something_else_is_not_believed() {
    let change = |from: usize, change: fn(&mut View)| {
        let mut views = good();
        views[from..].iter_mut().for_each(change);
        last(&views)
    };
    let failed = |failure| FilmStep::Failed(failure);
    assert_eq!(change(3, |view| view.nose = -0.1), failed(Failure::WrongWay));
    assert_eq!(change(3, |view| view.nose = 0.3), failed(Failure::Jumped));
    assert_eq!(change(3, |view| view.who = 1.4), failed(Failure::SomebodyElse), "another head turns");
    assert_eq!(change(7, |view| view.who = 1.4), failed(Failure::SomebodyElse), "another face afterwards");
    assert_eq!(change(7, |view| view.moved = 300.0), failed(Failure::Jumped), "put before the camera afterwards");
    assert_eq!(change(4, |view| view.sign = Sign::Grid), failed(Failure::Picture));
    assert_eq!(change(7, |view| view.sign = Sign::Grid), failed(Failure::Picture));
    assert_eq!(change(0, |view| view.has_depth = false), FilmStep::LookBack, "no depth yet");
    let flat = [good().as_slice(), &[STRAIGHT; 12]].concat();
    let flat: Vec<View> = flat.into_iter().map(|view| View { has_depth: false, ..view }).collect();
    assert_eq!(last(&flat), failed(Failure::Picture), "and none to come");
}

#[test]
fn a_film_ends_by_itself_and_stays_as_it_ended() {
    let never_back = [good().as_slice(), &[turned(0.12); 60]].concat();
    let never_back: Vec<View> = never_back.into_iter().enumerate().filter(|(n, _)| *n != 7).map(|(_, v)| v).collect();
    assert_eq!(last(&never_back), FilmStep::Failed(Failure::TooLate));
    let never_turned = [STRAIGHT; 70];
    assert_eq!(last(&never_turned), FilmStep::Failed(Failure::TooLate));
    let (steps, photographs) = film(&[good().as_slice(), &[STRAIGHT; 9]].concat());
    assert_eq!((steps.last(), photographs.len()), (Some(&FilmStep::Done), 3));
}
