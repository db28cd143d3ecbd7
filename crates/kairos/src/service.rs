//! A service that answers like the Kairos cloud over galleries of our own.
//!
//! What is asked for is read by [`Command::read`], which knows of no connection; [`router`] joins it to HTTP. Pictures
//! are never fetched: `image` must hold them.

mod answer;
mod body;
mod command;
mod galleries;
mod parameters;
mod refusal;
mod router;

pub use command::{
    Command, DetectCommand, EnrolCommand, FacesWanted, RecogniseCommand, RemoveSubjectCommand, SubjectCommand,
    VerifyCommand,
};
pub use galleries::{Admission, Galleries, Trouble};
pub use parameters::MAX_NAME_CHARACTERS;
pub use refusal::Refusal;
pub use router::{MAX_BODY_BYTES, router};
