//! The models that find people, as `[bodies]` says.

use engine::bodies::{self, BodiesError, Settings};
use footage::Picture;
use vision::Frame;

use super::Find;

/// Loads them and proves that they run.
///
/// # Errors
///
/// Names what cannot be loaded or is not the right one.
pub fn load(settings: &Settings) -> Result<Find, BodiesError> {
    let finder = bodies::load(settings)?;
    Ok(Box::new(move |picture: Picture| {
        let frame = Frame::from_rgb(picture.width, picture.height, picture.rgb).ok_or("the picture is not whole")?;
        finder.find(&frame).map_err(|error| error.to_string())
    }))
}
