//! What a person could do for a better picture.

use vision::{Quality, quality};

/// One sentence, where nothing can be made of the face.
pub fn hint_for(quality: &Quality) -> Option<&'static str> {
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
