//! A room for tests: three gondolas of four slots, a gate on each side, and a camera in each corner.

use domain::ids::ZoneId;
use domain::room::{GateWay, Gondola, RoomCamera, RoomGate, RoomPlan};
use tracking::camera::Point;

/// Six by four and a half metres. g1 and g2 stand along the upper wall; g3 stands free, its back to the gates.
pub(crate) fn plan() -> RoomPlan {
    let corners =
        [("south-west", 0.0, 0.0), ("south-east", 6.0, 0.0), ("north-east", 6.0, 4.5), ("north-west", 0.0, 4.5)];
    let gate = |x: f64, way| RoomGate { centre_m: [x, 0.8], radius_m: 0.5, way };
    let gondola = |zone: &str, from_m, to_m| Gondola { zone: ZoneId::from(zone), from_m, to_m, height_m: Some(1.1) };
    RoomPlan {
        cameras: corners.map(|(name, x, y)| camera(name, Point::new(x, y, 2.5))).to_vec(),
        gates: vec![gate(0.9, GateWay::Entry), gate(5.1, GateWay::Exit)],
        gondolas: vec![
            gondola("g1", [1.2, 4.2], [2.4, 4.2]),
            gondola("g2", [3.6, 4.2], [4.8, 4.2]),
            gondola("g3", [3.6, 1.9], [2.4, 1.9]),
        ],
    }
}

/// A camera that looks to the middle of the room.
fn camera(name: &str, centre: Point) -> RoomCamera {
    let forward = (Point::new(3.0, 2.25, 0.8) - centre).normalize();
    let right = forward.cross(&Point::new(0.0, 0.0, 1.0)).normalize();
    let down = forward.cross(&right);
    RoomCamera {
        name: name.to_owned(),
        rotation: [right, down, forward].map(|row| [row.x, row.y, row.z]),
        centre_m: centre.into(),
        focal_px: 360.0,
        k1: 0.0,
        principal_px: [320.0, 180.0],
        size_px: [640.0, 360.0],
    }
}
