//! What a caller asks for, read from the request and checked.

use serde::de::DeserializeOwned;

use super::parameters::{image, min_head_scale, most_results, name, optional_name, readable, selector, threshold};
use super::refusal::Refusal;
use crate::wire::{
    Detect, Endpoint, Enroll, ErrorCode, GalleryRemove, GalleryView, Image, ListAll, Recognize, RemoveSubject, Verify,
    ViewSubject,
};

/// A checked request.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// `/enroll`.
    Enrol(EnrolCommand),
    /// `/recognize`.
    Recognise(RecogniseCommand),
    /// `/verify`.
    Verify(VerifyCommand),
    /// `/detect`.
    Detect(DetectCommand),
    /// `/gallery/list_all`.
    Galleries,
    /// `/gallery/view`.
    Subjects(String),
    /// `/gallery/view_subject`.
    Faces(SubjectCommand),
    /// `/gallery/remove`.
    RemoveGallery(String),
    /// `/gallery/remove_subject`.
    RemoveSubject(RemoveSubjectCommand),
}

/// Add faces.
#[derive(Clone, PartialEq, Debug)]
pub struct EnrolCommand {
    /// Where to.
    pub gallery_name: String,
    /// Whose they are.
    pub subject_id: String,
    /// A JPEG or PNG by its first bytes.
    pub image: Image,
    /// Smaller heads are not looked at: a part of the picture's shorter side, 0.015 to 0.5.
    pub min_head_scale: Option<f64>,
    /// Which of the picture's faces.
    pub faces: FacesWanted,
}

/// Which faces of a picture are enrolled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FacesWanted {
    /// The only one.
    Only,
    /// All of them, as faces of one subject.
    Every,
}

/// Search.
#[derive(Clone, PartialEq, Debug)]
pub struct RecogniseCommand {
    /// Where.
    pub gallery_name: String,
    /// A JPEG or PNG by its first bytes.
    pub image: Image,
    /// The least confidence of a candidate, 0 to 1.
    pub threshold: f64,
    /// Most candidates a face, at least 1.
    pub most_results: usize,
    /// As in [`EnrolCommand`].
    pub min_head_scale: Option<f64>,
}

/// Compare.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifyCommand {
    /// Where the subject is.
    pub gallery_name: String,
    /// With whom.
    pub subject_id: String,
    /// A JPEG or PNG by its first bytes.
    pub image: Image,
    /// As in [`EnrolCommand`].
    pub min_head_scale: Option<f64>,
}

/// Find faces.
#[derive(Clone, PartialEq, Debug)]
pub struct DetectCommand {
    /// A JPEG or PNG by its first bytes.
    pub image: Image,
    /// As in [`EnrolCommand`].
    pub min_head_scale: Option<f64>,
}

/// A subject of a gallery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubjectCommand {
    /// Where the subject is.
    pub gallery_name: String,
    /// Who.
    pub subject_id: String,
}

/// Remove a subject, or a face of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoveSubjectCommand {
    /// Where the subject is.
    pub gallery_name: String,
    /// Who.
    pub subject_id: String,
    /// Only this face; `None` is all of the subject.
    pub face_id: Option<String>,
}

impl Command {
    /// Reads a request. The body is as it came; an empty one is taken for `{}`, because clients of `/gallery/list_all`
    /// send none.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: about the content type, then about one of the parameters; about the picture last, because it is the
    /// most work.
    pub fn read(endpoint: Endpoint, content_type: Option<&str>, body: &[u8]) -> Result<Self, Refusal> {
        let nothing = body.trim_ascii().is_empty();
        let needs_type = !(nothing && endpoint == Endpoint::ListAll);
        if needs_type && !content_type.is_some_and(is_json) {
            return Err(Refusal::new(ErrorCode::WrongContentType));
        }
        let json = if nothing { b"{}" } else { body };
        Ok(match endpoint {
            Endpoint::Enroll => Self::Enrol(enrol(typed(json)?)?),
            Endpoint::Recognize => Self::Recognise(recognise(typed(json)?)?),
            Endpoint::Verify => Self::Verify(verify(typed(json)?)?),
            Endpoint::Detect => Self::Detect(detect(typed(json)?)?),
            Endpoint::ListAll => {
                let ListAll {} = typed(json)?;
                Self::Galleries
            }
            Endpoint::View => {
                let GalleryView { gallery_name } = typed(json)?;
                Self::Subjects(name("gallery_name", gallery_name)?)
            }
            Endpoint::ViewSubject => {
                let ViewSubject { gallery_name, subject_id } = typed(json)?;
                Self::Faces(SubjectCommand {
                    gallery_name: name("gallery_name", gallery_name)?,
                    subject_id: name("subject_id", subject_id)?,
                })
            }
            Endpoint::Remove => {
                let GalleryRemove { gallery_name } = typed(json)?;
                Self::RemoveGallery(name("gallery_name", gallery_name)?)
            }
            Endpoint::RemoveSubject => {
                let RemoveSubject { gallery_name, subject_id, face_id } = typed(json)?;
                Self::RemoveSubject(RemoveSubjectCommand {
                    gallery_name: name("gallery_name", gallery_name)?,
                    subject_id: name("subject_id", subject_id)?,
                    face_id: optional_name("face_id", face_id)?,
                })
            }
        })
    }
}

fn enrol(request: Enroll) -> Result<EnrolCommand, Refusal> {
    selector(request.selector)?;
    Ok(EnrolCommand {
        gallery_name: name("gallery_name", request.gallery_name)?,
        subject_id: name("subject_id", request.subject_id)?,
        min_head_scale: min_head_scale(request.min_head_scale)?,
        faces: match readable("multiple_faces", request.multiple_faces)? {
            Some(true) => FacesWanted::Every,
            Some(false) | None => FacesWanted::Only,
        },
        image: image(request.image)?,
    })
}

fn recognise(request: Recognize) -> Result<RecogniseCommand, Refusal> {
    selector(request.selector)?;
    Ok(RecogniseCommand {
        gallery_name: name("gallery_name", request.gallery_name)?,
        threshold: threshold(request.threshold)?,
        most_results: most_results(request.max_num_results)?,
        min_head_scale: min_head_scale(request.min_head_scale)?,
        image: image(request.image)?,
    })
}

fn verify(request: Verify) -> Result<VerifyCommand, Refusal> {
    selector(request.selector)?;
    Ok(VerifyCommand {
        gallery_name: name("gallery_name", request.gallery_name)?,
        subject_id: name("subject_id", request.subject_id)?,
        min_head_scale: min_head_scale(request.min_head_scale)?,
        image: image(request.image)?,
    })
}

fn detect(request: Detect) -> Result<DetectCommand, Refusal> {
    selector(request.selector)?;
    Ok(DetectCommand { min_head_scale: min_head_scale(request.min_head_scale)?, image: image(request.image)? })
}

/// `application/json`, whatever parameters follow.
fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

/// What calls itself JSON and is not has the wrong content type.
///
/// Read straight into its type: lists and objects that nobody asked for would take many times their length in memory.
fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let wrong = |what| Refusal::about(ErrorCode::WrongContentType, what);
    // A list would be taken for the fields in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(wrong("the body is not a JSON object"));
    }
    serde_json::from_slice(body).map_err(|_| wrong("the body is not JSON"))
}
