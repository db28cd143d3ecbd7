//! Models that give what a test wants.

use crate::model::{Model, ModelError, Tensor};

type Answer = dyn Fn(&Tensor) -> Vec<Tensor> + Send + Sync;

pub(super) struct Fake(Box<Answer>);

impl Fake {
    pub(super) fn model(answer: impl Fn(&Tensor) -> Vec<Tensor> + Send + Sync + 'static) -> Box<dyn Model> {
        Box::new(Self(Box::new(answer)))
    }
}

impl Model for Fake {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        Ok(self.0(&input))
    }
}

/// Maps of so many channels for an input, on which nobody is.
pub(super) fn blank(input: &Tensor, channels: &[usize]) -> Vec<Tensor> {
    let map = |channels: &usize| {
        let shape = vec![1, *channels, input.shape[2] / 4, input.shape[3] / 4];
        Tensor { values: vec![-20.0; shape.iter().product()], shape }
    };
    channels.iter().map(map).collect()
}

/// The same with one number of one output replaced.
pub(super) fn broken(mut outputs: Vec<Tensor>, output: usize, number: f32) -> Vec<Tensor> {
    *outputs[output].values.last_mut().unwrap() = number;
    outputs
}
