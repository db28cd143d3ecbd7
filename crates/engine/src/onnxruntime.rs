//! Runs networks by an onnxruntime library that the operator points at, where its speed or its operators are wanted.
//!
//! The library is loaded while the program runs: nothing of it is needed to build or to start without it. The wheel
//! `onnxruntime` of PyPI carries one for x86-64 and aarch64 (`onnxruntime/capi/libonnxruntime.so.*`).

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use ort::value::TensorRef;
use vision::model::{Model, ModelError, Tensor};

/// Why the library cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The file is no such library, or too old a one.
    #[error("{file} cannot be loaded as onnxruntime: {why}")]
    Load {
        /// Which file.
        file: String,
        /// What is wrong.
        why: String,
    },
}

/// A library that was loaded. A process loads one, once.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    environment: &'static Environment,
}

impl Library {
    /// Loads it; a second call gives what the first one loaded, whatever file it names.
    ///
    /// # Errors
    ///
    /// Where the file is missing, no onnxruntime, or older than version 1.17.
    pub fn load(file: &Path) -> Result<Self, LibraryError> {
        static ENVIRONMENT: OnceLock<Result<Environment, String>> = OnceLock::new();
        let load = || {
            let builder = ort::init_from(file).map_err(|error| error.to_string())?;
            // Nothing of a shop is anybody else's affair.
            builder.with_name("smartmart").with_telemetry(false).build().map_err(|error| error.to_string())
        };
        match ENVIRONMENT.get_or_init(load) {
            Ok(environment) => Ok(Self { environment }),
            Err(why) => Err(LibraryError::Load { file: file.display().to_string(), why: why.clone() }),
        }
    }

    /// Reads an ONNX file.
    ///
    /// # Errors
    ///
    /// [`ModelError::Load`] if the bytes are damaged or use an operator that the library does not know.
    pub fn model(&self, onnx: &[u8]) -> Result<Box<dyn Model>, ModelError> {
        let model = OnnxruntimeModel { library: *self, onnx: onnx.to_vec(), idle: Mutex::default() };
        let session = model.session()?;
        model.put_back(session);
        Ok(Box::new(model))
    }
}

/// A network run by the library, on the calling thread. A session serves one caller at a time, so there are as many as there
/// were callers at once.
struct OnnxruntimeModel {
    library: Library,
    onnx: Vec<u8>,
    idle: Mutex<Vec<Session>>,
}

impl OnnxruntimeModel {
    fn session(&self) -> Result<Session, ModelError> {
        if let Some(session) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(session);
        }
        let load = |error: &dyn std::fmt::Display| ModelError::Load(error.to_string());
        Session::builder(self.library.environment)
            .map_err(|error| load(&error))?
            .with_intra_threads(1)
            .map_err(|error| load(&error))?
            .commit_from_memory(&self.onnx)
            .map_err(|error| load(&error))
    }

    fn put_back(&self, session: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }
}

impl Model for OnnxruntimeModel {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        let mut session = self.session()?;
        let outputs = run(&mut session, &input).map_err(|error| ModelError::Run(error.to_string()));
        self.put_back(session);
        outputs
    }
}

fn run(session: &mut Session, input: &Tensor) -> ort::Result<Vec<Tensor>> {
    let values = TensorRef::from_array_view((input.shape.as_slice(), input.values.as_slice()))?;
    let outputs = session.run(ort::inputs![values])?;
    let tensor = |(_, value): (&str, ort::value::ValueRef<'_>)| {
        let (shape, values) = value.try_extract_tensor::<f32>()?;
        let shape = shape.iter().map(|&length| usize::try_from(length).unwrap_or(0)).collect();
        Ok(Tensor { shape, values: values.to_vec() })
    };
    outputs.iter().map(tensor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_library_is_refused_by_its_name() {
        let error = Library::load(Path::new("/nowhere/libonnxruntime.so")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/libonnxruntime.so cannot be loaded"), "{error}");
    }
}
