//! Turns an aligned face into an embedding.

use std::fmt;
use std::ops::RangeInclusive;

use crate::aligner::Crop;
use crate::model::{Model, ModelError, Tensor};
use crate::quality::USUAL_STRENGTH;

mod params;

pub use params::{Colours, EmbedderParams, Layout, Metric};

/// A face as a unit vector: two embeddings of one person point the same way.
///
/// Biometric data. `Debug` shows no values, and nothing in this crate logs them.
#[derive(Clone, PartialEq)]
pub struct Embedding {
    /// Of a length within [`Embedding::DIMENSIONS`], and unit norm.
    values: Vec<f32>,
}

/// Why numbers are no embedding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingError {
    /// Wrong count of numbers or bytes.
    #[error("an embedding has 16 to 512 numbers of four bytes; {found} {unit} are none")]
    WrongLength {
        /// How many were given.
        found: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// A number is not finite, or all are zero.
    #[error("an embedding needs finite numbers that are not all zero")]
    NoDirection,
}

impl Embedding {
    /// How many numbers an embedding may have. Each model gives one count; see [`crate::shipped::DIMENSION`].
    pub const DIMENSIONS: RangeInclusive<usize> = 16..=512;

    /// Scales the numbers to unit length.
    ///
    /// # Errors
    ///
    /// Fails on a wrong count, on zeros, and on numbers that are not finite.
    pub fn new(mut values: Vec<f32>) -> Result<Self, EmbeddingError> {
        if !Self::DIMENSIONS.contains(&values.len()) {
            return Err(EmbeddingError::WrongLength { found: values.len(), unit: "numbers" });
        }
        let norm = values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        if !norm.is_finite() || norm == 0.0 {
            return Err(EmbeddingError::NoDirection);
        }
        // Already a unit vector, up to rounding: it stays bit for bit what it was.
        if (norm - 1.0).abs() > 1e-6 {
            for value in &mut values {
                *value = (f64::from(*value) / norm) as f32;
            }
        }
        Ok(Self { values })
    }

    /// Cosine similarity, -1..=1. What it means is told by [`crate::SAME_PERSON_AT_FAR_1E_4`] and its neighbours.
    pub fn similarity(&self, other: &Self) -> f32 {
        dot(&self.values, &other.values)
    }

    /// The direction between two embeddings; `None` if they are opposite.
    pub fn mean(&self, other: &Self) -> Option<Self> {
        let sum = self.values.iter().zip(&other.values).map(|(a, b)| a + b);
        Self::new(sum.collect()).ok()
    }

    /// How many numbers this embedding has.
    pub fn dimension(&self) -> usize {
        self.values.len()
    }

    /// The numbers, little-endian, four bytes each: what a database encrypts and keeps.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// Reads what [`Embedding::to_le_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// Fails on a wrong length, on zeros, and on numbers that are not finite.
    pub fn from_le_bytes(bytes: &[u8]) -> Result<Self, EmbeddingError> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(EmbeddingError::WrongLength { found: bytes.len(), unit: "bytes" });
        }
        Self::new(numbers.iter().copied().map(f32::from_le_bytes).collect())
    }

    /// A copy of the numbers, for a person who debugs.
    pub fn to_vec(&self) -> Vec<f32> {
        self.values.clone()
    }

    pub(crate) fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Shows the dimension only.
impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Embedding({}-D)", self.dimension())
    }
}

/// The dot product. Eight partial sums let the compiler use vector instructions, and fix the order of the additions, so
/// that the same inputs give the same bits everywhere.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Turns crops into embeddings.
pub struct Embedder {
    model: Box<dyn Model>,
    params: EmbedderParams,
}

impl Embedder {
    /// Takes the model and proves with one run that it gives embeddings of the right dimension.
    ///
    /// # Errors
    ///
    /// Fails if the model cannot run or gives something else.
    pub fn new(model: Box<dyn Model>, params: EmbedderParams) -> Result<Self, ModelError> {
        let embedder = Self { model, params };
        embedder.raw(&Crop::blank(embedder.params.crop.side()))?;
        Ok(embedder)
    }

    /// What it takes and gives.
    pub fn params(&self) -> &EmbedderParams {
        &self.params
    }

    /// The embedding of an aligned face.
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn embed(&self, crop: &Crop) -> Result<Embedding, ModelError> {
        Ok(self.embed_with_strength(crop)?.0)
    }

    /// The embedding of an aligned face, and its strength: the length of the network's output before it was scaled to unit
    /// length. Blurred, turned and covered faces give short outputs; see [`crate::Quality::strength`]. 0 where the model's
    /// lengths are not known to tell anything ([`EmbedderParams::usual_strength`]).
    ///
    /// # Errors
    ///
    /// Fails only if the engine does.
    pub fn embed_with_strength(&self, crop: &Crop) -> Result<(Embedding, f32), ModelError> {
        let raw = self.raw(crop)?;
        let length = dot(&raw, &raw).sqrt();
        let strength = self.params.usual_strength.map_or(0.0, |usual| length / usual * USUAL_STRENGTH);
        let embedding = Embedding::new(self.params.metric.directions(raw));
        Ok((embedding.map_err(|_| ModelError::UnexpectedOutput("an embedder gives finite numbers"))?, strength))
    }

    fn raw(&self, crop: &Crop) -> Result<Vec<f32>, ModelError> {
        let outputs = self.model.run(self.params.input(crop))?;
        match <[Tensor; 1]>::try_from(outputs) {
            Ok([output]) if output.values.len() == self.params.dimension => Ok(output.values),
            _ => Err(ModelError::UnexpectedOutput("the embedder gives another count of numbers")),
        }
    }
}

/// For tests: a direction of its own for every number, the same on every run.
#[cfg(test)]
pub(crate) fn direction(number: u64) -> Embedding {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let values = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    });
    Embedding::new(values.skip(4).take(crate::shipped::DIMENSION).collect()).expect("192 numbers that are not all zero")
}

#[cfg(test)]
mod tests;
