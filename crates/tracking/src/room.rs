//! The room: which cameras hang where, and at which gates people come and go.

use crate::camera::Camera;

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
    pub const MOST_CAMERAS: usize = 16;

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
