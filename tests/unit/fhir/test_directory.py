"""Attack 64: what of a professional everybody is shown."""

from typing import Any

import pytest

from fhir.definitions.compartments import compartments
from fhir.definitions.structures import structure
from fhir.directory import TYPES, is_personal, listed
from fhir.labels import SUBSETTED
from fhir.matching.citizen_number import SYSTEM

CITIZEN = "510104195803129013"
META = {"versionId": "1"}
KINDS = "http://terminology.hl7.org/CodeSystem/v2-0203"


def practitioner(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": "p", "meta": META} | more


def kind(code: str) -> dict[str, Any]:
    return {"type": {"coding": [{"system": KINDS, "code": code}]}, "system": "urn:x", "value": "1"}


def test_what_holds_nothing_else_is_shown_as_it_is() -> None:
    whole = practitioner(active=True, name=[{"family": "HTEST", "extension": [{"url": "urn:pinyin"}]}])
    assert listed(whole) is whole


@pytest.mark.parametrize(
    ("type", "use", "shown"),
    [
        ("Practitioner", "work", True),
        ("Practitioner", None, False),
        ("Practitioner", "mobile", False),
        ("Practitioner", "home", False),
        ("Practitioner", "temp", False),
        ("Practitioner", "old", False),
        ("PractitionerRole", "work", True),
        ("PractitionerRole", None, True),
        ("PractitionerRole", "mobile", False),
        ("PractitionerRole", "home", False),
        ("PractitionerRole", "temp", False),
        ("PractitionerRole", "old", False),
    ],
)
def test_contacts_are_shown_by_their_use(type: str, use: str | None, shown: bool) -> None:
    contact = {"system": "phone", "value": "1"} | ({"use": use} if use else {})
    found = listed({"resourceType": type, "id": "p", "meta": META, "telecom": [contact]})
    assert found.get("telecom", []) == ([contact] if shown else [])
    assert (SUBSETTED in found["meta"].get("tag", ())) is not shown


@pytest.mark.parametrize(
    ("identifier", "personal"),
    [
        ({"system": SYSTEM, "value": "x"}, True),
        ({"system": "urn:staff", "value": CITIZEN}, True),
        ({"system": "urn:staff", "value": "５１０１０４ １９５８０３１２ ９０１３"}, True),
        ({"value": "51010819700101901x"}, True),
        ({"system": "urn:certificates", "value": f"200051110{CITIZEN}"}, True),
        ({"system": "urn:certificates", "value": "200051110510104195803129014"}, False),
        ({"system": "urn:licences", "value": "110510104000123"}, False),
        ({"system": "urn:oid:2.16.156.10011.1.4", "value": "0042"}, False),
        ({"system": "urn:x"}, False),
        (kind("NI"), True),
        (kind("NNCHN"), True),
        (kind("PPN"), True),
        (kind("SS"), True),
        (kind("EI"), False),
        (kind("MD"), False),
        (kind("LN"), False),
    ],
)
def test_numbers_of_the_person_and_numbers_of_the_work(identifier: dict[str, Any], personal: bool) -> None:
    assert is_personal(identifier) is personal
    found = listed(practitioner(identifier=[identifier], qualification=[{"code": {}, "issuer": {
        "display": "x", "identifier": identifier}}]))  # fmt: skip
    assert ("identifier" in found) is not personal
    assert ("identifier" in found["qualification"][0]["issuer"]) is not personal


def test_every_other_element_is_left_out_or_named_here() -> None:
    """Over all elements of R4: what is new in a later version is left out until somebody decides."""
    hidden = {"Practitioner": {"birthDate", "photo"}, "PractitionerRole": set[str]()}
    for type in TYPES:
        names = {element.name for element in structure(type).elements} - {"contained"}
        resource: dict[str, Any] = {name: [{"x": 1, "use": "work"}] for name in names}
        resource |= {"resourceType": type, "meta": META}
        left_out = names - listed(resource).keys()
        assert left_out == hidden[type] | {"text", "extension"}


def test_a_role_names_no_number_of_its_professional() -> None:
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {
        "reference": "Practitioner/p", "identifier": {"system": SYSTEM, "value": CITIZEN}}}  # fmt: skip
    assert listed(role)["practitioner"] == {"reference": "Practitioner/p"}
    alone = role | {"practitioner": {"identifier": {"system": SYSTEM, "value": CITIZEN}}}
    assert "practitioner" not in listed(alone)


def test_of_what_is_contained_professionals_are_listed_and_houses_shown() -> None:
    inner = practitioner(birthDate="1958-03-12", active=True) | {"id": "i"}
    house = {"resourceType": "Organization", "id": "h", "name": "HTEST", "text": {"div": "x"}}
    wife = {"resourceType": "RelatedPerson", "id": "w"}
    found = listed(practitioner(contained=[inner, house, wife]))
    assert [each["id"] for each in found["contained"]] == ["i", "h"]
    assert "birthDate" not in found["contained"][0]
    assert found["contained"][1]["name"] == "HTEST"


def test_extensions_are_left_out_at_any_depth_but_of_names() -> None:
    more = [{"url": "urn:x", "valueString": "x"}]
    whole = practitioner(
        active=True, _active={"extension": more},
        telecom=[{"use": "work", "value": "1", "_value": {"id": "a"}}],
        qualification=[{"code": {"text": "x", "extension": more}, "extension": more}],
        name=[{"family": "HTEST", "_family": {"extension": more}}], modifierExtension=more,
    )  # fmt: skip
    found = listed(whole)
    assert found["telecom"] == [{"use": "work", "value": "1"}]
    assert found["qualification"] == [{"code": {"text": "x"}}]
    assert "_active" not in found
    assert found["name"] == whole["name"]
    assert found["modifierExtension"] == more


def test_no_file_holds_a_professional() -> None:
    """`fhir.operations.compartment.rows` shows what it finds as it is; its rows are of these compartments."""
    for name in ("Patient", "Encounter"):
        assert TYPES.isdisjoint(compartments()[name])
