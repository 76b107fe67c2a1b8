"""Under CI=true a skipped test fails the run, with and without pytest-xdist."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest

CHECKOUT = Path(__file__).parents[2]
PLUGIN = "tests.support.skipping"
ALONE = ("-p", "xdist", "-p", PLUGIN)
PASSING = "def test_passes():\n    pass\n"
SKIPPING = "import pytest\n@pytest.mark.skip(reason='no Chromium')\ndef test_page():\n    pass\n"
SKIPPED_MODULE = "import pytest\npytest.importorskip('no_such_module')\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_known():\n    assert False\n"


@pytest.fixture
def run(tmp_path):
    def run(ci, *options, **files):
        for name, text in files.items():
            (tmp_path / f"test_{name}.py").write_text(text)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-c",
                "/dev/null",
                *ALONE,
                *options,
                ".",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            env={
                **environment,
                "CI": ci,
                "PYTHONPATH": str(CHECKOUT),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            },
        )

    return run


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_a_skip_fails_the_run_and_is_named(run, options):
    done = run("true", *options, passing=PASSING, skipping=SKIPPING, module=SKIPPED_MODULE)
    assert done.returncode == 1
    assert "skipped, which CI=true forbids" in done.stdout
    assert "test_page: " in done.stdout
    assert "no Chromium" in done.stdout
    assert "test_module.py: " in done.stdout


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_elsewhere_a_skip_is_a_skip(run, options):
    assert run("", *options, passing=PASSING, skipping=SKIPPING).returncode == 0


def test_without_a_skip_the_run_passes(run):
    assert run("true", passing=PASSING, known=EXPECTED_FAILURE).returncode == 0


def test_the_tests_of_the_platform_are_run_so() -> None:
    assert PLUGIN in conftest.pytest_plugins
