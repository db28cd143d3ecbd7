//! What a look found: everybody in the frame, and what is to be said to the nearest.

use domain::ids::ShopperId;
use domain::sighting::{Identity, Means, Seen};
use vision::{Face, Frame, Quality, quality, read_codes};

use super::{CodesRead, Liveness};

/// What a look found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Look {
    /// Everybody in the frame, nearest first.
    pub seen: Vec<Seen>,
    /// The QR codes in the frame, where they were looked for.
    pub codes: Vec<String>,
    /// What is wrong with the nearest face, where nothing could be made of it.
    pub hint: Option<&'static str>,
    /// More frames are needed before it can be said who the nearest face is.
    pub undecided: bool,
    /// Whether the nearest face is a person's.
    pub liveness: Liveness,
    /// Who was let in here, which this look denies.
    pub doubted: Option<ShopperId>,
}

impl Look {
    /// Of a frame, its faces (nearest first) and who each of them is.
    pub fn new(
        frame: &Frame,
        faces: &[Face],
        identities: impl IntoIterator<Item = Identity>,
        codes: CodesRead,
    ) -> Self {
        let seen: Vec<_> = faces
            .iter()
            .zip(identities)
            .map(|(face, identity)| {
                let [x, _, width, height] = face.detection.bbox;
                Seen {
                    identity,
                    means: Means::Face,
                    x: Some((x + width / 2.0) / frame.width() as f32),
                    size: Some(height / frame.height() as f32),
                }
            })
            .collect();
        let recognised = seen.iter().any(|seen| matches!(seen.identity, Identity::Known { .. }));
        let codes = match codes {
            CodesRead::WithoutFace if recognised => Vec::new(),
            CodesRead::WithoutFace | CodesRead::Always => read_codes(frame),
        };
        let hint = faces.first().and_then(|face| hint_for(&face.quality));
        Self { seen, codes, hint, ..Self::default() }
    }
}

/// What the person could do for a better picture, where nothing can be made of the face.
fn hint_for(quality: &Quality) -> Option<&'static str> {
    if quality.is_sufficient() {
        None
    } else if quality.face_height_px < quality::MIN_FACE_HEIGHT_PX {
        Some("Come a little closer")
    } else if quality.yaw_degrees.abs() > quality::MAX_YAW_DEGREES {
        Some("Look straight into the camera")
    } else if quality.brightness < quality::MIN_BRIGHTNESS || quality.contrast < quality::MIN_CONTRAST {
        Some("It is too dark here to see your face")
    } else if quality.brightness > quality::MAX_BRIGHTNESS {
        Some("The light is too bright to see your face")
    } else {
        Some("Hold still for a moment")
    }
}
