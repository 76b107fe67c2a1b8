"""Consents as filters: what each hides from whom (IHE PCF; FHIR R4 consent.html)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from auth.access.clearance import left
from auth.access.consent import Told, cleared, hidden, outright, told
from auth.access.provision import Reader
from fhir.search.types.interval import interval
from fhir.sensitivity import ACT_CODE
from fhir.store.facets import label
from fhir.store.in_memory import held

H1, H2, DR = "Organization/h1", "Organization/h2", "Practitioner/d1"
READER = Reader(frozenset({H1, DR}), "TREAT", datetime(2026, 6, 1, tzinfo=UTC))
TYPES = "http://hl7.org/fhir/resource-types"
PRIVACY = {"coding": [{"code": "patient-privacy"}]}
LAB = {
    "type": "Observation", "id": "lab", "owner": "Patient/p",
    "facets": ["Observation.code|http://loinc.org|2345-7", "Observation.code|2345-7",
               "Observation.category|c|laboratory", "refers|Encounter/e1"],
    "sort": {"date": interval("2020-05-05")[0]},  # type: ignore[index]
}  # fmt: skip
HIV = {
    "type": "Condition",
    "id": "hiv",
    "owner": "Patient/p",
    "facets": [label((ACT_CODE, "HIV"))],
    "sort": {},
}
ROWS = [LAB, HIV]


def consent(type: str | None = None, given: str = "2026-01-01", **more: Any) -> Told:
    root = {name: value for name, value in more.items() if name != "policy"}
    if type:
        root["type"] = type
    resource = {"status": "active", "scope": PRIVACY, "dateTime": given, "provision": root}
    if "policy" in more:
        resource["policyRule"] = {"coding": [{"code": more["policy"]}]}
    found = told(resource)
    assert found is not None
    return found


def actor(*references: str) -> list[dict[str, Any]]:
    return [{"reference": {"reference": each}} for each in references]


def gone(*consents: Told, reader: Reader = READER, open: bool = True) -> list[str]:
    """The ids that are hidden."""
    filter = hidden(consents, reader, open=open)
    return [] if filter is None else [row["id"] for row in ROWS if held(filter, row)]


OBSERVATIONS = [{"system": TYPES, "code": "Observation"}]
GLUCOSE = [{"coding": [{"system": "http://loinc.org", "code": "2345-7"}]}]
HIV_LABEL = [{"system": ACT_CODE, "code": "HIV"}]
DATA = {"reference": {"reference": "Observation/lab"}}
VISIT = {"reference": {"reference": "Encounter/e1"}}
ALL = ["lab", "hiv"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([consent("permit")], []),
        ([consent("deny")], ALL),
        ([consent(policy="OPTIN")], ALL),
        ([consent(policy="OPTOUT")], []),
        ([consent("deny", actor=actor(H1))], ALL),
        ([consent("deny", actor=actor(DR))], ALL),
        ([consent("deny", actor=actor(H2))], []),
        ([consent("deny", actor=actor(H2, H1))], ALL),
        ([consent("deny", purpose=[{"code": "TREAT"}])], ALL),
        ([consent("deny", purpose=[{"code": "HRESCH"}])], []),
        ([consent("deny", action=[{"coding": [{"code": "correct"}]}])], []),
        ([consent("deny", action=[{"coding": [{"code": "disclose"}]}])], ALL),
        ([consent("deny", period={"start": "2026-07"})], []),
        ([consent("deny", period={"start": "2026-05", "end": "2026-06"})], ALL),
        ([consent("deny", period={"end": "2026-05-31"})], []),
        ([consent("deny", **{"class": OBSERVATIONS})], ["lab"]),
        ([consent("deny", code=GLUCOSE)], ["lab"]),
        ([consent("deny", code=[{"coding": [{"code": "laboratory", "system": "c"}]}])], ["lab"]),
        ([consent("deny", code=[{"coding": [{"system": "x", "code": "2345-7"}]}])], []),
        ([consent("deny", securityLabel=HIV_LABEL)], ["hiv"]),
        # what has no date may be of then
        ([consent("deny", dataPeriod={"start": "2020", "end": "2020"})], ALL),
        ([consent("deny", dataPeriod={"start": "2021"})], ["hiv"]),
        ([consent("deny", data=[{"meaning": "instance", **DATA}])], ["lab"]),
        ([consent("deny", data=[{"meaning": "related", **VISIT}])], ["lab"]),
        ([consent("deny", data=[{"meaning": "instance", **VISIT}])], []),
        ([consent("deny", code=GLUCOSE, securityLabel=HIV_LABEL)], []),  # elements are joined by AND
        # exceptions
        ([consent("deny", provision=[{"type": "permit", "actor": actor(H1)}])], []),
        ([consent("deny", provision=[{"type": "permit", "actor": actor(H2)}])], ALL),
        ([consent("deny", provision=[{"type": "permit", "class": OBSERVATIONS}])], ["hiv"]),
        ([consent("deny", provision=[{"class": OBSERVATIONS}])], ["hiv"]),  # an exception turns it over
        ([consent("permit", provision=[{"type": "deny", "code": GLUCOSE}])], ["lab"]),
        ([consent("permit", provision=[{"type": "deny", "actor": actor(H1), "code": GLUCOSE}])], ["lab"]),
        ([consent("permit", provision=[{"type": "deny", "actor": actor(H2), "code": GLUCOSE}])], []),
        # a date has to be certain where it opens
        ([consent("deny", provision=[{"type": "permit", "dataPeriod": {"start": "2020"}}])], ["hiv"]),
        # several
        ([consent("permit"), consent("deny", actor=actor(H1))], ALL),
        ([consent("deny", "2026-01-01"), consent("permit", "2026-02-01")], []),  # the newest for the same
        ([consent("permit", "2026-02-01"), consent("deny", "2026-01-01")], []),
        ([consent("deny", "2026-01-01", actor=actor(H1)), consent("permit", "2026-02-01")], ALL),
        ([consent("deny", code=GLUCOSE), consent("deny", actor=actor(H1), securityLabel=HIV_LABEL)], ALL),
    ],
)  # fmt: skip
def test_what_is_hidden(given: list[Told], expected: list[str]) -> None:
    assert gone(*given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ALL),
        ([consent("permit")], []),
        ([consent("permit", actor=actor(H2))], ALL),
        ([consent("permit", **{"class": OBSERVATIONS})], ["hiv"]),
        ([consent("permit", provision=[{"type": "deny", "code": GLUCOSE}])], ["lab"]),
        ([consent("deny", provision=[{"type": "permit", "securityLabel": HIV_LABEL}])], ["lab"]),
    ],
)
def test_where_nothing_is_open_by_itself(given: list[Told], expected: list[str]) -> None:
    assert gone(*given, open=False) == expected


def test_only_an_active_privacy_consent_speaks() -> None:
    active = {"status": "active", "scope": PRIVACY, "provision": {"type": "deny"}}
    assert told(active) is not None
    for change in ({"status": "draft"}, {"status": "inactive"}, {"scope": {"coding": [{"code": "research"}]}},
                   {"provision": {}}):  # fmt: skip
        assert told(active | change) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (consent("deny"), True),
        (consent("deny", actor=actor(H1)), True),
        (consent("deny", actor=actor(H2)), False),
        (consent("deny", code=GLUCOSE), False),
        (consent("deny", provision=[{"type": "permit", "actor": actor(H1)}]), False),
        (consent("deny", provision=[{"type": "permit", "actor": actor(H2)}]), True),
        (consent("permit"), False),
    ],
)
def test_what_is_denied_outright(given: Told, expected: bool) -> None:
    assert outright([given], READER) is expected


def test_a_label_is_opened_by_name() -> None:
    named = consent("permit", actor=actor(H1), securityLabel=HIV_LABEL)
    nested = consent("deny", provision=[{"type": "permit", "securityLabel": HIV_LABEL, "actor": actor(DR)}])
    for one in (named, nested):
        ((labels, filter),) = cleared([one], READER)
        assert labels == {(ACT_CODE, "HIV")}
        assert (held(filter, HIV), held(filter, LAB)) == (True, False)
        assert list(cleared([one], Reader(frozenset({H2}), "TREAT", READER.at))) == []
    assert list(cleared([consent("deny", securityLabel=HIV_LABEL)], READER)) == []


def test_a_label_is_opened_of_what_its_provision_speaks_of_alone() -> None:
    """A rule for results does not open the diagnosis, whatever else opens diagnoses."""
    results = consent(
        "permit",
        actor=actor(DR),
        securityLabel=HIV_LABEL,
        **{"class": [{"system": TYPES, "code": "Observation"}]},
    )
    conditions = consent("permit", actor=actor(H1), **{"class": [{"system": TYPES, "code": "Condition"}]})
    ((_, filter),) = cleared([results, conditions], READER)
    seen = left([(ACT_CODE, "HIV")], None, None, [(frozenset({(ACT_CODE, "HIV")}), filter)])
    assert seen is not None
    assert not held(seen, HIV)
    assert held(seen, HIV | {"type": "Observation"})
