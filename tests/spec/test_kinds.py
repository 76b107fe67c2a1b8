"""Each kind of message has a case: what it becomes, and how it is acknowledged (checklist 70)."""

import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
_KIND = re.compile(r"^\s*MSH.*?\|\|([A-Z]{3}\^[A-Z]\w\d)", re.MULTILINE)


def kinds(code: str, letter: str, *numbers: int) -> set[str]:
    return {f"{code}^{letter}{number:02}" for number in numbers}


KINDS = {
    *kinds("ADT", "A", *range(1, 19), *range(20, 32), *range(34, 52), 54, 55, 60, 61, 62),
    *("ORM^O01", "OMG^O19", "OML^O21", "OML^O33", "RDE^O11", "RDE^O25", "RDS^O13", "RAS^O17", "VXU^V04"),
    *kinds("ORU", "R", 1, 30, 32),
    *kinds("OUL", "R", 22, 23, 24),
    *kinds("MDM", "T", *range(1, 12)),
    *kinds("SIU", "S", *range(12, 25), 26),
    *kinds("DFT", "P", 3, 11),
    *kinds("BAR", "P", 1, 2, 5, 6, 12),
    *kinds("REF", "I", 12, 13, 14, 15),
    *("PPR^PC1", "PPR^PC2", "PPR^PC3"),
}


def told(text: str) -> set[str]:
    return set(_KIND.findall(text))


def test_every_kind_has_a_case_that_says_what_it_becomes() -> None:
    converted = [path.read_text(encoding="utf-8") for path in (FOLDER / "v2_to_fhir/cases").glob("*.hl7")]
    fed = [path.read_text(encoding="utf-8") for path in (FOLDER / "adt/cases").glob("*.yaml")]
    assert KINDS - set().union(*map(told, converted + fed)) == set()


def test_every_kind_has_a_case_that_says_how_it_is_answered() -> None:
    cases = [
        case
        for path in (FOLDER / "hl7v2").glob("*.yaml")
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    cases += [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (FOLDER / "adt/cases").glob("*.yaml")
    ]
    answered = [told(case["message"]) for case in cases if "MSA|AA|" in str(case.get("answer"))]
    assert KINDS - set().union(*answered) == set()
