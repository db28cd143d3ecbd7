"""Turns the convolutions of a MoveNet graph model into ONNX: any height and width that are multiples of 32.

Input: `input`, RGB, x * 0.007843017578125 - 1, NCHW. Outputs at a quarter of the size: those of `HEADS` that the model has. What
the published graph does behind them (peaks, six people at most) is `vision::bodies`.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tfjs import GraphModel

# Name in the published graph, and values a cell.
HEADS = {"center": 1, "box_scale": 2, "box_offset": 2, "kpt_heatmap": 17, "kpt_regress": 34, "kpt_offset": 34}
# The most numbers of a constant that is kept as float32: biases and bounds cost nothing, and need no node of their own.
SMALL = 64


def build(name: str, topology: bytes, weights: bytes) -> onnx.ModelProto:
    return Trunk(GraphModel(topology, weights)).model(name)


class Trunk:
    """Walks from the heads back to the image, and notes each node on the way down again."""

    def __init__(self, source: GraphModel) -> None:
        self.source = source
        self.nodes = []
        self.constants = []
        self.limits = []
        # Names in the published graph, and of the same values in ours.
        self.values = {self.normalised_image(): "input"}

    def model(self, name: str) -> onnx.ModelProto:
        outputs = []
        for head, channels in HEADS.items():
            last = self.last_convolution(head)
            if last is None:
                continue
            self.value(last, output=head)
            outputs.append(helper.make_tensor_value_info(head, TensorProto.FLOAT, [1, channels, None, None]))
        image = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, "height", "width"])
        graph = helper.make_graph(self.nodes, name, [image], outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model

    def normalised_image(self) -> str:
        """What the only convolution over three colours reads."""
        (first,) = (
            name
            for name, node in self.source.nodes.items()
            if node["op"] == "_FusedConv2D" and self.source.arrays[node["input"][1]].shape[2] == 3
        )
        return self.source.inputs(first)[0]

    def last_convolution(self, head: str) -> str | None:
        found = [name for name in self.source.nodes if f"/{head}_0/" in name and name.endswith("/BiasAdd")]
        return found[0] if found else None

    def value(self, name: str, output: str | None = None) -> str:
        if name not in self.values:
            self.values[name] = self.translated(name, output)
        return self.values[name]

    def translated(self, name: str, output: str | None) -> str:
        operator = self.source.nodes[name]["op"]
        inputs = self.source.inputs(name)
        if operator in ("_FusedConv2D", "Conv2D", "FusedDepthwiseConv2dNative", "DepthwiseConv2dNative"):
            return self.convolution(name, inputs, output)
        if operator == "AddV2":
            return self.add("Add", [self.value(value) for value in inputs])
        if operator == "ResizeBilinear":
            # Twice as many rows and columns, as every MoveNet has it: lengths are computed, so they are not compared here.
            if self.source.attribute(name, "align_corners") or not self.source.attribute(name, "half_pixel_centers"):
                raise SystemExit(f"{name} looks pixels up in another way")
            scales = self.constant(np.array([1, 1, 2, 2], "f4"))
            how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
            return self.add("Resize", [self.value(inputs[0]), "", scales], **how)
        raise SystemExit(f"{name} is {operator}, which no MoveNet had")

    def convolution(self, name: str, inputs: list[str], output: str | None) -> str:
        source = self.source
        kernel = source.arrays[inputs[1]]
        is_depthwise = "Depthwise" in source.nodes[name]["op"]
        # Row, column, input channel, output channel; of a depthwise one the last is one.
        kernel = kernel.transpose((2, 3, 0, 1) if is_depthwise else (3, 2, 0, 1))
        size, (_, *strides, _) = kernel.shape[2:], source.attribute(name, "strides")
        if source.attribute(name, "dilations") != [1, 1, 1, 1] or (is_depthwise and kernel.shape[1] != 1):
            raise SystemExit(f"{name} is a convolution of another kind")
        fused = source.attribute(name, "fused_ops") if "fused_ops" in source.nodes[name]["attr"] else []
        operands = [self.value(inputs[0]), self.constant(kernel)]
        if "BiasAdd" in fused:
            operands.append(self.constant(source.arrays[inputs[2]].reshape(-1)))
        activations = [step for step in fused if step != "BiasAdd"]
        result = self.add(
            "Conv",
            operands,
            None if activations else output,
            kernel_shape=size,
            strides=strides,
            pads=pads(source.attribute(name, "padding"), size, strides),
            group=kernel.shape[0] if is_depthwise else 1,
        )
        for step in activations:
            if step not in ("Relu", "Relu6"):
                raise SystemExit(f"{name} ends with {step}")
            result = self.add("Relu", [result]) if step == "Relu" else self.add("Clip", [result, *self.bounds()])
        return result

    def bounds(self) -> list[str]:
        """Those of Relu6, the same everywhere."""
        if not self.limits:
            self.limits = [self.constant(np.array(limit, "f4")) for limit in (0, 6)]
        return self.limits

    def add(self, operator: str, inputs: list[str], output: str | None = None, **attributes) -> str:
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, values: np.ndarray) -> str:
        """Adds numbers as they are stored: half precision stays so in the file, and is widened by a node behind it."""
        name = f"constant_{len(self.constants)}"
        is_large = values.dtype == np.float16 and values.size > SMALL
        values = np.ascontiguousarray(values, "f2" if is_large else "f4").reshape(values.shape)
        self.constants.append(numpy_helper.from_array(values, name))
        return self.add("Cast", [name], to=TensorProto.FLOAT) if is_large else name


def pads(padding: str, size: tuple[int, int], strides: list[int]) -> list[int]:
    """Top, left, bottom, right. Sides are multiples of 32, so what TensorFlow adds depends on window and step alone."""
    if padding == "VALID":
        return [0] * 4
    missing = [max(size - step, 0) for size, step in zip(size, strides, strict=True)]
    before = [total // 2 for total in missing]
    return before + [total - half for total, half in zip(missing, before, strict=True)]
