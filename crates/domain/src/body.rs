//! Somebody's body in one picture: key points with scores, as a room camera's program finds them. No picture.

use serde::{Deserialize, Serialize};

/// One of the 17 key points of the COCO data set, in its order. Left and right are the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Joint {
    /// The tip of the nose.
    Nose,
    /// The left eye.
    LeftEye,
    /// The right eye.
    RightEye,
    /// The left ear.
    LeftEar,
    /// The right ear.
    RightEar,
    /// The left shoulder.
    LeftShoulder,
    /// The right shoulder.
    RightShoulder,
    /// The left elbow.
    LeftElbow,
    /// The right elbow.
    RightElbow,
    /// The left wrist.
    LeftWrist,
    /// The right wrist.
    RightWrist,
    /// The left hip.
    LeftHip,
    /// The right hip.
    RightHip,
    /// The left knee.
    LeftKnee,
    /// The right knee.
    RightKnee,
    /// The left ankle.
    LeftAnkle,
    /// The right ankle.
    RightAnkle,
}

impl Joint {
    /// Key points of a body.
    pub const COUNT: usize = 17;

    /// All of them, in order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Nose,
        Self::LeftEye,
        Self::RightEye,
        Self::LeftEar,
        Self::RightEar,
        Self::LeftShoulder,
        Self::RightShoulder,
        Self::LeftElbow,
        Self::RightElbow,
        Self::LeftWrist,
        Self::RightWrist,
        Self::LeftHip,
        Self::RightHip,
        Self::LeftKnee,
        Self::RightKnee,
        Self::LeftAnkle,
        Self::RightAnkle,
    ];

    /// Its place in [`Body::points`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Where a joint seems to be in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KeyPoint {
    /// Pixels from the left edge; may lie outside of the picture.
    pub x: f32,
    /// Pixels from the upper edge; may lie outside of the picture.
    pub y: f32,
    /// How sure the network is that the joint is there, 0 to 1. A hidden joint has a low score and a guessed place.
    pub score: f32,
}

/// Somebody in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// How sure the network is that a person is there, 0 to 1.
    pub score: f32,
    /// The box around them in pixels: left, top, right, bottom.
    pub bounds: [f32; 4],
    /// A key point for each [`Joint`], in its order.
    pub points: [KeyPoint; Joint::COUNT],
}

impl Body {
    /// The key point of a joint.
    pub fn point(&self, joint: Joint) -> KeyPoint {
        self.points[joint.index()]
    }

    /// The same body in a picture of another size: all places times `scale`.
    pub fn scale(&mut self, scale: f32) {
        self.bounds.iter_mut().for_each(|edge| *edge *= scale);
        for point in &mut self.points {
            point.x *= scale;
            point.y *= scale;
        }
    }

    /// Whether every number is one: a network that broke can give NaN.
    pub fn is_finite(&self) -> bool {
        let points = self.points.iter().flat_map(|point| [point.x, point.y, point.score]);
        points.chain(self.bounds).chain([self.score]).all(f32::is_finite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joints_stand_in_their_own_order() {
        for (place, joint) in Joint::ALL.into_iter().enumerate() {
            assert_eq!(joint.index(), place);
        }
    }

    #[test]
    fn one_number_that_is_none_spoils_a_body() {
        let point = KeyPoint { x: 1.0, y: 2.0, score: 0.5 };
        let body = Body { score: 0.9, bounds: [0.0, 0.0, 10.0, 20.0], points: [point; Joint::COUNT] };
        assert!(body.is_finite());
        let mut broken = body;
        broken.points[Joint::LeftWrist.index()].y = f32::NAN;
        assert!(!broken.is_finite());
        assert!(!Body { score: f32::INFINITY, ..body }.is_finite());
    }
}
