//! Runs networks by our own engine, `convnet`.

use convnet::Network;

use super::{Model, ModelError, Tensor};

/// An ONNX model run by `convnet`, in pure Rust and on the calling thread.
pub struct OwnModel {
    network: Network,
}

impl OwnModel {
    /// Reads an ONNX file.
    ///
    /// # Errors
    ///
    /// [`ModelError::Load`] if the bytes are damaged or use an operator that `convnet` does not know.
    pub fn load(onnx: &[u8]) -> Result<Self, ModelError> {
        let network = Network::load(onnx).map_err(|error| ModelError::Load(error.to_string()))?;
        Ok(Self { network })
    }
}

impl Model for OwnModel {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        let outputs =
            self.network.run(&input.shape, &input.values).map_err(|error| ModelError::Run(error.to_string()))?;
        Ok(outputs.into_iter().map(|output| Tensor { shape: output.shape, values: output.values }).collect())
    }
}
