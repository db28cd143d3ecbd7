//! Where people go in the room: through gates, before slots, and around gondolas.

use domain::ids::ZoneId;
use domain::room::{GateWay, Gondola, RoomGate, RoomPlan};
use pathfinding::prelude::dijkstra;
use tracking::camera::Point;
use tracking::room::Place;

/// From a gondola's line to whoever takes something from it, metres.
const BEFORE_M: f64 = 0.45;
/// From there to whoever waits for that place, metres.
const BEHIND_M: f64 = 0.7;
/// From a gondola's line to where people pass it, metres.
const AISLE_M: f64 = 1.0;
/// How far beyond a gondola's end people go around it, metres.
const AROUND_M: f64 = 0.5;
/// Nobody's way leads nearer than this to a gondola's end, metres.
const ELBOW_M: f64 = 0.25;
/// Height of slots of which the plan does not say it, metres: a middle shelf.
const USUAL_HEIGHT_M: f64 = 1.1;
/// From a gate's circle to where people go on from it, or wait for it, metres.
const CLEAR_OF_GATE_M: f64 = 0.7;

/// A slot as somebody before it sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotPlace {
    /// Where a hand takes something.
    pub hand: Point,
    /// Where whoever takes it stands.
    pub before: Place,
    /// Where the next one waits.
    pub behind: Place,
}

/// The places of a plan.
#[derive(Debug, Clone)]
pub struct Places {
    gondolas: Vec<Gondola>,
    entry: RoomGate,
    exit: RoomGate,
    /// About where everything stands.
    middle: Place,
}

impl Places {
    /// The places of a plan that was checked; where nobody is said to leave, people leave as they came.
    ///
    /// # Panics
    ///
    /// Where no gate lets anybody in, which no checked plan has.
    pub fn of(plan: &RoomPlan) -> Self {
        let gate = |other: GateWay| plan.gates.iter().find(|gate| gate.way != other).copied();
        let entry = gate(GateWay::Exit).expect("a checked plan has a gate where people come in");
        let fronts: Vec<Place> = plan.gondolas.iter().map(|gondola| along(gondola, 0.5, AISLE_M)).collect();
        let cameras = plan.cameras.iter().map(|camera| Place::new(camera.centre_m[0], camera.centre_m[1]));
        let all = if fronts.is_empty() { cameras.collect() } else { fronts };
        let middle = all.iter().sum::<Place>() / all.len().max(1) as f64;
        Self { gondolas: plan.gondolas.clone(), entry, exit: gate(GateWay::Entry).unwrap_or(entry), middle }
    }

    /// Where a zone's slot is that stands at `x`, 0 to 1; `None` where the plan does not place the zone.
    pub fn slot(&self, zone: &ZoneId, x: f32) -> Option<SlotPlace> {
        let gondola = self.gondolas.iter().find(|gondola| gondola.zone == *zone)?;
        let place = |away_m| along(gondola, f64::from(x), away_m);
        let hand = place(0.0);
        let height_m = gondola.height_m.unwrap_or(USUAL_HEIGHT_M);
        let (before, behind) = (place(BEFORE_M), place(BEFORE_M + BEHIND_M));
        Some(SlotPlace { hand: Point::new(hand.x, hand.y, height_m), before, behind })
    }

    /// Where people come in.
    pub fn entry(&self) -> Place {
        Place::from(self.entry.centre_m)
    }

    /// Where they go from there, so that the next one can come in.
    pub fn inside(&self) -> Place {
        self.clear_of(&self.entry)
    }

    /// Where people leave.
    pub fn exit(&self) -> Place {
        Place::from(self.exit.centre_m)
    }

    /// Where they wait until nobody else is there.
    pub fn before_exit(&self) -> Place {
        self.clear_of(&self.exit)
    }

    fn clear_of(&self, gate: &RoomGate) -> Place {
        let centre = Place::from(gate.centre_m);
        let inwards = self.middle - centre;
        centre + inwards.try_normalize(1e-6).unwrap_or(Place::new(1.0, 0.0)) * (gate.radius_m + CLEAR_OF_GATE_M)
    }

    /// The shortest way around gondolas: the places between and the end, without the beginning. Straight on where
    /// no way leads around.
    pub fn way(&self, from: Place, to: Place) -> Vec<Place> {
        let mut nodes = vec![from, to];
        for gondola in &self.gondolas {
            let end = AROUND_M / gondola.length_m();
            nodes.extend([along(gondola, -end, 0.0), along(gondola, 1.0 + end, 0.0), along(gondola, 0.5, AISLE_M)]);
        }
        let millimetres = |one: usize, two: usize| ((nodes[one] - nodes[two]).norm() * 1000.0) as u64;
        let next = |here: &usize| {
            let here = *here;
            let open = |there: &usize| *there != here && !self.is_blocked(nodes[here], nodes[*there]);
            (0..nodes.len()).filter(open).map(|there| (there, millimetres(here, there))).collect::<Vec<_>>()
        };
        match dijkstra(&0, next, |at| *at == 1) {
            Some((route, _)) => route.into_iter().skip(1).map(|at| nodes[at]).collect(),
            None => vec![to],
        }
    }

    /// Whether a gondola stands between two places.
    pub fn is_between(&self, from: Place, to: Place) -> bool {
        self.is_near_between(from, to, 0.0)
    }

    /// Whether one stands in the way of elbows.
    pub fn is_blocked(&self, from: Place, to: Place) -> bool {
        self.is_near_between(from, to, ELBOW_M)
    }

    /// The same for gondolas that are longer by `more_m` at both ends.
    fn is_near_between(&self, from: Place, to: Place, more_m: f64) -> bool {
        self.gondolas.iter().any(|gondola| {
            let more = more_m / gondola.length_m();
            meet(from, to, along(gondola, -more, 0.0), along(gondola, 1.0 + more, 0.0))
        })
    }
}

/// The place at `x` of a gondola's line (0 to 1, beyond it otherwise), `away_m` from it on the shoppers' side.
fn along(gondola: &Gondola, x: f64, away_m: f64) -> Place {
    let (from, to) = (Place::from(gondola.from_m), Place::from(gondola.to_m));
    let way = to - from;
    let right = Place::new(way.y, -way.x) / way.norm();
    from + way * x + right * away_m
}

/// Whether two lines, each from end to end, cut each other.
fn meet(a: Place, b: Place, c: Place, d: Place) -> bool {
    let side = |from: Place, to: Place, point: Place| (to - from).perp(&(point - from));
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::stage::plan;

    #[test]
    fn shoppers_stand_on_their_side_of_a_gondola_and_reach_its_slots() {
        let places = Places::of(&plan());
        // g3 runs from right to left, so its shoppers stand above it.
        let slot = places.slot(&ZoneId::from("g3"), 0.25).unwrap();
        assert!((slot.hand - Point::new(3.3, 1.9, 1.1)).norm() < 1e-9, "{slot:?}");
        assert!((slot.before - Place::new(3.3, 2.35)).norm() < 1e-9 && slot.behind.y > slot.before.y, "{slot:?}");
        assert_eq!(places.slot(&ZoneId::from("g9"), 0.5), None);
    }

    #[test]
    fn a_way_leads_around_gondolas_and_straight_where_none_stands() {
        let places = Places::of(&plan());
        let slot = places.slot(&ZoneId::from("g3"), 0.5).unwrap();
        let below = Place::new(3.0, 1.2);
        let way = places.way(below, slot.before);
        assert!(way.len() >= 2, "{way:?}");
        assert_eq!(way.last(), Some(&slot.before));
        let mut from = below;
        for to in way {
            assert!(!places.is_between(from, to), "from {from} to {to}");
            from = to;
        }
        assert_eq!(places.way(places.entry(), places.inside()), [places.inside()]);
    }

    #[test]
    fn a_plan_of_one_door_and_no_gondola_has_its_places() {
        let mut plan = plan();
        plan.gondolas.clear();
        plan.gates.truncate(1);
        let places = Places::of(&plan);
        assert_eq!(places.exit(), places.entry());
        assert!((places.inside() - places.entry()).norm() > 1.0);
    }
}
