//! Says to the shopper what is wrong with a photograph.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with one photograph, or with their number. `Display` gives the sentence that the shopper reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PhotoProblem {
    /// Which photograph, counted from zero; `Display` counts from one.
    pub photo: usize,
    /// What is wrong.
    pub kind: PhotoProblemKind,
}

/// The kinds of [`PhotoProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoProblemKind {
    /// The photograph is not there.
    Missing,
    /// There are more photographs than the enrolment takes.
    Superfluous,
    /// No face was found.
    NoFace,
    /// Several faces are about equally large.
    TooManyFaces,
    /// The face has too few pixels.
    TooSmall,
    /// The face is blurred.
    Blurred,
    /// There is too little light on the face, or too little contrast.
    TooDark,
    /// There is too much light on the face.
    TooBright,
    /// The head is turned to a side.
    TurnedAway,
    /// The face does not look like the one in the other photographs.
    OtherPerson,
}

impl fmt::Display for PhotoProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let photo = self.photo + 1;
        match self.kind {
            PhotoProblemKind::Missing => write!(f, "Take one more: photograph {photo} is missing"),
            PhotoProblemKind::Superfluous => {
                write!(f, "Remove a photograph: there is no need for photograph {photo}")
            }
            PhotoProblemKind::NoFace => {
                write!(f, "Look into the camera: no face was found in photograph {photo}")
            }
            PhotoProblemKind::TooManyFaces => {
                write!(f, "Stand alone before the camera: photograph {photo} shows several faces")
            }
            PhotoProblemKind::TooSmall => {
                write!(f, "Move closer: your face is too small in photograph {photo}")
            }
            PhotoProblemKind::Blurred => {
                write!(f, "Hold still: your face is blurred in photograph {photo}")
            }
            PhotoProblemKind::TooDark => {
                write!(f, "Find more light: your face is too dark in photograph {photo}")
            }
            PhotoProblemKind::TooBright => {
                write!(f, "Avoid strong light: your face is too bright in photograph {photo}")
            }
            PhotoProblemKind::TurnedAway => {
                write!(f, "Face the camera: your head is turned away in photograph {photo}")
            }
            PhotoProblemKind::OtherPerson => {
                write!(f, "Take all photographs of yourself: photograph {photo} does not match the others")
            }
        }
    }
}
