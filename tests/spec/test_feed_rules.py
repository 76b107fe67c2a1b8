"""Each line of the feed's checklist has tests that are there (hl7v2.md, checklist 70)."""

import re
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parents[1]
RULES: dict[int, list[str]] = yaml.safe_load((TESTS / "spec/feed_rules.yaml").read_text(encoding="utf-8"))


def test_every_line_has_tests() -> None:
    assert list(RULES) == list(range(1, 70))
    assert all(RULES.values())


def _is_there(name: str) -> bool:
    if "::" in name:
        path, _, test = name.partition("::")
        return re.search(rf"^(async )?def {test}\(", (TESTS / path).read_text("utf-8"), re.M) is not None
    folder, _, case = name.partition("/")
    if folder == "hl7v2":
        known = [
            each
            for path in (TESTS / "spec/hl7v2").glob("*.yaml")
            for each in yaml.safe_load(path.read_text("utf-8"))
        ]
        return any(str(each["rule"]) == case for each in known)
    path = {"adt": f"spec/adt/cases/{case}.yaml", "fhir": f"spec/v2_to_fhir/cases/{case}.json"}[folder]
    return (TESTS / path).is_file()


@pytest.mark.parametrize("line", RULES)
def test_the_tests_of_a_line_are_there(line: int) -> None:
    assert [name for name in RULES[line] if not _is_there(name)] == []
