//! Joins several embeddings of one person into one, the better ones counting more.

use crate::embedder::Embedding;

/// Embeddings of one person, gathered one by one: the frames of a track, or the photographs of an enrolment.
///
/// The mean of unit vectors, weighted and scaled to unit length again. On LFW-a a template fused from two photographs
/// misses fewer people than the better of both (docs/recognition.md has the figures).
#[derive(Clone, Default)]
pub struct Fusion {
    sums: Vec<f64>,
    weight: f64,
    count: usize,
}

impl Fusion {
    /// Nothing gathered.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an embedding with a weight above zero, such as [`crate::Quality::weight`]; any other weight is ignored.
    pub fn add(&mut self, embedding: &Embedding, weight: f32) {
        if !(weight.is_finite() && weight > 0.0) {
            return;
        }
        self.sums.resize(embedding.dimension(), 0.0);
        for (sum, value) in self.sums.iter_mut().zip(embedding.values()) {
            *sum += f64::from(weight) * f64::from(*value);
        }
        self.weight += f64::from(weight);
        self.count += 1;
    }

    /// Adds all that another has gathered.
    pub fn join(&mut self, other: &Self) {
        self.sums.resize(self.sums.len().max(other.sums.len()), 0.0);
        for (sum, value) in self.sums.iter_mut().zip(&other.sums) {
            *sum += value;
        }
        self.weight += other.weight;
        self.count += other.count;
    }

    /// How many embeddings were added.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How much the embeddings agree: the length of their weighted mean, 0 (anything) to 1 (all the same). Of n embeddings
    /// whose similarities average s it is about the root of (1 + (n - 1) s) / n. `None` before the first.
    pub fn agreement(&self) -> Option<f32> {
        let length = self.sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
        (self.weight > 0.0).then_some((length / self.weight) as f32)
    }

    /// The fused embedding; `None` before the first, or where opposites cancel out.
    pub fn embedding(&self) -> Option<Embedding> {
        Embedding::new(self.sums.iter().map(|sum| (sum / self.weight) as f32).collect()).ok()
    }
}

/// Shows the count only: the sums are biometric data.
impl std::fmt::Debug for Fusion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fusion({} embeddings)", self.count)
    }
}

/// Fuses embeddings with their weights; `None` if there is none with a weight above zero, or they cancel out.
pub fn fuse<'a>(embeddings: impl IntoIterator<Item = (&'a Embedding, f32)>) -> Option<Embedding> {
    let mut fusion = Fusion::new();
    for (embedding, weight) in embeddings {
        fusion.add(embedding, weight);
    }
    fusion.embedding()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(number: usize) -> Embedding {
        let values = (0..crate::shipped::DIMENSION).map(|at| if at == number { 1.0 } else { 0.0 });
        Embedding::new(values.collect()).unwrap()
    }

    #[test]
    fn the_better_view_counts_more() {
        let (good, poor) = (axis(0), axis(1));
        let fused = fuse([(&good, 3.0), (&poor, 1.0)]).unwrap();
        assert!(fused.similarity(&good) > 0.94 && fused.similarity(&poor) < 0.33);
        assert_eq!(fuse([(&good, 2.0)]), Some(good));
    }

    #[test]
    fn what_is_joined_is_as_if_added_one_by_one() {
        let (mut first, mut second, mut all) = (Fusion::new(), Fusion::new(), Fusion::new());
        first.add(&axis(0), 1.0);
        second.add(&axis(1), 2.0);
        all.add(&axis(0), 1.0);
        all.add(&axis(1), 2.0);
        first.join(&second);
        first.join(&Fusion::new());
        assert_eq!((first.embedding(), first.count()), (all.embedding(), 2));
        let mut empty = Fusion::new();
        empty.join(&second);
        assert_eq!(empty.embedding(), Some(axis(1)));
    }

    #[test]
    fn what_has_no_weight_is_ignored() {
        for weight in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_eq!(fuse([(&axis(0), weight)]), None);
            assert_eq!(fuse([(&axis(0), weight), (&axis(1), 1.0)]), Some(axis(1)));
        }
        assert_eq!(fuse([]), None);
    }

    #[test]
    fn agreement_tells_one_face_from_several() {
        let mut fusion = Fusion::new();
        assert_eq!(fusion.agreement(), None);
        fusion.add(&axis(0), 1.0);
        fusion.add(&axis(0), 0.5);
        assert!((fusion.agreement().unwrap() - 1.0).abs() < 1e-6);
        fusion.add(&axis(1), 1.5);
        assert!((fusion.agreement().unwrap() - 0.5_f32.sqrt()).abs() < 1e-6);
        assert_eq!(format!("{fusion:?}"), "Fusion(3 embeddings)");
    }

    #[test]
    fn opposites_cancel_out() {
        let negative = Embedding::new(axis(0).values().iter().map(|value| -value).collect()).unwrap();
        assert_eq!(fuse([(&axis(0), 1.0), (&negative, 1.0)]), None);
    }
}
