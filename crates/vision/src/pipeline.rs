//! Joins the stages: a frame goes in, faces with their embeddings come out.

use serde::{Deserialize, Serialize};

use crate::aligner::{Crop, CropShape, align};
use crate::detector::{Detection, Detector, DetectorParams};
use crate::embedder::{Embedder, EmbedderParams, Embedding};
use crate::frame::Frame;
use crate::model::{self, Model, ModelError};
use crate::quality::Quality;

/// The cosine similarity that one impostor pair in 1,000 reaches (and 96.0 % of genuine pairs).
///
/// This and the next two were measured with `mobilefacenet.onnx` on grey LFW-a: all 29.6 million impostor pairs of its
/// images, single embeddings of unmirrored crops; averaged landmarks and mirrored crops move it by less than 0.01 (people
/// A to C). One search compares a probe with everybody in the gallery, so the
/// chance of a false match grows with the gallery: for 100 people in the store, `SAME_PERSON_AT_FAR_1E_4` means one
/// stranger in a hundred.
pub const SAME_PERSON_AT_FAR_1E_3: f32 = 0.467;

/// The cosine similarity that one impostor pair in 10,000 reaches (and 90.2 % of genuine pairs): the usual choice for
/// identification. Source: see [`SAME_PERSON_AT_FAR_1E_3`].
pub const SAME_PERSON_AT_FAR_1E_4: f32 = 0.545;

/// The cosine similarity that one impostor pair in 100,000 reaches (and 81.0 % of genuine pairs). Source: see
/// [`SAME_PERSON_AT_FAR_1E_3`].
pub const SAME_PERSON_AT_FAR_1E_5: f32 = 0.608;

/// The two models, as the bytes of their ONNX files.
#[derive(Clone, Copy)]
pub struct ModelBytes<'a> {
    /// `models/yunet.onnx`.
    pub detector: &'a [u8],
    /// `models/mobilefacenet.onnx`.
    pub embedder: &'a [u8],
}

/// How the pipeline works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// How the detector looks.
    pub detector: DetectorParams,
    /// Most faces of one frame that are embedded, largest first. Default 16, which bounds the time that one crowded frame
    /// can take to about a third of a second.
    pub max_faces: usize,
    /// How exactly the landmarks are placed.
    pub landmarks: Landmarks,
    /// Which views of a face make its embedding.
    pub views: Views,
    /// What the embedder takes and gives.
    pub embedder: EmbedderParams,
}

/// How exactly the landmarks of a face are placed. References and probes should be placed the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Landmarks {
    /// As the detector found them.
    AsDetected,
    /// Averaged over several nearer looks ([`crate::refiner`]): a third of the detector's time more for each face.
    #[default]
    Refined,
}

/// Which views of a face make its embedding. References and probes must be made the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Views {
    /// The crop alone.
    Single,
    /// The mean of the crop's embedding and its mirror image's: twice the time, and better at the low error rates that a
    /// store needs (docs/recognition.md).
    #[default]
    Mirrored,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            detector: DetectorParams::default(),
            max_faces: 16,
            landmarks: Landmarks::default(),
            views: Views::default(),
            embedder: EmbedderParams::default(),
        }
    }
}

/// A face found in a frame, ready to be searched for.
#[derive(Debug, Clone)]
pub struct Face {
    /// Where it is.
    pub detection: Detection,
    /// How well it is photographed.
    pub quality: Quality,
    /// What it looks like.
    pub embedding: Embedding,
}

/// Which model failed, and how. Both mean a wrong or damaged model file, never a strange frame.
#[derive(Debug, thiserror::Error)]
pub enum VisionError {
    /// The detector failed.
    #[error("the face detector failed")]
    Detector(#[source] ModelError),
    /// The embedder failed.
    #[error("the face embedder failed")]
    Embedder(#[source] ModelError),
}

/// All stages, ready to run. Shared by reference: several threads may use one pipeline at once.
///
/// One frame takes tens of milliseconds of one core, so run it on worker threads, never on async ones.
pub struct Pipeline {
    detector: Detector,
    embedder: Embedder,
    params: Params,
}

impl Pipeline {
    /// Loads both models and proves with a small run that each is what its stage expects.
    ///
    /// # Errors
    ///
    /// Names the model that cannot be loaded or is not the right one.
    pub fn new(models: &ModelBytes<'_>, params: Params) -> Result<Self, VisionError> {
        let detector = model::load(models.detector).map_err(VisionError::Detector)?;
        let embedder = model::load(models.embedder).map_err(VisionError::Embedder)?;
        Self::with_models(detector, embedder, params)
    }

    /// As [`Pipeline::new`], with models that run on another engine.
    ///
    /// # Errors
    ///
    /// Names the model that is not the right one.
    pub fn with_models(
        detector: Box<dyn Model>,
        embedder: Box<dyn Model>,
        params: Params,
    ) -> Result<Self, VisionError> {
        let detector = Detector::new(detector, params.detector.clone()).map_err(VisionError::Detector)?;
        let embedder = Embedder::new(embedder, params.embedder.clone()).map_err(VisionError::Embedder)?;
        Ok(Self { detector, embedder, params })
    }

    /// The faces of a frame, largest first, at most [`Params::max_faces`].
    ///
    /// # Errors
    ///
    /// Fails only if an engine does; a frame without faces gives an empty list.
    pub fn faces(&self, frame: &Frame) -> Result<Vec<Face>, VisionError> {
        let detections = self.detect(frame)?.into_iter().take(self.params.max_faces);
        let mut faces = Vec::with_capacity(detections.len());
        for detection in detections {
            faces.extend(self.face(frame, &detection)?);
        }
        Ok(faces)
    }

    /// The stages after detection, for one face of a frame. `None` if its landmarks all coincide: that is no face.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn face(&self, frame: &Frame, detection: &Detection) -> Result<Option<Face>, VisionError> {
        let detection = self.refined(frame, detection)?;
        let usual = CropShape::default();
        let Some(crop) = align(frame, &detection.landmarks, &usual) else { return Ok(None) };
        let wanted = &self.params.embedder.crop;
        let own = (*wanted != usual).then(|| align(frame, &detection.landmarks, wanted)).flatten();
        let (embedding, strength, symmetry) = self.embed_judged(own.as_ref().unwrap_or(&crop))?;
        let quality = Quality { strength, symmetry, ..Quality::measure(&detection, &crop) };
        Ok(Some(Face { detection, quality, embedding }))
    }

    /// The stage between detection and alignment: the landmarks, as [`Params::landmarks`] says.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn refined(&self, frame: &Frame, detection: &Detection) -> Result<Detection, VisionError> {
        match self.params.landmarks {
            Landmarks::AsDetected => Ok(*detection),
            Landmarks::Refined => self.detector.refined(frame, detection).map_err(VisionError::Detector),
        }
    }

    /// The first stage alone: where the faces are, largest first, all of them.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn detect(&self, frame: &Frame) -> Result<Vec<Detection>, VisionError> {
        self.detector.detect(frame).map_err(VisionError::Detector)
    }

    /// As [`Pipeline::detect`], with another least score than [`DetectorParams::min_score`].
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn detect_from(&self, frame: &Frame, min_score: f32) -> Result<Vec<Detection>, VisionError> {
        self.detector.detect_from(frame, min_score).map_err(VisionError::Detector)
    }

    /// The last stage alone: the embedding of a face that was aligned in the shape of [`Params::embedder`].
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn embed(&self, crop: &Crop) -> Result<Embedding, VisionError> {
        Ok(self.embed_judged(crop)?.0)
    }

    /// The embedding with its strength and symmetry.
    fn embed_judged(&self, crop: &Crop) -> Result<(Embedding, f32, f32), VisionError> {
        let embed = |crop| self.embedder.embed_with_strength(crop).map_err(VisionError::Embedder);
        let (single, strength) = embed(crop)?;
        match self.params.views {
            Views::Single => Ok((single, strength, 1.0)),
            Views::Mirrored => {
                let (mirrored, other_strength) = embed(&crop.mirrored())?;
                let symmetry = single.similarity(&mirrored);
                // Opposite vectors have no mean; then the crop alone counts.
                let mean = single.mean(&mirrored).unwrap_or(single);
                Ok((mean, f32::midpoint(strength, other_strength), symmetry))
            }
        }
    }
}
