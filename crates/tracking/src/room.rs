//! The room: which cameras hang where, and at which gates people come and go.

use domain::room::{GateWay, RoomCamera, RoomGate, RoomPlan};
use nalgebra::Matrix3;

use crate::camera::{Camera, Lens, Pixel, Point};

/// A place on the floor, metres: x and y of the store's frame.
pub type Place = nalgebra::Vector2<f64>;

/// What people do at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They come in.
    In,
    /// They leave.
    Out,
    /// Both: one door for all.
    Both,
}

/// A circle on the floor through which people come or go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// Its middle.
    pub centre: Place,
    /// Its radius, metres.
    pub radius_m: f64,
    /// What people do there.
    pub way: Way,
}

/// A store's floor as cameras see it. Cameras are told apart by their place in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    /// At most [`Room::MOST_CAMERAS`].
    pub cameras: Vec<Camera>,
    /// Where people come and go.
    pub gates: Vec<Gate>,
}

impl Gate {
    /// Metres from a place to the circle; 0 within it.
    pub fn distance(&self, place: Place) -> f64 {
        ((place - self.centre).norm() - self.radius_m).max(0.0)
    }
}

impl Room {
    /// Cameras that a room can have.
    pub const MOST_CAMERAS: usize = RoomPlan::MOST_CAMERAS;

    /// The room of a plan that was checked ([`RoomPlan::check`]): its cameras and gates in the plan's order.
    pub fn of(plan: &RoomPlan) -> Self {
        Self::from(plan)
    }

    /// Metres from a place to the nearest gate where people come in; infinite where there is none.
    pub fn to_entry(&self, place: Place) -> f64 {
        self.to_gate(place, Way::In)
    }

    /// Metres from a place to the nearest gate where people leave; infinite where there is none.
    pub fn to_exit(&self, place: Place) -> f64 {
        self.to_gate(place, Way::Out)
    }

    /// The gate nearest to a place at which people come in.
    pub(crate) fn entry_at(&self, place: Place) -> Option<&Gate> {
        let gates = self.gates.iter().filter(|gate| gate.way != Way::Out);
        gates.min_by(|one, two| one.distance(place).total_cmp(&two.distance(place)))
    }

    fn to_gate(&self, place: Place, way: Way) -> f64 {
        let gates = self.gates.iter().filter(|gate| gate.way == way || gate.way == Way::Both);
        gates.map(|gate| gate.distance(place)).fold(f64::INFINITY, f64::min)
    }
}

impl From<&RoomPlan> for Room {
    fn from(plan: &RoomPlan) -> Self {
        Self {
            cameras: plan.cameras.iter().map(Camera::from).collect(),
            gates: plan.gates.iter().map(Gate::from).collect(),
        }
    }
}

impl From<&RoomCamera> for Camera {
    fn from(camera: &RoomCamera) -> Self {
        let rows = camera.rotation;
        let lens = Lens {
            focal_px: camera.focal_px,
            k1: camera.k1,
            centre: Pixel::from(camera.principal_px),
            size: camera.size_px,
        };
        Self { rotation: Matrix3::from_fn(|row, column| rows[row][column]), centre: Point::from(camera.centre_m), lens }
    }
}

impl From<&RoomGate> for Gate {
    fn from(gate: &RoomGate) -> Self {
        let way = match gate.way {
            GateWay::Entry => Way::In,
            GateWay::Exit => Way::Out,
            GateWay::Both => Way::Both,
        };
        Self { centre: Place::from(gate.centre_m), radius_m: gate.radius_m, way }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plans_room_projects_and_lets_people_in_where_the_plan_says() {
        // It hangs 2.5 m up and looks along y, level.
        let camera = RoomCamera {
            name: "north".to_owned(),
            rotation: [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
            centre_m: [1.0, 2.0, 2.5],
            focal_px: 300.0,
            k1: 0.0,
            principal_px: [320.0, 180.0],
            size_px: [640.0, 360.0],
        };
        let gate = |x: f64, way| RoomGate { centre_m: [x, 0.0], radius_m: 0.5, way };
        let plan = RoomPlan {
            cameras: vec![camera.clone(), RoomCamera { name: "south".to_owned(), k1: 0.05, focal_px: 150.0, ..camera }],
            gates: vec![gate(0.0, GateWay::Entry), gate(5.0, GateWay::Exit), gate(9.0, GateWay::Both)],
            gondolas: Vec::new(),
        };
        assert_eq!(plan.check(), Ok(()));
        let room = Room::of(&plan);
        // Three metres ahead, one to the right (of x) and half a metre below: by the focal length right and down.
        let seen = room.cameras[0].project(&Point::new(2.0, 5.0, 2.0)).unwrap();
        assert!((seen - Pixel::new(420.0, 230.0)).norm() < 1e-9, "{seen}");
        assert_eq!(room.cameras[1].lens.size, [640.0, 360.0]);
        assert_eq!((room.cameras[1].lens.k1, room.cameras[1].lens.focal_px), (0.05, 150.0));
        let distances = |x| (room.to_entry(Place::new(x, 0.0)), room.to_exit(Place::new(x, 0.0)));
        assert_eq!(distances(1.0), (0.5, 3.5));
        assert_eq!(distances(5.0), (3.5, 0.0));
        assert_eq!(distances(9.25), (0.0, 0.0));
    }
}
