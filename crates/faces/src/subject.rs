//! Chooses the face that a picture is about, and makes do where the detector finds none.

use anyhow::Context;
use vision::{Detection, Face, Frame, Pipeline};

/// How the face of a picture was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By the detector, as in the live store.
    Detected,
    /// By a second look with [`SECOND_LOOK_MIN_SCORE`].
    SecondLook,
    /// Not at all: the middle of the picture is taken for the face, upright and as large as in a passport photograph. Such
    /// a score says little, but a comparison of pairs needs one.
    Assumed,
}

/// The least score of the second look, 0..=1. At 0.3 YuNet names faces that are half covered; a false one only matters
/// where there is nothing else to compare.
pub const SECOND_LOOK_MIN_SCORE: f32 = 0.3;

/// A face below this part of the largest face's height (0..=1) is a bystander, however near to the middle it is.
const BYSTANDER: f32 = 0.5;

/// The face that a picture is about.
pub struct Subject {
    /// The face, embedded.
    pub face: Face,
    /// How it was found.
    pub found: Found,
}

/// Finds the face that a picture is about: of those at least half as high as the largest, the one nearest to the middle.
///
/// # Errors
///
/// Fails only if an engine does.
pub fn find(pipeline: &Pipeline, frame: &Frame) -> anyhow::Result<Subject> {
    let detected = pipeline.detect(frame)?;
    if let Some(subject) = embedded(pipeline, frame, &detected, Found::Detected)? {
        return Ok(subject);
    }
    let faint = pipeline.detect_from(frame, SECOND_LOOK_MIN_SCORE)?;
    if let Some(subject) = embedded(pipeline, frame, &faint, Found::SecondLook)? {
        return Ok(subject);
    }
    let assumed = assumed(frame);
    embedded(pipeline, frame, &[assumed], Found::Assumed)?.context("the middle of a picture is always a crop")
}

fn embedded(pipeline: &Pipeline, frame: &Frame, faces: &[Detection], found: Found) -> anyhow::Result<Option<Subject>> {
    let Some(detection) = main_face(frame, faces) else { return Ok(None) };
    Ok(pipeline.face(frame, detection)?.map(|face| Subject { face, found }))
}

/// Of the faces at least half as high as the largest, the one nearest to the middle of the frame.
pub fn main_face<'a>(frame: &Frame, faces: &'a [Detection]) -> Option<&'a Detection> {
    let largest = faces.iter().map(Detection::height).fold(0.0, f32::max);
    let distance = |face: &Detection| {
        let [x, y] = face.centre();
        (x - frame.width() as f32 / 2.0).hypot(y - frame.height() as f32 / 2.0)
    };
    faces.iter().filter(|face| face.height() >= BYSTANDER * largest).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The landmarks of an upright face in the middle, in face heights from the middle of the box: the proportions that
/// alignment brings every face to.
const USUAL: [[f32; 2]; 5] = [[-0.16, -0.11], [0.16, -0.11], [0.0, 0.07], [-0.13, 0.26], [0.13, 0.26]];

/// The part of the shorter side that an assumed face is high: half, as in a passport photograph with some room.
const ASSUMED_HEIGHT: f32 = 0.5;

fn assumed(frame: &Frame) -> Detection {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let face = ASSUMED_HEIGHT * width.min(height);
    let landmarks = USUAL.map(|[x, y]| [width / 2.0 + x * face, height / 2.0 + y * face]);
    let bbox = [width / 2.0 - 0.4 * face, height / 2.0 - 0.5 * face, 0.8 * face, face];
    Detection { bbox, landmarks, score: 0.0 }
}

#[cfg(test)]
mod tests;
