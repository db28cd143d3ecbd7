"""Reads a graph model of TensorFlow.js: a JSON file with the nodes, and a file with the weights behind each other. No TensorFlow."""

import base64
import json

import numpy as np

STORED = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}


class GraphModel:
    """Nodes by name, and the arrays of those that are constants, as precise as they are stored."""

    def __init__(self, topology: bytes, weights: bytes) -> None:
        model = json.loads(topology)
        self.nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
        self.arrays = {}
        at = 0
        for entry in (entry for group in model["weightsManifest"] for entry in group["weights"]):
            stored = np.dtype(STORED[entry.get("quantization", {}).get("dtype", entry["dtype"])])
            count = int(np.prod(entry["shape"], dtype=int))
            self.arrays[entry["name"]] = np.frombuffer(weights, stored, count, at).reshape(entry["shape"])
            at += count * stored.itemsize
        if at != len(weights):
            raise SystemExit(f"the weights have {len(weights)} bytes, the manifest says {at}")

    def inputs(self, name: str) -> list[str]:
        """The names of the nodes that a node reads, without the number of the output."""
        return [source.split(":")[0] for source in self.nodes[name].get("input", [])]

    def attribute(self, name: str, attribute: str):
        """A plain value of a node's attribute: text, a list of numbers or texts, or a flag."""
        (kind, value), *_ = self.nodes[name]["attr"][attribute].items() or [("b", False)]
        if kind == "list":
            return [text(value) for value in value.get("s", [])] or [int(value) for value in value.get("i", [])]
        return text(value) if kind == "s" else value


def text(encoded: str) -> str:
    return base64.b64decode(encoded).decode()
