"""Turns MobileFaceNet from TensorFlow Lite into ONNX with a batch of one.

Input: an aligned face, 112x112 RGB, (x - 127.5) / 128, NHWC. Output: 192 numbers, to be scaled to unit length.
"""

import os
from pathlib import Path

import onnx
from onnx import numpy_helper

from tidy import tidy

# TensorFlow must be told before it is imported: errors only, and no GPU.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def build(tflite: bytes, folder: Path) -> onnx.ModelProto:
    import tf2onnx  # Slow: it imports TensorFlow.

    source = folder / "mobilefacenet.tflite"
    source.write_bytes(tflite)
    model, _ = tf2onnx.convert.from_tflite(str(source), opset=13)
    model = tidy(with_batch_of_one(model))
    onnx.checker.check_model(model)
    return model


def with_batch_of_one(model: onnx.ModelProto) -> onnx.ModelProto:
    """The package fixes a batch of two (it compares pairs of faces); ours is one face at a time."""
    for value in [*model.graph.input, *model.graph.output]:
        value.type.tensor_type.shape.dim[0].dim_value = 1
    constants = {constant.name: constant for constant in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Reshape":
            constant = constants[node.input[1]]
            shape = numpy_helper.to_array(constant).copy()
            if shape[0] == 2:
                shape[0] = 1
                constant.CopyFrom(numpy_helper.from_array(shape, constant.name))
    # Shapes noted for the values between were those of the old batch.
    del model.graph.value_info[:]
    return model
