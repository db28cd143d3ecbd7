//! A loaded network, and the plans for the shapes that it was run on.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{LoadError, RunError};
use crate::graph::read;
use crate::graph::rewrite::simplify;
use crate::graph::{Conv, ConvKind, Graph, Op};
use crate::kernel::weights::{DenseWeights, DepthwiseWeights};
use crate::kernel::{Instructions, Kernels, Walk, compiled};
use crate::plan::{Plan, build};
use crate::run;

/// A convolutional network from an ONNX file, ready to run on the calling thread. Several threads may run it at once.
///
/// What can be settled beforehand is: for each shape of the input a plan with memory of its own. Those of the last few
/// shapes are kept.
pub struct Network {
    graph: Graph,
    packed: Vec<Option<Packed>>,
    kernels: Kernels,
    /// The most recently used last.
    plans: Mutex<Vec<(Vec<usize>, Arc<Plan>)>>,
}

/// One output of a network: a dense array, row-major; as many values as the product of the shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// The numbers, last axis fastest.
    pub values: Vec<f32>,
}

/// The weights of a convolution in the order in which they are read.
pub(crate) enum Packed {
    Dense { weights: Arc<DenseWeights>, walk: Walk },
    Depthwise(Arc<DepthwiseWeights>),
}

/// Plans kept: a few cameras of different size, and room for photographs.
const MAX_PLANS: usize = 8;

/// Nodes that a file may have: a few times as many as the largest network of this kind.
const MAX_NODES: usize = 4096;

/// Input channels up to which a window moves over planes of single channels: a block would be mostly empty.
const MAX_PLANES: usize = 4;

/// What a length is taken to be that the file leaves open, when loading tries out whether the network can be planned.
const TRIAL_LENGTH: usize = 64;

impl Network {
    /// Reads an ONNX file, for the fastest instructions of this machine.
    ///
    /// # Errors
    ///
    /// [`LoadError::Damaged`] if the bytes are no sound model; [`LoadError::UnknownOperator`] or
    /// [`LoadError::UnknownUse`] if another engine may be able to run it.
    pub fn load(onnx: &[u8]) -> Result<Self, LoadError> {
        Self::load_for(onnx, Instructions::best())
    }

    /// As [`Network::load`], for these instructions.
    ///
    /// # Errors
    ///
    /// Also [`LoadError::MissingInstructions`] if this processor does not have them.
    pub fn load_for(onnx: &[u8], instructions: Instructions) -> Result<Self, LoadError> {
        let kernels = compiled::kernels(instructions).ok_or(LoadError::MissingInstructions)?;
        let mut graph = simplify(read::graph(onnx)?);
        let unknown = |operator: &str, what: String| LoadError::UnknownUse { operator: operator.to_owned(), what };
        if graph.nodes.len() > MAX_NODES {
            return Err(unknown("graph", format!("{} nodes", graph.nodes.len())));
        }
        let mut packed = Vec::with_capacity(graph.nodes.len());
        for node in &mut graph.nodes {
            if let Some(part) = node.op.part_of_slope() {
                return Err(LoadError::UnknownOperator(part.to_owned()));
            }
            packed.push(if let Op::Conv(conv) = &mut node.op {
                let weights = Packed::new(conv, &kernels)?;
                // They are kept once only.
                conv.weights = Vec::new();
                Some(weights)
            } else {
                None
            });
        }
        let network = Self { graph, packed, kernels, plans: Mutex::default() };
        let trial: Vec<usize> = network
            .graph
            .input_shape
            .iter()
            .enumerate()
            .map(|(at, length)| length.unwrap_or(if at == 0 { 1 } else { TRIAL_LENGTH }))
            .collect();
        let tried = network.plan(&trial);
        tried.map_err(|error| unknown("graph", format!("inputs of shape {trial:?}: {error}")))?;
        Ok(network)
    }

    /// Runs the network on one input; gives its outputs in the order of the file.
    ///
    /// The first axis may be longer than 1 even if the file says 1: then each image is run as if it were alone.
    ///
    /// # Errors
    ///
    /// Fails if there are not as many values as the shape says, or if the network cannot take the shape.
    pub fn run(&self, shape: &[usize], values: &[f32]) -> Result<Vec<Output>, RunError> {
        let expected = shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
        if expected != Some(values.len()) {
            let expected = expected.unwrap_or(usize::MAX);
            return Err(RunError::WrongLength { expected, found: values.len() });
        }
        let plan = self.plan(shape)?;
        Ok(run::run(&plan, &self.kernels, values))
    }

    /// The instructions that the network was loaded for.
    pub fn instructions(&self) -> Instructions {
        self.kernels.instructions
    }

    fn plan(&self, shape: &[usize]) -> Result<Arc<Plan>, RunError> {
        let lock = || self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |plans: &mut Vec<(Vec<usize>, Arc<Plan>)>| {
            let at = plans.iter().position(|(known, _)| known == shape)?;
            plans[at..].rotate_left(1);
            plans.last().map(|(_, plan)| Arc::clone(plan))
        };
        if let Some(plan) = known(&mut lock()) {
            return Ok(plan);
        }
        // The lock is not held meanwhile. Two threads may plan the same shape at once; the first to be done is kept.
        let plan = Arc::new(build(&self.graph, &self.packed, shape)?);
        let mut plans = lock();
        if let Some(plan) = known(&mut plans) {
            return Ok(plan);
        }
        let oldest = (plans.len() + 1).saturating_sub(MAX_PLANS);
        plans.drain(..oldest);
        plans.push((shape.to_vec(), Arc::clone(&plan)));
        Ok(plan)
    }
}

impl Packed {
    fn new(conv: &Conv, kernels: &Kernels) -> Result<Self, LoadError> {
        if conv.kind == ConvKind::Depthwise {
            return Ok(Self::Depthwise(Arc::new(DepthwiseWeights::new(conv))));
        }
        let step = conv.window.stride[1];
        if step > 2 {
            let what = format!("strides = {:?}", conv.window.stride);
            return Err(LoadError::UnknownUse { operator: "Conv".to_owned(), what });
        }
        let walk = if conv.channels_in <= MAX_PLANES { Walk::Planes(step) } else { Walk::Blocks(step) };
        Ok(Self::Dense { weights: Arc::new(DenseWeights::new(conv, walk, kernels.panel)), walk })
    }
}

#[cfg(test)]
mod tests;
