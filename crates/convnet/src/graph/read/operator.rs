//! What one ONNX operator means to this engine.

use super::LARGEST;
use crate::error::LoadError;
use crate::graph::{Activation, Axes, Conv, ConvKind, Op, ValueId, Window};
use crate::onnx::{Attribute, Constant, Numbers};

/// One input of a node.
pub(super) enum Source<'a> {
    Absent,
    Value(ValueId),
    Constant(&'a Constant),
}

/// What becomes of a node.
pub(super) enum Meaning {
    Node(Op, Vec<ValueId>),
    /// The output is another name for an input.
    Same(ValueId),
    Constant(Constant),
}

/// One node, with what is needed to complain about it.
struct Reading<'a> {
    operator: &'a str,
    attributes: &'a [Attribute],
    sources: &'a [Source<'a>],
}

pub(super) fn meaning(operator: &str, attributes: &[Attribute], sources: &[Source<'_>]) -> Result<Meaning, LoadError> {
    let node = Reading { operator, attributes, sources };
    let unary = |op| Ok(Meaning::Node(op, vec![node.value(0)?]));
    match operator {
        "Conv" => unary(Op::Conv(node.conv()?)),
        "Gemm" => unary(Op::Conv(node.gemm()?)),
        "MatMul" => unary(Op::Conv(node.product(node.matrix(1, false)?, None)?)),
        "BatchNormalization" => unary(Op::Conv(node.normalisation()?)),
        "Relu" => unary(Op::Activation(Activation::Relu)),
        "PRelu" => unary(Op::Activation(Activation::Slope(node.by_channel(1)?))),
        "Clip" => unary(Op::Activation(node.clip()?)),
        "Sigmoid" => unary(Op::Sigmoid),
        "Abs" => unary(Op::Abs),
        "MaxPool" => {
            node.only("ceil_mode", 0)?;
            node.only("storage_order", 0)?;
            unary(Op::MaxPool(node.window(None)?))
        }
        "GlobalAveragePool" => unary(Op::MeanPool),
        "Resize" => unary(Op::Repeat(node.repeat()?)),
        "Transpose" => unary(Op::Transpose(node.permutation()?)),
        "Reshape" => {
            node.only("allowzero", 0)?;
            unary(Op::Reshape(node.integers(1)?.to_vec()))
        }
        "Flatten" => {
            node.only("axis", 1)?;
            unary(Op::Reshape(vec![0, -1]))
        }
        "Identity" | "Dropout" => Ok(Meaning::Same(node.value(0)?)),
        "Constant" => node.constant_value(),
        "Add" => node.sum(),
        "Mul" => {
            let (value, scale) = node.with_channels()?;
            let shift = vec![0.0; scale.len()];
            Ok(Meaning::Node(Op::Conv(Conv::by_channel(scale, shift)), vec![value]))
        }
        "Sub" => Ok(Meaning::Node(Op::Subtract, vec![node.value(0)?, node.value(1)?])),
        other => Err(LoadError::UnknownOperator(other.to_owned())),
    }
}

impl Reading<'_> {
    fn unknown(&self, what: impl Into<String>) -> LoadError {
        LoadError::UnknownUse { operator: self.operator.to_owned(), what: what.into() }
    }

    fn damaged(&self, what: &str) -> LoadError {
        super::damaged(format!("{}: {what}", self.operator))
    }

    fn value(&self, at: usize) -> Result<ValueId, LoadError> {
        match self.sources.get(at) {
            Some(Source::Value(value)) => Ok(*value),
            Some(Source::Constant(_)) => Err(self.unknown("a constant where a value is usual")),
            Some(Source::Absent) | None => Err(self.damaged("an input is missing")),
        }
    }

    fn constant(&self, at: usize) -> Result<Option<&Constant>, LoadError> {
        match self.sources.get(at) {
            Some(Source::Constant(constant)) => Ok(Some(constant)),
            Some(Source::Value(_)) => Err(self.unknown("computed parameters")),
            Some(Source::Absent) | None => Ok(None),
        }
    }

    fn floats(&self, at: usize) -> Result<Option<(&[usize], &[f32])>, LoadError> {
        match self.constant(at)? {
            Some(Constant { shape, numbers: Numbers::Floats(values) }) => Ok(Some((shape, values))),
            Some(Constant { numbers: Numbers::Integers(_), .. }) => Err(self.damaged("integers for real numbers")),
            None => Ok(None),
        }
    }

    fn some_floats(&self, at: usize) -> Result<(&[usize], &[f32]), LoadError> {
        self.floats(at)?.ok_or_else(|| self.damaged("parameters are missing"))
    }

    fn integers(&self, at: usize) -> Result<&[i64], LoadError> {
        match self.constant(at)? {
            Some(Constant { numbers: Numbers::Integers(values), .. }) => Ok(values),
            Some(_) | None => Err(self.damaged("integers are missing")),
        }
    }

    /// Numbers by channel: `[C]` or `[C, 1, 1]`, perhaps with a 1 in front.
    fn by_channel(&self, at: usize) -> Result<Vec<f32>, LoadError> {
        let (shape, values) = self.some_floats(at)?;
        // A list of numbers without further axes would lie along the last axis, not along the channels.
        let is_by_channel = matches!(shape, [_, 1, 1] | [1, _, 1, 1]);
        let is_one_slope = self.operator == "PRelu" && values.len() == 1;
        if !values.is_empty() && (is_by_channel || is_one_slope) {
            Ok(values.to_vec())
        } else {
            Err(self.unknown(format!("parameters of shape {shape:?}")))
        }
    }

    fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.as_deref() == Some(name))
    }

    fn integer(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).and_then(|attribute| attribute.i).unwrap_or(default)
    }

    fn text(&self, name: &str, default: &'static str) -> &str {
        let bytes = self.attribute(name).and_then(|attribute| attribute.s.as_deref());
        bytes.map_or(default, |bytes| std::str::from_utf8(bytes).unwrap_or("?"))
    }

    /// Refuses all but the one value of an attribute that is understood, which is also its default.
    fn only(&self, name: &str, value: i64) -> Result<(), LoadError> {
        let found = self.integer(name, value);
        if found == value { Ok(()) } else { Err(self.unknown(format!("{name} = {found}"))) }
    }

    /// A list of lengths; `None` if the attribute is absent.
    fn lengths<const N: usize>(&self, name: &str, least: usize) -> Result<Option<[usize; N]>, LoadError> {
        let Some(attribute) = self.attribute(name) else { return Ok(None) };
        let lengths: [i64; N] = attribute
            .ints
            .as_slice()
            .try_into()
            .map_err(|_| self.unknown(format!("{name} of {} numbers", attribute.ints.len())))?;
        let mut checked = [0; N];
        for (to, from) in checked.iter_mut().zip(lengths) {
            *to = usize::try_from(from)
                .ok()
                .filter(|length| (least..=LARGEST).contains(length))
                .ok_or_else(|| self.unknown(format!("{name} = {from}")))?;
        }
        Ok(Some(checked))
    }

    /// The window; `size` is what the weights say.
    fn window(&self, size: Option<[usize; 2]>) -> Result<Window, LoadError> {
        let named = self.lengths::<2>("kernel_shape", 1)?;
        let size = size.or(named).ok_or_else(|| self.damaged("kernel_shape is missing"))?;
        if named.is_some_and(|named| named != size) {
            return Err(self.damaged("kernel_shape differs from the weights"));
        }
        if !matches!(self.text("auto_pad", "NOTSET"), "NOTSET" | "VALID") {
            return Err(self.unknown("auto_pad"));
        }
        if self.lengths::<2>("dilations", 1)?.is_some_and(|dilations| dilations != [1, 1]) {
            return Err(self.unknown("dilations"));
        }
        let stride = self.lengths::<2>("strides", 1)?.unwrap_or([1, 1]);
        let pads = self.lengths::<4>("pads", 0)?.unwrap_or([0; 4]);
        // A window that lies in the padding alone would see nothing, and no real network has one.
        if pads.iter().zip([size[0], size[1], size[0], size[1]]).any(|(pad, size)| *pad >= size) {
            return Err(self.unknown("pads as large as the window"));
        }
        Ok(Window { size, stride, pads })
    }

    fn conv(&self) -> Result<Conv, LoadError> {
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
    fn matrix(&self, at: usize, by_output: bool) -> Result<(usize, usize, Vec<f32>), LoadError> {
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

    fn product(&self, matrix: (usize, usize, Vec<f32>), bias: Option<Vec<f32>>) -> Result<Conv, LoadError> {
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

    fn gemm(&self) -> Result<Conv, LoadError> {
        self.only("transA", 0)?;
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

    fn normalisation(&self) -> Result<Conv, LoadError> {
        self.only("training_mode", 0)?;
        self.only("spatial", 1)?;
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

    fn clip(&self) -> Result<Activation, LoadError> {
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

    fn repeat(&self) -> Result<[usize; 2], LoadError> {
        let mode = self.text("mode", "nearest");
        let coordinates = self.text("coordinate_transformation_mode", "half_pixel");
        let rounding = self.text("nearest_mode", "round_prefer_floor");
        // For whole factors both ways of looking up a pixel repeat each one.
        let repeats = matches!((coordinates, rounding), ("asymmetric", "floor"))
            || matches!((coordinates, rounding), ("half_pixel", "round_prefer_floor" | "round_prefer_ceil"));
        if mode != "nearest" || !repeats || self.constant(3)?.is_some() {
            return Err(self.unknown(format!("{mode}, {coordinates}, {rounding}")));
        }
        let (_, scales) = self.some_floats(2)?;
        let &[1.0, 1.0, down, across] = scales else { return Err(self.unknown(format!("scales {scales:?}"))) };
        let whole = |scale: f32| {
            let is_whole = scale.fract() == 0.0 && (1.0..=64.0).contains(&scale);
            if is_whole { Ok(scale as usize) } else { Err(self.unknown(format!("scale {scale}"))) }
        };
        Ok([whole(down)?, whole(across)?])
    }

    fn permutation(&self) -> Result<Vec<usize>, LoadError> {
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

    fn constant_value(&self) -> Result<Meaning, LoadError> {
        let tensor = self.attribute("value").and_then(|attribute| attribute.t.as_ref());
        let constant = tensor.and_then(|tensor| tensor.constant()).ok_or_else(|| self.unknown("such a value"))?;
        Ok(Meaning::Constant(constant))
    }

    /// A value and numbers by channel, in either order.
    fn with_channels(&self) -> Result<(ValueId, Vec<f32>), LoadError> {
        let at = match self.sources {
            [Source::Value(_), Source::Constant(_)] => 0,
            [Source::Constant(_), Source::Value(_)] => 1,
            _ => return Err(self.unknown("two computed factors")),
        };
        Ok((self.value(at)?, self.by_channel(1 - at)?))
    }

    fn sum(&self) -> Result<Meaning, LoadError> {
        if let [Source::Value(left), Source::Value(right)] = self.sources {
            return Ok(Meaning::Node(Op::Add, vec![*left, *right]));
        }
        let (value, shift) = self.with_channels()?;
        Ok(Meaning::Node(Op::Conv(Conv::by_channel(vec![1.0; shift.len()], shift)), vec![value]))
    }
}
