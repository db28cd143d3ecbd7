//! From the maps of a whole picture to people: what the published graph does, without its limit of six.

use domain::body::{Body, Joint, KeyPoint};

use super::maps::{Maps, STRIDE, at_most, sigmoid};

/// Cells around a middle among which it is the likeliest.
const NEIGHBOURHOOD: usize = 2;

/// Scores that differ by less are taken for equal, as in the published graph.
const EQUAL: f32 = 1.013_279e-6;

/// How far from its expected place a joint may be: the square of the distance at which its likelihood counts 1/e, as a part of
/// the shorter side. From the published graph.
const REACH: f32 = 0.3;

/// Scores of joints above this count for a person's own score. From the published graph.
const SEEN: f32 = 0.126_953_12;

/// People of at least this score, likeliest first, in pixels of the input.
pub(super) fn people(maps: &Maps, min_score: f32, most: usize) -> Vec<Body> {
    let mut people: Vec<Body> =
        middles(maps, min_score, most).into_iter().map(|(cell, score)| person(maps, cell, score)).collect();
    people.retain(|body| body.score > min_score);
    people.sort_by(|a, b| b.score.total_cmp(&a.score));
    people
}

/// Cells that are the likeliest middle of a person around, with their scores, likeliest first.
fn middles(maps: &Maps, min_score: f32, most: usize) -> Vec<(usize, f32)> {
    let [height, width] = [maps.height, maps.width];
    let mut found: Vec<(usize, f32)> = Vec::new();
    for (cell, value) in maps.centre.iter().enumerate().filter(|(_, value)| at_most(**value) > min_score) {
        let score = sigmoid(*value);
        let (y, x) = (cell / width, cell % width);
        let rows = y.saturating_sub(NEIGHBOURHOOD)..(y + NEIGHBOURHOOD + 1).min(height);
        let columns = x.saturating_sub(NEIGHBOURHOOD)..(x + NEIGHBOURHOOD + 1).min(width);
        let around = rows.flat_map(|row| &maps.centre[row * width..][columns.clone()]);
        let highest = around.fold(f32::NEG_INFINITY, |highest, value| highest.max(*value));
        if score > min_score && sigmoid(highest) - score < EQUAL {
            found.push((cell, score));
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found.truncate(most);
    found
}

fn person(maps: &Maps, cell: usize, score: f32) -> Body {
    let middle = [(cell / maps.width) as f32, (cell % maps.width) as f32];
    let [size, offset] = [&maps.box_size, &maps.box_offset].map(|of| maps.pair(of, 0, cell));
    // First and last edge, down and across, in cells of the map.
    let edges = [0, 1].map(|axis| {
        let length = [maps.height, maps.width][axis] as f32;
        let half = size[axis].max(0.0) / 2.0;
        [-half, half].map(|half| (middle[axis] + offset[axis] + half).clamp(0.0, length))
    });
    let mut body = Body {
        score,
        bounds: [edges[1][0], edges[0][0], edges[1][1], edges[0][1]].map(|edge| edge * STRIDE as f32),
        points: [KeyPoint { x: 0.0, y: 0.0, score: 0.0 }; Joint::COUNT],
    };
    let mut search = Search::new(maps, edges);
    for (joint, point) in body.points.iter_mut().enumerate() {
        let expected = maps.pair(&maps.regression, joint, cell);
        *point = search.joint(joint, [middle[0] + expected[0], middle[1] + expected[1]]);
    }
    let seen = body.points.iter().map(|point| point.score).filter(|score| *score > SEEN);
    let (sum, count) = seen.fold((0.0, 0), |(sum, count), score| (sum + score, count + 1));
    body.score *= sum / count.max(1) as f32;
    body
}

/// Looks for joints within the box of one person.
struct Search<'a> {
    maps: &'a Maps,
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    /// By column of the box: how much the distance across leaves of a likelihood.
    across: Vec<f32>,
}

impl<'a> Search<'a> {
    fn new(maps: &'a Maps, [down, across]: [[f32; 2]; 2]) -> Self {
        let range = |[first, last]: [f32; 2]| first.ceil() as usize..last.ceil() as usize;
        let (rows, columns) = (range(down), range(across));
        Self { maps, across: vec![0.0; columns.len()], rows, columns }
    }

    /// The likeliest place of a joint, given where it is expected: down and across, in cells.
    fn joint(&mut self, joint: usize, [y, x]: [f32; 2]) -> KeyPoint {
        let maps = self.maps;
        let spread = REACH * maps.height.min(maps.width) as f32;
        // The weight of a distance is a product of one for each axis.
        let weight = |from: f32, to: usize| (-(to as f32 - from).powi(2) / spread).exp();
        for (weighted, column) in self.across.iter_mut().zip(self.columns.clone()) {
            *weighted = weight(x, column);
        }
        let heat = maps.heat_of(joint);
        let (mut best, mut place) = (0.0, None);
        for row in self.rows.clone() {
            let down = weight(y, row);
            let start = row * maps.width + self.columns.start;
            let cells = &heat[start..start + self.across.len()];
            for (column, (value, across)) in cells.iter().zip(&self.across).enumerate() {
                let near = down * across;
                if near * at_most(*value) <= best {
                    continue;
                }
                let likely = near * sigmoid(*value);
                if likely > best {
                    (best, place) = (likely, Some(start + column));
                }
            }
        }
        // Without a box there is only the expectation, and nothing that speaks for it.
        let [y, x] = place.map_or([y, x], |cell| {
            let offset = maps.pair(&maps.offset, joint, cell);
            [(cell / maps.width) as f32 + offset[0], (cell % maps.width) as f32 + offset[1]]
        });
        KeyPoint { x: x * STRIDE as f32, y: y * STRIDE as f32, score: best }
    }
}
