//! What the calls take.

use serde::{Deserialize, Serialize};

use super::given::{Given, Scalar, Tolerant, Whole};
use super::image::ImageText;

/// `/enroll`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Enroll {
    /// Base64, with or without data-URL prefix, or a URL.
    pub image: Given<ImageText>,
    /// Who it is; the client's own name.
    pub subject_id: Given<String>,
    /// Made where it is not there.
    pub gallery_name: Given<String>,
    /// The least height of a head as a part of the picture's shorter side, 0.015 to 0.5.
    #[serde(rename = "minHeadScale", skip_serializing_if = "Given::is_not_value")]
    pub min_head_scale: Given<f64>,
    /// How faces are looked for.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub selector: Given<Selector>,
    /// Whether every face of the picture is enrolled; otherwise more than one is an error.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub multiple_faces: Given<bool>,
}

/// `/recognize`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recognize {
    /// As in [`Enroll`].
    pub image: Given<ImageText>,
    /// Where to search.
    pub gallery_name: Given<String>,
    /// The least confidence of a candidate, 0 to 1; 0.6 unless told.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub threshold: Given<f64>,
    /// The most candidates; 10 unless told.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub max_num_results: Given<Whole>,
    /// As in [`Enroll`].
    #[serde(rename = "minHeadScale", skip_serializing_if = "Given::is_not_value")]
    pub min_head_scale: Given<f64>,
    /// As in [`Enroll`].
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub selector: Given<Selector>,
}

/// `/verify`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verify {
    /// As in [`Enroll`].
    pub image: Given<ImageText>,
    /// Where the subject is.
    pub gallery_name: Given<String>,
    /// Whom to compare with.
    pub subject_id: Given<String>,
    /// As in [`Enroll`].
    #[serde(rename = "minHeadScale", skip_serializing_if = "Given::is_not_value")]
    pub min_head_scale: Given<f64>,
    /// As in [`Enroll`].
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub selector: Given<Selector>,
}

/// `/detect`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detect {
    /// As in [`Enroll`].
    pub image: Given<ImageText>,
    /// As in [`Enroll`].
    #[serde(rename = "minHeadScale", skip_serializing_if = "Given::is_not_value")]
    pub min_head_scale: Given<f64>,
    /// As in [`Enroll`].
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub selector: Given<Selector>,
}

/// `/gallery/list_all` takes nothing; clients send no body at all, or `{}`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListAll {}

/// `/gallery/view`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GalleryView {
    /// Which.
    pub gallery_name: Given<String>,
}

/// `/gallery/view_subject`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewSubject {
    /// Where the subject is.
    pub gallery_name: Given<String>,
    /// Who.
    pub subject_id: Given<String>,
}

/// `/gallery/remove`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GalleryRemove {
    /// Which.
    pub gallery_name: Given<String>,
}

/// `/gallery/remove_subject`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveSubject {
    /// Where the subject is.
    pub gallery_name: Given<String>,
    /// Who.
    pub subject_id: Given<String>,
    /// Only this face of the subject.
    #[serde(skip_serializing_if = "Given::is_not_value")]
    pub face_id: Given<String>,
}

/// How faces are looked for. Everything but [`Selector::Liveness`] only says where landmarks are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Selector {
    /// The face.
    #[serde(rename = "FACE")]
    Face,
    /// The eyes as well.
    #[serde(rename = "EYES")]
    Eyes,
    /// All landmarks.
    #[serde(rename = "FULL")]
    Full,
    /// The pose as well.
    #[serde(rename = "SETPOSE")]
    SetPose,
    /// Is it a living person, not a picture of one?
    #[serde(rename = "liveness")]
    Liveness,
}

impl Tolerant for Selector {
    fn read(scalar: Scalar) -> Option<Self> {
        let name = String::read(scalar)?;
        match name.trim().to_ascii_lowercase().as_str() {
            "face" => Some(Self::Face),
            "eyes" => Some(Self::Eyes),
            "full" => Some(Self::Full),
            "setpose" => Some(Self::SetPose),
            "liveness" => Some(Self::Liveness),
            _ => None,
        }
    }
}
