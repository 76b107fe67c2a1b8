"""The official R4 examples: the npm package hl7.fhir.r4.examples, packed once into a folder that git ignores.

Which registry npm asks is npm's own business; no address is written here.
"""

import fcntl
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = "hl7.fhir.r4.examples"
VERSION = "4.0.1"
CACHE = Path(__file__).parents[2] / ".furong-conformance"
NOT_RESOURCES = {"package.json", ".index.json"}


@cache
def examples() -> Path:
    """The folder of the unpacked package."""
    folder = CACHE / f"{PACKAGE}-{VERSION}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _unpack(_pack(), folder)
    return folder / "package"


def files() -> Iterator[Path]:
    """Every example, in order."""
    return (file for file in sorted(examples().glob("*.json")) if file.name not in NOT_RESOURCES)


def _pack() -> Path:
    if shutil.which("npm") is None:
        pytest.exit(f"make conformance needs npm (of Node.js), which packs {PACKAGE}@{VERSION}", 2)
    command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    packed = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False)
    archive = CACHE / f"{PACKAGE}-{VERSION}.tgz"
    if packed.returncode != 0 or not archive.is_file():
        pytest.exit(f"npm could not pack {PACKAGE}@{VERSION}:\n{packed.stderr.strip()}", 2)
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    """All or nothing: an interrupted run leaves no half of a folder."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as packed:
        packed.extractall(partial, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    partial.rename(folder)
    archive.unlink()
