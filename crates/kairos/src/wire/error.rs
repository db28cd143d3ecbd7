//! The documented error codes: number, message and HTTP status.

use serde::{Deserialize, Serialize};

use super::given::{Given, Whole};

/// A documented error.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorCode {
    /// 1000.
    InvalidCharacters,
    /// 1001.
    WrongContentType,
    /// 1002.
    MissingParameter,
    /// 1003.
    InvalidParameter,
    /// 1004.
    NameTooLong,
    /// 3000, by HTTP status 429.
    TooManyCalls,
    /// 3001, by HTTP status 502.
    Down,
    /// 3002, by HTTP status 404.
    NoSuchPath,
    /// 3003, by HTTP status 403.
    WrongKeys,
    /// 5000.
    NotAnImage,
    /// 5001.
    UrlNotFetched,
    /// 5002.
    NoFace,
    /// 5003.
    SubjectNotFound,
    /// 5004.
    GalleryNotFound,
    /// 5005.
    CorruptFace,
    /// 5010.
    TooManyFaces,
    /// 5011, documented with the same words as 5012.
    NoMatchEither,
    /// 5012.
    NoMatch,
}

impl ErrorCode {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::InvalidCharacters,
        Self::WrongContentType,
        Self::MissingParameter,
        Self::InvalidParameter,
        Self::NameTooLong,
        Self::TooManyCalls,
        Self::Down,
        Self::NoSuchPath,
        Self::WrongKeys,
        Self::NotAnImage,
        Self::UrlNotFetched,
        Self::NoFace,
        Self::SubjectNotFound,
        Self::GalleryNotFound,
        Self::CorruptFace,
        Self::TooManyFaces,
        Self::NoMatchEither,
        Self::NoMatch,
    ];

    /// `ErrCode`.
    pub fn number(self) -> u16 {
        self.number_status_message().0
    }

    /// The HTTP status that it comes with: 200 for most.
    pub fn http_status(self) -> u16 {
        self.number_status_message().1
    }

    /// What it says, without naming the parameter.
    pub fn message(self) -> &'static str {
        self.number_status_message().2
    }

    /// The error of this number, if it is documented.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|code| i64::from(code.number()) == number)
    }

    fn number_status_message(self) -> (u16, u16, &'static str) {
        match self {
            Self::InvalidCharacters => (1000, 200, "a parameter contains invalid characters"),
            Self::WrongContentType => (1001, 200, "the content type is wrong: send application/json"),
            Self::MissingParameter => (1002, 200, "a required parameter is missing"),
            Self::InvalidParameter => (1003, 200, "a parameter is invalid"),
            Self::NameTooLong => (1004, 200, "a name is too long"),
            Self::TooManyCalls => (3000, 429, "too many calls"),
            Self::Down => (3001, 502, "the service is down for now"),
            Self::NoSuchPath => (3002, 404, "there is no such path"),
            Self::WrongKeys => (3003, 403, "app_id or app_key is wrong"),
            Self::NotAnImage => (5000, 200, "the image is not a JPEG or PNG"),
            Self::UrlNotFetched => (5001, 200, "the image URL could not be fetched"),
            Self::NoFace => (5002, 200, "no faces found in the image"),
            Self::SubjectNotFound => (5003, 200, "subject not found"),
            Self::GalleryNotFound => (5004, 200, "gallery not found"),
            Self::CorruptFace => (5005, 200, "the face is corrupt"),
            Self::TooManyFaces => (5010, 200, "too many faces in the image"),
            Self::NoMatchEither => (5011, 200, "no match found"),
            Self::NoMatch => (5012, 200, "no match found"),
        }
    }
}

/// `{"Errors": [...]}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ErrorBody {
    /// Usually one.
    #[serde(rename = "Errors")]
    pub errors: Vec<ErrorItem>,
}

/// One error.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorItem {
    /// For people.
    #[serde(rename = "Message", skip_serializing_if = "Given::is_not_value")]
    pub message: Given<String>,
    /// For programs.
    #[serde(rename = "ErrCode", skip_serializing_if = "Given::is_not_value")]
    pub code: Given<Whole>,
}

impl ErrorBody {
    /// With one error.
    pub fn of(code: ErrorCode, message: String) -> Self {
        let item = ErrorItem { message: Given::Value(message), code: Given::Value(Whole(code.number().into())) };
        Self { errors: vec![item] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_back_to_its_error() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_number(code.number().into()), Some(code));
        }
        assert_eq!(ErrorCode::from_number(4999), None);
    }

    #[test]
    fn errors_are_written_as_documented_and_read_with_numbers_as_text() {
        let written = serde_json::to_string(&ErrorBody::of(ErrorCode::NoFace, "none".to_owned())).unwrap();
        assert_eq!(written, r#"{"Errors":[{"Message":"none","ErrCode":5002}]}"#);
        let read: ErrorBody = serde_json::from_str(r#"{"Errors":[{"ErrCode":"5002","Extra":1}]}"#).unwrap();
        assert_eq!(read.errors[0].code, Given::Value(Whole(5002)));
    }
}
