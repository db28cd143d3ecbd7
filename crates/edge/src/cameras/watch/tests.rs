//! Cameras that go wrong, picture by picture.

use footage::Picture;

use super::*;

/// A shop with boxes, as bright as asked; `noise` makes pictures differ.
fn shop(size: [u32; 2], brightness: u32, noise: u32) -> Look {
    let [width, height] = size;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let value = |(x, y): (u32, u32)| brightness * ((x / 16 + y / 16) % 3) / 2 + (x * 7 + y * 13 + noise * 31) % 3;
    let rgb = places.flat_map(|place| [value(place).min(255) as u8; 3]).collect();
    Look::at(&Picture { width, height, rgb })
}

/// A hand, a bag or a tape before the lens: lighter on one side, and noise.
fn covered(noise: u32) -> Look {
    let places = (0..90).flat_map(|y| (0..160).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| [(90 + x / 4 + (x * 7 + y * 13 + noise * 31) % 5) as u8; 3]).collect();
    Look::at(&Picture { width: 160, height: 90, rgb })
}

const WIDE: [u32; 2] = [160, 90];

fn at(tenths: i64) -> Timestamp {
    Timestamp::from_millisecond(tenths * 100).unwrap()
}

/// Conditions as they change, each with the tenth of a second at which it did; a picture each fifth of a second where there is one.
fn changes(tenths: i64, picture: impl Fn(i64) -> Option<Look>) -> Vec<(i64, CameraCondition)> {
    let mut watch = PictureWatch::new(at(0));
    let mut changes: Vec<(i64, CameraCondition)> = Vec::new();
    for tenth in 0..tenths {
        if let Some(look) = picture(tenth).filter(|_| tenth % 2 == 0) {
            watch.came(at(tenth), look);
        }
        let now = watch.condition(at(tenth));
        if changes.last().is_none_or(|(_, last)| *last != now) {
            changes.push((tenth, now));
        }
    }
    changes
}

#[test]
fn each_fault_is_named_after_five_seconds_and_over_with_the_next_good_picture() {
    use CameraCondition::{Covered, Dark, Frozen, Gone, Well};
    let good = |tenth: i64| shop(WIDE, 180, tenth as u32);
    let of = |fault: CameraCondition, tenth: i64| match fault {
        Dark => Some(shop(WIDE, 8, tenth as u32)),
        Covered => Some(covered(tenth as u32)),
        Frozen => Some(shop(WIDE, 180, 77)),
        _ => None,
    };
    for fault in [Dark, Covered, Frozen, Gone] {
        let bad = |tenth| of(fault, tenth);
        let found = changes(200, |tenth| if (20..120).contains(&tenth) { bad(tenth) } else { Some(good(tenth)) });
        // The last good picture came at 18.
        let since = if fault == Gone { 68 } else { 70 };
        assert_eq!(found, [(0, Well), (since, fault), (120, Well)]);
        let short = changes(200, |tenth| if (20..66).contains(&tenth) { bad(tenth) } else { Some(good(tenth)) });
        assert_eq!(short, [(0, Well)], "{fault:?} for less than five seconds");
    }
}

#[test]
fn a_camera_that_never_gave_a_picture_is_gone_and_not_before_five_seconds() {
    use CameraCondition::{Gone, Starting};
    assert_eq!(changes(80, |_| None), [(0, Starting), (50, Gone)]);
}

#[test]
fn black_pictures_are_dark_and_not_frozen_and_a_gap_begins_anew() {
    use CameraCondition::{Dark, Gone, Well};
    let black = shop(WIDE, 0, 0);
    assert_eq!(changes(80, |_| Some(black)), [(0, Well), (50, Dark)]);
    let found = changes(160, |tenth| (tenth <= 40 || tenth >= 100).then_some(black));
    assert_eq!(found, [(0, Well), (90, Gone), (100, Well), (150, Dark)]);
}

#[test]
fn another_shape_is_said_at_once_and_another_size_of_the_same_is_not() {
    use CameraCondition::{OtherShape, Well};
    let turn = |size: [u32; 2]| {
        changes(60, |tenth| Some(shop(if (20..40).contains(&tenth) { size } else { WIDE }, 180, tenth as u32)))
    };
    assert_eq!(turn([120, 90]), [(0, Well), (20, OtherShape), (40, Well)]);
    assert_eq!(turn([90, 160]), [(0, Well), (20, OtherShape), (40, Well)]);
    assert_eq!(turn([320, 180]), [(0, Well)]);
}
