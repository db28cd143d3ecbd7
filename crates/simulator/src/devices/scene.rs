//! What a simulated camera sees: the photographs of those who stand before it, side by side.

use std::path::Path;

use anyhow::Context;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// The picture's size. A face is then about a quarter of it high, far above the 40 px that recognition needs.
const SIZE: (u32, u32) = (800, 400);
/// The side of one person's photograph in the picture.
const PERSON: u32 = 260;
/// Two people stand at least this part of the picture's width apart: elbow to elbow, before neighbouring slots of four.
const ROOM: f32 = 0.2;
/// JPEG quality as browsers use it for `canvas.toBlob`.
const QUALITY: u8 = 85;

/// Somebody before a camera.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Person {
    /// The shopper's number.
    pub shopper: usize,
    /// Whose photographs.
    pub face: usize,
    /// Where across the picture: 0 left to 1 right.
    pub x: f32,
}

impl Person {
    /// Whether there is room for both.
    pub fn leaves_room_for(&self, other: &Self) -> bool {
        (self.x - other.x).abs() >= ROOM
    }
}

/// The photographs of one person.
pub struct Face {
    /// As they are in the folder: for enrolment.
    pub photographs: Vec<Bytes>,
    /// In the size in which they are put into pictures.
    small: Vec<RgbImage>,
}

/// All faces that shoppers can have.
#[derive(Default)]
pub struct Studio {
    faces: Vec<Face>,
}

impl Studio {
    /// Reads a folder of photographs named `NUMBER-LETTER.jpg`, three of each person.
    ///
    /// # Errors
    ///
    /// Where the folder or a photograph in it cannot be read.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let unreadable = || format!("cannot read the faces in {}", folder.display());
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(unreadable)? {
            let path = entry.with_context(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "jpg") {
                names.push(path);
            }
        }
        names.sort();
        let mut faces: Vec<(String, Face)> = Vec::new();
        for path in names {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let Some((number, _)) = stem.split_once('-') else { continue };
            let bytes = std::fs::read(&path).with_context(unreadable)?;
            let photo = image::load_from_memory(&bytes).with_context(|| format!("cannot read {}", path.display()))?;
            let small = imageops::resize(&photo.to_rgb8(), PERSON, PERSON, FilterType::Triangle);
            if faces.last().is_none_or(|(last, _)| last != number) {
                faces.push((number.to_owned(), Face { photographs: Vec::new(), small: Vec::new() }));
            }
            let (_, face) = faces.last_mut().context("a face was pushed a moment ago")?;
            face.photographs.push(bytes.into());
            face.small.push(small);
        }
        Ok(Self { faces: faces.into_iter().map(|(_, face)| face).collect() })
    }

    /// How many people have photographs.
    pub fn len(&self) -> usize {
        self.faces.len()
    }

    /// Nobody has.
    pub fn is_empty(&self) -> bool {
        self.faces.is_empty()
    }

    /// The photographs of one person, for enrolment.
    pub fn photographs(&self, face: usize) -> Option<&[Bytes]> {
        self.faces.get(face).map(|face| face.photographs.as_slice())
    }

    /// A frame with these people in it, each at their place; `number` chooses among their photographs. `None` where
    /// none of them has any.
    pub fn frame(&self, people: &[Person], number: usize) -> Option<Bytes> {
        let mut picture = RgbImage::from_pixel(SIZE.0, SIZE.1, Rgb([112, 116, 120]));
        let mut is_empty = true;
        for person in people {
            let Some(face) = self.faces.get(person.face) else { continue };
            is_empty = false;
            let photo = &face.small[(number + person.shopper) % face.small.len()];
            // A few pixels of sway, so that two frames are never the same.
            let sway = (number as i64 * 7 + person.shopper as i64 * 3) % 9 - 4;
            let left = (SIZE.0 as f32 * person.x) as i64 - i64::from(PERSON / 2);
            imageops::overlay(&mut picture, photo, left + sway, i64::from(SIZE.1 - PERSON) / 2 + sway);
        }
        if is_empty { None } else { encode(&picture) }
    }
}

/// Writes a picture as JPEG.
pub(crate) fn encode(picture: &RgbImage) -> Option<Bytes> {
    let mut jpeg = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(picture);
    written.is_ok().then(|| jpeg.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_slots_leave_room_and_the_same_slot_does_not() {
        let at = |x| Person { shopper: 0, face: 0, x };
        assert!(at(0.125).leaves_room_for(&at(0.375)) && at(0.875).leaves_room_for(&at(0.625)));
        assert!(!at(0.5).leaves_room_for(&at(0.5)) && !at(0.5).leaves_room_for(&at(0.6)));
    }
}
