//! Makes small ONNX files.

use prost::Message;

use super::noise;
use crate::onnx::{
    Attribute, Dimension, FLOAT, GraphProto, HALF, INT64, ModelProto, NodeProto, OperatorSet, ShapeProto, TensorProto,
    TensorType, TypeProto, ValueInfo,
};

/// A file with one input of the name `input`. A length of 0 is left open.
#[derive(Clone)]
pub(super) struct File {
    pub(super) graph: GraphProto,
}

impl File {
    pub(super) fn new(shape: &[usize]) -> Self {
        let dim = shape.iter().map(|length| Dimension { dim_value: (*length > 0).then_some(*length as i64) }).collect();
        let tensor = TensorType { elem_type: Some(FLOAT), shape: Some(ShapeProto { dim }) };
        let r#type = Some(TypeProto { tensor_type: Some(tensor) });
        let input = vec![ValueInfo { name: Some("input".to_owned()), r#type }];
        Self { graph: GraphProto { input, ..GraphProto::default() } }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let opset_import = vec![OperatorSet { domain: None, version: Some(13) }];
        ModelProto { graph: Some(self.graph.clone()), opset_import }.encode_to_vec()
    }

    pub(super) fn output(&mut self, name: &str) {
        self.graph.output.push(ValueInfo { name: Some(name.to_owned()), r#type: None });
    }

    /// Adds a node with attributes of integers; gives the name of its output.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[(&str, Vec<i64>)]) -> String {
        let output = format!("value_{}", self.graph.node.len());
        let attribute = |(name, ints): &(&str, Vec<i64>)| Attribute {
            name: Some((*name).to_owned()),
            i: ints.first().copied(),
            ints: ints.clone(),
            ..Attribute::default()
        };
        self.graph.node.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.clone()],
            op_type: Some(operator.to_owned()),
            attribute: attributes.iter().map(attribute).collect(),
            domain: None,
        });
        output
    }

    fn constant(&mut self, tensor: TensorProto) -> String {
        let name = format!("constant_{}", self.graph.initializer.len());
        self.graph.initializer.push(TensorProto { name: Some(name.clone()), ..tensor });
        name
    }

    pub(super) fn floats(&mut self, shape: &[usize], values: Vec<f32>) -> String {
        let dims = shape.iter().map(|length| *length as i64).collect();
        self.constant(TensorProto { dims, data_type: Some(FLOAT), float_data: values, ..TensorProto::default() })
    }

    pub(super) fn integers(&mut self, values: Vec<i64>) -> String {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let dims = vec![values.len() as i64];
        self.constant(TensorProto { dims, data_type: Some(INT64), raw_data: Some(raw), ..TensorProto::default() })
    }

    /// None, Relu, PRelu, PRelu in parts, or Clip.
    pub(super) fn activation(&mut self, value: &str, kind: usize, channels: usize) -> String {
        match kind {
            0 => value.to_owned(),
            1 => self.node("Relu", &[value], &[]),
            2 => {
                let slopes = self.floats(&[channels, 1, 1], noise(channels, 11));
                self.node("PRelu", &[value, &slopes], &[])
            }
            3 => {
                let positive = self.node("Relu", &[value], &[]);
                let magnitude = self.node("Abs", &[value], &[]);
                let negative = self.node("Sub", &[value, &magnitude], &[]);
                let slopes = self.floats(&[1, channels, 1, 1], noise(channels, 12));
                let negative = self.node("Mul", &[&negative, &slopes], &[]);
                self.node("Add", &[&positive, &negative], &[])
            }
            _ => {
                let low = self.floats(&[], vec![-0.1]);
                let high = self.floats(&[], vec![0.3]);
                self.node("Clip", &[value, &low, &high], &[])
            }
        }
    }

    pub(super) fn reshape(&mut self, value: &str, shape: Vec<i64>) -> String {
        let shape = self.integers(shape);
        self.node("Reshape", &[value, &shape], &[])
    }

    /// Repeats pixels down and across.
    pub(super) fn repeat(&mut self, value: &str, times: [f32; 2]) -> String {
        let how = [("coordinate_transformation_mode", "asymmetric"), ("mode", "nearest"), ("nearest_mode", "floor")];
        self.resize(value, times, &how)
    }

    /// Twice as many rows and columns, by lines between neighbours.
    pub(super) fn double(&mut self, value: &str) -> String {
        self.resize(value, [2.0, 2.0], &[("coordinate_transformation_mode", "half_pixel"), ("mode", "linear")])
    }

    pub(super) fn resize(&mut self, value: &str, times: [f32; 2], how: &[(&str, &str)]) -> String {
        let scales = self.floats(&[4], vec![1.0, 1.0, times[0], times[1]]);
        let output = self.node("Resize", &[value, "", &scales], &[]);
        let attribute = |(name, text): &(&str, &str)| Attribute {
            name: Some((*name).to_owned()),
            s: Some(text.as_bytes().to_vec()),
            ..Attribute::default()
        };
        if let Some(node) = self.graph.node.last_mut() {
            node.attribute = how.iter().map(attribute).collect();
        }
        output
    }

    /// Numbers of half precision, as their bits; gives the name of the same numbers as `f32`.
    pub(super) fn halves(&mut self, shape: &[usize], bits: &[u16]) -> String {
        let dims = shape.iter().map(|length| *length as i64).collect();
        let raw = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        let halves =
            self.constant(TensorProto { dims, data_type: Some(HALF), raw_data: Some(raw), ..TensorProto::default() });
        self.node("Cast", &[&halves], &[("to", vec![i64::from(FLOAT)])])
    }

    pub(super) fn normalisation(&mut self, value: &str, channels: usize) -> String {
        let [scale, bias, mean] = [1, 2, 3].map(|salt| self.floats(&[channels], noise(channels, salt)));
        let variance = noise(channels, 4).iter().map(|value| value.abs() + 0.5).collect();
        let variance = self.floats(&[channels], variance);
        self.node("BatchNormalization", &[value, &scale, &bias, &mean, &variance], &[])
    }

    /// A product with a constant matrix of so many rows and columns.
    pub(super) fn matrix(&mut self, operator: &str, value: &str, shape: [usize; 2], has_sum: bool) -> String {
        let matrix = self.floats(&shape, noise(shape[0] * shape[1], 5));
        if has_sum {
            let bias = self.floats(&[shape[1]], noise(shape[1], 6));
            return self.node(operator, &[value, &matrix, &bias], &[]);
        }
        self.node(operator, &[value, &matrix], &[])
    }
}

/// Adds a convolution with weights of this shape: output channels, input channels of a group, height, width.
pub(super) fn conv(
    file: &mut File,
    value: &str,
    shape: [usize; 4],
    group: usize,
    stride: [usize; 2],
    pads: [usize; 4],
    salt: usize,
) -> String {
    let scale = 1.0 / (shape[1] * shape[2] * shape[3]) as f32;
    let weights = noise(shape.iter().product(), salt).iter().map(|weight| weight * (2.0 * scale.sqrt())).collect();
    let weights = file.floats(&shape, weights);
    let bias = file.floats(&[shape[0]], noise(shape[0], salt + 1));
    let list = |numbers: &[usize]| numbers.iter().map(|number| *number as i64).collect::<Vec<_>>();
    let attributes = [("group", vec![group as i64]), ("strides", list(&stride)), ("pads", list(&pads))];
    file.node("Conv", &[value, &weights, &bias], &attributes)
}
