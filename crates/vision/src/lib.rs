//! Turns pixels into embeddings and ranks them against a gallery.
//!
//! One file per stage, in the order in which a frame passes them: [`frame`] > [`detector`] > [`refiner`] > [`aligner`] >
//! [`quality`] and [`embedder`] > [`gallery`]. [`pipeline`] joins the stages, [`enrolment`] judges the photographs of a
//! new shopper, and [`code`] reads the QR code that a shopper holds up. [`fusion`] joins several embeddings of one person,
//! [`calibration`] derives thresholds from stated error rates, [`tracks`] follows faces from frame to frame, [`decision`]
//! decides over the frames of a track, and [`presentation`] tells a person from a picture of one. [`bodies`] finds people with
//! their key points in the pictures of room cameras; it knows nothing of faces.
//!
//! This crate never learns who a person is (the gallery is generic over its key) and opens no file or socket: models and
//! images arrive as bytes. Nothing here prints pixels or embeddings, not even through `Debug`.

pub mod aligner;
pub mod bodies;
pub mod calibration;
pub mod code;
pub mod decision;
pub mod detector;
pub mod embedder;
pub mod enrolment;
pub mod frame;
pub mod fusion;
pub mod gallery;
pub mod model;
pub mod pipeline;
pub mod presentation;
pub mod quality;
pub mod refiner;
pub mod shipped;
pub mod tracks;

pub use aligner::Crop;
pub use bodies::{BodyFinder, BodyParams};
pub use calibration::Calibration;
pub use code::read_codes;
pub use decision::{Candidates, Decision, DecisionParams, Evidence, TrackDecision};
pub use detector::{Detection, DetectorParams};
pub use embedder::{Embedding, EmbeddingError};
pub use enrolment::{EnrolmentParams, PhotoProblem, PhotoProblemKind};
pub use frame::{DecodeLimits, Frame, FrameError};
pub use fusion::Fusion;
pub use gallery::{Gallery, Match, SharedGallery};
pub use pipeline::{
    Face, ModelBytes, Params, Pipeline, SAME_PERSON_AT_FAR_1E_3, SAME_PERSON_AT_FAR_1E_4, SAME_PERSON_AT_FAR_1E_5,
    VisionError,
};
pub use presentation::{Presentation, PresentationParams, PresentationTrack};
pub use quality::Quality;
pub use tracks::{TrackParams, Tracks};
