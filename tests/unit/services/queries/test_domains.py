"""The identifier domains of the region, as a source names them."""

from typing import Any

import pytest

from adapters.fhir_to_v2.cx import Authority
from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cx
from adapters.v2_to_fhir.source import Source
from services.queries.domains import Domain, Domains
from services.sources import Registration

CITIZEN, OID = "urn:oid:2.16.156.10011.1.3", "urn:oid:1.2.156.99.2"
PASSPORT = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PPN"}]}
OWN = Source("HQ1", "Organization/1", authorities={"LAB": "urn:oid:1.2.156.99.7"})
OTHER = Source("HQ2", "Organization/2", authority=OID)


def context(facility: str = "HQ1") -> Context:
    return Context(Message.parse(f"MSH|^~\\&|HIS|{facility}|F|C\r"), OWN, str)


def domains() -> Domains:
    return Domains({each.code: Registration(each) for each in (OWN, OTHER)}, context())


def number(system: str, **more: Any) -> dict[str, Any]:
    return {"system": system, "value": "1"} | more


@pytest.mark.parametrize(
    ("designator", "system", "certain"),
    [
        (("", "", ""), "urn:furong:source:HQ1:patient", True),
        (("HQ1", "", ""), "urn:furong:source:HQ1:outpatient", True),
        (("HQ2", "", ""), f"{OID}:inpatient", True),
        (("", "1.2.156.99.2", "ISO"), f"{OID}:patient", True),
        (("ANY", "1.2.156.99.2", "ISO"), OID, True),
        (("", "2.16.156.10011.1.3", "ISO"), CITIZEN, True),
        (("LAB", "", ""), "urn:oid:1.2.156.99.7", False),
        (("", "1.9.9", "ISO"), "urn:oid:1.9.9", False),
        (("WARD", "", ""), "urn:furong:source:HQ1:patient:WARD", False),
    ],
)
def test_what_a_designator_names(designator: tuple[str, str, str], system: str, certain: bool) -> None:
    domain = domains().named(designator)
    assert (domain.holds(number(system)), domain.certain) == (True, certain)


def test_a_designator_that_can_t_be_read_names_nothing() -> None:
    assert domains().named(("", "9.9.9", "ISO")) == Domain(frozenset(), certain=False)


def test_a_house_does_not_hold_what_another_gave() -> None:
    own = domains().own()
    assert not own.holds(number(f"{OID}:patient"))
    assert not own.holds(number("urn:furong:source:HQ1:patient:WARD"))
    assert not own.holds(number("urn:furong:source:HQ10:patient"))


@pytest.mark.parametrize(
    ("identifier", "authority"),
    [
        (number("urn:furong:source:HQ1:patient"), Authority("HQ1")),
        (number(f"{OID}:patient"), Authority("HQ2", "1.2.156.99.2", "ISO")),
        (number(OID), Authority("HQ2", "1.2.156.99.2", "ISO")),
        (number(CITIZEN), Authority("", "2.16.156.10011.1.3", "ISO")),
        (number("urn:oid:1.9.9"), Authority("", "1.9.9", "ISO")),
        (number("urn:furong:source:HQ1:patient:WARD"), Authority("WARD")),
        (number(f"{OID}:patient:WARD"), Authority("WARD", f"{OID}:patient:WARD", "URI")),
        (number("urn:furong:source:HQ1:passport", type=PASSPORT), None),
        ({"value": "1"}, None),
        ({"system": CITIZEN}, None),
    ],
)
def test_who_has_assigned_a_number(identifier: dict[str, Any], authority: Authority | None) -> None:
    assert domains().authority(identifier) == authority


@pytest.mark.parametrize("authority", ["", "HQ1", "WARD", "LAB", "HQ2&1.2.156.99.2&ISO", "X&1.9.9&ISO"])
@pytest.mark.parametrize("kind", ["", "PI", "MR", "门诊号"])
def test_a_source_finds_what_it_has_sent_itself(authority: str, kind: str) -> None:
    message = Message.parse(f"MSH|^~\\&|HIS|HQ1|F|C\rPID|1||77^^^{authority}^{kind}\r")
    reading = Context(message, OWN, str)
    sent = message.get("PID-3(1)")
    (identifier,) = cx.identifiers(sent, reading)  # type: ignore[arg-type]
    named = domains().named(cx.hd.parts(sent[4]))  # type: ignore[index]
    expected = OID if authority.startswith("HQ2") else None
    assert named.holds(identifier) or identifier["system"] == expected


def test_what_an_answer_names_is_understood_again() -> None:
    for identifier in (
        number("urn:furong:source:HQ1:patient"),
        number(f"{OID}:inpatient"),
        number(CITIZEN),
        number("urn:oid:1.9.9"),
        number("urn:furong:source:HQ1:patient:WARD"),
        number(f"{OID}:patient:WARD"),
    ):
        authority = domains().authority(identifier)
        assert authority is not None
        assert domains().named(tuple(authority)).holds(identifier)  # type: ignore[arg-type]
