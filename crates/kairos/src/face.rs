//! Faces as plain values: what the client gives and what the service is given.

/// A face found in a picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DetectedFace {
    /// Where it is.
    pub bounds: FaceBox,
    /// Its eyes and nose, where whoever found it says so.
    pub landmarks: Option<Landmarks>,
    /// Turned to a side, in degrees.
    pub yaw: f64,
    /// Looking up or down, in degrees.
    pub pitch: f64,
    /// Leaning, in degrees.
    pub roll: f64,
    /// How much of it can be recognised, greater is better; the scale is the recogniser's own.
    pub quality: f64,
    /// How sure it is that this is a face, 0 to 1.
    pub confidence: f64,
}

/// A rectangle in pixels of the picture, from its top left.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FaceBox {
    /// From the left edge of the picture; negative where the face is cut off.
    pub left: f64,
    /// From the top edge of the picture; negative where the face is cut off.
    pub top: f64,
    /// Pixels across.
    pub width: f64,
    /// Pixels down.
    pub height: f64,
}

/// Points of a face, `[x, y]` in pixels of the picture. Left is left in the picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Landmarks {
    /// The middle of the eye on the left.
    pub left_eye: [f64; 2],
    /// The middle of the eye on the right.
    pub right_eye: [f64; 2],
    /// The tip of the nose.
    pub nose_tip: [f64; 2],
}

impl Landmarks {
    /// Pixels from eye to eye.
    pub fn eye_distance(&self) -> f64 {
        (self.left_eye[0] - self.right_eye[0]).hypot(self.left_eye[1] - self.right_eye[1])
    }
}

/// Somebody enrolled who may be the face.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Who.
    pub subject_id: String,
    /// By which of the subject's faces; empty where the cloud does not say.
    pub face_id: String,
    /// How alike, 0 to 1, on the scale of [`crate::confidence`].
    pub confidence: f64,
    /// When that face was enrolled, in milliseconds since 1970; `None` where the cloud does not say.
    pub enrolled_at_ms: Option<i64>,
}

/// A face in a gallery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnrolledFace {
    /// Its id, unique within the gallery.
    pub face_id: String,
    /// In milliseconds since 1970; `None` where the cloud does not say.
    pub enrolled_at_ms: Option<i64>,
}

/// The faces of one picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Detection {
    /// Pixels across the picture.
    pub width: u32,
    /// Pixels down the picture.
    pub height: u32,
    /// The faces in it; none is an answer of ours, while the cloud says "no face".
    pub faces: Vec<DetectedFace>,
}

/// What became of one face of a picture that was enrolled.
#[derive(Clone, PartialEq, Debug)]
pub struct Enrolment {
    /// The face in the gallery.
    pub enrolled: EnrolledFace,
    /// The face in the picture.
    pub face: DetectedFace,
}

/// Who one face of a picture may be.
#[derive(Clone, PartialEq, Debug)]
pub struct Recognition {
    /// The face in the picture.
    pub face: DetectedFace,
    /// Likeliest first; empty where nobody is like it.
    pub candidates: Vec<Candidate>,
}

/// How far a picture shows a given subject.
#[derive(Clone, PartialEq, Debug)]
pub struct Verification {
    /// The face in the picture.
    pub face: DetectedFace,
    /// How alike, 0 to 1; 0 where the cloud says no more than "no match".
    pub confidence: f64,
}
