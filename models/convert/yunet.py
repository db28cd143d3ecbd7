"""Builds YuNet-s as ONNX from the weights in libfacedetection: any height and width that are multiples of 32.

Input: `input`, BGR 0..255, NCHW. Outputs as OpenCV's FaceDetectorYN reads them: `cls`, `obj`, `bbox` and `kps`, each at
strides 8, 16 and 32, in shape [1, cells, values].
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

STRIDES = (8, 16, 32)
VALUES_PER_CELL = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    return Network(weights).model()


class Network:
    """Collects the graph's nodes while the layers are written down in the order in which data flows."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes = []
        self.constants = []

    def model(self) -> onnx.ModelProto:
        outputs = self.head(self.neck(self.backbone()))
        image = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, "height", "width"])
        graph = helper.make_graph(self.nodes, "yunet", [image], outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.checker.check_model(model)
        return model

    def backbone(self) -> list[str]:
        """The features at strides 8, 16 and 32."""
        x = self.unit(self.stem(), "backbone__model0_dp", 16)
        x = self.halve(x)
        for name, channels in (("1_dp1", 16), ("1_dp2", 16), ("2_dp1", 32), ("2_dp2", 32)):
            x = self.unit(x, f"backbone__model{name}", channels)
        levels = []
        for stage in (3, 4, 5):
            x = self.halve(x)
            x = self.unit(x, f"backbone__model{stage}_dp1", 64)
            x = self.unit(x, f"backbone__model{stage}_dp2", 64)
            levels.append(x)
        return levels

    def stem(self) -> str:
        """The first layer, stored as a 1x1 convolution over patches of 3x3x3 in the order (row, column, channel)."""
        bias = self.weights["backbone__model0_pw_bias"]
        # Each row is padded from 27 to 32 numbers.
        patches = self.weights["backbone__model0_pw_weight"].reshape(bias.size, 32)[:, :27]
        kernel = patches.reshape(bias.size, 3, 3, 3).transpose(0, 3, 1, 2)
        inputs = ["input", self.constant(kernel), self.constant(bias)]
        return self.add("Relu", [self.add("Conv", inputs, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)])

    def neck(self, levels: list[str]) -> list[str]:
        """The feature pyramid: each finer level gains what the next coarser one has seen."""
        fine, middle, coarse = levels
        coarse = self.unit(coarse, "neck__lateral_convs__2", 64)
        middle = self.unit(self.add("Add", [middle, self.double(coarse)]), "neck__lateral_convs__1", 64)
        fine = self.unit(self.add("Add", [fine, self.double(middle)]), "neck__lateral_convs__0", 64)
        return [fine, middle, coarse]

    def head(self, levels: list[str]) -> list[onnx.ValueInfoProto]:
        outputs = []
        for kind, values in VALUES_PER_CELL.items():
            for level, stride in enumerate(STRIDES):
                output = f"{kind}_{stride}"
                x = self.separable(levels[level], f"bbox_head__multi_level_{kind}__{level}", 64)
                x = self.add("Transpose", [x], perm=[0, 2, 3, 1])
                shape = self.constant(np.array([1, -1, values], "i8"))
                if kind in ("cls", "obj"):
                    self.add("Sigmoid", [self.add("Reshape", [x, shape])], output)
                else:
                    self.add("Reshape", [x, shape], output)
                outputs.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, None, values]))
        return outputs

    def unit(self, x: str, name: str, channels: int) -> str:
        return self.add("Relu", [self.separable(x, name, channels)])

    def separable(self, x: str, name: str, channels: int) -> str:
        """A 1x1 convolution across channels, then a 3x3 convolution within each."""
        bias = self.weights[f"{name}_pw_bias"]
        across = self.weights[f"{name}_pw_weight"].reshape(bias.size, channels, 1, 1)
        x = self.add("Conv", [x, self.constant(across), self.constant(bias)], kernel_shape=[1, 1])
        bias = self.weights[f"{name}_dw_bias"]
        within = self.weights[f"{name}_dw_weight"].reshape(9, bias.size).T.reshape(bias.size, 1, 3, 3)
        inputs = [x, self.constant(within), self.constant(bias)]
        return self.add("Conv", inputs, kernel_shape=[3, 3], pads=[1] * 4, group=int(bias.size))

    def halve(self, x: str) -> str:
        return self.add("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])

    def double(self, x: str) -> str:
        scales = self.constant(np.array([1, 1, 2, 2], "f4"))
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.add("Resize", [x, "", scales], **how)

    def add(self, operator: str, inputs: list[str], output: str | None = None, **attributes) -> str:
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, values: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
