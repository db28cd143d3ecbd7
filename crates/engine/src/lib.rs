//! Which weights recognition and room cameras run on, and by which engine: what comes with the program, unless the operator says
//! otherwise.

pub mod bodies;
pub mod onnxruntime;
pub mod weights;

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vision::model::{self, Model, ModelError};
use vision::{Calibration, Params, Pipeline, VisionError, shipped};

use crate::onnxruntime::{Library, LibraryError};
use crate::weights::{Weights, WeightsError};

/// What the operator may put in the place of what comes with the program.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// An onnxruntime library to run the models by.
    pub onnxruntime: Option<PathBuf>,
    /// Another embedder. Its calibration has to be measured by `smartmart faces calibrate`.
    pub embedder: Option<Weights>,
}

/// A pipeline that is ready.
pub struct Loaded {
    /// The stages.
    pub pipeline: Pipeline,
    /// The name of the embedder, which is stored with every template.
    pub model: String,
}

/// Loads the models and proves with a small run that each is what its stage expects.
///
/// # Errors
///
/// Names what cannot be loaded or is not the right one.
pub fn load(settings: &Settings, params: Params) -> Result<Loaded, EngineError> {
    let library = settings.onnxruntime.as_deref().map(Library::load).transpose()?;
    let load = |onnx: &[u8]| load_by(library, onnx);
    let detector = load(shipped::DETECTOR).map_err(VisionError::Detector)?;
    let (embedder, params, name) = match &settings.embedder {
        None => (load(shipped::EMBEDDER), params, shipped::MODEL.to_owned()),
        Some(weights) => {
            let params = Params { embedder: weights.params.clone(), ..params };
            (load(&weights.read()?), params, weights.model.clone())
        }
    };
    let embedder = embedder.map_err(VisionError::Embedder)?;
    Ok(Loaded { pipeline: Pipeline::with_models(detector, embedder, params)?, model: name })
}

/// Loads a model by the operator's library, or else by what is in the program.
fn load_by(library: Option<Library>, onnx: &[u8]) -> Result<Box<dyn Model>, ModelError> {
    match library {
        Some(library) => library.model(onnx),
        None => model::load(onnx),
    }
}

/// How alike strangers are to a model: what the file says that `smartmart faces calibrate` wrote, or what came with the
/// program.
///
/// # Errors
///
/// Where the file cannot be read or is for another model, and where a model of the operator's own has none.
pub fn calibration(file: Option<&Path>, model: &str) -> Result<Calibration, CalibrationError> {
    let Some(file) = file else {
        let shipped = Calibration::shipped();
        return if shipped.model == model { Ok(shipped) } else { Err(CalibrationError::Missing(model.to_owned())) };
    };
    let unreadable = |why: String| CalibrationError::Unreadable { file: file.display().to_string(), why };
    let json = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let calibration: Calibration = serde_json::from_str(&json).map_err(|error| unreadable(error.to_string()))?;
    if calibration.model != model {
        let (found, expected) = (calibration.model, model.to_owned());
        return Err(CalibrationError::OtherModel { file: file.display().to_string(), found, expected });
    }
    Ok(calibration)
}

/// Why there is no calibration.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// Another embedder needs its own.
    #[error("the embedder {0} needs a calibration: measure one by `smartmart faces calibrate`")]
    Missing(String),
    /// No such file, or not one of ours.
    #[error("{file} is no calibration: {why}")]
    Unreadable {
        /// Which.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// Similarities of two models mean different things.
    #[error("the calibration {file} is for the model {found}, not {expected}")]
    OtherModel {
        /// Which file.
        file: String,
        /// What it was measured for.
        found: String,
        /// What runs.
        expected: String,
    },
}

/// Why there is no pipeline.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The library is to blame.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The operator's weights are.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A model does not run.
    #[error(transparent)]
    Model(#[from] VisionError),
}
