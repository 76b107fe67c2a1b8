"""Microsoft's messages (fifty kinds): valid R4, and nothing dropped unlisted (checklist 60 and 62)."""

import re
from collections import Counter
from pathlib import Path

import pytest

from fhir.resource import parse, serialize
from fhir.validation import validate
from tests.spec.corpora.given import MICROSOFT, NEEDED, SOURCE, conversion, name, resources, unaccounted

pytestmark = NEEDED
RESULTS = [
    path for path in MICROSOFT if path.name[:3] in ("LAB", "MDH", "OMG", "OML", "ORM", "ORU", "OUL", "VXU")
]


def test_the_corpus_is_whole() -> None:
    assert len(MICROSOFT) == 50
    assert len(RESULTS) == 10


@pytest.mark.parametrize("path", MICROSOFT or [None], ids=name)
def test_is_valid_r4(path: Path) -> None:
    for resource in resources(conversion(path)[1]):
        issues = validate(parse(serialize(resource)))
        assert [one for one in issues if one.severity in ("error", "fatal")] == []


@pytest.mark.parametrize("path", MICROSOFT or [None], ids=name)
def test_counts_in_are_counts_out_and_listed(path: Path) -> None:
    assert unaccounted(*conversion(path)) == []


@pytest.mark.parametrize("path", MICROSOFT or [None], ids=name)
def test_every_reference_resolves(path: Path) -> None:
    made = resources(conversion(path)[1])
    known = {f"{one['resourceType']}/{one['id']}" for one in made} | {SOURCE.organization}
    told = set(re.findall(rb'"reference":"([^"]+)"', b"".join(serialize(one) for one in made)))
    assert {one.decode() for one in told} <= known


@pytest.mark.parametrize("path", RESULTS or [None], ids=name)
def test_every_result_is_an_observation_or_a_document(path: Path) -> None:
    message, made = conversion(path)
    observed = Counter(one["resourceType"] for one in resources(made))["Observation"]
    listed = sum(bool(re.fullmatch(r"OBX\[\d+\]", place)) for place in made.unmapped)
    documents = [
        obx for obx in message.all("OBX") if obx[2].value in ("ED", "RP") and obx.index in made.represented
    ]
    assert observed + listed <= len(message.all("OBX")) <= observed + listed + len(documents)


@pytest.mark.parametrize("path", RESULTS or [None], ids=name)
def test_every_order_and_specimen_is_there(path: Path) -> None:
    message, made = conversion(path)
    count = Counter(one["resourceType"] for one in resources(made))
    if "RXA" in message:
        assert count["Immunization"] == len(message.all("RXA"))
    else:
        assert count["ServiceRequest"] == len(message.all("OBR"))
    if message.header[9][1].value in ("ORU", "OUL"):
        assert count["DiagnosticReport"] == len(message.all("OBR"))
    assert count["Specimen"] >= len(message.all("SPM"))
