//! Runs networks by `tract`: slower than our own engine, but it knows nearly every operator.

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::prelude::{
    DatumExt, Framework, InferenceModel, InferenceModelExt, IntoRunnable, TypedRunnableModel, tvec,
};

use super::{Model, ModelError, Tensor};

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
