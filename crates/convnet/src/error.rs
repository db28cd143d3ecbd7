//! What can go wrong while a network is loaded or run.

/// Why a file cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The bytes are no ONNX file, or a damaged one.
    #[error("the bytes are no ONNX model: {0}")]
    Damaged(String),
    /// The model is sound as far as was read, but uses an operator that this engine does not know.
    #[error("the operator {0} is not known")]
    UnknownOperator(String),
    /// The model uses a known operator in a way that this engine does not know.
    #[error("the operator {operator} is not known with {what}")]
    UnknownUse {
        /// The operator's name in ONNX.
        operator: String,
        /// What is special about its use.
        what: String,
    },
    /// The processor does not have the instructions that were asked for.
    #[error("this processor does not have these instructions")]
    MissingInstructions,
}

/// Why a network cannot run on an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There are more or fewer values than the shape says.
    #[error("the input has {found} values, but its shape says {expected}")]
    WrongLength {
        /// The product of the shape; the largest number if it does not fit.
        expected: usize,
        /// How many values there are.
        found: usize,
    },
    /// The network cannot take this shape; says which of its layers cannot.
    #[error("the network cannot take this shape: {0}")]
    UnfitShape(String),
    /// The network would need more memory for this shape than the engine is willing to take.
    #[error("the input is too large")]
    TooLarge,
}
