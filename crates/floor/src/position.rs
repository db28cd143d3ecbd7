//! Positions: where the tracker of room cameras says people stand, and whose visit each of them may be.

use jiff::Timestamp;

use super::Floor;
use attribution::engine::Sensed;
use attribution::tracks::TrackName;
use domain::ids::ShoppingSessionId;

/// Where somebody stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Position {
    /// When.
    pub at: Timestamp,
    /// The tracker's name for them.
    pub track: u32,
    /// How likely they are whose visit; nothing for somebody without one.
    pub whose: Vec<(ShoppingSessionId, f64)>,
    /// Head, metres of the store's frame.
    pub head_m: [f64; 2],
    /// Hands, metres.
    pub hands_m: Vec<[f64; 3]>,
}

impl Floor {
    /// Takes in positions, in the order in which they were taken.
    pub(super) fn positioned(&mut self, now: Timestamp, positions: Vec<Position>) {
        for Position { at, track, whose, head_m, hands_m } in positions {
            let is_number = |place: &[f64]| place.iter().all(|axis| axis.is_finite());
            // One that nobody can place says nothing; one of a time to come is of now.
            if !is_number(&head_m) || !hands_m.iter().all(|hand| is_number(hand)) {
                continue;
            }
            let sensed = Sensed::Positioned { track: TrackName::Number(track), whose, head: head_m, hands: hands_m };
            self.tell(at.min(now), sensed);
        }
    }
}
