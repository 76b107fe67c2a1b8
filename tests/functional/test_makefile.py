"""make: the targets and what they say when something is missing. Nothing is installed here."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TARGETS = {
    "help",
    "setup",
    "run",
    "test",
    "check",
    "bench",
    "yardstick",
    "conformance",
    "gallery",
    "lock",
    "clean",
}


@pytest.fixture
def checkout(tmp_path):
    """A fresh clone, as far as make looks at it."""
    path = tmp_path / "a fresh clone"
    path.mkdir()
    for name in ("Makefile", "requirements-dev.txt"):
        shutil.copy2(CHECKOUT / name, path / name)
    return path


def make(checkout, *arguments):
    return subprocess.run(
        ["make", *arguments],
        capture_output=True,
        text=True,
        cwd=checkout,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )


def python(folder, version_check, modules_check):
    """A python3 whose version and whose modules are as told (exit statuses)."""
    path = folder / "python-for-test"
    path.write_text(
        "#!/bin/sh\n"
        f'case "$2" in *version_info*) exit {version_check};; *platform*) echo 3.9.2;;'
        f" *ensurepip*) exit {modules_check};; esac\n"
    )
    path.chmod(0o700)
    return f"PYTHON={path}"


def test_make_alone_lists_the_targets_with_one_line_each(checkout):
    done = make(checkout)
    assert done.returncode == 0
    lines = dict(re.findall(r"^  make (\w+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert set(lines) == TARGETS
    assert len(done.stdout.splitlines()) == len(TARGETS)


def test_every_target_is_one_that_is_listed():
    text = (CHECKOUT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == TARGETS


def test_an_old_python_is_named(tmp_path):
    folder = tmp_path / "clone"
    folder.mkdir()
    shutil.copy2(CHECKOUT / "Makefile", folder)
    (folder / "requirements-dev.txt").touch()
    done = make(folder, "setup", python(tmp_path, 1, 0))
    assert done.returncode != 0
    assert "is 3.9.2, and Furong needs 3.11 or newer" in done.stderr


def test_a_missing_venv_module_is_named(checkout, tmp_path):
    folder = tmp_path / "clone"
    shutil.copytree(checkout, folder)
    done = make(folder, "setup", python(tmp_path, 0, 1))
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr
    assert not (folder / ".venv").exists()


def test_no_python_at_all_is_named(checkout):
    done = make(checkout, "setup", "PYTHON=no-such-python")
    assert "there is no no-such-python: install Python 3.11 or newer" in done.stderr


def test_a_finished_set_up_is_not_done_again(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".furong").touch()
    done = make(checkout, "setup", "PYTHON=no-such-python")
    assert (done.returncode, done.stderr) == (0, "")


def test_changed_requirements_are_installed_again(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".furong").touch()
    os.utime(checkout / ".venv" / ".furong", (0, 0))
    assert "there is no no-such-python" in make(checkout, "setup", "PYTHON=no-such-python").stderr


def test_clean_leaves_the_data(checkout):
    for name in (".venv", ".furong", "services/__pycache__"):
        (checkout / name).mkdir(parents=True)
    assert make(checkout, "clean").returncode == 0
    assert not (checkout / ".venv").exists()
    assert not (checkout / "services" / "__pycache__").exists()
    assert (checkout / ".furong").exists()
