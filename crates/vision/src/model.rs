//! Loads and runs a neural network: one tensor in, several out.

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::prelude::{
    DatumExt, Framework, InferenceModel, InferenceModelExt, IntoRunnable, TypedRunnableModel, tvec,
};

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
    /// The file's SHA-256 is not the one that was asked for.
    #[error("the model file has the SHA-256 {found}, not {expected}")]
    WrongFile {
        /// The sum that was asked for, in hexadecimal.
        expected: String,
        /// The sum of the bytes.
        found: String,
    },
}

/// An ONNX model run by `tract`, in pure Rust and on the calling thread.
///
/// `tract` plans for one input shape at a time. The plans of the last few shapes are kept, so cameras (whose frames
/// keep one size) never plan twice, and strangely shaped photographs cannot fill the memory.
pub struct TractModel {
    network: InferenceModel,
    /// The most recently used last.
    plans: Mutex<Vec<(Vec<usize>, Plan)>>,
}

type Plan = Arc<TypedRunnableModel>;

/// Plans kept per model: a few cameras of different size, and room for photographs. A detector's plan for 640x640 takes
/// a few hundred kilobytes.
const MAX_PLANS: usize = 8;

impl TractModel {
    /// Reads an ONNX file.
    ///
    /// # Errors
    ///
    /// [`ModelError::Load`] if the bytes are damaged or use an operator that `tract` does not know.
    pub fn load(onnx: &[u8]) -> Result<Self, ModelError> {
        let network =
            tract_onnx::onnx().model_for_read(&mut &*onnx).map_err(|error| ModelError::Load(format!("{error:#}")))?;
        Ok(Self { network, plans: Mutex::new(Vec::new()) })
    }

    fn plan(&self, shape: &[usize]) -> Result<Plan, ModelError> {
        if let Some(plan) = self.known_plan(shape) {
            return Ok(plan);
        }
        // Planning takes tens of milliseconds: the lock is not held meanwhile. Two threads may plan the same shape at
        // once; the second result replaces the first.
        let plan = self
            .network
            .clone()
            .with_input_fact(0, f32::fact(shape).into())
            .and_then(|network| network.into_optimized()?.into_runnable())
            .map_err(|error| ModelError::Run(format!("{error:#}")))?;
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|(known, _)| known != shape);
        if plans.len() == MAX_PLANS {
            plans.remove(0);
        }
        plans.push((shape.to_vec(), Arc::clone(&plan)));
        Ok(plan)
    }

    fn known_plan(&self, shape: &[usize]) -> Option<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let at = plans.iter().position(|(known, _)| known == shape)?;
        let entry = plans.remove(at);
        let plan = Arc::clone(&entry.1);
        plans.push(entry);
        Some(plan)
    }
}

impl Model for TractModel {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        let run_error = |error: tract_onnx::prelude::TractError| ModelError::Run(format!("{error:#}"));
        let plan = self.plan(&input.shape)?;
        let input = tract_onnx::prelude::Tensor::from_shape(&input.shape, &input.values).map_err(run_error)?;
        let outputs = plan.run(tvec!(input.into())).map_err(run_error)?;
        outputs
            .iter()
            .map(|output| {
                let view = output.to_plain_array_view::<f32>().map_err(run_error)?;
                Ok(Tensor { shape: view.shape().to_vec(), values: view.iter().copied().collect() })
            })
            .collect()
    }
}
