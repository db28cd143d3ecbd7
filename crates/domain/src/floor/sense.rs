//! What the floor tells its engine: who came, who was seen where, and what changed at the shelves.

use super::Floor;
use crate::attribution::engine::{Sensed, SensedFace};
use crate::shelf::ShelfEvent;
use crate::shelf::weight_change::{SensorChange, WeightChange};
use crate::sighting::{Identity, Means, Seen, Sighting};

/// Where a code is held up, across the picture and as large as the face of somebody who stands at the shelf; and how far
/// beside that its owner may stand, metres: half a gondola.
const CODE: ([f64; 2], f64) = ([0.5, 0.37], 0.6);

impl Floor {
    /// Tells who stands before the shelves of a zone. Zones without slots (the gates) say only that a stranger is about; who
    /// passes a gate is told by [`Sensed::Entered`] and [`Sensed::Left`].
    pub(super) fn sighted(&mut self, sighting: &Sighting) {
        let at_ms = sighting.occurred_at.as_millisecond();
        let Some(camera) = self.engine.layout().cameras.iter().position(|camera| camera.id == sighting.zone) else {
            if sighting.seen.iter().any(|seen| seen.identity == Identity::Unknown) {
                self.engine.receive(at_ms, Sensed::StrangerAbout);
            }
            return;
        };
        let faces: Vec<_> = sighting.seen.iter().filter_map(|seen| self.face(seen)).collect();
        if !faces.is_empty() {
            self.engine.receive(at_ms, Sensed::Sighted { camera, faces });
        }
    }

    /// A face as evidence. None for one that may be of several shoppers, or of which nothing is known yet.
    fn face(&self, seen: &Seen) -> Option<SensedFace> {
        let candidates = match seen.identity {
            Identity::Known { shopper, similarity } => {
                self.session_of(shopper).map(|session| (session.id, f64::from(similarity))).into_iter().collect()
            }
            Identity::Unknown => Vec::new(),
            Identity::Ambiguous | Identity::Undecided => return None,
        };
        let ([x, size], within_m) = match (seen.means, seen.x) {
            (Means::Face, Some(x)) => ([f64::from(x), seen.size.map_or(CODE.0[1], f64::from)], 0.0),
            (Means::Face | Means::Code | Means::Staff, _) => CODE,
        };
        Some(SensedFace { x, size, within_m, candidates })
    }

    /// A shelf event as the engine takes it. None where its slot has no place.
    pub(super) fn change(&self, event: &ShelfEvent) -> Option<WeightChange> {
        let &(shelf, sensor) = self.places.get(&event.slot)?;
        let at_ms = event.occurred_at.as_millisecond();
        Some(WeightChange {
            event: Some(event.id),
            shelf,
            began_ms: at_ms,
            ended_ms: at_ms,
            sensors: vec![SensorChange { sensor, grams: 0.0, spread_g: 0.0 }],
            kind: event.sensor,
            units: Some(event.delta_units),
            trace: Vec::new(),
        })
    }
}
