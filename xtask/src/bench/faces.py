"""The peers of `smartmart faces bench`, one thread each: name and milliseconds as JSON.

usage: faces.py DETECTOR.onnx EMBEDDER.onnx PORTRAIT.jpg RUNS"""
import json
import sys
import time

import cv2
import faiss
import numpy as np
import onnxruntime

detector, embedder, portrait, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
cv2.setNumThreads(1)
faiss.omp_set_num_threads(1)


def median(stage):
    stage()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        stage()
        times.append((time.perf_counter() - started) * 1e3)
    return float(np.median(times))


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


# The portrait of 512 x 512 px in the middle of a frame of 640 x 480.
picture = cv2.imread(portrait)
frame = np.zeros((480, 640, 3), np.uint8)
frame[:, 64:576] = picture[16:496]

found = {}
detect = session(detector)
image = np.ascontiguousarray(frame.transpose(2, 0, 1)[None], dtype=np.float32)
found["onnxruntime: detect"] = median(lambda: detect.run(None, {detect.get_inputs()[0].name: image}))
embed = session(embedder)
crop = np.zeros((1, 112, 112, 3), np.float32)
found["onnxruntime: embed"] = median(lambda: embed.run(None, {embed.get_inputs()[0].name: crop}))
yunet = cv2.FaceDetectorYN.create(detector, "", (640, 480), 0.7)
found["OpenCV: detect"] = median(lambda: yunet.detect(frame))

numbers = np.random.default_rng(0)
for size in (10_000, 100_000, 1_000_000):
    index = faiss.IndexFlatIP(192)
    for _ in range(size // 10_000):
        rows = numbers.standard_normal((10_000, 192), dtype=np.float32)
        index.add(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    probe = numbers.standard_normal((1, 192), dtype=np.float32)
    found[f"faiss: search {size}"] = median(lambda: index.search(probe, 1))
    del index
print(json.dumps(found))
