"""Writes a graph down in one way only: tf2onnx numbers and orders its nodes differently on every run."""

import onnx


def tidy(model: onnx.ModelProto) -> onnx.ModelProto:
    """Orders the nodes from the outputs back, names everything by its place, and drops what nothing uses."""
    graph = model.graph
    makers = {output: node for node in graph.node for output in node.output}
    constants = {constant.name: constant for constant in graph.initializer}
    names = {value.name: value.name for value in [*graph.input, *graph.output]} | {"": ""}
    nodes, used_constants = [], []

    def reach(name: str) -> None:
        if name in constants and name not in names:
            names[name] = f"constant_{len(used_constants)}"
            used_constants.append(constants[name])
        node = makers.pop(name, None)
        if node is None:
            return
        for other in node.output:
            makers.pop(other, None)
        for needed in node.input:
            reach(needed)
        for output in node.output:
            names.setdefault(output, f"{node.op_type.lower()}_{len(nodes)}")
        nodes.append(node)

    for output in graph.output:
        reach(output.name)
    for node in nodes:
        node.name = ""
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
        ordered = sorted(node.attribute, key=lambda attribute: attribute.name)
        attributes = [onnx.AttributeProto.FromString(attribute.SerializeToString()) for attribute in ordered]
        del node.attribute[:]
        node.attribute.extend(attributes)
    for constant in used_constants:
        constant.name = names[constant.name]
    tidied = onnx.helper.make_graph(nodes, "mobilefacenet", graph.input, graph.output, used_constants)
    return onnx.helper.make_model(tidied, opset_imports=model.opset_import, ir_version=8)
