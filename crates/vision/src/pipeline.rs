//! Joins the stages: a frame goes in, faces with their embeddings come out.

use serde::{Deserialize, Serialize};

use crate::aligner::{Crop, align};
use crate::detector::{Detection, Detector, DetectorParams};
use crate::embedder::{Embedder, Embedding};
use crate::frame::Frame;
use crate::model::{Model, ModelError, TractModel};
use crate::quality::Quality;

/// The cosine similarity that one impostor pair in 1,000 reaches (and 96.0 % of genuine pairs).
///
/// This and the next two were measured with `mobilefacenet.onnx` on grey LFW-a: all 29.6 million impostor pairs of its
/// images, single embeddings of unmirrored crops. One search compares a probe with everybody in the gallery, so the
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
    /// Which views of a face make its embedding.
    pub views: Views,
}

/// Which views of a face make its embedding. References and probes must be made the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Views {
    /// The crop alone.
    #[default]
    Single,
    /// The mean of the crop's embedding and its mirror image's: twice the time, and somewhat better (98.95 % against 98.40 %
    /// of pairs, `models/README.md`). The thresholds above were not measured with it.
    Mirrored,
}

impl Default for Params {
    fn default() -> Self {
        Self { detector: DetectorParams::default(), max_faces: 16, views: Views::default() }
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
        let load = |onnx| TractModel::load(onnx).map(|model| Box::new(model) as Box<dyn Model>);
        let detector = load(models.detector).map_err(VisionError::Detector)?;
        let embedder = load(models.embedder).map_err(VisionError::Embedder)?;
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
        let embedder = Embedder::new(embedder).map_err(VisionError::Embedder)?;
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
            // Landmarks that all coincide are no face.
            if let Some(crop) = align(frame, &detection.landmarks) {
                faces.push(Face {
                    detection,
                    quality: Quality::measure(&detection, &crop),
                    embedding: self.embed(&crop)?,
                });
            }
        }
        Ok(faces)
    }

    /// The first stage alone: where the faces are, largest first, all of them.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn detect(&self, frame: &Frame) -> Result<Vec<Detection>, VisionError> {
        self.detector.detect(frame).map_err(VisionError::Detector)
    }

    /// The last stage alone: the embedding of an aligned face.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn embed(&self, crop: &Crop) -> Result<Embedding, VisionError> {
        let embed = |crop| self.embedder.embed(crop).map_err(VisionError::Embedder);
        let single = embed(crop)?;
        match self.params.views {
            Views::Single => Ok(single),
            // Opposite vectors have no mean; then the crop alone counts.
            Views::Mirrored => Ok(single.mean(&embed(&crop.mirrored())?).unwrap_or(single)),
        }
    }
}
