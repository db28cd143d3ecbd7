//! Decoding beside plain loops over whole maps, on maps that look random.

use domain::body::Joint;

use super::fakes::{Fake, blank};
use crate::bodies::maps::{Kind, Maps, at_most, sigmoid};
use crate::bodies::{BodyFinder, BodyParams, decode, single};
use crate::frame::Frame;
use crate::model::Tensor;

/// Numbers from -1 to 1.
fn noise(count: usize, salt: u32) -> Vec<f32> {
    let mut state = salt.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn maps(kind: Kind, height: usize, width: usize, salt: u32) -> Maps {
    let channels: &[usize] = match kind {
        Kind::Several => &[1, 2, 2, 17, 34, 34],
        Kind::Single => &[1, 17, 34, 34],
    };
    let scales: &[f32] = match kind {
        Kind::Several => &[6.0, 12.0, 1.0, 8.0, 6.0, 0.5],
        Kind::Single => &[6.0, 8.0, 6.0, 0.5],
    };
    let outputs = channels.iter().zip(scales).enumerate().map(|(at, (channels, scale))| {
        let shape = vec![1, *channels, height, width];
        let values = noise(shape.iter().product(), salt * 10 + at as u32).iter().map(|value| value * scale).collect();
        Tensor { shape, values }
    });
    Maps::new(outputs.collect(), [4 * width, 4 * height], kind).unwrap()
}

/// The likeliest cell by a plain look at all.
fn best(maps: &Maps, heat: &[f32], weight: impl Fn(usize, usize) -> f32) -> (usize, f32) {
    let likely = |cell: usize| sigmoid(heat[cell]) * weight(cell / maps.width, cell % maps.width);
    let cells = (0..maps.area()).map(|cell| (cell, likely(cell)));
    cells.reduce(|best, next| if next.1 > best.1 { next } else { best }).unwrap()
}

#[test]
fn people_are_those_of_plain_loops() {
    let mut found = 0;
    for (salt, (height, width)) in [(8, 8), (12, 20), (20, 24), (9, 31), (1, 1)].into_iter().enumerate() {
        let maps = maps(Kind::Several, height, width, salt as u32 + 1);
        for body in decode::people(&maps, 0.3, 50) {
            found += 1;
            // The middle is in the published graph's way of writing: from the box back to the cell that gave it.
            let cells: Vec<usize> = (0..maps.area())
                .filter(|cell| {
                    let around = (0..maps.area()).filter(|other| {
                        let apart = |a: usize, b: usize| a.abs_diff(b) <= 2;
                        apart(cell / width, other / width) && apart(cell % width, other % width)
                    });
                    let highest = around.map(|other| maps.centre[other]).fold(f32::MIN, f32::max);
                    maps.centre[*cell] == highest && sigmoid(highest) > 0.3
                })
                .collect();
            let expected = |cell: usize| {
                let [y, x] = [cell / width, cell % width];
                let half = |axis: usize| maps.pair(&maps.box_size, 0, cell)[axis].max(0.0) / 2.0;
                let [down, across] = maps.pair(&maps.box_offset, 0, cell);
                let inside = |row: usize, column: usize| {
                    let within = |at: usize, middle: f32, half: f32, length: usize| {
                        let [first, last] = [middle - half, middle + half].map(|edge| edge.clamp(0.0, length as f32));
                        at as f32 >= first && (at as f32) < last
                    };
                    within(row, y as f32 + down, half(0), height) && within(column, x as f32 + across, half(1), width)
                };
                (0..Joint::COUNT)
                    .map(|joint| {
                        let [down, across] = maps.pair(&maps.regression, joint, cell);
                        let spread = 0.3 * height.min(width) as f32;
                        best(&maps, maps.heat_of(joint), |row, column| {
                            let square =
                                (row as f32 - y as f32 - down).powi(2) + (column as f32 - x as f32 - across).powi(2);
                            if inside(row, column) { (-square / spread).exp() } else { 0.0 }
                        })
                    })
                    .collect::<Vec<_>>()
            };
            let matches = cells.iter().any(|cell| {
                expected(*cell).iter().zip(&body.points).all(|((place, score), point)| {
                    let offset = [0, 1].map(|axis| {
                        let joint = body.points.iter().position(|other| std::ptr::eq(other, point)).unwrap();
                        maps.pair(&maps.offset, joint, *place)[axis]
                    });
                    let x = ((place % width) as f32 + offset[1]) * 4.0;
                    let y = ((place / width) as f32 + offset[0]) * 4.0;
                    (score - point.score).abs() < 1e-5
                        && (*score == 0.0 || ((x - point.x).abs() < 1e-3 && (y - point.y).abs() < 1e-3))
                })
            });
            assert!(matches, "{height}x{width}: {body:?}");
        }
    }
    assert!(found > 5, "{found}");
}

#[test]
fn one_person_is_that_of_plain_loops() {
    for (salt, (height, width)) in [(48, 48), (8, 8), (7, 13), (1, 1)].into_iter().enumerate() {
        let maps = maps(Kind::Single, height, width, salt as u32 + 40);
        let apart = |row: usize, column: usize, [y, x]: [f32; 2]| (row as f32 - y).hypot(column as f32 - x);
        let middle = [height as f32 / 2.0, width as f32 / 2.0];
        let (cell, _) = best(&maps, &maps.centre, |row, column| 1.0 / (apart(row, column, middle) + 1.8));
        for (joint, point) in single::points(&maps).iter().enumerate() {
            let [down, across] = maps.pair(&maps.regression, joint, cell);
            let from = [(cell / width) as f32 + down, (cell % width) as f32 + across];
            let (place, _) =
                best(&maps, maps.heat_of(joint), |row, column| 1.0 / (apart(row, column, from) + 1.799_804_7));
            let offset = maps.pair(&maps.offset, joint, place);
            assert!((point.x - ((place % width) as f32 + offset[1]) * 4.0).abs() < 1e-3, "{joint}");
            assert!((point.y - ((place / width) as f32 + offset[0]) * 4.0).abs() < 1e-3, "{joint}");
            assert!((point.score - sigmoid(maps.heat_of(joint)[place])).abs() < 1e-6);
        }
    }
}

#[test]
fn the_bound_of_the_sigmoid_is_one() {
    for step in -4000..=4000 {
        let value = step as f32 / 50.0;
        assert!(at_most(value) >= sigmoid(value), "{value}");
    }
    assert_eq!(at_most(-0.0), 1.0);
    assert!(at_most(f32::MIN) >= 0.0);
}

/// Maps on which a person stands at each of so many places.
fn crowd(input: &Tensor, count: usize) -> Vec<Tensor> {
    let mut outputs = blank(input, &[1, 2, 2, 17, 34, 34]);
    let columns = input.shape[3] / 4;
    for person in 0..count {
        let cell = (2 + person / 20 * 5) * columns + 2 + person % 20 * 4;
        // The later the likelier.
        outputs[0].values[cell] = 1.0 + person as f32 / 100.0;
    }
    let area = outputs[0].values.len();
    outputs[1].values.fill(6.0);
    outputs[2].values.fill(0.0);
    outputs[3].values.fill(3.0);
    outputs[4].values.fill(0.0);
    outputs[5].values.fill(0.0);
    assert!(area > count);
    outputs
}

#[test]
fn there_is_no_limit_of_six_and_the_likeliest_are_kept() {
    let frame = Frame::from_rgb(320, 192, vec![9; 3 * 320 * 192]).unwrap();
    for (there, most, expected) in [(60, 100, 60), (60, 16, 16), (20, 16, 16), (7, 16, 7), (7, 3, 3)] {
        let whole = Fake::model(move |input| crowd(input, there));
        let params = BodyParams { most_people: most, ..BodyParams::default() };
        let bodies = BodyFinder::new(whole, None, params).unwrap().find(&frame).unwrap();
        assert_eq!(bodies.len(), expected);
        assert!(bodies.is_sorted_by(|a, b| a.score >= b.score));
        // The last one of all stands in the last column of the last row.
        let last = there - 1;
        assert_eq!(bodies[0].bounds[0] as usize, (2 + last % 20 * 4 - 3.min(2 + last % 20 * 4)) * 4);
    }
}

#[test]
fn maps_full_of_people_end() {
    // Each cell is a middle as likely as its neighbours.
    let frame = Frame::from_rgb(64, 64, vec![9; 3 * 64 * 64]).unwrap();
    let whole = Fake::model(|input| {
        let mut outputs = blank(input, &[1, 2, 2, 17, 34, 34]);
        outputs.iter_mut().for_each(|output| output.values.fill(f32::MAX));
        outputs
    });
    let bodies = BodyFinder::new(whole, None, BodyParams::default()).unwrap().find(&frame).unwrap();
    assert!(bodies.len() <= 16 && bodies.iter().all(domain::body::Body::is_finite));
}
