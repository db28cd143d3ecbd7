//! A client of the Kairos cloud, or of whatever else speaks its API.
//!
//! Whoever calls it sends pictures of faces out of the house; that is for the caller to know, and to have switched on.

mod answer;
mod attempt;
mod cloud;
mod error;
mod keys;
mod retry;
mod settings;

pub use answer::{Answer, Before, Done, GalleryNames, SubjectNames, read};
pub use cloud::{KairosCloud, Lookup};
pub use error::{KairosError, Strange};
pub use keys::{Keys, Secret};
pub use retry::Jitter;
pub use settings::{Settings, SettingsError};
