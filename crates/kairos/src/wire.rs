//! The API's messages: tolerant in reading, exact in writing.

mod answer;
mod endpoint;
mod error;
mod given;
mod image;
pub(crate) mod plain;
mod request;

pub use answer::{
    Detected, DetectedFaces, Enrollment, EnrollmentImage, FaceFields, FaceId, FaceIds, GalleryIds, LandmarkFields,
    MatchCandidate, Matches, RecognizedFace, Removed, Status, SubjectIds, Transaction,
};
pub use endpoint::{Endpoint, Repetition};
pub use error::{ErrorBody, ErrorCode, ErrorItem};
pub use given::{Given, Scalar, Tolerant, Whole};
pub use image::{Image, ImageError, ImageText, decode_image, encode_image};
pub use request::{
    Detect, Enroll, GalleryRemove, GalleryView, ListAll, Recognize, RemoveSubject, Selector, Verify, ViewSubject,
};
