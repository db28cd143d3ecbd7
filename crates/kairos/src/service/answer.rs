//! From what the galleries gave to what the API answers.

use serde_json::Map;

use crate::confidence::DEFAULT_THRESHOLD;
use crate::face::{Detection, EnrolledFace, Enrolment, Recognition, Verification};
use crate::wire::plain::time_stamp;
use crate::wire::{
    Detected, DetectedFaces, Enrollment, EnrollmentImage, FaceFields, FaceIds, GalleryIds, Given, Matches,
    RecognizedFace, Removed, Status, SubjectIds, Transaction, Whole,
};

use super::command::{RecogniseCommand, RemoveSubjectCommand};

/// Which subject of which gallery an answer is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct About {
    pub(super) gallery_name: String,
    pub(super) subject_id: String,
}

impl About {
    pub(super) fn new(gallery_name: &str, subject_id: &str) -> Self {
        Self { gallery_name: gallery_name.to_owned(), subject_id: subject_id.to_owned() }
    }
}

/// Which gallery an answer is about, and which candidates it may name.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Wanted {
    gallery_name: String,
    threshold: f64,
    most_results: usize,
}

impl From<&RecogniseCommand> for Wanted {
    fn from(command: &RecogniseCommand) -> Self {
        let RecogniseCommand { gallery_name, threshold, most_results, .. } = command;
        Self { gallery_name: gallery_name.clone(), threshold: *threshold, most_results: *most_results }
    }
}

pub(super) fn enrolled(about: About, enrolments: Vec<Enrolment>) -> Enrollment {
    let face_id = enrolments.first().map(|enrolment| enrolment.enrolled.face_id.clone()).into();
    let image = |Enrolment { enrolled, face }: Enrolment| EnrollmentImage {
        transaction: Transaction {
            face_id: Given::Value(enrolled.face_id),
            confidence: Given::Value(face.confidence),
            timestamp: time_stamp(enrolled.enrolled_at_ms),
            ..transaction(about.clone(), Status::Success, (&face).into())
        },
        attributes: Map::new(),
    };
    Enrollment { face_id, images: enrolments.into_iter().map(image).collect() }
}

pub(super) fn recognised(wanted: &Wanted, recognitions: Vec<Recognition>) -> Matches {
    let images = recognitions.into_iter().map(|recognition| recognised_face(wanted, recognition)).collect();
    Matches { images, transaction: None }
}

fn recognised_face(wanted: &Wanted, Recognition { face, mut candidates }: Recognition) -> RecognizedFace {
    let gallery_name = wanted.gallery_name.clone();
    candidates.retain(|candidate| candidate.confidence >= wanted.threshold);
    candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    candidates.truncate(wanted.most_results);
    let Some(best) = candidates.first() else {
        return RecognizedFace { transaction: no_match(gallery_name, (&face).into()), candidates: None };
    };
    let about = About { gallery_name, subject_id: best.subject_id.clone() };
    let transaction = Transaction {
        face_id: Given::Value(best.face_id.clone()),
        confidence: Given::Value(best.confidence),
        ..transaction(about, Status::Success, (&face).into())
    };
    RecognizedFace { transaction, candidates: Some(candidates.into_iter().map(Into::into).collect()) }
}

/// A client that looks only at the status must not let a stranger in, so an unlikely one is a failure; one that looks at
/// the confidence finds it either way.
pub(super) fn verified(about: About, verification: Verification) -> Matches {
    let Verification { face, confidence } = verification;
    let plain = if confidence >= DEFAULT_THRESHOLD {
        transaction(about, Status::Success, (&face).into())
    } else {
        Transaction { subject_id: Given::Value(about.subject_id), ..no_match(about.gallery_name, (&face).into()) }
    };
    let transaction = Transaction { confidence: Given::Value(confidence), ..plain };
    Matches { images: vec![RecognizedFace { transaction, candidates: None }], transaction: None }
}

pub(super) fn detected(detection: Detection) -> Detected {
    let image = DetectedFaces {
        status: Given::Value(Status::Complete),
        width: Given::Value(Whole(detection.width.into())),
        height: Given::Value(Whole(detection.height.into())),
        faces: detection.faces.iter().map(Into::into).collect(),
    };
    Detected { images: vec![image] }
}

pub(super) fn galleries(names: Vec<String>) -> GalleryIds {
    GalleryIds { status: Given::Value(Status::Complete), gallery_ids: names.into_iter().map(Given::Value).collect() }
}

pub(super) fn subjects(names: Vec<String>) -> SubjectIds {
    SubjectIds { status: Given::Value(Status::Complete), subject_ids: names.into_iter().map(Given::Value).collect() }
}

pub(super) fn faces(faces: Vec<EnrolledFace>) -> FaceIds {
    FaceIds { status: Given::Value(Status::Complete), face_ids: faces.into_iter().map(Into::into).collect() }
}

pub(super) fn gallery_removed(gallery_name: &str) -> Removed {
    removed(format!("gallery {gallery_name} was removed"))
}

pub(super) fn subject_removed(command: &RemoveSubjectCommand) -> Removed {
    let RemoveSubjectCommand { gallery_name, subject_id, face_id } = command;
    removed(match face_id {
        Some(face_id) => format!("face {face_id} of subject {subject_id} was removed from gallery {gallery_name}"),
        None => format!("subject {subject_id} was removed from gallery {gallery_name}"),
    })
}

fn removed(message: String) -> Removed {
    Removed { status: Given::Value(Status::Complete), message: Given::Value(message) }
}

fn transaction(about: About, status: Status, face: FaceFields) -> Transaction {
    Transaction {
        status: Given::Value(status),
        subject_id: Given::Value(about.subject_id),
        gallery_name: Given::Value(about.gallery_name),
        face,
        ..Transaction::default()
    }
}

fn no_match(gallery_name: String, face: FaceFields) -> Transaction {
    Transaction {
        status: Given::Value(Status::Failure),
        message: Given::Value("no match found".to_owned()),
        gallery_name: Given::Value(gallery_name),
        face,
        ..Transaction::default()
    }
}
