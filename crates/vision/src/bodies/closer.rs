//! The second look: a square around one person, for elbows and wrists, which are small in a whole picture.

use domain::body::{Body, Joint, KeyPoint};

use super::letterbox::planes;
use super::maps::{Kind, Maps};
use super::single;
use crate::frame::Frame;
use crate::model::{Model, ModelError, Tensor};

/// Pixels on each side of the square, as the network was trained.
pub(super) const SIDE: u32 = 192;

/// Least score of a person who is looked at closer. Of weaker ones the box is too uncertain.
const MIN_SCORE: f32 = 0.2;

/// Side of the square as a part of the box's longer one: hands reach out of boxes.
const MARGIN: f32 = 1.25;

/// The fewest pixels of the frame on a side of the square: in fewer no elbow can be told from a wrist.
const LEAST_PIXELS: f32 = 8.0;

/// By which both looks have to agree that this is the same person.
const TRUNK: [Joint; 5] = [Joint::Nose, Joint::LeftShoulder, Joint::RightShoulder, Joint::LeftHip, Joint::RightHip];

/// Score above which both looks must have seen a joint of the trunk for it to be compared.
const COMPARED: f32 = 0.25;

/// Median distance of the trunk's joints in the two looks, as a part of the square's side, above which the second look was at
/// somebody else.
const APART: f32 = 0.06;

/// What is taken over from the second look.
const TAKEN: [Joint; 4] = [Joint::LeftElbow, Joint::RightElbow, Joint::LeftWrist, Joint::RightWrist];

/// Least score of a joint that is taken over.
const MIN_TAKEN: f32 = 0.2;

/// How much lower the second look's score of a joint may be: it sees more of it.
const HEAD_START: f32 = 0.1;

/// Looks again, and takes elbows and wrists over where the second look saw the same person.
pub(super) fn refine(model: &dyn Model, frame: &Frame, body: &mut Body) -> Result<(), ModelError> {
    let [left, top, right, bottom] = body.bounds;
    let side = (right - left).max(bottom - top) * MARGIN;
    if body.score < MIN_SCORE || side < LEAST_PIXELS {
        return Ok(());
    }
    let centre = [(left + right) / 2.0, (top + bottom) / 2.0];
    let scale = SIDE as f32 / side;
    // A view counts pixels at their middles, a body from their edges.
    let Some(view) = frame.view(centre.map(|value| value - 0.5), scale, SIDE) else { return Ok(()) };
    let size = [SIDE as usize; 2];
    let input = Tensor { shape: vec![1, 3, size[1], size[0]], values: planes(&view, size, [0, 0]) };
    let maps = Maps::new(model.run(input)?, size, Kind::Single)?;
    let points = single::points(&maps).map(|point| {
        let back = |value: f32, centre: f32| (value - SIDE as f32 / 2.0) / scale + centre;
        KeyPoint { x: back(point.x, centre[0]), y: back(point.y, centre[1]), score: point.score }
    });
    merge(body, &points, side);
    Ok(())
}

/// Takes over what the second look, whose square has this side in pixels of the frame, saw better.
pub(super) fn merge(body: &mut Body, points: &[KeyPoint; Joint::COUNT], side: f32) {
    let mut distances: Vec<f32> = TRUNK
        .into_iter()
        .map(|joint| (body.point(joint), points[joint.index()]))
        .filter(|(first, second)| first.score > COMPARED && second.score > COMPARED)
        .map(|(first, second)| (first.x - second.x).hypot(first.y - second.y))
        .collect();
    distances.sort_by(f32::total_cmp);
    // One joint may agree by chance.
    let [_, _, ..] = distances.as_slice() else { return };
    let median = (distances[(distances.len() - 1) / 2] + distances[distances.len() / 2]) / 2.0;
    if median > APART * side {
        return;
    }
    for joint in TAKEN {
        let (first, second) = (&mut body.points[joint.index()], points[joint.index()]);
        let is_finite = [second.x, second.y].iter().all(|value| value.is_finite());
        if second.score > MIN_TAKEN.max(first.score - HEAD_START) && is_finite {
            *first = second;
        }
    }
}
