//! The nine calls of the API.

/// A call of the API; each is a `POST`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Endpoint {
    /// Adds a picture's face to a subject.
    Enroll,
    /// Searches a gallery for the faces of a picture.
    Recognize,
    /// Compares a picture with one subject.
    Verify,
    /// Finds the faces of a picture.
    Detect,
    /// Names the galleries.
    ListAll,
    /// Names the subjects of a gallery.
    View,
    /// Names the faces of a subject.
    ViewSubject,
    /// Removes a gallery with everybody in it.
    Remove,
    /// Removes a subject, or one of its faces.
    RemoveSubject,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Enroll,
        Self::Recognize,
        Self::Verify,
        Self::Detect,
        Self::ListAll,
        Self::View,
        Self::ViewSubject,
        Self::Remove,
        Self::RemoveSubject,
    ];

    /// Its path below the API's address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Enroll => "/enroll",
            Self::Recognize => "/recognize",
            Self::Verify => "/verify",
            Self::Detect => "/detect",
            Self::ListAll => "/gallery/list_all",
            Self::View => "/gallery/view",
            Self::ViewSubject => "/gallery/view_subject",
            Self::Remove => "/gallery/remove",
            Self::RemoveSubject => "/gallery/remove_subject",
        }
    }

    /// What calling twice does.
    pub fn repetition(self) -> Repetition {
        match self {
            Self::Enroll => Repetition::Doubles,
            Self::Recognize
            | Self::Verify
            | Self::Detect
            | Self::ListAll
            | Self::View
            | Self::ViewSubject
            | Self::Remove
            | Self::RemoveSubject => Repetition::Harmless,
        }
    }
}

/// What a call does that is sent twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repetition {
    /// As much as one.
    Harmless,
    /// Something twice: `/enroll` adds a second face.
    Doubles,
}
