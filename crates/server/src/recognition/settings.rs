//! What recognition is started with.

use std::path::PathBuf;

use kairos::client;
use serde::{Deserialize, Serialize};

/// How to recognise.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The part of strangers who may be taken for a shopper at a gate, over all frames of one person.
    pub strangers_at_gates: f64,
    /// The same at shelves, among those who are in the store.
    pub strangers_at_shelves: f64,
    /// What the entry does about pictures of faces.
    pub pictures: Pictures,
    /// The second best must be this much less alike (cosine similarity), or the answer is "ambiguous".
    pub margin: f32,
    /// Which weights, by which engine.
    pub engine: engine::Settings,
    /// What was measured of the weights; none: what came with the program.
    pub calibration: Option<PathBuf>,
    /// Threads that look at frames; 0: one less than there are cores.
    pub workers: usize,
    /// The Kairos cloud recognises instead.
    pub cloud: Option<CloudSettings>,
    /// Random bits: for the side of a turn, and the pauses between two calls of the cloud.
    pub random: fn() -> u64,
}

/// How the Kairos cloud is asked.
#[derive(Clone, Debug)]
pub struct CloudSettings {
    /// Whose account.
    pub keys: client::Keys,
    /// Where it is, and how often it may be called.
    pub client: client::Settings,
    /// The store's gallery there.
    pub gallery: String,
    /// The least confidence at which a face is a shopper's, 0.5 to 1.
    pub confidence: f64,
}

/// What the entry does about pictures of faces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pictures {
    /// Nothing.
    #[default]
    Off,
    /// A face that is suspected of being a picture needs the phone's code.
    RefusePictures,
    /// A face without a sign of life needs the phone's code.
    RequireLife,
    /// A face opens the gate once it has turned its head to the side that was asked for; otherwise it needs the phone's code.
    AskTurn,
}
