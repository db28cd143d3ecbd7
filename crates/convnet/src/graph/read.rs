//! Reads an ONNX file into a graph, or says what in it is not known.

mod operator;

use std::collections::HashMap;

use prost::Message;

use super::{Graph, Node, ValueId};
use crate::error::LoadError;
use crate::onnx::{Constant, FLOAT, GraphProto, ModelProto, NodeProto, ValueInfo};
use operator::{Meaning, Source};

/// The operator sets whose meaning was compared with this reader.
const VERSIONS: std::ops::RangeInclusive<i64> = 7..=25;

/// Channels that a convolution may have, and the largest side and step of a window: far more than any real network.
const LARGEST: usize = 1 << 20;

/// Reads a file.
pub(crate) fn graph(onnx: &[u8]) -> Result<Graph, LoadError> {
    let model = ModelProto::decode(onnx).map_err(|error| LoadError::Damaged(error.to_string()))?;
    let version = model
        .opset_import
        .iter()
        .find(|set| is_standard(set.domain.as_deref()))
        .and_then(|set| set.version)
        .ok_or_else(|| damaged("it names no operator set"))?;
    if !VERSIONS.contains(&version) {
        return Err(LoadError::UnknownOperator(format!("set {version}")));
    }
    let graph = model.graph.ok_or_else(|| damaged("it has no graph"))?;
    Reader::default().read(graph)
}

fn damaged(what: impl Into<String>) -> LoadError {
    LoadError::Damaged(what.into())
}

fn is_standard(domain: Option<&str>) -> bool {
    matches!(domain.unwrap_or(""), "" | "ai.onnx")
}

/// What is known while reading.
#[derive(Default)]
struct Reader {
    constants: HashMap<String, Constant>,
    values: HashMap<String, ValueId>,
    nodes: Vec<Node>,
    /// The number of values so far.
    count: usize,
}

impl Reader {
    fn read(mut self, mut proto: GraphProto) -> Result<Graph, LoadError> {
        for tensor in proto.initializer.drain(..) {
            let name = tensor.name.clone().ok_or_else(|| damaged("an initialiser has no name"))?;
            let constant =
                tensor.constant().ok_or_else(|| damaged(format!("the initialiser {name} cannot be read")))?;
            self.constants.insert(name, constant);
        }
        let mut inputs = proto.input.iter().filter_map(|info| Some((info.name.as_ref()?, info)));
        let mut free = inputs.by_ref().filter(|(name, _)| !self.constants.contains_key(*name));
        let (name, info) = free.next().ok_or_else(|| damaged("it has no input"))?;
        if free.next().is_some() {
            return Err(LoadError::UnknownUse { operator: "graph".to_owned(), what: "several inputs".to_owned() });
        }
        let input_shape = input_shape(info)?;
        let input = self.name(name)?;
        for node in &proto.node {
            self.node(node)?;
        }
        let outputs = proto
            .output
            .iter()
            .map(|info| {
                let name = info.name.as_deref().unwrap_or("");
                self.values.get(name).copied().ok_or_else(|| damaged(format!("nothing gives the output {name:?}")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if outputs.is_empty() {
            return Err(damaged("it has no output"));
        }
        Ok(Graph { input, input_shape, nodes: self.nodes, outputs, values: self.count })
    }

    fn name(&mut self, name: &str) -> Result<ValueId, LoadError> {
        let id = ValueId(self.count);
        if self.constants.contains_key(name) || self.values.insert(name.to_owned(), id).is_some() {
            return Err(damaged(format!("{name} is given twice")));
        }
        self.count += 1;
        Ok(id)
    }

    /// Nodes must stand in order, so a cycle shows as a value that is read before anything gives it.
    fn node(&mut self, proto: &NodeProto) -> Result<(), LoadError> {
        let operator = proto.op_type.as_deref().unwrap_or("");
        if !is_standard(proto.domain.as_deref()) {
            let domain = proto.domain.as_deref().unwrap_or("");
            return Err(LoadError::UnknownOperator(format!("{domain}.{operator}")));
        }
        let [output] = proto.output.as_slice() else {
            return Err(LoadError::UnknownUse { operator: operator.to_owned(), what: "several outputs".to_owned() });
        };
        let mut sources = Vec::with_capacity(proto.input.len());
        for name in &proto.input {
            sources.push(if name.is_empty() {
                Source::Absent
            } else if let Some(value) = self.values.get(name) {
                Source::Value(*value)
            } else if let Some(constant) = self.constants.get(name) {
                Source::Constant(constant)
            } else {
                return Err(damaged(format!("nothing before {operator} gives its input {name:?}")));
            });
        }
        match operator::meaning(operator, &proto.attribute, &sources)? {
            Meaning::Node(op, inputs) => {
                let output = self.name(output)?;
                self.nodes.push(Node { op, inputs, output });
            }
            Meaning::Same(value) => {
                if self.constants.contains_key(output) || self.values.insert(output.clone(), value).is_some() {
                    return Err(damaged(format!("{output} is given twice")));
                }
            }
            Meaning::Constant(constant) => {
                if self.values.contains_key(output) || self.constants.insert(output.clone(), constant).is_some() {
                    return Err(damaged(format!("{output} is given twice")));
                }
            }
        }
        Ok(())
    }
}

fn input_shape(info: &ValueInfo) -> Result<Vec<Option<usize>>, LoadError> {
    let tensor = info.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| damaged("its input has no type"))?;
    if tensor.elem_type != Some(FLOAT) {
        return Err(LoadError::UnknownUse {
            operator: "graph".to_owned(),
            what: "an input that is not f32".to_owned(),
        });
    }
    let shape = tensor.shape.as_ref().ok_or_else(|| damaged("its input has no shape"))?;
    Ok(shape
        .dim
        .iter()
        .map(|dim| dim.dim_value.and_then(|value| usize::try_from(value).ok()).filter(|v| *v > 0))
        .collect())
}
