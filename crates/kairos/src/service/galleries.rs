//! What the service needs of whoever has the galleries.

use std::time::Duration;

use super::command::{
    DetectCommand, EnrolCommand, RecogniseCommand, RemoveSubjectCommand, SubjectCommand, VerifyCommand,
};
use crate::face::{Detection, EnrolledFace, Enrolment, Recognition, Verification};

/// Galleries of faces, and who may use them. Ids and times are the implementer's.
///
/// Every call but [`Self::admit`] brings the caller whom that gave, so that callers can be kept to galleries of their own.
pub trait Galleries: Send + Sync + 'static {
    /// Who calls.
    type Caller: Send + Sync;

    /// Whether the bearer of these keys may call now; asked first, before anything else of the call is read. Keys that
    /// are missing or cannot be text come as "".
    ///
    /// Wrong keys are best counted too, so that they cannot be guessed.
    fn admit(&self, app_id: &str, app_key: &str) -> impl Future<Output = Admission<Self::Caller>> + Send;

    /// Adds the faces of a picture; makes gallery and subject where they are not there.
    ///
    /// # Errors
    ///
    /// [`Trouble::TooManyFaces`] where only one is wanted and the picture shows more.
    fn enrol(
        &self,
        caller: &Self::Caller,
        command: EnrolCommand,
    ) -> impl Future<Output = Result<Vec<Enrolment>, Trouble>> + Send;

    /// Searches a gallery for each face of a picture. Candidates may come in any order and number: the service sorts
    /// them and leaves out those that are beyond what was asked for.
    ///
    /// # Errors
    ///
    /// [`Trouble::NoFace`], [`Trouble::GalleryNotFound`]; that nobody is alike is no error.
    fn recognise(
        &self,
        caller: &Self::Caller,
        command: RecogniseCommand,
    ) -> impl Future<Output = Result<Vec<Recognition>, Trouble>> + Send;

    /// Compares a picture with a subject.
    ///
    /// # Errors
    ///
    /// [`Trouble::SubjectNotFound`]; that they are not alike is no error.
    fn verify(
        &self,
        caller: &Self::Caller,
        command: VerifyCommand,
    ) -> impl Future<Output = Result<Verification, Trouble>> + Send;

    /// Finds the faces of a picture.
    ///
    /// # Errors
    ///
    /// [`Trouble`]; that there is no face may be an error or an empty list.
    fn detect(
        &self,
        caller: &Self::Caller,
        command: DetectCommand,
    ) -> impl Future<Output = Result<Detection, Trouble>> + Send;

    /// The names of the caller's galleries.
    ///
    /// # Errors
    ///
    /// [`Trouble::Down`].
    fn galleries(&self, caller: &Self::Caller) -> impl Future<Output = Result<Vec<String>, Trouble>> + Send;

    /// The subjects of a gallery.
    ///
    /// # Errors
    ///
    /// [`Trouble::GalleryNotFound`].
    fn subjects(
        &self,
        caller: &Self::Caller,
        gallery_name: String,
    ) -> impl Future<Output = Result<Vec<String>, Trouble>> + Send;

    /// The faces of a subject.
    ///
    /// # Errors
    ///
    /// [`Trouble::GalleryNotFound`], [`Trouble::SubjectNotFound`].
    fn faces(
        &self,
        caller: &Self::Caller,
        command: SubjectCommand,
    ) -> impl Future<Output = Result<Vec<EnrolledFace>, Trouble>> + Send;

    /// Removes a gallery with everybody in it.
    ///
    /// # Errors
    ///
    /// [`Trouble::GalleryNotFound`].
    fn remove_gallery(
        &self,
        caller: &Self::Caller,
        gallery_name: String,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// Removes a subject, or one of its faces.
    ///
    /// # Errors
    ///
    /// [`Trouble::GalleryNotFound`], [`Trouble::SubjectNotFound`]; a face that is not there is an invalid parameter.
    fn remove_subject(
        &self,
        caller: &Self::Caller,
        command: RemoveSubjectCommand,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;
}

/// Whether somebody may call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission<C> {
    /// Yes.
    Granted(C),
    /// The keys are wrong.
    WrongKeys,
    /// The keys may be right, but there were too many calls.
    TooMany {
        /// When to come back.
        again_in: Duration,
    },
    /// Whoever knows the keys cannot be asked.
    Down,
}

/// Why galleries did not do what was asked for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    /// The picture cannot be decoded, although it begins like one.
    #[error("the picture cannot be decoded")]
    NotAnImage,
    /// There is nobody in the picture.
    #[error("there is no face in the picture")]
    NoFace,
    /// One face was wanted.
    #[error("there is more than one face in the picture")]
    TooManyFaces,
    /// There is a face, but nothing that can be recognised.
    #[error("nothing can be made of the face")]
    CorruptFace,
    /// The gallery has no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The caller has no such gallery.
    #[error("there is no such gallery")]
    GalleryNotFound,
    /// There is nothing to compare with.
    #[error("there is no match")]
    NoMatch,
    /// A parameter that reads well makes no sense here.
    #[error("{parameter}: {reason}")]
    Invalid {
        /// By its name on the wire, such as `subject_id`.
        parameter: &'static str,
        /// A few words for the caller.
        reason: String,
    },
    /// Not now: the database or the recogniser is away. Whoever implements this logs why.
    #[error("not now")]
    Down,
}
