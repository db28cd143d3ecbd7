"""Compares the outputs of two conversions on the same random inputs."""

from pathlib import Path

import numpy as np
import onnxruntime

INPUTS = {
    "yunet.onnx": lambda random: random.uniform(0, 255, (1, 3, 480, 640)).astype("f4"),
    "mobilefacenet.onnx": lambda random: random.uniform(-1, 1, (1, 112, 112, 3)).astype("f4"),
    "movenet-lightning.onnx": lambda random: random.uniform(-1, 1, (1, 3, 192, 192)).astype("f4"),
    "movenet-multipose.onnx": lambda random: random.uniform(-1, 1, (1, 3, 192, 320)).astype("f4"),
}


def report(ours: Path, theirs: Path) -> None:
    for name, make in INPUTS.items():
        random = np.random.default_rng(1)
        ours_model, theirs_model = (
            onnxruntime.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
            for folder in (ours, theirs)
        )
        largest = 0.0
        for _ in range(5):
            image = make(random)
            pairs = zip(run(ours_model, image), run(theirs_model, image), strict=True)
            largest = max(largest, *(float(np.abs(a - b).max()) for a, b in pairs))
        print(f"{name}: largest difference of an output {largest:g}")


def run(session: onnxruntime.InferenceSession, image: np.ndarray) -> list[np.ndarray]:
    return session.run(None, {session.get_inputs()[0].name: image})
