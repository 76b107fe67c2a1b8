"""The checkout itself: what a reader, a linter or the next machine relies on."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from services.config import Settings

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("adapters", "auth", "fhir", "services")
LONGEST_FILE, LONGEST_FUNCTION = 400, 50


@cache
def tracked() -> tuple[Path, ...]:
    """What git knows, or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True, text=True).stdout
    paths = (CHECKOUT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@pytest.fixture(autouse=True)
def within_git() -> None:
    if not (CHECKOUT / ".git").exists():
        pytest.skip("an archive without its history: nothing says which files are tracked")


def name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def texts() -> dict[str, str]:
    """The text files, data of the standards apart."""
    found = {}
    for path in tracked():
        try:
            found[name(path)] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def modules(*packages: str) -> dict[str, ast.Module]:
    inside = [path for path in tracked() if path.suffix == ".py" and name(path).split("/")[0] in packages]
    return {name(path): ast.parse(path.read_text("utf-8")) for path in inside}


def test_fhir_shares_its_name_with_the_library() -> None:
    lines = [line for line in (CHECKOUT / "fhir" / "__init__.py").read_text().splitlines() if line]
    assert len(lines) == 2
    assert lines[1] == '__path__ = __import__("pkgutil").extend_path(__path__, __name__)'
    import fhir.resources

    import fhir.search

    assert Path(fhir.search.__file__).is_relative_to(CHECKOUT / "fhir")
    assert not Path(fhir.resources.__file__).is_relative_to(CHECKOUT / "fhir")


def test_every_variable_that_is_named_anywhere_is_a_documented_setting() -> None:
    documented = (CHECKOUT / "docs" / "settings.md").read_text()
    known = {f"FURONG_{setting.upper()}" for setting in Settings.model_fields}
    assert {each for each in known if f"`{each}`" not in documented} == set()
    programs = {file: text for file, text in texts().items() if file.split("/")[0] in PACKAGES}
    named = {each for text in programs.values() for each in re.findall(r"FURONG_[A-Z][A-Z_]*[A-Z]", text)}
    assert named - known == set()


def test_no_path_of_one_machine() -> None:
    personal = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w+")
    found = {file: match[0] for file, text in texts().items() if (match := personal.search(text))}
    assert found == {}


def test_no_host_of_a_package_registry_but_the_public_ones() -> None:
    index = re.compile(r"(?:--(?:extra-)?index-url|index-url\s*=|trusted-host)", re.IGNORECASE)
    found = [file for file, text in texts().items() if index.search(text) and file != name(Path(__file__))]
    assert found == []
    requirements = [text for file, text in texts().items() if Path(file).match("requirements*.txt")]
    assert requirements
    assert not any("://" in text for text in requirements)


def test_every_module_says_what_it_is() -> None:
    silent = [file for file, module in modules(*PACKAGES).items() if not ast.get_docstring(module)]
    assert silent == []


def test_no_file_is_too_long() -> None:
    lengths = {file: text.count("\n") for file, text in texts().items() if file.endswith(".py")}
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {
        f"{file}:{node.name}": node.end_lineno - node.lineno + 1
        for file, module in modules(*PACKAGES, "tests").items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    assert {function: length for function, length in found.items() if length > LONGEST_FUNCTION} == {}


def test_most_modules_have_a_test_of_the_same_name() -> None:
    inside = [Path(file) for file in modules(*PACKAGES) if not file.endswith("__init__.py")]
    names = {name(path) for path in tracked()}
    mirrored = [
        path
        for path in inside
        if str("tests/unit" / path.parent / f"test_{path.stem.strip('_')}.py") in names
    ]
    assert len(mirrored) >= 0.85 * len(inside)
