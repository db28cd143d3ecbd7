"""Writes reference.txt: what onnxruntime gives for the store's two models on inputs that the test makes up again.

Usage: python reference.py DETECTOR.onnx EMBEDDER.onnx > reference.txt (with numpy and onnxruntime 1.32)
"""

import sys

import numpy
import onnxruntime

SAMPLES = 12


def values(count, salt):
    """Bytes that look random: the high byte of a product of 32 bits."""
    at = numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(salt)
    return ((at * numpy.uint64(2654435761) % numpy.uint64(1 << 32)) >> numpy.uint64(24)).astype(numpy.float32)


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    detector, embedder = (onnxruntime.InferenceSession(path, options) for path in sys.argv[1:3])
    cases = [("detector", [1, 3, *size]) for size in [(480, 640), (160, 160), (128, 160), (256, 320), (32, 32), (96, 224)]]
    cases += [("embedder", [1, 112, 112, 3])] * 2
    for salt, (name, shape) in enumerate(cases):
        session = detector if name == "detector" else embedder
        image = values(int(numpy.prod(shape)), salt)
        if name == "embedder":
            image = (image - numpy.float32(127.5)) / numpy.float32(128)
        print("case", name, salt, *shape)
        for output in session.run(None, {session.get_inputs()[0].name: image.reshape(shape)}):
            flat = output.astype(numpy.float64).ravel()
            samples = [flat[at * (flat.size - 1) // (SAMPLES - 1)] for at in range(SAMPLES)]
            numbers = [flat.sum(), numpy.abs(flat).sum(), numpy.abs(flat).max(), *samples]
            print("output", "x".join(map(str, output.shape)), *(f"{number:.7g}" for number in numbers))


if __name__ == "__main__":
    main()
