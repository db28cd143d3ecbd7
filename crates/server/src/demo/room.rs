//! The demo's room: three gondolas along a wall, an entry and an exit opposite, and a camera in each corner.

use domain::ids::ZoneId;
use domain::room::{GateWay, Gondola, RoomCamera, RoomGate, RoomPlan};

use super::ZONES;

/// The room, metres.
const SIZE_M: [f64; 2] = [7.8, 4.2];
/// How high cameras hang, metres.
const CAMERAS_M: f64 = 2.6;
/// Where they look: at the middle of the room, breast high.
const TARGET_M: [f64; 3] = [SIZE_M[0] / 2.0, SIZE_M[1] / 2.0, 1.1];
/// Of a lens that sees 90 degrees across, in pictures of 640 pixels.
const FOCAL_PX: f64 = 320.0;
/// From the left end of one gondola to that of the next, and its length, metres.
const GONDOLA_M: (f64, f64) = (2.5, 1.2);

/// The plan.
pub(super) fn plan() -> RoomPlan {
    let [width, depth] = SIZE_M;
    let corners = [("south-west", 0.1, 0.1), ("south-east", width - 0.1, 0.1)];
    let corners =
        corners.into_iter().chain([("north-west", 0.1, depth - 0.1), ("north-east", width - 0.1, depth - 0.1)]);
    let gondola = |(place, zone): (usize, &&str)| {
        let (distance, length) = GONDOLA_M;
        let left = 0.8 + place as f64 * distance;
        let y = depth - 0.5;
        Gondola { zone: ZoneId::from(*zone), from_m: [left, y], to_m: [left + length, y], height_m: Some(1.1) }
    };
    RoomPlan {
        cameras: corners.map(|(name, x, y)| camera(name, [x, y, CAMERAS_M])).collect(),
        gates: vec![
            RoomGate { centre_m: [1.0, 0.3], radius_m: 0.7, way: GateWay::Entry },
            RoomGate { centre_m: [width - 1.0, 0.3], radius_m: 0.7, way: GateWay::Exit },
        ],
        gondolas: ZONES.iter().enumerate().map(gondola).collect(),
    }
}

/// A camera that looks at [`TARGET_M`], upright.
fn camera(name: &str, centre_m: [f64; 3]) -> RoomCamera {
    let forward = unit(std::array::from_fn(|axis| TARGET_M[axis] - centre_m[axis]));
    let right = unit([forward[1], -forward[0], 0.0]);
    let down = [
        forward[1] * right[2] - forward[2] * right[1],
        forward[2] * right[0] - forward[0] * right[2],
        forward[0] * right[1] - forward[1] * right[0],
    ];
    RoomCamera {
        name: name.to_owned(),
        rotation: [right, down, forward],
        centre_m,
        focal_px: FOCAL_PX,
        k1: 0.0,
        principal_px: [320.0, 180.0],
        size_px: [640.0, 360.0],
    }
}

fn unit(vector: [f64; 3]) -> [f64; 3] {
    let length = vector.iter().map(|axis| axis * axis).sum::<f64>().sqrt();
    vector.map(|axis| axis / length)
}

#[cfg(test)]
mod tests {
    use tracking::camera::Point;
    use tracking::room::Room;

    use super::*;

    #[test]
    fn every_camera_sees_whoever_stands_before_a_gondola_and_at_a_gate_the_right_way_up() {
        let plan = plan();
        assert_eq!(plan.check(), Ok(()));
        let places = plan.gondolas.iter().map(|gondola| [gondola.at(0.5)[0], gondola.at(0.5)[1] - 0.45]);
        let places: Vec<_> = places.chain(plan.gates.iter().map(|gate| gate.centre_m)).collect();
        let room = Room::of(&plan);
        for [x, y] in places {
            let pixels = room.cameras.iter().filter_map(|camera| {
                let (head, hip) = (camera.project(&Point::new(x, y, 1.7))?, camera.project(&Point::new(x, y, 0.95))?);
                (camera.lens.shows(head, 0.0) && camera.lens.shows(hip, 0.0)).then_some((head, hip))
            });
            let pixels: Vec<_> = pixels.collect();
            assert!(pixels.len() >= 2, "{x} {y} is seen by {}", pixels.len());
            assert!(pixels.iter().all(|(head, hip)| head.y < hip.y), "upright");
        }
    }
}
