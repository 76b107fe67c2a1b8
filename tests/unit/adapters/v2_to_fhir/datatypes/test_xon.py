"""adapters.v2_to_fhir.datatypes.xon: organisations that a message mentions."""

from adapters.v2_to_fhir.datatypes import xon
from tests.unit.adapters.v2_to_fhir.given import LOCAL, context, repetition


def test_an_organisation_with_its_number() -> None:
    where = context()
    found = xon.organization(repetition("检验中心^^9^^^LAB&1.2.3&ISO"), where)
    (draft,) = where.drafts.values()
    assert found == {"reference": draft.reference, "display": "检验中心"}
    assert draft.elements["identifier"] == [{"system": "urn:oid:1.2.3", "value": "9"}]


def test_a_coded_organisation() -> None:
    where = context()
    assert xon.coded(repetition("PMC^药厂^MVX"), where) is not None
    (draft,) = where.drafts.values()
    assert draft.elements["identifier"] == [{"system": f"{LOCAL}:organization", "value": "PMC"}]
    assert draft.elements["name"] == "药厂"


def test_nobody_is_nothing() -> None:
    assert xon.organization(repetition("^L"), context()) is None
