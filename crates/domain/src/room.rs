//! The room: where its cameras hang, where people come and go, and where gondolas stand. All in metres of one frame, the
//! store's: x and y along the floor, z up, the floor at 0.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::ZoneId;

/// What an installer says of a room, and what calibration found out.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct RoomPlan {
    /// At most [`RoomPlan::MOST_CAMERAS`].
    pub cameras: Vec<RoomCamera>,
    /// At least one of them lets people in.
    pub gates: Vec<RoomGate>,
    /// Where zones with slots stand.
    pub gondolas: Vec<Gondola>,
}

/// A camera on the wall.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RoomCamera {
    /// As in the configuration of the program that reads it.
    pub name: String,
    /// Rows of the matrix that turns directions of the room into the camera's: x right, y down, z forward.
    pub rotation: [[f64; 3]; 3],
    /// Where its optical centre is.
    pub centre_m: [f64; 3],
    /// Focal length, pixels.
    pub focal_px: f64,
    /// Radial distortion, the first term of Brown's; negative for barrels.
    #[serde(default)]
    pub k1: f64,
    /// Where the optical axis meets the picture, pixels.
    pub principal_px: [f64; 2],
    /// Width and height of the pictures that this was calibrated with, pixels.
    pub size_px: [f64; 2],
}

/// What people do at a gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateWay {
    /// They come in.
    Entry,
    /// They leave.
    Exit,
    /// One door for all.
    Both,
}

/// A circle on the floor through which people come or go.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct RoomGate {
    /// Its middle.
    pub centre_m: [f64; 2],
    /// Its radius.
    pub radius_m: f64,
    /// What people do there.
    pub way: GateWay,
}

/// The line on the floor along which a zone's slots stand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gondola {
    /// Which zone.
    pub zone: ZoneId,
    /// Where a slot at x = 0 stands; who goes from here to `to` has the shoppers on their right.
    pub from_m: [f64; 2],
    /// Where a slot at x = 1 stands.
    pub to_m: [f64; 2],
    /// How high its slots are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_m: Option<f64>,
}

/// Why a plan is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// Nobody comes in.
    #[error("the room needs a gate where people come in")]
    NoWayIn,
    /// There are too many of something.
    #[error("a room has at most {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// A name is used twice, or is no name.
    #[error("{what} {name:?}: a name has 1 to 40 letters, digits, - and _, and is used once")]
    Name {
        /// Of what.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A value makes no sense.
    #[error("{what}: {why}")]
    Value {
        /// Of what.
        what: String,
        /// Why.
        why: &'static str,
    },
}

/// A rotation whose rows are further than this from being at right angles and of length one is none.
const CROOKED: f64 = 0.01;
/// Nothing of a store lies further than this from its origin, metres.
const FARTHEST_M: f64 = 1_000.0;
/// A gondola is at least this long, metres.
const SHORTEST_M: f64 = 0.1;

impl RoomPlan {
    /// Cameras that a room can have.
    pub const MOST_CAMERAS: usize = 16;
    /// Gates that a room can have.
    pub const MOST_GATES: usize = 16;
    /// Gondolas that a room can have.
    pub const MOST_GONDOLAS: usize = 200;

    /// Whether it is a room in which people can be followed.
    ///
    /// # Errors
    ///
    /// Says what makes no sense.
    pub fn check(&self) -> Result<(), NoRoom> {
        within("cameras", self.cameras.len(), Self::MOST_CAMERAS)?;
        within("gates", self.gates.len(), Self::MOST_GATES)?;
        within("gondolas", self.gondolas.len(), Self::MOST_GONDOLAS)?;
        let mut names = BTreeSet::new();
        for camera in &self.cameras {
            named("camera", &camera.name, &mut names)?;
            camera.check()?;
        }
        for gate in &self.gates {
            let ok = |is: bool, why| value("a gate", is, why);
            ok(is_place(&gate.centre_m), "it lies at no place of the store")?;
            ok((0.05..=20.0).contains(&gate.radius_m), "its radius must lie between 0.05 and 20 m")?;
        }
        if self.gates.iter().all(|gate| gate.way == GateWay::Exit) {
            return Err(NoRoom::NoWayIn);
        }
        let mut zones = BTreeSet::new();
        for gondola in &self.gondolas {
            named("gondola of zone", &gondola.zone.0, &mut zones)?;
            let ok = |is: bool, why| value(&format!("the gondola of zone {}", gondola.zone), is, why);
            ok(is_place(&gondola.from_m) && is_place(&gondola.to_m), "it lies at no place of the store")?;
            ok(gondola.length_m() >= SHORTEST_M, "its ends are the same place")?;
            ok(gondola.height_m.is_none_or(|height| (0.0..=5.0).contains(&height)), "its height must be 0 to 5 m")?;
        }
        Ok(())
    }
}

impl RoomCamera {
    fn check(&self) -> Result<(), NoRoom> {
        let ok = |is: bool, why| value(&format!("camera {}", self.name), is, why);
        ok((1.0..=1e5).contains(&self.focal_px), "its focal length makes no sense")?;
        ok(self.k1.abs() < 1.0, "its distortion must lie between -1 and 1")?;
        ok(self.size_px.iter().all(|side| (16.0..=16_384.0).contains(side)), "its pictures have no possible size")?;
        let inside = |axis: usize| (0.0..=self.size_px[axis]).contains(&self.principal_px[axis]);
        ok(inside(0) && inside(1), "its optical axis misses its picture")?;
        ok(is_place(&self.centre_m), "it hangs at no place of the store")?;
        ok(is_rotation(&self.rotation), "its rotation is none")
    }
}

impl Gondola {
    /// Where a slot stands, by its x along the gondola.
    pub fn at(&self, x: f64) -> [f64; 2] {
        std::array::from_fn(|axis| self.from_m[axis] + x * (self.to_m[axis] - self.from_m[axis]))
    }

    /// From end to end.
    pub fn length_m(&self) -> f64 {
        (self.to_m[0] - self.from_m[0]).hypot(self.to_m[1] - self.from_m[1])
    }
}

fn within(what: &'static str, count: usize, most: usize) -> Result<(), NoRoom> {
    if count > most { Err(NoRoom::TooMany { what, most }) } else { Ok(()) }
}

fn named<'a>(what: &'static str, name: &'a str, known: &mut BTreeSet<&'a str>) -> Result<(), NoRoom> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let is_name = (1..=40).contains(&name.len()) && name.chars().all(is_letter);
    if is_name && known.insert(name) { Ok(()) } else { Err(NoRoom::Name { what, name: name.to_owned() }) }
}

fn value(what: &str, is: bool, why: &'static str) -> Result<(), NoRoom> {
    if is { Ok(()) } else { Err(NoRoom::Value { what: what.to_owned(), why }) }
}

fn is_place(at: &[f64]) -> bool {
    at.iter().all(|axis| axis.abs() <= FARTHEST_M)
}

fn is_rotation(rows: &[[f64; 3]; 3]) -> bool {
    let dot = |one: &[f64; 3], two: &[f64; 3]| -> f64 { one.iter().zip(two).map(|(a, b)| a * b).sum() };
    let square =
        (0..3).all(|i| (0..3).all(|j| (dot(&rows[i], &rows[j]) - f64::from(u8::from(i == j))).abs() < CROOKED));
    let [a, b, c] = rows;
    let cross = [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]];
    square && dot(a, &cross) > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> RoomPlan {
        let camera = RoomCamera {
            name: "north".to_owned(),
            rotation: [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
            centre_m: [1.0, 2.0, 2.5],
            focal_px: 358.0,
            k1: 0.05,
            principal_px: [320.0, 180.0],
            size_px: [640.0, 360.0],
        };
        RoomPlan {
            cameras: vec![camera],
            gates: vec![RoomGate { centre_m: [1.0, 0.0], radius_m: 0.5, way: GateWay::Both }],
            gondolas: vec![Gondola {
                zone: ZoneId::from("g1"),
                from_m: [0.0, 3.0],
                to_m: [1.2, 3.0],
                height_m: Some(1.1),
            }],
        }
    }

    #[test]
    fn a_room_is_taken_and_one_without_cameras_too() {
        assert_eq!(room().check(), Ok(()));
        assert_eq!(RoomPlan { cameras: Vec::new(), ..room() }.check(), Ok(()), "plans are drawn before cameras hang");
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let with = |change: fn(&mut RoomPlan)| {
            let mut room = room();
            change(&mut room);
            room.check().unwrap_err().to_string()
        };
        type Change = fn(&mut RoomPlan);
        let cases: [(Change, &str); 15] = [
            (|room| room.cameras[0].focal_px = 0.0, "focal length"),
            (|room| room.cameras[0].focal_px = f64::NAN, "focal length"),
            (|room| room.cameras[0].k1 = 7.0, "distortion"),
            (|room| room.cameras[0].size_px = [640.0, 0.0], "size"),
            (|room| room.cameras[0].principal_px = [900.0, 180.0], "axis"),
            (|room| room.cameras[0].centre_m = [f64::INFINITY, 0.0, 0.0], "no place"),
            (|room| room.cameras[0].rotation[0][0] = 0.5, "rotation"),
            // A mirror image turns nothing.
            (|room| room.cameras[0].rotation[0][0] = -1.0, "rotation"),
            (|room| room.cameras.push(room.cameras[0].clone()), "used once"),
            (|room| room.cameras[0].name = "a b".to_owned(), "letters"),
            (|room| room.gates[0].radius_m = -1.0, "radius"),
            (|room| room.gates[0].way = GateWay::Exit, "come in"),
            (|room| room.gondolas[0].to_m = room.gondolas[0].from_m, "same place"),
            (|room| room.gondolas[0].height_m = Some(f64::NAN), "height"),
            (|room| room.gates = vec![room.gates[0]; 17], "at most 16 gates"),
        ];
        for (change, says) in cases {
            let said = with(change);
            assert!(said.contains(says), "{said:?} does not say {says:?}");
        }
    }
}
