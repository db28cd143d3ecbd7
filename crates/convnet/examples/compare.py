"""Times convnet and onnxruntime in turns on one thread, so that whatever else the machine does hits both alike.

Usage: python compare.py COMPARE DETECTOR.onnx EMBEDDER.onnx [--rounds N] [--instructions NAME], where COMPARE is the program
that `cargo build --release -p convnet --example compare` makes. Needs numpy and onnxruntime.
"""

import argparse
import statistics
import subprocess
import time

import numpy
import onnxruntime

# As in compare.rs.
CASES = [
    ("detector", [1, 3, 480, 640]),
    ("detector", [1, 3, 256, 320]),
    ("detector", [1, 3, 160, 160]),
    ("detector", [1, 3, 128, 160]),
    ("embedder", [1, 112, 112, 3]),
    ("embedder", [2, 112, 112, 3]),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("detector")
    parser.add_argument("embedder")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--instructions")
    options = parser.parse_args()

    choice = ["--instructions", options.instructions] if options.instructions else []
    command = [options.program, options.detector, options.embedder, "--serve", *choice]
    ours = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.inter_op_num_threads = 1
    sessions = {
        "detector": onnxruntime.InferenceSession(options.detector, settings),
        "embedder": onnxruntime.InferenceSession(options.embedder, settings),
    }

    def time_ours(case):
        print(case, file=ours.stdin, flush=True)
        return float(ours.stdout.readline())

    def time_theirs(case):
        name, shape = CASES[case]
        images = (numpy.arange(numpy.prod(shape)) * 31 % 256).astype(numpy.float32).reshape(shape)
        session = sessions[name]
        start = time.perf_counter()
        # The file says one image, so onnxruntime runs a batch one by one.
        for image in images:
            session.run(None, {"input": image[numpy.newaxis]})
        return (time.perf_counter() - start) * 1e3

    rounds = []
    for number in range(options.rounds + 2):
        times = [(time_ours(case), time_theirs(case)) for case in range(len(CASES))]
        # The first rounds plan and warm up.
        if number >= 2:
            rounds.append(times)
    ours.stdin.close()
    ours.wait()

    def report(name, pairs):
        mine, theirs = (statistics.median(column) for column in zip(*pairs))
        least = min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)
        ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
        print(f"{name:30} {mine:8.3f} ms, onnxruntime {theirs:8.3f} ms, ratio {ratio:.3f} (of the least {least:.3f})")

    for case, (name, shape) in enumerate(CASES):
        report(f"{name} {shape}", [times[case] for times in rounds])
    both = [(times[0][0] + times[4][0], times[0][1] + times[4][1]) for times in rounds]
    report("detector 640x480 + embedder", both)


if __name__ == "__main__":
    main()
