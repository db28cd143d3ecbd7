//! From the maps of a square around one person to their key points: whoever is nearest to the middle.

use domain::body::{Joint, KeyPoint};

use super::maps::{Maps, STRIDE, at_most, sigmoid};

/// Added to distances in cells before likelihoods are divided by them. Both from the published graph.
const NEAR_MIDDLE: f32 = 1.8;
const NEAR_JOINT: f32 = 1.799_804_7;

/// The key points of one person, in pixels of the input.
pub(super) fn points(maps: &Maps) -> [KeyPoint; Joint::COUNT] {
    let middle = [maps.height as f32 / 2.0, maps.width as f32 / 2.0];
    let cell = likeliest(maps, &maps.centre, middle, NEAR_MIDDLE);
    std::array::from_fn(|joint| {
        let expected = maps.pair(&maps.regression, joint, cell);
        let from = [(cell / maps.width) as f32 + expected[0], (cell % maps.width) as f32 + expected[1]];
        let heat = maps.heat_of(joint);
        let place = likeliest(maps, heat, from, NEAR_JOINT);
        let offset = maps.pair(&maps.offset, joint, place);
        KeyPoint {
            x: ((place % maps.width) as f32 + offset[1]) * STRIDE as f32,
            y: ((place / maps.width) as f32 + offset[0]) * STRIDE as f32,
            score: sigmoid(heat[place]),
        }
    })
}

/// The cell with the largest likelihood for its distance from a place.
fn likeliest(maps: &Maps, map: &[f32], [y, x]: [f32; 2], near: f32) -> usize {
    let (mut best, mut place) = (0.0, 0);
    for (row, cells) in map.chunks_exact(maps.width).enumerate() {
        let down = (row as f32 - y).powi(2);
        for (column, value) in cells.iter().enumerate() {
            // No distance is below zero.
            if at_most(*value) <= best * near {
                continue;
            }
            let distance = (down + (column as f32 - x).powi(2)).sqrt();
            let likely = sigmoid(*value) / (distance + near);
            if likely > best {
                (best, place) = (likely, row * maps.width + column);
            }
        }
    }
    place
}
