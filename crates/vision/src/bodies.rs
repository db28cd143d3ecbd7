//! Finds people in a picture with their 17 key points (MoveNet): the whole picture first, then a square around each person for the
//! elbows and wrists.

mod closer;
mod decode;
mod letterbox;
mod maps;
mod single;

use domain::body::Body;
use serde::{Deserialize, Serialize};

pub use letterbox::Letterbox;
pub use maps::Maps;

use crate::frame::Frame;
use crate::model::{Model, ModelError};
use maps::Kind;

/// How people are looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BodyParams {
    /// Width and height in pixels to which a frame is fitted, multiples of 32 from 32 to 2048. Default 320 x 192: in a shop's
    /// cameras of 640 x 360 it finds somebody in 19 of 20 frames, at two fifths of the time that 512 x 288 takes.
    pub input: [u32; 2],
    /// Least score of a person, 0 to 1. Default 0.12, low on purpose: what is no person is sorted out where several cameras have to
    /// agree.
    pub min_score: f32,
    /// The most people in one picture, 1 to 100; the least likely are left out. Default 16.
    pub most_people: usize,
}

impl Default for BodyParams {
    fn default() -> Self {
        Self { input: [320, 192], min_score: 0.12, most_people: 16 }
    }
}

/// The networks halve their input five times.
const ALIGNMENT: u32 = 32;

/// The longest side of an input in pixels.
const LONGEST: u32 = 2048;

/// Finds people with a MoveNet for several people, and their elbows and wrists with one for a single person.
pub struct BodyFinder {
    whole: Box<dyn Model>,
    close: Option<Box<dyn Model>>,
    params: BodyParams,
}

impl BodyFinder {
    /// Takes the model for whole pictures, perhaps that for a single person, and proves with one run of each that it is one.
    ///
    /// # Errors
    ///
    /// [`ModelError::UnfitParams`] where a parameter is out of its range; otherwise if a model cannot run or gives other
    /// outputs than MoveNet's convolutions.
    pub fn new(whole: Box<dyn Model>, close: Option<Box<dyn Model>>, params: BodyParams) -> Result<Self, ModelError> {
        params.check()?;
        let finder = Self { whole, close, params };
        let blank = Frame::from_rgb(1, 1, vec![0; 3]).expect("three bytes are one pixel");
        finder.maps(&finder.letterbox(&blank))?;
        if let Some(close) = &finder.close {
            let square = Letterbox::new(&blank, [closer::SIDE; 2]);
            Maps::new(close.run(square.tensor())?, square.size(), Kind::Single)?;
        }
        Ok(finder)
    }

    /// The people in a frame, likeliest first, in the frame's pixels. Nobody gives an empty list.
    ///
    /// # Errors
    ///
    /// If the engine fails, or a network gives numbers that are none.
    pub fn find(&self, frame: &Frame) -> Result<Vec<Body>, ModelError> {
        let letterbox = self.letterbox(frame);
        let maps = self.maps(&letterbox)?;
        let mut bodies = self.decode(&maps, &letterbox);
        self.look_closer(frame, &mut bodies)?;
        Ok(bodies)
    }

    /// The first stage: a frame fitted to the input's size.
    pub fn letterbox(&self, frame: &Frame) -> Letterbox {
        Letterbox::new(frame, self.params.input)
    }

    /// The second stage: what the network says of the whole picture.
    ///
    /// # Errors
    ///
    /// As [`BodyFinder::find`].
    pub fn maps(&self, letterbox: &Letterbox) -> Result<Maps, ModelError> {
        Maps::new(self.whole.run(letterbox.tensor())?, letterbox.size(), Kind::Several)
    }

    /// The third stage: people, from the maps.
    pub fn decode(&self, maps: &Maps, letterbox: &Letterbox) -> Vec<Body> {
        let found = decode::people(maps, self.params.min_score, self.params.most_people);
        found.into_iter().map(|body| letterbox.to_frame(body)).filter(Body::is_finite).collect()
    }

    /// The last stage: elbows and wrists once more, from a square around each person who is sure enough. Does nothing without a
    /// model for a single person.
    ///
    /// # Errors
    ///
    /// As [`BodyFinder::find`].
    pub fn look_closer(&self, frame: &Frame, bodies: &mut [Body]) -> Result<(), ModelError> {
        let Some(close) = &self.close else { return Ok(()) };
        for body in bodies {
            closer::refine(close.as_ref(), frame, body)?;
        }
        Ok(())
    }
}

impl BodyParams {
    fn check(&self) -> Result<(), ModelError> {
        let fits = |side: u32| side.is_multiple_of(ALIGNMENT) && (ALIGNMENT..=LONGEST).contains(&side);
        if !self.input.into_iter().all(fits) {
            return Err(ModelError::UnfitParams("the input's sides are multiples of 32 from 32 to 2048 pixels"));
        }
        if !(0.0..=1.0).contains(&self.min_score) {
            return Err(ModelError::UnfitParams("the least score of a person is from 0 to 1"));
        }
        if !(1..=100).contains(&self.most_people) {
            return Err(ModelError::UnfitParams("from 1 to 100 people are looked for in a picture"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
