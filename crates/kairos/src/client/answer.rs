//! From a status and a body to an answer or a typed error; knows nothing of connections.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::error::{KairosError, Strange};
use crate::face::{Candidate, DetectedFace, Detection, EnrolledFace, Enrolment, Recognition, Verification};
use crate::wire::plain::{level, milliseconds};
use crate::wire::{
    Detected, Enrollment, ErrorCode, ErrorItem, FaceId, FaceIds, GalleryIds, Given, LandmarkFields, MatchCandidate,
    Matches, RecognizedFace, Removed, Status, SubjectIds, Transaction, Whole,
};

/// What a call gives.
pub trait Answer: Sized {
    /// How the API writes it.
    type Wire: DeserializeOwned;

    /// The plain value; `None` where something needed is missing.
    fn plain(wire: Self::Wire) -> Option<Self>;

    /// What a documented error says after all: "no match" is an answer.
    fn instead_of(_code: ErrorCode, _before: Before) -> Option<Self> {
        None
    }
}

/// What earlier attempts of the same call may have done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    /// There was none, or they surely did nothing.
    Nothing,
    /// One of them may have done it.
    PerhapsDone,
}

/// It is removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done;

/// Reads an answer.
///
/// # Errors
///
/// Every documented error, and [`KairosError::Strange`] for what is none of the API's.
pub fn read<A: Answer>(status: u16, body: &[u8], before: Before) -> Result<A, KairosError> {
    match status {
        300..=399 => return Err(KairosError::Redirected(status)),
        403 => return Err(KairosError::Refused(ErrorCode::WrongKeys)),
        404 => return Err(KairosError::Refused(ErrorCode::NoSuchPath)),
        429 => return Err(KairosError::TooManyCalls { again_in: None }),
        502..=504 => return Err(KairosError::Down { status, again_in: None }),
        _ => {}
    }
    let strange = |what| KairosError::Strange { what, status, bytes: body.len() };
    let success = (200..=299).contains(&status);
    // Read straight into types, because lists and objects that nobody asked for take many times their length in memory.
    let refusal = typed::<MaybeErrors>(body);
    match (refusal, success) {
        (Ok(MaybeErrors { errors: Some(errors) }), true) => {
            // What fails as a call gives no answer, whatever code it names.
            let answer = code(&errors).and_then(ErrorCode::from_number).and_then(|code| A::instead_of(code, before));
            answer.ok_or_else(|| refused(&errors, status))
        }
        (Ok(MaybeErrors { errors: Some(errors) }), false) => Err(refused(&errors, status)),
        (Ok(_) | Err(_), false) => Err(strange(Strange::Status)),
        (Err(what), true) => Err(strange(what)),
        (Ok(_), true) => A::plain(typed(body).map_err(strange)?).ok_or_else(|| strange(Strange::WrongShape)),
    }
}

/// What is looked for in every answer: refusals come with status 200.
#[derive(Deserialize)]
struct MaybeErrors {
    #[serde(rename = "Errors")]
    errors: Option<Vec<ErrorItem>>,
}

fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Strange> {
    let text = body.trim_ascii_start();
    match text.first() {
        None => return Err(Strange::Empty),
        Some(b'<') => return Err(Strange::WebPage),
        Some(b'[') => return Err(Strange::WrongShape),
        Some(_) => {}
    }
    serde_json::from_slice(text).map_err(|error| match error.classify() {
        Category::Eof => Strange::Truncated,
        Category::Syntax | Category::Io => Strange::NotJson,
        Category::Data => Strange::WrongShape,
    })
}

/// The first code that can be read.
fn code(errors: &[ErrorItem]) -> Option<i64> {
    errors.iter().find_map(|error| error.code.clone().value()).map(|Whole(number)| number)
}

fn refused(errors: &[ErrorItem], status: u16) -> KairosError {
    let number = code(errors);
    let Some(code) = number.and_then(ErrorCode::from_number) else {
        return KairosError::UnknownCode(number);
    };
    match code {
        ErrorCode::TooManyCalls => KairosError::TooManyCalls { again_in: None },
        ErrorCode::Down => KairosError::Down { status, again_in: None },
        ErrorCode::InvalidCharacters
        | ErrorCode::WrongContentType
        | ErrorCode::MissingParameter
        | ErrorCode::InvalidParameter
        | ErrorCode::NameTooLong
        | ErrorCode::NoSuchPath
        | ErrorCode::WrongKeys
        | ErrorCode::NotAnImage
        | ErrorCode::UrlNotFetched
        | ErrorCode::NoFace
        | ErrorCode::SubjectNotFound
        | ErrorCode::GalleryNotFound
        | ErrorCode::CorruptFace
        | ErrorCode::TooManyFaces
        | ErrorCode::NoMatchEither
        | ErrorCode::NoMatch => KairosError::Refused(code),
    }
}

impl Answer for Vec<Enrolment> {
    type Wire = Enrollment;

    fn plain(wire: Enrollment) -> Option<Self> {
        let whole = wire.face_id.value();
        let enrolments: Self = wire
            .images
            .into_iter()
            .filter(|image| image.transaction.status != Given::Value(Status::Failure))
            .map(|image| {
                let transaction = image.transaction;
                // The first implementations said the id only once, for the only face.
                let face_id = transaction.face_id.value().or_else(|| whole.clone())?;
                let enrolled = EnrolledFace { face_id, enrolled_at_ms: milliseconds(transaction.timestamp) };
                let confidence = transaction.confidence.value().unwrap_or_default();
                Some(Enrolment { enrolled, face: DetectedFace { confidence, ..transaction.face.plain() } })
            })
            .collect::<Option<_>>()?;
        (!enrolments.is_empty()).then_some(enrolments)
    }
}

impl Answer for Vec<Recognition> {
    type Wire = Matches;

    fn plain(wire: Matches) -> Option<Self> {
        (!wire.images.is_empty()).then_some(())?;
        wire.images.into_iter().map(recognition).collect()
    }

    fn instead_of(code: ErrorCode, _: Before) -> Option<Self> {
        is_no_match(code).then(Self::new)
    }
}

fn recognition(image: RecognizedFace) -> Option<Recognition> {
    let transaction = image.transaction;
    let face = transaction.face.clone().plain();
    let candidates = match transaction.status {
        Given::Value(Status::Failure) => Vec::new(),
        Given::Value(Status::Success | Status::Complete) => match image.candidates {
            Some(candidates) => candidates.into_iter().map(MatchCandidate::plain).collect::<Option<_>>()?,
            None => vec![only_candidate(transaction)?],
        },
        Given::Absent | Given::Unreadable => return None,
    };
    Some(Recognition { face, candidates })
}

/// The best match where there is no list of them.
fn only_candidate(transaction: Transaction) -> Option<Candidate> {
    Some(Candidate {
        subject_id: transaction.subject_id.value()?,
        face_id: transaction.face_id.value().unwrap_or_default(),
        confidence: level(transaction.confidence)?,
        enrolled_at_ms: None,
    })
}

impl Answer for Verification {
    type Wire = Matches;

    fn plain(wire: Matches) -> Option<Self> {
        let beside = wire.transaction;
        let transaction = wire.images.into_iter().next().map(|image| image.transaction).or(beside)?;
        let face = transaction.face.plain();
        let confidence = match (transaction.confidence, transaction.status) {
            (Given::Absent, Given::Value(Status::Failure)) => 0.0,
            (confidence, _) => level(confidence)?,
        };
        Some(Self { face, confidence })
    }

    fn instead_of(code: ErrorCode, _: Before) -> Option<Self> {
        is_no_match(code).then(|| Self { face: DetectedFace::default(), confidence: 0.0 })
    }
}

impl Answer for Detection {
    type Wire = Detected;

    fn plain(wire: Detected) -> Option<Self> {
        let image = wire.images.into_iter().next()?;
        let pixels = |side: Given<Whole>| u32::try_from(side.value()?.0).ok();
        let faces = image.faces.into_iter().map(LandmarkFields::plain).collect();
        Some(Self { width: pixels(image.width)?, height: pixels(image.height)?, faces })
    }
}

impl Answer for GalleryNames {
    type Wire = GalleryIds;

    fn plain(wire: GalleryIds) -> Option<Self> {
        wire.gallery_ids.into_iter().map(Given::value).collect::<Option<_>>().map(Self)
    }
}

impl Answer for SubjectNames {
    type Wire = SubjectIds;

    fn plain(wire: SubjectIds) -> Option<Self> {
        wire.subject_ids.into_iter().map(Given::value).collect::<Option<_>>().map(Self)
    }
}

/// The names of the galleries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GalleryNames(pub Vec<String>);

/// The names of a gallery's subjects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubjectNames(pub Vec<String>);

impl Answer for Vec<EnrolledFace> {
    type Wire = FaceIds;

    fn plain(wire: FaceIds) -> Option<Self> {
        wire.face_ids.into_iter().map(FaceId::plain).collect()
    }
}

impl Answer for Done {
    type Wire = Removed;

    fn plain(wire: Removed) -> Option<Self> {
        match wire.status {
            Given::Value(Status::Complete | Status::Success) => Some(Self),
            Given::Value(Status::Failure) | Given::Absent | Given::Unreadable => None,
        }
    }

    /// An earlier attempt removed it, and its answer was lost.
    fn instead_of(code: ErrorCode, before: Before) -> Option<Self> {
        let gone = matches!(code, ErrorCode::GalleryNotFound | ErrorCode::SubjectNotFound);
        (gone && before == Before::PerhapsDone).then_some(Self)
    }
}

fn is_no_match(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoMatch | ErrorCode::NoMatchEither)
}

#[cfg(test)]
mod tests;
