//! Weights of the operator's own: a file that is proved to be the one that is meant.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vision::embedder::EmbedderParams;
use vision::model::ModelError;
use vision::shipped;

/// Another embedder than the shipped one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Its name, stored with every template: templates of one name are never compared with those of another. 1 to 60
    /// characters; choose a new one whenever anything of this table changes.
    pub model: String,
    /// The ONNX file.
    pub file: PathBuf,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// What it takes and gives.
    #[serde(default)]
    pub params: EmbedderParams,
}

/// The largest model file, in bytes: a ResNet-100 has 250 MB.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

impl Weights {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Where the name is not fit, or the file cannot be read, is too large or another one.
    pub fn read(&self) -> Result<Vec<u8>, WeightsError> {
        if !(1..=60).contains(&self.model.chars().count()) || self.model == shipped::MODEL {
            return Err(WeightsError::Name(self.model.clone()));
        }
        read(&self.file, &self.sha256)
    }
}

/// Reads a model file, and proves by its sum that it is the one that is meant.
pub(crate) fn read(path: &Path, sha256: &str) -> Result<Vec<u8>, WeightsError> {
    let file = || path.display().to_string();
    let unreadable = |why: std::io::Error| WeightsError::Unreadable { file: file(), why: why.to_string() };
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        return Err(WeightsError::Unreadable { file: file(), why: format!("{bytes} bytes are too many") });
    }
    let onnx = fs::read(path).map_err(unreadable)?;
    shipped::check_sha256(&onnx, sha256).map_err(|error| WeightsError::Wrong { file: file(), error })?;
    Ok(onnx)
}

/// Why weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// Templates would be mistaken for another model's.
    #[error("the embedder needs a name of its own of 1 to 60 characters, not {0:?}")]
    Name(String),
    /// No such file, or no leave to read it.
    #[error("cannot read the model {file}: {why}")]
    Unreadable {
        /// Which.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// It is another file.
    #[error("the model {file} is not the one that is meant: {error}")]
    Wrong {
        /// Which.
        file: String,
        /// The sums.
        error: ModelError,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_that_is_meant_is_read_and_only_under_a_name_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("embedder.onnx");
        let weights = |model: &str, sha256: &str| Weights {
            model: model.to_owned(),
            file: file.clone(),
            sha256: sha256.to_owned(),
            params: EmbedderParams::default(),
        };
        let sum = shipped::EMBEDDER_SHA256;
        assert!(matches!(weights("mine", sum).read(), Err(WeightsError::Unreadable { .. })));
        fs::write(&file, shipped::EMBEDDER).unwrap();
        assert_eq!(weights("mine", sum).read().unwrap(), shipped::EMBEDDER);
        assert!(matches!(weights("mine", shipped::DETECTOR_SHA256).read(), Err(WeightsError::Wrong { .. })));
        assert!(matches!(weights("", sum).read(), Err(WeightsError::Name(_))));
        assert!(matches!(weights(shipped::MODEL, sum).read(), Err(WeightsError::Name(_))));
    }
}
