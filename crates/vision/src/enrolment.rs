//! Judges the photographs of a new shopper: each shows one good face, and all show the same person.

pub mod film;
mod problem;

pub use problem::{PhotoProblem, PhotoProblemKind};

use serde::{Deserialize, Serialize};

use crate::embedder::Embedding;
use crate::pipeline::Face;
use crate::quality::{MAX_BRIGHTNESS, MIN_BRIGHTNESS, MIN_CONTRAST, Quality};

/// What a photograph must offer to be enrolled. Stricter than for identification: a poor reference harms every later
/// visit, and the shopper is there to take another photograph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnrolmentParams {
    /// Photographs that an enrolment needs. Default 3: a little pose and expression, without boring the shopper.
    pub photographs: usize,
    /// Smallest height of the face in pixels. Default 100: about the 112 px that the embedder sees, so that nothing is
    /// enlarged.
    pub min_face_height_px: f32,
    /// Smallest [`Quality::sharpness`]. Default 0.02, which 99 of 100 photographs of LFW-a reach; a Gaussian blur of 2 px
    /// brings the median to 0.014 (`models/README.md`).
    pub min_sharpness: f32,
    /// The furthest turn of the head in degrees. Default 25: 19 of 20 photographs of LFW-a are turned less.
    pub max_yaw_degrees: f32,
    /// Every other face must stay below this part of the main face's height (0..=1), or nobody can tell who is meant.
    /// Default 0.5: someone a step further back.
    pub max_bystander: f32,
    /// Smallest cosine similarity between any two of the photographs. Default [`AGREEMENT`].
    pub min_agreement: f32,
}

/// The default similarity at which two photographs of an enrolment count as one person. Measured on the 2,000 pairs of
/// `lfw-dev` (`models/README.md`): 96.4 % of genuine and 0.2 % of impostor pairs reach it. A shopper claims one identity and
/// no search multiplies the errors, so it lies a little below [`crate::SAME_PERSON_AT_FAR_1E_3`]: a needless refusal annoys
/// at the door.
pub const AGREEMENT: f32 = 0.45;

impl Default for EnrolmentParams {
    fn default() -> Self {
        Self {
            photographs: 3,
            min_face_height_px: 100.0,
            min_sharpness: 0.02,
            max_yaw_degrees: 25.0,
            max_bystander: 0.5,
            min_agreement: AGREEMENT,
        }
    }
}

/// Judges one list of faces per photograph, as [`crate::Pipeline::faces`] gives them, and returns what to enrol of each.
///
/// # Errors
///
/// Tells everything that is wrong, in the order of the photographs. Whether the photographs agree is judged only once
/// each of them is good.
pub fn check(
    photographs: &[Vec<Face>],
    params: &EnrolmentParams,
) -> Result<Vec<(Quality, Embedding)>, Vec<PhotoProblem>> {
    let mut problems = Vec::new();
    let mut mains = Vec::new();
    for (photo, faces) in photographs.iter().enumerate().take(params.photographs) {
        match main_face(faces, params) {
            Ok(face) => {
                let faults = faults(&face.quality, params);
                problems.extend(faults.map(|kind| PhotoProblem { photo, kind }));
                mains.push(face);
            }
            Err(kind) => problems.push(PhotoProblem { photo, kind }),
        }
    }
    let (given, wanted) = (photographs.len(), params.photographs);
    let wrong_number = |photos: std::ops::Range<usize>, kind| photos.map(move |photo| PhotoProblem { photo, kind });
    problems.extend(wrong_number(given..wanted, PhotoProblemKind::Missing));
    problems.extend(wrong_number(wanted..given, PhotoProblemKind::Superfluous));
    if problems.is_empty() {
        problems = disagreements(&mains, params.min_agreement);
    }
    if problems.is_empty() {
        Ok(mains.into_iter().map(|face| (face.quality, face.embedding.clone())).collect())
    } else {
        Err(problems)
    }
}

fn main_face<'a>(faces: &'a [Face], params: &EnrolmentParams) -> Result<&'a Face, PhotoProblemKind> {
    let height = |face: &Face| face.detection.height();
    let main = faces.iter().max_by(|a, b| height(a).total_cmp(&height(b))).ok_or(PhotoProblemKind::NoFace)?;
    let rivals = faces.iter().filter(|face| height(face) >= params.max_bystander * height(main)).count();
    if rivals > 1 {
        return Err(PhotoProblemKind::TooManyFaces);
    }
    Ok(main)
}

fn faults(quality: &Quality, params: &EnrolmentParams) -> impl Iterator<Item = PhotoProblemKind> + use<> {
    let too_small = quality.face_height_px < params.min_face_height_px;
    [
        (too_small, PhotoProblemKind::TooSmall),
        // A small face is enlarged and therefore blurred as well: one advice is enough.
        (!too_small && quality.sharpness < params.min_sharpness, PhotoProblemKind::Blurred),
        (quality.brightness < MIN_BRIGHTNESS || quality.contrast < MIN_CONTRAST, PhotoProblemKind::TooDark),
        (quality.brightness > MAX_BRIGHTNESS, PhotoProblemKind::TooBright),
        (quality.yaw_degrees.abs() > params.max_yaw_degrees, PhotoProblemKind::TurnedAway),
    ]
    .into_iter()
    .filter_map(|(faulty, kind)| faulty.then_some(kind))
}

/// The photographs that disagree with more of the others than they agree with; or all that disagree, if no majority tells
/// which one is wrong.
fn disagreements(faces: &[&Face], min_agreement: f32) -> Vec<PhotoProblem> {
    let disagrees = |a: usize, b: usize| a != b && faces[a].embedding.similarity(&faces[b].embedding) < min_agreement;
    let counts: Vec<usize> = (0..faces.len()).map(|a| (0..faces.len()).filter(|&b| disagrees(a, b)).count()).collect();
    let worst = counts.iter().copied().max().unwrap_or(0);
    let blamed = |&(_, &count): &(usize, &usize)| worst > 0 && count == worst;
    counts
        .iter()
        .enumerate()
        .filter(blamed)
        .map(|(photo, _)| PhotoProblem { photo, kind: PhotoProblemKind::OtherPerson })
        .collect()
}

#[cfg(test)]
mod tests;
