//! Marks that lay a calibration onto the store, and marks that do not.

use super::super::placing::{Mark, Misplaced};
use super::*;
use crate::camera::Pixel;

/// Where the store's frame begins, in that of the drawn room.
const SHIFT: [f64; 3] = [10.0, -3.0, 0.0];

/// Marks as somebody clicks them, not quite exactly.
fn marks(cameras: &[Filmed], places: &[(&str, [f64; 3], &[usize])]) -> Vec<Mark> {
    let mut dice = figure::Dice(3);
    let mut click = || Pixel::new(dice.normal(), dice.normal()) * 1.5;
    let mut mark = |(name, at, seen): &(&str, [f64; 3], &[usize])| {
        let at = Point::from(*at);
        let mut pixel = |camera: &Filmed| (camera.name.clone(), camera.camera.project(&at).unwrap() + click());
        Mark {
            name: name.to_string(),
            at: at + Point::from(SHIFT),
            seen: seen.iter().map(|index| pixel(&cameras[*index])).collect(),
        }
    };
    places.iter().map(&mut mark).collect()
}

fn calibrated() -> (Vec<Filmed>, Calibrated) {
    let cameras = corners(lens(84.0, 0.05));
    let found = found(&walk(&cameras, Focal::Unknown, everywhere, 60.0, GOOD));
    (cameras, found)
}

const FOUR: [(&str, [f64; 3], &[usize]); 4] = [
    ("a", [1.0, 1.0, 0.0], &[2]),
    ("b", [5.0, 1.0, 0.0], &[3]),
    ("c", [5.0, 3.0, 0.0], &[0]),
    ("d", [1.0, 3.0, 1.2], &[1]),
];

#[test]
fn four_marks_give_place_turn_and_size() {
    let (cameras, mut found) = calibrated();
    // Whoever walked said they were 1.58 m tall instead of 1.75.
    found.cameras.iter_mut().for_each(|found| found.camera.centre *= 0.9);
    let on_the_floor = FOUR.map(|(name, at, seen)| (name, [at[0], at[1], 0.0], seen));
    let twice =
        FOUR.map(|(name, at, seen)| (name, at, if seen == [0] || seen == [1] { &[0, 1][..] } else { &[2, 3][..] }));
    for places in [FOUR, on_the_floor, twice] {
        let places: Vec<_> = places
            .into_iter()
            .filter(|(_, at, seen)| {
                seen.iter().all(|camera| {
                    cameras[*camera]
                        .camera
                        .project(&Point::from(*at))
                        .is_some_and(|pixel| cameras[*camera].camera.lens.shows(pixel, 5.0))
                })
            })
            .collect();
        if places.len() < 4 {
            continue;
        }
        let placed = found.place(&marks(&cameras, &places)).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert!((placed.size * 0.9 - 0.985).abs() < 0.05, "{}", placed.size);
        assert!(placed.residuals.iter().all(|residual| residual.off_cm < 4.0), "{:?}", placed.residuals);
        for (is, was) in placed.calibrated.cameras.iter().zip(&cameras) {
            let far = (is.camera.centre - was.camera.centre - Point::from(SHIFT)).norm();
            assert!(far < 0.12, "{}: {far} m off", is.name);
        }
    }
}

#[test]
fn marks_that_cannot_place_anything_are_refused() {
    let (cameras, found) = calibrated();
    let good = marks(&cameras, &FOUR);
    assert_eq!(found.place(&good[..3]), Err(Misplaced::TooFew { marks: 3 }));
    let line = marks(&cameras, &[2.0, 3.0, 3.5, 4.0].map(|x| ("line", [x, 2.0, 0.0], &[0][..])));
    let refusal = found.place(&line).unwrap_err();
    assert!(matches!(refusal, Misplaced::OnALine { spread_m } if spread_m < 0.01), "{refusal}");
    let said = |change: fn(&mut Mark)| {
        let mut marks = good.clone();
        change(&mut marks[1]);
        found.place(&marks).unwrap_err().to_string()
    };
    assert_eq!(said(|mark| mark.at.x = f64::NAN), "mark b: its place must be given in metres");
    assert_eq!(said(|mark| mark.seen[0].1.x = f64::NAN), "mark b: it is marked outside of the picture");
    assert_eq!(said(|mark| mark.seen[0].1.x = -3.0), "mark b: it is marked outside of the picture");
    assert_eq!(said(|mark| mark.seen.clear()), "mark b: it is marked in no picture");
    let unknown = "mark b: it is marked in the picture of a camera that is not calibrated";
    assert_eq!(said(|mark| mark.seen[0].0 = "nine".to_owned()), unknown);
}

#[test]
fn a_mark_that_contradicts_the_others_is_named() {
    let (cameras, found) = calibrated();
    let mut six = marks(&cameras, &FOUR);
    six.extend(marks(&cameras, &[("e", [3.0, 2.0, 0.0], &[0]), ("f", [2.0, 3.0, 0.0], &[1])]));
    for wrong in 0..6 {
        let mut marks = six.clone();
        marks[wrong].at.y += 0.5;
        let Err(Misplaced::Contradicts { marks: named, residuals }) = found.place(&marks) else {
            panic!("{wrong} was not noticed")
        };
        assert!(named.contains(&six[wrong].name) && named.len() <= 2, "{wrong}: {named:?}");
        assert_eq!(residuals.len(), 6);
    }
    // Of four that one camera each sees, several may be equally suspect; or the size of the person gives it away.
    let mut four = marks(&cameras, &FOUR);
    four[1].at.x += 0.6;
    match found.place(&four) {
        Ok(placed) => assert_ne!(placed.doubts, [], "{:?}", placed.residuals),
        Err(refusal) => {
            let named = matches!(&refusal, Misplaced::Contradicts { marks, .. } if marks.contains(&"b".to_owned()));
            assert!(named, "{refusal}");
        }
    }
    let mut apart = marks(&cameras, &FOUR);
    apart.iter_mut().enumerate().for_each(|(index, mark)| mark.at.y += (index * index) as f64);
    assert!(matches!(found.place(&apart), Err(Misplaced::Apart { .. } | Misplaced::Contradicts { .. })));
}
