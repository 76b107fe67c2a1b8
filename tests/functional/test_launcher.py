"""./furong: from any directory, through symbolic links, with strange paths."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


def run(program, *arguments, cwd="/", **environment):
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
    )


@pytest.fixture
def checkout(tmp_path):
    """Another checkout, with a space and a quotation mark in its path; its Python shows its arguments."""
    path = tmp_path / "it's a checkout"
    (path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy2(CHECKOUT / "furong", path / "furong")
    python = path / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$PYTHONPATH" "$PYTHONSAFEPATH" "$PWD" "$@"\n')
    python.chmod(0o700)
    (path / ".venv" / ".furong").touch()
    return path


def test_it_runs_the_services_of_its_own_checkout_where_it_was_called(checkout, tmp_path):
    done = run(checkout / "furong", "send", "a file.hl7", "", cwd=tmp_path)
    expected = [str(checkout), "1", str(tmp_path), "-m", "services", "send", "a file.hl7", ""]
    assert done.stdout.split("\n")[:-1] == expected
    assert done.stderr == ""


def test_it_is_found_through_links_and_path(checkout, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "relative").symlink_to("../it's a checkout/furong")
    (tmp_path / "bin" / "again").symlink_to(tmp_path / "bin" / "relative")
    (tmp_path / "folder").symlink_to(checkout)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    for program in (
        tmp_path / "bin" / "relative",
        tmp_path / "bin" / "again",
        tmp_path / "folder" / "furong",
    ):
        assert run(program).stdout.startswith(f"{checkout}\n")
    assert run("/bin/sh", "-c", "again", PATH=path).stdout.startswith(f"{checkout}\n")


def test_another_pythonpath_does_not_reach_it(checkout):
    assert run(checkout / "furong", PYTHONPATH="/elsewhere").stdout.startswith(f"{checkout}\n")


@pytest.mark.parametrize("missing", [".venv/.furong", ".venv/bin/python"])
def test_without_a_finished_set_up_it_says_what_to_do(checkout, missing):
    (checkout / missing).unlink()
    done = run(checkout / "furong", "serve")
    assert done.returncode == 1
    assert done.stderr == f"furong: not set up yet: run  make setup  in {checkout}\n"


def test_a_colon_in_the_path_is_refused(tmp_path, checkout):
    moved = checkout.rename(tmp_path / "a:b")
    assert "no colon" in run(moved / "furong").stderr


def test_the_real_one_answers_from_anywhere(tmp_path):
    (tmp_path / "services.py").write_text("raise SystemExit('a stranger was imported')")
    done = run(CHECKOUT / "furong", "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: furong")


def test_a_wrong_argument_ends_with_status_2_and_one_line(tmp_path):
    done = run(CHECKOUT / "furong", "serve", "--port", "x", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
