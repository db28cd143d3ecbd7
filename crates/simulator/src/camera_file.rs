//! Writes a motion-JPEG file for Chromium's `--use-file-for-fake-video-capture`: blank pictures and faces that move a
//! little, so that a page's motion detection wakes.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use crate::devices::scene::encode;

/// What the file is to show.
#[derive(Clone, PartialEq, Debug)]
pub struct Film {
    /// Frames a second.
    pub fps: u32,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// One after the other; Chromium begins again at the end.
    pub steps: Vec<Step>,
}

/// A part of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// The photograph; none is an empty room.
    pub photo: Option<PathBuf>,
    /// How long.
    pub seconds: f64,
}

/// Heights of photographs over the picture's, such that a face has about 40 % of it: in an upright portrait with shoulders
/// and chest (by the proportions of `fixtures/faces/obama.jpg`) it has 30 % of the photograph, in a square one that shows
/// the head (`fixtures/faces/synthetic`) 55 %.
const UPRIGHT_HEIGHT: f64 = 1.3;
const SQUARE_HEIGHT: f64 = 0.75;
/// The empty room.
const WALL: Rgb<u8> = Rgb([112, 116, 120]);
/// How far the face wanders, in pixels, and how much nearer and farther it comes.
const DRIFT_PX: f64 = 6.0;
const ZOOM: f64 = 0.02;

impl FromStr for Step {
    type Err = anyhow::Error;

    /// Reads `blank:2s` or `face:PATH:6s`.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let form = || format!("{text:?} is neither blank:SECONDSs nor face:PATH:SECONDSs");
        let (what, time) = text.rsplit_once(':').with_context(form)?;
        let seconds: f64 = time.strip_suffix('s').and_then(|time| time.parse().ok()).with_context(form)?;
        if !(seconds > 0.0 && seconds <= 3_600.0) {
            bail!("{text:?}: a step takes more than 0 and at most 3600 seconds");
        }
        let photo = match what.split_once(':') {
            Some(("face", path)) => Some(PathBuf::from(path)),
            None if what == "blank" => None,
            Some(_) | None => bail!(form()),
        };
        Ok(Self { photo, seconds })
    }
}

impl Film {
    /// Writes the film and gives the number of its frames.
    ///
    /// # Errors
    ///
    /// Where a photograph cannot be read or the file cannot be written.
    pub fn write(&self, file: &Path) -> anyhow::Result<usize> {
        let unwritable = || format!("cannot write {}", file.display());
        let mut out = std::io::BufWriter::new(std::fs::File::create(file).with_context(unwritable)?);
        let mut number = 0;
        for step in &self.steps {
            let photo = match &step.photo {
                Some(path) => {
                    let read = image::open(path).with_context(|| format!("cannot read {}", path.display()))?;
                    Some(read.to_rgb8())
                }
                None => None,
            };
            let frames = (step.seconds * f64::from(self.fps)).round().max(1.0) as usize;
            for _ in 0..frames {
                let jpeg = encode(&self.picture(photo.as_ref(), number)).context("a picture cannot be encoded")?;
                out.write_all(&jpeg).with_context(unwritable)?;
                number += 1;
            }
        }
        out.flush().with_context(unwritable)?;
        Ok(number)
    }

    fn picture(&self, photo: Option<&RgbImage>, number: usize) -> RgbImage {
        let (width, height) = self.size;
        let mut picture = RgbImage::from_pixel(width, height, WALL);
        let Some(photo) = photo else { return picture };
        let turn = number as f64 / f64::from(self.fps);
        let is_upright = f64::from(photo.height()) >= 1.15 * f64::from(photo.width());
        let share = if is_upright { UPRIGHT_HEIGHT } else { SQUARE_HEIGHT };
        let scale = f64::from(height) * share / f64::from(photo.height()) * (1.0 + ZOOM * (turn * 2.1).sin());
        let size = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        let (wide, high) = (size(photo.width()), size(photo.height()));
        let photo = imageops::resize(photo, wide, high, FilterType::Triangle);
        let place = |all: u32, part: u32, drift: f64| (i64::from(all) - i64::from(part)) / 2 + drift.round() as i64;
        let left = place(width, wide, DRIFT_PX * (turn * 1.7).sin());
        // What does not fit is cut off below: faces are above.
        let top = place(height.max(high), high, DRIFT_PX * (turn * 1.3).cos());
        imageops::overlay(&mut picture, &photo, left, top);
        picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_and_slips_named() {
        let face = Step { photo: Some(PathBuf::from("a:b/c.jpg")), seconds: 1.5 };
        assert_eq!("face:a:b/c.jpg:1.5s".parse::<Step>().unwrap(), face);
        assert_eq!("blank:2s".parse::<Step>().unwrap(), Step { photo: None, seconds: 2.0 });
        for bad in ["", "blank", "blank:2", "blank:-1s", "blank:NaNs", "face:2s", "cat:a.jpg:2s"] {
            assert!(bad.parse::<Step>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_film_is_a_row_of_jpegs_that_move() {
        let folder = tempfile::tempdir().unwrap();
        let photo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/faces/synthetic/01-a.jpg");
        let steps = vec!["blank:1s".parse().unwrap(), format!("face:{photo}:1s").parse().unwrap()];
        let film = Film { fps: 4, size: (320, 240), steps };
        let file = folder.path().join("film.mjpeg");
        assert_eq!(film.write(&file).unwrap(), 8);
        let bytes = std::fs::read(&file).unwrap();
        let starts: Vec<_> =
            bytes.windows(3).enumerate().filter(|(_, three)| *three == [0xFF, 0xD8, 0xFF]).map(|(at, _)| at).collect();
        assert_eq!(starts.len(), 8);
        let frames: Vec<_> =
            starts.iter().map(|at| image::load_from_memory(&bytes[*at..]).unwrap().to_rgb8()).collect();
        assert_eq!(frames[0].dimensions(), (320, 240));
        assert_eq!(frames[0], frames[1], "an empty room does not move");
        assert!(frames[4..].windows(2).all(|two| two[0] != two[1]), "a face moves");
    }
}
