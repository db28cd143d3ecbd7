//! What the floor tells its engine: who came, who was seen where, and what changed at the shelves.

use super::Floor;
use attribution::engine::{Sensed, SensedFace};
use domain::shelf::{PlateStep, ShelfEvent};
use domain::sighting::{Identity, Means, Seen, Sighting};
use sensing::weight_change::{SensorChange, WeightChange};

/// Where a code is held up, across the picture and as large as the face of somebody who stands at the shelf; and how far
/// beside that its owner may stand, metres: half a gondola.
const CODE: ([f64; 2], f64) = ([0.5, 0.37], 0.6);

impl Floor {
    /// Tells who stands before the shelves of a zone. Zones without slots (the gates) say only that a stranger is about; who
    /// passes a gate is told by [`Sensed::Entered`] and [`Sensed::Left`].
    pub(super) fn sighted(&mut self, sighting: &Sighting) {
        let Some(camera) = self.engine.layout().cameras.iter().position(|camera| camera.id == sighting.zone) else {
            if sighting.seen.iter().any(|seen| seen.identity == Identity::Unknown) {
                self.tell(sighting.occurred_at, Sensed::StrangerAbout);
            }
            return;
        };
        let faces: Vec<_> = sighting.seen.iter().filter_map(|seen| self.face(seen)).collect();
        if !faces.is_empty() {
            self.tell(sighting.occurred_at, Sensed::Sighted { camera, faces });
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
            (Means::Face | Means::Code | Means::Staff | Means::Closing, _) => CODE,
        };
        Some(SensedFace { x, size, within_m, candidates })
    }

    /// A shelf event as the engine takes it. None where its slot has no place. Grams say nothing of a product that nobody has weighed; then
    /// what the node counted is believed.
    pub(super) fn change(&self, event: &ShelfEvent) -> Option<WeightChange> {
        let &(shelf, sensor) = self.places.get(&event.slot)?;
        let at_ms = event.occurred_at.as_millisecond();
        let counted = || WeightChange::counted(Some(event.id), [shelf, sensor], event.sensor, at_ms, event.delta_units);
        let Some(weighed) = &event.weighed else { return Some(counted()) };
        let own = self.planogram.facing(&event.slot).and_then(|facing| self.catalog.get(&facing.sku));
        if event.delta_units != 0 && own.is_some_and(|product| product.unit_weight_mg.is_none()) {
            return Some(counted());
        }
        let step = |plate: &PlateStep| {
            let &(other, sensor) = self.places.get(&plate.slot)?;
            let (grams, spread_g) = (f64::from(plate.grams), f64::from(plate.spread_g));
            (other == shelf).then_some(SensorChange { sensor, grams, spread_g })
        };
        let mut sensors: Vec<_> = weighed.plates.iter().filter_map(step).collect();
        sensors.sort_by_key(|step| step.sensor);
        Some(WeightChange {
            event: Some(event.id),
            shelf,
            began_ms: at_ms,
            ended_ms: at_ms + i64::from(weighed.lasted_ms),
            sensors,
            kind: event.sensor,
            units: None,
            trace: Vec::new(),
        })
    }
}
