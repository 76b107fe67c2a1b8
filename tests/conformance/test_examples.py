"""Checklist line 96: the official R4 examples are valid, but for those whose faults are known and listed."""

import json
from pathlib import Path
from typing import Any

import pytest

from fhir.resource import parse
from fhir.validation import errors
from tests.conformance.package import files

KNOWN: dict[str, Any] = json.loads((Path(__file__).parent / "known_faults.json").read_text("utf-8"))


def test_the_package_is_whole() -> None:
    assert len(list(files())) == 5306


def test_what_is_known_is_there() -> None:
    names = {file.name for file in files()}
    assert set(KNOWN) <= names


@pytest.mark.parametrize("initial", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
def test_the_official_examples_are_valid(initial: str) -> None:
    """Each with exactly the faults that the list gives a reason for; the usual number is none."""
    for file in files():
        if file.name.startswith(initial):
            found = [f"{issue.code} {issue.expression}" for issue in errors(parse(file.read_bytes()))]
            known = KNOWN.get(file.name, {"faults": []})
            assert sorted(found) == sorted(known["faults"]), file.name
