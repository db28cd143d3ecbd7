//! Runs small convolutional networks from ONNX files, in pure Rust and on the calling thread.
//!
//! [`Network::load`] reads a file, joins its operators and packs its weights; [`Network::run`] runs it on one input. Maps
//! pass from one convolution to the next a few rows at a time, so that they stay in the cache, and the inner loops are
//! compiled for several sets of vector instructions, of which the best that the processor has is chosen at run time.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let network = convnet::Network::load(&std::fs::read("embedder.onnx")?)?;
//! // Two images at once, although the file says one.
//! let outputs = network.run(&[2, 112, 112, 3], &[0.0; 2 * 112 * 112 * 3])?;
//! assert_eq!(outputs[0].shape, [2, 192]);
//! # Ok(())
//! # }
//! ```
//!
//! Only the operators of such networks are known. Anything else is a [`LoadError`], upon which a caller may turn to a
//! more general engine.

mod error;
mod graph;
mod kernel;
mod network;
mod onnx;
mod plan;
mod run;

pub use error::{LoadError, RunError};
pub use kernel::Instructions;
pub use network::{Network, Output};
