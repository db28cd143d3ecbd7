//! What the calls answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::given::{Given, Scalar, Tolerant, Whole};

/// How a face or a call fared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Status {
    /// A face was enrolled, recognised or verified.
    #[serde(rename = "success")]
    Success,
    /// A face was not recognised.
    #[serde(rename = "failure")]
    Failure,
    /// The call is done.
    Complete,
}

impl Tolerant for Status {
    fn read(scalar: Scalar) -> Option<Self> {
        match String::read(scalar)?.to_ascii_lowercase().as_str() {
            "success" => Some(Self::Success),
            "failure" => Some(Self::Failure),
            "complete" => Some(Self::Complete),
            _ => None,
        }
    }
}

/// `/enroll`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Enrollment {
    /// The id of the (first) new face.
    pub face_id: Given<String>,
    /// One for each face that was enrolled.
    pub images: Vec<EnrollmentImage>,
}

/// One enrolled face.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EnrollmentImage {
    /// What became of it.
    pub transaction: Transaction,
    /// Age, gender and the like. What the cloud says of them is not read, and we say nothing.
    #[serde(skip_deserializing)]
    pub attributes: Map<String, Value>,
}

/// `/recognize` and `/verify`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Matches {
    /// One for each face of the picture.
    pub images: Vec<RecognizedFace>,
    /// Where an implementation of `/verify` puts it beside `images`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Transaction>,
}

/// One face of the picture.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecognizedFace {
    /// The best match, or that there is none.
    pub transaction: Transaction,
    /// Likeliest first; absent where there is no match and from `/verify`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<MatchCandidate>>,
}

/// What became of one face.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Transaction {
    /// Success or failure.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub status: Given<Status>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub message: Given<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub subject_id: Given<String>,
    /// Of the match, or of the new face.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub face_id: Given<String>,
    /// Where.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub gallery_name: Given<String>,
    /// Of the match; in `/enroll`, that it is a face.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub confidence: Given<f64>,
    /// Milliseconds since 1970, written as text.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub timestamp: Given<String>,
    /// Where it is in the picture.
    #[serde(flatten)]
    pub face: FaceFields,
}

/// Where a face is, and how it is turned.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FaceFields {
    /// Pixels from the left.
    #[serde(rename = "topLeftX", skip_serializing_if = "Given::is_not_value")]
    pub left: Given<Whole>,
    /// Pixels from the top.
    #[serde(rename = "topLeftY", skip_serializing_if = "Given::is_not_value")]
    pub top: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub width: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub height: Given<Whole>,
    /// The recogniser's own scale.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub quality: Given<f64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub eye_distance: Given<f64>,
    /// Degrees.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub pitch: Given<f64>,
    /// Degrees.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub roll: Given<f64>,
    /// Degrees.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub yaw: Given<f64>,
}

/// Somebody whom the face may be.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MatchCandidate {
    /// Who.
    pub subject_id: Given<String>,
    /// By which face.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub face_id: Given<String>,
    /// 0 to 1.
    pub confidence: Given<f64>,
    /// Milliseconds since 1970, written as text.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub enrollment_timestamp: Given<String>,
}

/// `/detect`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detected {
    /// One for the picture.
    pub images: Vec<DetectedFaces>,
}

/// The faces of one picture.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DetectedFaces {
    /// Complete.
    pub status: Given<Status>,
    /// Pixels across the picture.
    pub width: Given<Whole>,
    /// Pixels down the picture.
    pub height: Given<Whole>,
    /// Each of them.
    pub faces: Vec<LandmarkFields>,
}

/// A face with its landmarks.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LandmarkFields {
    /// Where it is in the picture.
    #[serde(flatten)]
    pub face: FaceFields,
    /// That it is a face, 0 to 1.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub confidence: Given<f64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub left_eye_center_x: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub left_eye_center_y: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub right_eye_center_x: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub right_eye_center_y: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub nose_tip_x: Given<Whole>,
    /// Pixels.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub nose_tip_y: Given<Whole>,
}

/// `/gallery/list_all`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GalleryIds {
    /// Complete.
    #[serde(default)]
    pub status: Given<Status>,
    /// Their names.
    pub gallery_ids: Vec<Given<String>>,
}

/// `/gallery/view`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SubjectIds {
    /// Complete.
    #[serde(default)]
    pub status: Given<Status>,
    /// The gallery's subjects.
    pub subject_ids: Vec<Given<String>>,
}

/// `/gallery/view_subject`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FaceIds {
    /// Complete.
    #[serde(default)]
    pub status: Given<Status>,
    /// The subject's faces.
    pub face_ids: Vec<FaceId>,
}

/// One face of a subject.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FaceId {
    /// Its id.
    pub face_id: Given<String>,
    /// Milliseconds since 1970, written as text.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub enrollment_timestamp: Given<String>,
}

/// `/gallery/remove` and `/gallery/remove_subject`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Removed {
    /// Complete.
    pub status: Given<Status>,
    /// For people.
    #[serde(default)]
    pub message: Given<String>,
}
