//! A sighting: what one look of a camera or one scan of a code said about who is in a zone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, ShopperId, SightingId, ZoneId};

/// How somebody was recognised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// By the face.
    Face,
    /// By the QR code of the phone.
    Code,
    /// By a member of staff.
    Staff,
    /// Not at all: the store closed, and nobody had seen them leave.
    Closing,
}

/// Who a face or a code belongs to.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Identity {
    /// A shopper, with the cosine similarity of the best template (1 for a code).
    Known {
        /// Who.
        shopper: ShopperId,
        /// Cosine similarity, -1 to 1.
        similarity: f32,
    },
    /// A face that resembles nobody enough.
    Unknown,
    /// A face that two shoppers resemble alike: an answer of its own, not a guess.
    Ambiguous,
    /// A face of which more looks will tell whose it is.
    Undecided,
}

/// One face, or one code, within a sighting.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// Whose it is.
    pub identity: Identity,
    /// How it was recognised.
    pub means: Means,
    /// Centre across the picture: 0 left to 1 right. A code has none.
    pub x: Option<f32>,
    /// Face height over picture height, 0 to 1: nearer is larger. A code has none.
    pub size: Option<f32>,
}

/// The outcome of one frame or one scan.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sighting {
    /// Made by the device, so that a repeated delivery is known.
    pub id: SightingId,
    /// Which camera or scanner.
    pub device: DeviceId,
    /// What it covers.
    pub zone: ZoneId,
    /// When the frame was taken, on the server's clock.
    pub occurred_at: Timestamp,
    /// Everybody in it, nearest first; empty if nobody was there.
    pub seen: Vec<Seen>,
}

impl Sighting {
    /// The shoppers who were surely recognised.
    pub fn known(&self) -> impl Iterator<Item = (ShopperId, &Seen)> {
        self.seen.iter().filter_map(|seen| match seen.identity {
            Identity::Known { shopper, .. } => Some((shopper, seen)),
            Identity::Unknown | Identity::Ambiguous | Identity::Undecided => None,
        })
    }
}
