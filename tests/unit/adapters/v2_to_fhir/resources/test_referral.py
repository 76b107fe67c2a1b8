"""Referrals of RF1."""

import pytest

from adapters.v2_to_fhir.source import SENDERS
from fhir.resource import Resource
from tests.unit.adapters.v2_to_fhir.given import LOCAL, converted, resources

PID = "PID|||P1||张三HTEST"
URIS = "urn:ietf:rfc:3986"


def by(system: str, value: str) -> Resource:
    """An Organization by its number."""
    return {"type": "Organization", "identifier": {"system": system, "value": value}}


def test_people_of_other_roles_are_listed() -> None:
    made = converted("RF1|A|||||R1", "PRD|PP^家庭医生|王^医生", PID, kind="REF^I12")
    (found,) = resources(made, "ServiceRequest")
    assert found["status"] == "active"
    assert "PRD[1]" in made.unmapped


def test_people_without_a_referral_are_listed() -> None:
    made = converted("PRD|RP|王^医生", PID, kind="REF^I12")
    assert resources(made, "ServiceRequest") == []
    assert "PRD[1]" in made.unmapped


PERSON = "PRD|RT|李^主任"


@pytest.mark.parametrize(
    ("prd", "performer", "listed"),
    [
        (PERSON, [{"display": "李主任"}], []),
        ("PRD|RT|||^^^HTEST2", [by(SENDERS, "HTEST2") | {"display": "HTEST2"}], []),
        (f"{PERSON}||^^^HTEST2", [{"display": "李主任"}, by(SENDERS, "HTEST2") | {"display": "HTEST2"}], []),
        ("PRD|RT|||^^^&1.2.156.7&ISO", [by(URIS, "urn:oid:1.2.156.7")], []),
        (
            "PRD|RT|||||||||华西^^^^^R&1.2.156.9&ISO^^^^H1",
            [by("urn:oid:1.2.156.9", "H1") | {"display": "华西"}],
            [],
        ),
        ("PRD|RT|||||||||华西^^H7", [by(f"{LOCAL}:organization", "H7") | {"display": "华西"}], []),
        # of two numbers the house's own counts, and the other one is listed
        ("PRD|RT|||^^^HTEST2||||||^^H7", [by(f"{LOCAL}:organization", "H7")], ["PRD[1]-4"]),
        # a name alone is no number
        (f"{PERSON}||||||||华西", [{"display": "李主任"}], ["PRD[1]-10"]),
        (f"{PERSON}||内科门诊", [{"display": "李主任"}], ["PRD[1]-4"]),
        ("PRD|RT|||||||||华西", None, ["PRD[1]-10", "PRD[1]"]),
        # who refers does so at home
        ("PRD|RP|王^医生||^^^HTEST2", None, ["PRD[1]-4"]),
    ],
)
def test_who_is_referred_to_and_where(prd: str, performer: list[Resource] | None, listed: list[str]) -> None:
    made = converted("RF1|A|||||R1", prd, PID, kind="REF^I12")
    (found,) = resources(made, "ServiceRequest")
    assert found.get("performer") == performer
    assert [each for each in made.unmapped if each.startswith("PRD")] == listed
