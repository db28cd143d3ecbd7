//! Loads and runs a neural network: one tensor in, several out.

mod own;
#[cfg(feature = "tract")]
mod tract;

pub use own::OwnModel;
#[cfg(feature = "tract")]
pub use tract::TractModel;

/// A dense array of `f32`, row-major; `values` holds as many numbers as the product of `shape`.
#[derive(Clone)]
pub struct Tensor {
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// The numbers, last axis fastest.
    pub values: Vec<f32>,
}

/// A network that is ready to run. Tests use fakes; a second engine only has to implement this.
pub trait Model: Send + Sync {
    /// Runs the network on one input and returns its outputs in the order of the model file.
    ///
    /// # Errors
    ///
    /// Fails if the network cannot take an input of this shape, or breaks while it runs.
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError>;
}

/// Reads an ONNX file, to be run on our own engine; or on `tract` (a feature of this crate, on by default), slower, where it
/// uses operators that ours does not know.
///
/// # Errors
///
/// [`ModelError::Load`] if the bytes are damaged or neither engine knows them.
pub fn load(onnx: &[u8]) -> Result<Box<dyn Model>, ModelError> {
    match OwnModel::load(onnx) {
        Ok(model) => Ok(Box::new(model)),
        #[cfg(feature = "tract")]
        Err(_) => Ok(Box::new(TractModel::load(onnx)?)),
        #[cfg(not(feature = "tract"))]
        Err(error) => Err(error),
    }
}

/// Why a network could not be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The bytes are no ONNX model that the engine understands.
    #[error("the model cannot be loaded: {0}")]
    Load(String),
    /// The engine failed on an input.
    #[error("the model cannot run: {0}")]
    Run(String),
    /// The network gave other outputs than its stage expects: most likely the wrong file.
    #[error("the model is not the expected one: {0}")]
    UnexpectedOutput(&'static str),
    /// A parameter is out of its range.
    #[error("the settings of the model do not fit: {0}")]
    UnfitParams(&'static str),
    /// The file's SHA-256 is not the one that was asked for.
    #[error("the model file has the SHA-256 {found}, not {expected}")]
    WrongFile {
        /// The sum that was asked for, in hexadecimal.
        expected: String,
        /// The sum of the bytes.
        found: String,
    },
}
