//! Which weights find people in the pictures of room cameras, and by which engine.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vision::bodies::{BodyFinder, BodyParams};
use vision::model::{Model, ModelError};
use vision::shipped;

use crate::load_by;
use crate::onnxruntime::{Library, LibraryError};
use crate::weights::{self, WeightsError};

/// What the operator may put in the place of what comes with the program: the table `[bodies]`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// An onnxruntime library to run the models by.
    pub onnxruntime: Option<PathBuf>,
    /// Another model for whole pictures. It takes and gives what `models/README.md` says of MoveNet's.
    pub whole: Option<ModelFile>,
    /// The second look, at a square around each person.
    pub close: Close,
    /// How people are looked for: the input's size among it.
    pub params: BodyParams,
}

/// A model file of the operator's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// The ONNX file.
    pub file: PathBuf,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// By what a square around each person is looked at, for elbows and wrists.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Close {
    /// The model that comes with the program.
    #[default]
    Shipped,
    /// No second look: less time for each person, and hands less sure.
    Off,
    /// Another model.
    Model(ModelFile),
}

impl ModelFile {
    fn read(&self) -> Result<Vec<u8>, WeightsError> {
        weights::read(&self.file, &self.sha256)
    }
}

/// Loads the models and proves with a small run that each is what its stage expects.
///
/// # Errors
///
/// Names what cannot be loaded or is not the right one.
pub fn load(settings: &Settings) -> Result<BodyFinder, BodiesError> {
    let library = settings.onnxruntime.as_deref().map(Library::load).transpose()?;
    let load = |onnx: &[u8]| -> Result<Box<dyn Model>, BodiesError> { Ok(load_by(library, onnx)?) };
    let whole = match &settings.whole {
        None => load(shipped::BODIES)?,
        Some(model) => load(&model.read()?)?,
    };
    let close = match &settings.close {
        Close::Shipped => Some(load(shipped::BODY)?),
        Close::Off => None,
        Close::Model(model) => Some(load(&model.read()?)?),
    };
    Ok(BodyFinder::new(whole, close, settings.params.clone())?)
}

/// Why nobody can be looked for.
#[derive(Debug, thiserror::Error)]
pub enum BodiesError {
    /// The library is to blame.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The operator's file is.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A model does not run, is another one, or a parameter does not fit.
    #[error("bodies: {0}")]
    Model(#[from] ModelError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped_as(folder: &std::path::Path, onnx: &[u8], sha256: &str) -> ModelFile {
        let file = folder.join(format!("{sha256}.onnx"));
        std::fs::write(&file, onnx).unwrap();
        ModelFile { file, sha256: sha256.to_owned() }
    }

    #[test]
    fn what_is_shipped_runs_and_so_does_a_file_with_its_sum() {
        let folder = tempfile::tempdir().unwrap();
        load(&Settings::default()).unwrap();
        let settings = Settings {
            whole: Some(shipped_as(folder.path(), shipped::BODIES, shipped::BODIES_SHA256)),
            close: Close::Model(shipped_as(folder.path(), shipped::BODY, shipped::BODY_SHA256)),
            params: BodyParams { input: [64, 96], ..BodyParams::default() },
            ..Settings::default()
        };
        load(&settings).unwrap();
    }

    #[test]
    fn what_is_not_the_right_file_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |whole, close| {
            let settings = Settings { whole, close, ..Settings::default() };
            load(&settings).err().expect("it is refused").to_string()
        };
        let wrong_sum = shipped_as(folder.path(), shipped::BODIES, shipped::BODY_SHA256);
        assert!(refused(Some(wrong_sum.clone()), Close::Off).contains(shipped::BODY_SHA256));
        assert!(refused(None, Close::Model(wrong_sum)).contains("is not the one that is meant"));
        let missing = ModelFile { file: folder.path().join("none.onnx"), sha256: String::new() };
        assert!(refused(Some(missing), Close::Off).contains("none.onnx"));
        let other = shipped_as(folder.path(), shipped::DETECTOR, shipped::DETECTOR_SHA256);
        assert!(refused(Some(other.clone()), Close::Off).contains("MoveNet"));
        assert!(refused(None, Close::Model(other)).contains("MoveNet"));
        let settings =
            Settings { params: BodyParams { input: [300, 200], ..BodyParams::default() }, ..Settings::default() };
        assert!(load(&settings).err().expect("it is refused").to_string().contains("multiples of 32"));
    }

    #[test]
    fn settings_read_as_they_are_written() {
        let read = |json: &str| serde_json::from_str::<Settings>(json);
        assert_eq!(read("{}").unwrap(), Settings::default());
        assert_eq!(read(r#"{"close": "off"}"#).unwrap().close, Close::Off);
        let file = r#"{"file": "a.onnx", "sha256": "00"}"#;
        let own =
            read(&format!(r#"{{"whole": {file}, "close": {{"model": {file}}}, "params": {{"input": [512, 288]}}}}"#));
        let own = own.unwrap();
        assert_eq!((own.close, own.params.input), (Close::Model(own.whole.unwrap()), [512, 288]));
        for wrong in
            [r#"{"size": 3}"#, r#"{"close": "on"}"#, r#"{"params": {"most": 3}}"#, r#"{"whole": {"file": "a"}}"#]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
