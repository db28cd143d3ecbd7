//! What an embedder takes and gives: the shipped one, or one of the operator's own.

use serde::{Deserialize, Serialize};

use crate::aligner::{Crop, CropShape};
use crate::model::Tensor;
use crate::quality::USUAL_STRENGTH;
use crate::shipped;

/// What an embedder takes and gives. The default is the shipped MobileFaceNet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmbedderParams {
    /// Which crop of the face it was trained on.
    pub crop: CropShape,
    /// The order of the input's axes.
    pub layout: Layout,
    /// The order of the colours.
    pub colours: Colours,
    /// Taken from each value of 0..=255.
    pub mean: f32,
    /// What is left is divided by it.
    pub divisor: f32,
    /// How many numbers it gives, 16 to 512 (511 with [`Metric::Euclidean`]).
    pub dimension: usize,
    /// What its numbers mean.
    pub metric: Metric,
    /// The median length of its output, where a short one tells a poor picture; none where it does not.
    pub usual_strength: Option<f32>,
}

impl Default for EmbedderParams {
    fn default() -> Self {
        Self {
            crop: CropShape::default(),
            layout: Layout::Nhwc,
            colours: Colours::Rgb,
            // The range on which MobileFaceNet was trained.
            mean: 127.5,
            divisor: 128.0,
            dimension: shipped::DIMENSION,
            metric: Metric::Cosine,
            usual_strength: Some(USUAL_STRENGTH),
        }
    }
}

/// The order of an input's axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Image, row, column, colour: TensorFlow's.
    Nhwc,
    /// Image, colour, row, column: PyTorch's.
    Nchw,
}

/// The order of the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colours {
    /// Red first.
    Rgb,
    /// Blue first: OpenCV's.
    Bgr,
}

/// What tells two embeddings of a model apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The angle between them: ArcFace, CosFace, MobileFaceNet.
    Cosine,
    /// The distance between their ends: dlib's ResNet, FaceNet with triplets.
    Euclidean,
}

/// The radius of the sphere onto which Euclidean embeddings are lifted, above all their lengths: dlib's are about 1.4 long.
const RADIUS: f32 = 2.0;

impl Metric {
    /// Numbers whose angles order pairs as the metric does.
    ///
    /// Euclidean embeddings are lifted onto a sphere of radius R in one more dimension: `(x, sqrt(R^2 - |x|^2))`. For two of one
    /// length the cosine there is `1 - d^2 / 2R^2`, exactly; models that are trained by distances give nearly one length.
    pub(super) fn directions(self, mut raw: Vec<f32>) -> Vec<f32> {
        match self {
            Self::Cosine => raw,
            Self::Euclidean => {
                let square: f32 = raw.iter().map(|value| value * value).sum();
                raw.push((RADIUS * RADIUS - square).max(0.0).sqrt());
                raw
            }
        }
    }
}

impl EmbedderParams {
    /// The network's input for a crop.
    pub(super) fn input(&self, crop: &Crop) -> Tensor {
        let side = crop.side();
        let value = |value: u8| (f32::from(value) - self.mean) / self.divisor;
        let place = |colour: usize| match self.colours {
            Colours::Rgb => colour,
            Colours::Bgr => 2 - colour,
        };
        let pixels = || crop.rgb().as_chunks::<3>().0.iter();
        match self.layout {
            Layout::Nhwc => {
                let values = pixels().flat_map(|pixel| (0..3).map(move |colour| value(pixel[place(colour)])));
                Tensor { shape: vec![1, side, side, 3], values: values.collect() }
            }
            Layout::Nchw => {
                let values = (0..3).flat_map(|colour| pixels().map(move |pixel| value(pixel[place(colour)])));
                Tensor { shape: vec![1, 3, side, side], values: values.collect() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedder::Embedding;

    #[test]
    fn the_input_has_the_axes_colours_and_range_that_are_stated() {
        let crop = Crop::blank(CropShape::default().side());
        let mut params =
            EmbedderParams { layout: Layout::Nchw, mean: 0.0, divisor: 255.0, ..EmbedderParams::default() };
        assert_eq!(params.input(&crop).shape, [1, 3, 112, 112]);
        let red = Crop::of_colour(4, [255, 0, 51]);
        assert_eq!(params.input(&red).values.chunks(16).map(|plane| plane[0]).collect::<Vec<_>>(), [1.0, 0.0, 0.2]);
        params.colours = Colours::Bgr;
        assert_eq!(params.input(&red).values.chunks(16).map(|plane| plane[0]).collect::<Vec<_>>(), [0.2, 0.0, 1.0]);
        params.layout = Layout::Nhwc;
        assert_eq!(params.input(&red).values[..6], [0.2, 0.0, 1.0, 0.2, 0.0, 1.0]);
    }

    #[test]
    fn distances_of_embeddings_of_one_length_become_angles_exactly() {
        let on_circle = |angle: f32| {
            let mut raw = vec![0.0; 16];
            (raw[0], raw[1]) = (1.4 * angle.cos(), 1.4 * angle.sin());
            raw
        };
        let lifted = |angle: f32| Embedding::new(Metric::Euclidean.directions(on_circle(angle))).unwrap();
        for angle in [0.1, 0.4, 1.0] {
            let distance = 2.0 * 1.4 * (angle / 2.0_f32).sin();
            let expected = 1.0 - distance.powi(2) / (2.0 * RADIUS.powi(2));
            assert!((lifted(0.3).similarity(&lifted(0.3 + angle)) - expected).abs() < 1e-5, "{angle}");
        }
        assert_eq!(Embedding::new(Metric::Euclidean.directions(vec![9.0; 16])).unwrap().dimension(), 17);
    }
}
