"""adapters.v2_to_fhir.datatypes.ei: numbers of orders and specimens."""

from adapters.v2_to_fhir.datatypes import ei
from tests.unit.adapters.v2_to_fhir.given import LOCAL, context, field, repetition


def test_an_order_number() -> None:
    assert ei.identifier(repetition("O1"), context(), "PLAC") == {
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PLAC"}]},
        "system": f"{LOCAL}:order",
        "value": "O1",
    }
    assert ei.identifier(repetition("O1^LIS"), context()) == {"system": f"{LOCAL}:order:LIS", "value": "O1"}
    assert ei.identifier(repetition("O1^LIS^1.2^ISO"), context()) == {"system": "urn:oid:1.2", "value": "O1"}
    assert ei.identifier(repetition("^LIS"), context()) is None


def test_a_pair_of_placer_and_filler() -> None:
    found = ei.pair(repetition("A&LAB^B"), context())
    assert [one["value"] for one in found] == ["A", "B"]
    assert [one["type"]["coding"][0]["code"] for one in found] == ["PLAC", "FILL"]
    assert len(ei.pair(repetition("^B"), context())) == 1


def test_keys_tell_authorities_apart() -> None:
    assert ei.key(repetition("O1^LIS")) != ei.key(repetition("O1^HIS"))
    assert ei.key(repetition("O1^LIS^1.2^ISO")) == "O1^1.2"
    assert ei.key(field("").first) == ""
