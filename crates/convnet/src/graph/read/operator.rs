//! What one ONNX operator means to this engine.

mod layer;

use super::LARGEST;
use crate::error::LoadError;
use crate::graph::{Activation, Conv, Op, ValueId, Window};
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

/// The shape and the numbers of a constant.
type Floats<'a> = (&'a [usize], &'a [f32]);

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
            node.must_be("ceil_mode", 0)?;
            node.must_be("storage_order", 0)?;
            unary(Op::MaxPool(node.window(None)?))
        }
        "GlobalAveragePool" => unary(Op::MeanPool),
        "Resize" => unary(node.resize()?),
        "Transpose" => unary(Op::Transpose(node.permutation()?)),
        "Reshape" => {
            node.must_be("allowzero", 0)?;
            unary(Op::Reshape(node.integers(1)?.to_vec()))
        }
        "Flatten" => {
            node.must_be("axis", 1)?;
            unary(Op::Reshape(vec![0, -1]))
        }
        "Identity" | "Dropout" => Ok(Meaning::Same(node.value(0)?)),
        "Constant" => node.constant_value(),
        "Cast" => node.widened(),
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

    fn floats(&self, at: usize) -> Result<Option<Floats<'_>>, LoadError> {
        match self.constant(at)? {
            Some(Constant { shape, numbers: Numbers::Floats(values) }) => Ok(Some((shape, values))),
            Some(Constant { numbers: Numbers::Integers(_), .. }) => Err(self.damaged("integers for real numbers")),
            Some(Constant { numbers: Numbers::Halves(_), .. }) => Err(self.damaged("half precision without a Cast")),
            None => Ok(None),
        }
    }

    fn some_floats(&self, at: usize) -> Result<Floats<'_>, LoadError> {
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
    fn must_be(&self, name: &str, value: i64) -> Result<(), LoadError> {
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
}
