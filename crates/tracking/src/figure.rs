//! A body in one camera's picture, as rays into the room.

use domain::body::{Body, Joint};

use crate::camera::{Camera, Pixel, Point};
use crate::room::Place;
use crate::rules::Rules;

/// A joint as one camera sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glimpse {
    pub(crate) pixel: Pixel,
    /// From the camera through the pixel, of length one.
    pub(crate) ray: Point,
    /// The network's score, 0 to 1.
    pub(crate) score: f64,
}

/// A body in one camera.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// The camera's place in the room's list.
    pub(crate) camera: usize,
    pub(crate) at_ms: i64,
    /// The network's score, 0 to 1.
    pub(crate) score: f64,
    /// What is seen well enough, and not at the picture's edge.
    pub(crate) joints: [Option<Glimpse>; Joint::COUNT],
    /// Where on the floor this camera alone would put them.
    pub(crate) alone: Place,
}

/// The joints that say where somebody stands: those that move little against the body, and are found often.
pub(crate) const CORE: [Joint; 9] = [
    Joint::Nose,
    Joint::LeftShoulder,
    Joint::RightShoulder,
    Joint::LeftHip,
    Joint::RightHip,
    Joint::LeftKnee,
    Joint::RightKnee,
    Joint::LeftAnkle,
    Joint::RightAnkle,
];

/// How high a joint of a standing adult of 1.75 m is, metres.
pub(crate) fn usual_height(joint: Joint) -> f64 {
    match joint {
        Joint::Nose | Joint::LeftEye | Joint::RightEye | Joint::LeftEar | Joint::RightEar => 1.62,
        Joint::LeftShoulder | Joint::RightShoulder => 1.46,
        Joint::LeftElbow | Joint::RightElbow => 1.15,
        Joint::LeftWrist | Joint::RightWrist => 1.0,
        Joint::LeftHip | Joint::RightHip => 0.93,
        Joint::LeftKnee | Joint::RightKnee => 0.5,
        Joint::LeftAnkle | Joint::RightAnkle => 0.08,
    }
}

/// Key points this near (px) to the picture's edge are mostly guesses about what lies beyond it.
const EDGE_PX: f64 = 4.0;
/// Rays that fall less than this (m a metre) cut the floor too far away to say where.
const FALL: f64 = 0.12;

impl Figure {
    /// Takes a body in; `None` where too little of it is seen to say where it is.
    pub(crate) fn new(camera: usize, hangs: &Camera, at_ms: i64, body: &Body, rules: &Rules) -> Option<Self> {
        if !body.is_finite() || f64::from(body.score) < rules.body_score {
            return None;
        }
        let joints = Joint::ALL.map(|joint| {
            let point = body.point(joint);
            let pixel = Pixel::new(f64::from(point.x), f64::from(point.y));
            let score = f64::from(point.score);
            let least = if is_arm(joint) { rules.arm_score } else { rules.joint_score };
            let seen = score >= least && hangs.lens.shows(pixel, EDGE_PX);
            seen.then(|| Glimpse { pixel, ray: hangs.ray(pixel), score })
        });
        let alone = alone(hangs, &joints)?;
        Some(Self { camera, at_ms, score: f64::from(body.score), joints, alone })
    }

    /// What is seen of a joint.
    pub(crate) fn joint(&self, joint: Joint) -> Option<&Glimpse> {
        self.joints[joint.index()].as_ref()
    }

    /// Whether two bodies in one picture are one person found twice: their torsos coincide.
    pub(crate) fn is_double_of(&self, other: &Self) -> bool {
        let mut apart: Vec<f64> = CORE
            .iter()
            .filter_map(|joint| Some((self.joint(*joint)?.pixel - other.joint(*joint)?.pixel).norm()))
            .collect();
        if apart.is_empty() {
            return false;
        }
        apart.sort_by(f64::total_cmp);
        let rows = || self.joints.iter().flatten().map(|glimpse| glimpse.pixel.y);
        let tall = rows().fold(f64::NEG_INFINITY, f64::max) - rows().fold(f64::INFINITY, f64::min);
        apart[apart.len() / 2] < 0.1 * tall.max(30.0)
    }
}

/// Whether a joint moves with the arm.
pub(crate) fn is_arm(joint: Joint) -> bool {
    matches!(joint, Joint::LeftElbow | Joint::RightElbow | Joint::LeftWrist | Joint::RightWrist)
}

/// Where one camera alone puts somebody: each core joint's ray is cut at that joint's usual height.
fn alone(hangs: &Camera, joints: &[Option<Glimpse>; Joint::COUNT]) -> Option<Place> {
    let (mut sum, mut weights, mut count) = (Place::zeros(), 0.0, 0);
    for joint in CORE {
        let Some(glimpse) = &joints[joint.index()] else { continue };
        let fall = -glimpse.ray.z;
        let down = hangs.centre.z - usual_height(joint);
        if fall < FALL || down <= 0.0 {
            continue;
        }
        let is_ankle = matches!(joint, Joint::LeftAnkle | Joint::RightAnkle);
        let weight = glimpse.score * fall * if is_ankle { 2.0 } else { 1.0 };
        let at = hangs.centre + glimpse.ray * (down / fall);
        sum += at.xy() * weight;
        weights += weight;
        count += 1;
    }
    (count >= 2).then(|| sum / weights)
}
