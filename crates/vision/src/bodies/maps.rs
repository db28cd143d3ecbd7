//! What a network gives: maps at a quarter of the input's size, checked once.

use domain::body::Joint;

use crate::model::{ModelError, Tensor};

/// Pixels of the input for one cell of a map, along each axis.
pub(super) const STRIDE: usize = 4;

/// Which network the maps are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// For several people.
    Several,
    /// For a single person: without boxes.
    Single,
}

/// The outputs of a network, in the order of the files that come with the program.
pub struct Maps {
    pub(super) height: usize,
    pub(super) width: usize,
    /// How likely the middle of a person is here, before the sigmoid.
    pub(super) centre: Vec<f32>,
    /// Height and width of the person's box, and from the cell to its middle, down and across; in cells. Empty for a single person.
    pub(super) box_size: Vec<f32>,
    pub(super) box_offset: Vec<f32>,
    /// By joint: how likely it is here, before the sigmoid.
    pub(super) heat: Vec<f32>,
    /// By joint: from the person's middle to it, down and across, in cells.
    pub(super) regression: Vec<f32>,
    /// By joint: from a cell to the joint in it, down and across, in cells.
    pub(super) offset: Vec<f32>,
}

impl Maps {
    /// Takes outputs for an input of this width and height; refuses any that are of another network.
    pub(super) fn new(outputs: Vec<Tensor>, [width, height]: [usize; 2], kind: Kind) -> Result<Self, ModelError> {
        let (height, width) = (height / STRIDE, width / STRIDE);
        let (names, expected): (_, &[usize]) = match kind {
            Kind::Several => (
                "MoveNet for several people gives six maps of 1, 2, 2, 17, 34 and 34 channels at a quarter of the size",
                &[1, 2, 2, Joint::COUNT, 2 * Joint::COUNT, 2 * Joint::COUNT],
            ),
            Kind::Single => (
                "MoveNet for a single person gives four maps of 1, 17, 34 and 34 channels at a quarter of the size",
                &[1, Joint::COUNT, 2 * Joint::COUNT, 2 * Joint::COUNT],
            ),
        };
        let is_expected = |(output, channels): (&Tensor, &usize)| {
            let shape = [1, *channels, height, width];
            output.shape == shape && output.values.len() == shape.iter().product::<usize>()
        };
        if outputs.len() != expected.len() || !outputs.iter().zip(expected).all(is_expected) {
            return Err(ModelError::UnexpectedOutput(names));
        }
        if !outputs.iter().all(|output| are_finite(&output.values)) {
            return Err(ModelError::UnexpectedOutput("MoveNet gives finite numbers"));
        }
        let mut values = outputs.into_iter().map(|output| output.values);
        let mut next = || values.next().unwrap_or_default();
        let centre = next();
        let (box_size, box_offset) = match kind {
            Kind::Several => (next(), next()),
            Kind::Single => Default::default(),
        };
        Ok(Self { height, width, centre, box_size, box_offset, heat: next(), regression: next(), offset: next() })
    }

    pub(super) fn area(&self) -> usize {
        self.height * self.width
    }

    /// A pair of numbers, down and across, at a cell of two neighbouring maps.
    pub(super) fn pair(&self, maps: &[f32], number: usize, cell: usize) -> [f32; 2] {
        [0, 1].map(|axis| maps[(2 * number + axis) * self.area() + cell])
    }

    /// The map of one joint.
    pub(super) fn heat_of(&self, joint: usize) -> &[f32] {
        &self.heat[joint * self.area()..][..self.area()]
    }
}

/// Whether all are numbers. Without an early end, so that many are looked at together.
fn are_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    !values.iter().fold(false, |found, value| found | (value.to_bits() & EXPONENT == EXPONENT))
}

pub(super) fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

/// What the sigmoid certainly does not exceed: one, and for negative numbers what the exponential's first terms leave. It costs a
/// tenth, and rules most cells of a map out.
pub(super) fn at_most(value: f32) -> f32 {
    let below = (-value).max(0.0);
    if below > 0.0 { 1.0 / (2.0 + below * (1.0 + below / 2.0)) } else { 1.0 }
}
