//! Between the messages and the plain values.

use super::answer::{FaceFields, FaceId, LandmarkFields, MatchCandidate};
use super::given::{Given, Whole};
use crate::face::{Candidate, DetectedFace, EnrolledFace, FaceBox, Landmarks};

impl From<&DetectedFace> for FaceFields {
    fn from(face: &DetectedFace) -> Self {
        let pixels = |number: f64| Given::Value(Whole::from(number));
        Self {
            left: pixels(face.bounds.left),
            top: pixels(face.bounds.top),
            width: pixels(face.bounds.width),
            height: pixels(face.bounds.height),
            quality: Given::Value(face.quality),
            eye_distance: face.landmarks.map(|landmarks| landmarks.eye_distance()).into(),
            pitch: Given::Value(face.pitch),
            roll: Given::Value(face.roll),
            yaw: Given::Value(face.yaw),
        }
    }
}

impl FaceFields {
    /// The face; what is not said is zero.
    pub fn plain(self) -> DetectedFace {
        let pixels = |number: Given<Whole>| number.value().map_or(0.0, |Whole(number)| number as f64);
        let number = |number: Given<f64>| number.value().unwrap_or_default();
        DetectedFace {
            bounds: FaceBox {
                left: pixels(self.left),
                top: pixels(self.top),
                width: pixels(self.width),
                height: pixels(self.height),
            },
            landmarks: None,
            yaw: number(self.yaw),
            pitch: number(self.pitch),
            roll: number(self.roll),
            quality: number(self.quality),
            confidence: 0.0,
        }
    }
}

impl From<&DetectedFace> for LandmarkFields {
    fn from(face: &DetectedFace) -> Self {
        let pixels = |point: fn(&Landmarks) -> f64| face.landmarks.as_ref().map(point).map(Whole::from).into();
        Self {
            face: face.into(),
            confidence: Given::Value(face.confidence),
            left_eye_center_x: pixels(|landmarks| landmarks.left_eye[0]),
            left_eye_center_y: pixels(|landmarks| landmarks.left_eye[1]),
            right_eye_center_x: pixels(|landmarks| landmarks.right_eye[0]),
            right_eye_center_y: pixels(|landmarks| landmarks.right_eye[1]),
            nose_tip_x: pixels(|landmarks| landmarks.nose_tip[0]),
            nose_tip_y: pixels(|landmarks| landmarks.nose_tip[1]),
        }
    }
}

impl LandmarkFields {
    /// The face; with landmarks where all of them are there.
    pub fn plain(self) -> DetectedFace {
        let point = |x: Given<Whole>, y: Given<Whole>| Some([x.value()?.0 as f64, y.value()?.0 as f64]);
        let landmarks = || {
            Some(Landmarks {
                left_eye: point(self.left_eye_center_x, self.left_eye_center_y)?,
                right_eye: point(self.right_eye_center_x, self.right_eye_center_y)?,
                nose_tip: point(self.nose_tip_x, self.nose_tip_y)?,
            })
        };
        let landmarks = landmarks();
        DetectedFace { landmarks, confidence: self.confidence.value().unwrap_or_default(), ..self.face.plain() }
    }
}

impl From<Candidate> for MatchCandidate {
    fn from(candidate: Candidate) -> Self {
        Self {
            subject_id: Given::Value(candidate.subject_id),
            face_id: Given::Value(candidate.face_id),
            confidence: Given::Value(candidate.confidence),
            enrollment_timestamp: time_stamp(candidate.enrolled_at_ms),
        }
    }
}

impl MatchCandidate {
    /// The candidate; `None` without a subject, or with a confidence that is none.
    pub fn plain(self) -> Option<Candidate> {
        Some(Candidate {
            subject_id: self.subject_id.value()?,
            face_id: self.face_id.value().unwrap_or_default(),
            confidence: level(self.confidence)?,
            enrolled_at_ms: milliseconds(self.enrollment_timestamp),
        })
    }
}

impl From<EnrolledFace> for FaceId {
    fn from(face: EnrolledFace) -> Self {
        Self { face_id: Given::Value(face.face_id), enrollment_timestamp: time_stamp(face.enrolled_at_ms) }
    }
}

impl FaceId {
    /// The face; `None` without an id.
    pub fn plain(self) -> Option<EnrolledFace> {
        let enrolled_at_ms = milliseconds(self.enrollment_timestamp);
        Some(EnrolledFace { face_id: self.face_id.value()?, enrolled_at_ms })
    }
}

/// A confidence, if it is one.
pub(crate) fn level(confidence: Given<f64>) -> Option<f64> {
    confidence.value().filter(|confidence| (0.0..=1.0).contains(confidence))
}

/// As the API writes times: milliseconds since 1970 as text.
pub(crate) fn time_stamp(milliseconds: Option<i64>) -> Given<String> {
    milliseconds.map(|time| time.to_string()).into()
}

/// Milliseconds since 1970, where the field holds them; other forms of time are not documented.
pub(crate) fn milliseconds(time_stamp: Given<String>) -> Option<i64> {
    time_stamp.value()?.trim().parse().ok()
}
