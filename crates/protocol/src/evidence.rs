//! What a decision about a shelf event rests on, as staff see it in reviews, visits and disputes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::device::SensorKindName;

/// What a decision rests on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct EvidenceView {
    /// The slot whose sensor noticed it.
    pub slot: String,
    /// What kind of sensor.
    pub sensor: SensorKindName,
    /// RFC 3339: when the sensor noticed it.
    pub noticed_at: String,
    /// Units more or fewer of the product that belongs there; 0 where load cells felt something else.
    pub delta_units: i32,
    /// Grams more or fewer, from load cells.
    pub grams: Option<f32>,
    /// What it may have been, likeliest first; empty where the sensor counts.
    pub contents: Vec<ContentView>,
    /// The sensor's readings around it, in its unit.
    pub trace: Vec<f32>,
    /// Who could have done it, likeliest first.
    pub candidates: Vec<CandidateView>,
    /// The rule that decided.
    pub basis: BasisName,
}

/// One product that may have been moved.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ContentView {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How many units, if it was this one.
    pub quantity: u32,
    /// How likely it was among what moved, 0 to 1.
    pub probability: f32,
}

/// One shopper who could have done it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct CandidateView {
    /// Whose visit.
    pub session_id: Uuid,
    /// Name as given at sign-up.
    pub shopper_name: String,
    /// How likely, 0 to 1.
    pub probability: f32,
    /// How many sightings at the shelf speak for it.
    pub sightings: u32,
    /// How far the nearest tracked hand that may be theirs was from the slot, metres; none where room cameras saw none.
    #[serde(default)]
    pub hand_m: Option<f32>,
}

/// Which rule decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasisName {
    /// Seen at the shelf around that moment.
    SeenAtShelf,
    /// A hand that room cameras followed was at the slot.
    HandSeen,
    /// Nobody else was in the store.
    AloneInStore,
    /// Not seen at the shelf just then; where everybody was before and after leaves nobody else.
    Whereabouts,
    /// A member of staff decided it.
    Staff,
    /// The shopper said so, when staff asked.
    Shopper,
    /// A sighting that came late speaks against what was decided.
    SeenLater,
    /// Nothing spoke for anybody.
    None,
}
