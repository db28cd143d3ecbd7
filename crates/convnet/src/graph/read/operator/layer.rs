//! The parameters of each kind of operator.

use super::{Meaning, Reading, Source};
use crate::error::LoadError;
use crate::graph::read::LARGEST;
use crate::graph::{Activation, Axes, Conv, ConvKind, Op, ValueId, Window};
use crate::onnx::{Constant, FLOAT, Numbers};

impl Reading<'_> {
    pub(super) fn conv(&self) -> Result<Conv, LoadError> {
        let (shape, weights) = self.some_floats(1)?;
        let &[channels_out, fan_in, height, width] = shape else {
            return Err(self.unknown(format!("weights of {} axes", shape.len())));
        };
        let group = usize::try_from(self.integer("group", 1)).map_err(|_| self.damaged("group is negative"))?;
        let (kind, channels_in) = if group == channels_out && fan_in == 1 {
            (ConvKind::Depthwise, channels_out)
        } else if group == 1 {
            (ConvKind::Dense, fan_in)
        } else {
            return Err(self.unknown(format!("group = {group}")));
        };
        let sizes = [channels_in, channels_out, height, width];
        if sizes.iter().any(|size| *size == 0 || *size > LARGEST) {
            return Err(self.damaged("weights of no or absurd size"));
        }
        let bias = match self.floats(2)? {
            Some((_, bias)) if bias.len() == channels_out => bias.to_vec(),
            Some(_) => return Err(self.damaged("as many biases as output channels are needed")),
            None => vec![0.0; channels_out],
        };
        Ok(Conv {
            kind,
            axes: Axes::Maps,
            window: self.window(Some([height, width]))?,
            channels_in,
            channels_out,
            weights: weights.to_vec(),
            bias,
            activation: Activation::None,
        })
    }

    /// A constant matrix, turned so that a row gives one output: rows, columns, values.
    pub(super) fn matrix(&self, at: usize, by_output: bool) -> Result<(usize, usize, Vec<f32>), LoadError> {
        let (shape, values) = self.some_floats(at)?;
        let &[rows, columns] = shape else {
            return Err(self.unknown(format!("a matrix of {} axes", shape.len())));
        };
        if rows == 0 || columns == 0 || rows > LARGEST || columns > LARGEST {
            return Err(self.damaged("a matrix of no or absurd size"));
        }
        if by_output {
            return Ok((rows, columns, values.to_vec()));
        }
        let turned = (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect();
        Ok((columns, rows, turned))
    }

    pub(super) fn product(&self, matrix: (usize, usize, Vec<f32>), bias: Option<Vec<f32>>) -> Result<Conv, LoadError> {
        let (channels_out, channels_in, weights) = matrix;
        let bias = bias.unwrap_or_else(|| vec![0.0; channels_out]);
        if bias.len() != channels_out {
            return Err(self.unknown("a sum of another length"));
        }
        Ok(Conv {
            kind: ConvKind::Dense,
            axes: Axes::Rows,
            window: Window::POINT,
            channels_in,
            channels_out,
            weights,
            bias,
            activation: Activation::None,
        })
    }

    pub(super) fn gemm(&self) -> Result<Conv, LoadError> {
        self.must_be("transA", 0)?;
        for factor in ["alpha", "beta"] {
            if self.attribute(factor).and_then(|attribute| attribute.f).is_some_and(|factor| factor != 1.0) {
                return Err(self.unknown(factor));
            }
        }
        let bias = match self.floats(2)? {
            Some(([_] | [1, _], bias)) => Some(bias.to_vec()),
            Some((shape, _)) => return Err(self.unknown(format!("a sum of shape {shape:?}"))),
            None => None,
        };
        self.product(self.matrix(1, self.integer("transB", 0) != 0)?, bias)
    }

    pub(super) fn normalisation(&self) -> Result<Conv, LoadError> {
        self.must_be("training_mode", 0)?;
        self.must_be("spatial", 1)?;
        let epsilon = self.attribute("epsilon").and_then(|attribute| attribute.f).unwrap_or(1e-5);
        let [(_, scale), (_, bias), (_, mean), (_, variance)] =
            [self.some_floats(1)?, self.some_floats(2)?, self.some_floats(3)?, self.some_floats(4)?];
        if scale.is_empty() || [bias, mean, variance].iter().any(|values| values.len() != scale.len()) {
            return Err(self.damaged("its parameters differ in length"));
        }
        let scale: Vec<f32> =
            scale.iter().zip(variance).map(|(scale, variance)| scale / (variance + epsilon).sqrt()).collect();
        let shift = bias.iter().zip(mean).zip(&scale).map(|((bias, mean), scale)| bias - mean * scale).collect();
        Ok(Conv::by_channel(scale, shift))
    }

    pub(super) fn clip(&self) -> Result<Activation, LoadError> {
        let bound = |at, name, default: f32| -> Result<f32, LoadError> {
            let named = self.attribute(name).and_then(|attribute| attribute.f);
            Ok(self.floats(at)?.and_then(|(_, values)| values.first().copied()).or(named).unwrap_or(default))
        };
        let (low, high) = (bound(1, "min", f32::MIN)?, bound(2, "max", f32::MAX)?);
        // Channels that only fill up a block must stay zero.
        if !(low <= 0.0 && high >= 0.0) {
            return Err(self.unknown(format!("bounds {low} and {high}")));
        }
        Ok(Activation::Clip { low, high })
    }

    pub(super) fn resize(&self) -> Result<Op, LoadError> {
        let mode = self.text("mode", "nearest");
        let coordinates = self.text("coordinate_transformation_mode", "half_pixel");
        let rounding = self.text("nearest_mode", "round_prefer_floor");
        if self.constant(3)?.is_some() || self.attribute("axes").is_some() {
            return Err(self.unknown("lengths instead of scales"));
        }
        self.must_be("exclude_outside", 0)?;
        let (_, scales) = self.some_floats(2)?;
        let &[1.0, 1.0, down, across] = scales else { return Err(self.unknown(format!("scales {scales:?}"))) };
        match (mode, coordinates, rounding) {
            // For whole factors both ways of looking up a pixel repeat each one.
            ("nearest", "asymmetric", "floor")
            | ("nearest", "half_pixel", "round_prefer_floor" | "round_prefer_ceil") => {
                let whole = |scale: f32| {
                    let is_whole = scale.fract() == 0.0 && (1.0..=64.0).contains(&scale);
                    if is_whole { Ok(scale as usize) } else { Err(self.unknown(format!("scale {scale}"))) }
                };
                Ok(Op::Repeat([whole(down)?, whole(across)?]))
            }
            // PyTorch's way differs only where one pixel comes out, and two are the fewest here.
            ("linear", "half_pixel" | "pytorch_half_pixel", _) if [down, across] == [2.0, 2.0] => Ok(Op::Double),
            _ => Err(self.unknown(format!("{mode}, {coordinates}, {rounding}, scales {scales:?}"))),
        }
    }

    pub(super) fn permutation(&self) -> Result<Vec<usize>, LoadError> {
        let order = &self.attribute("perm").ok_or_else(|| self.unknown("no order"))?.ints;
        let order: Option<Vec<usize>> = order.iter().map(|axis| usize::try_from(*axis).ok()).collect();
        let order = order.ok_or_else(|| self.damaged("a negative axis"))?;
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if order.len() > 8 || !sorted.iter().copied().eq(0..order.len()) {
            return Err(self.damaged("perm is no permutation"));
        }
        Ok(order)
    }

    pub(super) fn constant_value(&self) -> Result<Meaning, LoadError> {
        let tensor = self.attribute("value").and_then(|attribute| attribute.t.as_ref());
        let constant = tensor.and_then(|tensor| tensor.constant()).ok_or_else(|| self.unknown("such a value"))?;
        Ok(Meaning::Constant(constant))
    }

    /// A constant of half precision as `f32`. Values are `f32` everywhere, so other casts of them mean nothing here.
    pub(super) fn widened(&self) -> Result<Meaning, LoadError> {
        let to = self.integer("to", 0);
        match self.sources {
            [Source::Constant(Constant { shape, numbers: Numbers::Halves(values) | Numbers::Floats(values) })]
                if to == i64::from(FLOAT) =>
            {
                let (shape, numbers) = (shape.clone(), Numbers::Floats(values.clone()));
                Ok(Meaning::Constant(Constant { shape, numbers }))
            }
            [Source::Constant(_)] => Err(self.unknown(format!("a constant, to = {to}"))),
            _ => Err(self.unknown("a computed value")),
        }
    }

    /// A value and numbers by channel, in either order.
    pub(super) fn with_channels(&self) -> Result<(ValueId, Vec<f32>), LoadError> {
        let at = match self.sources {
            [Source::Value(_), Source::Constant(_)] => 0,
            [Source::Constant(_), Source::Value(_)] => 1,
            _ => return Err(self.unknown("two computed factors")),
        };
        Ok((self.value(at)?, self.by_channel(1 - at)?))
    }

    pub(super) fn sum(&self) -> Result<Meaning, LoadError> {
        if let [Source::Value(left), Source::Value(right)] = self.sources {
            return Ok(Meaning::Node(Op::Add, vec![*left, *right]));
        }
        let (value, shift) = self.with_channels()?;
        Ok(Meaning::Node(Op::Conv(Conv::by_channel(vec![1.0; shift.len()], shift)), vec![value]))
    }
}
