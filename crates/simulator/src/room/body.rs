//! The body of somebody who stands, walks or reaches: where each joint is in the room.

use std::f64::consts::TAU;

use domain::body::Joint;
use tracking::camera::Point;
use tracking::room::Place;

/// How somebody stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stance {
    /// Where.
    pub place: Place,
    /// Where they look: radians from the x axis towards y.
    pub heading: f64,
    /// Body height, metres.
    pub height_m: f64,
    /// How fast they walk, m/s.
    pub speed_m_s: f64,
    /// Metres walked, by which legs and arms swing.
    pub walked_m: f64,
    /// Where a hand goes, and how far it has got there, 0 to 1.
    pub reach: Option<(Point, f64)>,
}

/// The height of the adult whose joints are known here, metres.
const KNOWN_M: f64 = 1.75;
/// Two steps, metres.
const STRIDE_M: f64 = 1.4;
/// Upper arm and forearm of that adult, metres.
const ARM_M: [f64; 2] = [0.30, 0.27];
/// From the wrist to what the hand holds, metres.
const PALM_M: f64 = 0.10;
/// How far shoulders lean and stoop towards what is out of an arm's reach, metres.
const LEAN_M: f64 = 0.35;
/// Which part of that hips move.
const HIPS_LEAN: f64 = 0.3;

/// Where a joint of the known adult is who stands at rest: ahead, to the left, up; metres.
fn at_rest(joint: Joint) -> [f64; 3] {
    match joint {
        Joint::Nose => [0.10, 0.0, 1.62],
        Joint::LeftEye => [0.08, 0.03, 1.65],
        Joint::RightEye => [0.08, -0.03, 1.65],
        Joint::LeftEar => [0.01, 0.08, 1.63],
        Joint::RightEar => [0.01, -0.08, 1.63],
        Joint::LeftShoulder => [0.0, 0.19, 1.45],
        Joint::RightShoulder => [0.0, -0.19, 1.45],
        Joint::LeftElbow => [0.0, 0.24, 1.16],
        Joint::RightElbow => [0.0, -0.24, 1.16],
        Joint::LeftWrist => [0.10, 0.22, 0.92],
        Joint::RightWrist => [0.10, -0.22, 0.92],
        Joint::LeftHip => [0.0, 0.12, 0.93],
        Joint::RightHip => [0.0, -0.12, 0.93],
        Joint::LeftKnee => [0.02, 0.11, 0.50],
        Joint::RightKnee => [0.02, -0.11, 0.50],
        Joint::LeftAnkle => [-0.02, 0.10, 0.08],
        Joint::RightAnkle => [-0.02, -0.10, 0.08],
    }
}

/// How far a joint swings ahead in a full step, metres; legs and arms of one side against each other.
fn swing(joint: Joint) -> f64 {
    match joint {
        Joint::LeftAnkle | Joint::RightWrist => 0.28,
        Joint::RightAnkle | Joint::LeftWrist => -0.28,
        Joint::LeftKnee | Joint::RightElbow => 0.14,
        Joint::RightKnee | Joint::LeftElbow => -0.14,
        Joint::Nose
        | Joint::LeftEye
        | Joint::RightEye
        | Joint::LeftEar
        | Joint::RightEar
        | Joint::LeftShoulder
        | Joint::RightShoulder
        | Joint::LeftHip
        | Joint::RightHip => 0.0,
    }
}

/// Every joint's place, in the order of [`Joint::ALL`].
pub fn joints(stance: &Stance) -> [Point; Joint::COUNT] {
    let scale = stance.height_m / KNOWN_M;
    let (sin, cos) = stance.heading.sin_cos();
    let step = (TAU * stance.walked_m / STRIDE_M).sin() * (stance.speed_m_s / 1.2).min(1.0);
    let mut joints = Joint::ALL.map(|joint| {
        let [ahead, left, up] = at_rest(joint);
        let ahead = ahead + swing(joint) * step;
        let (x, y) = (ahead * cos - left * sin, ahead * sin + left * cos);
        Point::new(stance.place.x + x * scale, stance.place.y + y * scale, up * scale)
    });
    if let Some((hand, far)) = stance.reach {
        reach(&mut joints, hand, far.clamp(0.0, 1.0), scale);
    }
    joints
}

/// Puts the arm that is nearer to `hand` out, so far (0 to 1).
fn reach(joints: &mut [Point; Joint::COUNT], hand: Point, far: f64, scale: f64) {
    let from = |joint: Joint| (joints[joint.index()] - hand).norm();
    let arm = if from(Joint::LeftShoulder) < from(Joint::RightShoulder) {
        [Joint::LeftShoulder, Joint::LeftElbow, Joint::LeftWrist]
    } else {
        [Joint::RightShoulder, Joint::RightElbow, Joint::RightWrist]
    };
    let [shoulder, elbow, wrist] = arm.map(Joint::index);
    let [upper, fore] = ARM_M.map(|length| length * scale);
    // An arm is never quite straight.
    let longest = (upper + fore) * 0.99;
    let to = |from: Point| (hand - from).try_normalize(1e-6).unwrap_or(Point::new(1.0, 0.0, 0.0));
    let goal = hand - to(joints[shoulder]) * PALM_M;
    let missing = ((goal - joints[shoulder]).norm() - longest).clamp(0.0, LEAN_M);
    let lean = (goal - joints[shoulder]).try_normalize(1e-6).unwrap_or_default() * (missing * far);
    for joint in Joint::ALL {
        let part = match joint {
            Joint::LeftKnee | Joint::RightKnee | Joint::LeftAnkle | Joint::RightAnkle => 0.0,
            Joint::LeftHip | Joint::RightHip => HIPS_LEAN,
            _ => 1.0,
        };
        joints[joint.index()] += lean * part;
    }
    let way = joints[wrist] + (goal - joints[wrist]) * far - joints[shoulder];
    let length = way.norm().clamp(0.05, longest);
    let along = way.try_normalize(1e-6).unwrap_or(Point::new(0.0, 0.0, -1.0));
    joints[wrist] = joints[shoulder] + along * length;
    // The elbow hangs below the line from shoulder to wrist.
    let ahead = (upper * upper - fore * fore + length * length) / (2.0 * length);
    let below = (upper * upper - ahead * ahead).max(0.0).sqrt();
    let down = Point::new(0.0, 0.0, -1.0);
    let down = (down - along * down.dot(&along)).try_normalize(1e-6).unwrap_or_default();
    joints[elbow] = joints[shoulder] + along * ahead + down * below;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(height_m: f64, reach: Option<(Point, f64)>) -> Stance {
        Stance { place: Place::new(2.0, 3.0), heading: 0.7, height_m, speed_m_s: 0.0, walked_m: 0.0, reach }
    }

    #[test]
    fn tall_and_short_people_stand_on_the_floor_with_their_heads_at_their_height() {
        for height_m in [1.55, 1.75, 1.95] {
            let joints = joints(&standing(height_m, None));
            let eye = joints[Joint::LeftEye.index()];
            assert!((height_m - eye.z - 0.1 * height_m / 1.75).abs() < 0.01, "{height_m}: eye at {}", eye.z);
            assert!(joints.iter().all(|joint| joint.z > 0.0 && (joint.xy() - Place::new(2.0, 3.0)).norm() < 0.4));
            assert!(joints[Joint::LeftAnkle.index()].z < 0.12);
        }
    }

    #[test]
    fn left_is_left_of_where_they_look() {
        let joints = joints(&Stance { heading: 0.0, ..standing(1.75, None) });
        assert!(joints[Joint::LeftShoulder.index()].y > joints[Joint::RightShoulder.index()].y);
        assert!(joints[Joint::Nose.index()].x > joints[Joint::LeftEar.index()].x);
    }

    #[test]
    fn a_hand_gets_to_a_slot_before_which_somebody_stands_and_no_arm_grows() {
        for height_m in [1.55, 1.95] {
            for (ahead, up) in [(0.45, 1.1), (0.5, 1.5), (0.45, 0.8), (5.0, 1.1)] {
                let hand = Point::new(2.0 + ahead * 0.7_f64.cos(), 3.0 + ahead * 0.7_f64.sin(), up);
                let joints = joints(&standing(height_m, Some((hand, 1.0))));
                let limb = |one: Joint, two: Joint| (joints[one.index()] - joints[two.index()]).norm();
                let near = [Joint::LeftWrist, Joint::RightWrist].map(|wrist| (joints[wrist.index()] - hand).norm());
                let near = near[0].min(near[1]);
                assert!(ahead > 1.0 || near < 0.13, "{height_m} {ahead} {up}: the wrist is {near} m away");
                for (shoulder, elbow, wrist) in [
                    (Joint::LeftShoulder, Joint::LeftElbow, Joint::LeftWrist),
                    (Joint::RightShoulder, Joint::RightElbow, Joint::RightWrist),
                ] {
                    let scale = height_m / KNOWN_M;
                    let (upper, fore) = (limb(shoulder, elbow) / scale, limb(elbow, wrist) / scale);
                    assert!((0.25..0.35).contains(&upper) && (0.2..0.32).contains(&fore), "{upper} {fore}");
                }
            }
        }
    }

    #[test]
    fn who_walks_swings_their_legs() {
        let walking = Stance { speed_m_s: 1.2, walked_m: STRIDE_M / 4.0, heading: 0.0, ..standing(1.75, None) };
        let joints = joints(&walking);
        let apart = joints[Joint::LeftAnkle.index()].x - joints[Joint::RightAnkle.index()].x;
        assert!((0.4..0.7).contains(&apart), "{apart}");
    }
}
