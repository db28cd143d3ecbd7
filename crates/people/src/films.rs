//! The films of a room's cameras, step by step.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use domain::body::Body;
use footage::{Footage, Picture, Source};
use tracking::camera::Lens;
use vision::Frame;
use vision::bodies::BodyFinder;

/// A film of one camera.
pub struct Film {
    /// The camera's name.
    pub name: String,
    footage: Footage,
}

/// Pictures whose sides are related otherwise than the lens's by more than this are of another shape.
const SHAPE: f64 = 0.01;

/// The file of a camera's film in a room's folder.
///
/// # Errors
///
/// Names where it was looked for.
pub fn find(folder: &Path, camera: &str) -> Result<PathBuf> {
    let name = format!("cam{camera}.mp4");
    let places = [folder.join("video").join(&name), folder.join(&name)];
    match places.iter().find(|place| place.is_file()) {
        Some(place) => Ok(place.clone()),
        None => bail!("there is neither {} nor {}", places[0].display(), places[1].display()),
    }
}

impl Film {
    /// Opens one at so many pictures a second.
    ///
    /// # Errors
    ///
    /// Where ffmpeg is missing.
    pub fn open(name: &str, file: &Path, rate: f64) -> Result<Self> {
        let footage = Footage::open(Source::File(file.to_owned()), Some(rate))?;
        Ok(Self { name: name.to_owned(), footage })
    }

    /// The next picture; `None` where the film is over.
    ///
    /// # Errors
    ///
    /// Where it is no film.
    pub fn next_picture(&mut self) -> Result<Option<Picture>> {
        Ok(self.footage.next_picture()?)
    }
}

/// Who is in a picture, in pixels of the camera's lens.
///
/// # Errors
///
/// Where the picture is of another shape than the lens, or the network breaks.
pub fn bodies(picture: Picture, lens: &Lens, finder: &BodyFinder) -> Result<Vec<Body>> {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let shape = (width / height) / (lens.size[0] / lens.size[1]);
    ensure!(
        (shape - 1.0).abs() < SHAPE,
        "the pictures are {width} x {height}, and the camera was calibrated with {} x {}: another shape shows another room",
        lens.size[0],
        lens.size[1],
    );
    let scale = (lens.size[0] / width) as f32;
    let frame = Frame::from_rgb(picture.width, picture.height, picture.rgb).context("a picture is not whole")?;
    let mut found = finder.find(&frame)?;
    found.iter_mut().for_each(|body| body.scale(scale));
    Ok(found)
}
