"""adapters.v2_to_fhir.datatypes.pl: places."""

import pytest

from adapters.v2_to_fhir.datatypes import pl
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        ("心内科^301^12", "心内科 301 12", "bd"),
        ("心内科^301", "心内科 301", "ro"),
        ("心内科", "心内科", "wa"),
        ("心内科^^^总院^^^A楼^3", "总院 A楼 3 心内科", "wa"),
    ],
)
def test_location(raw: str, name: str, kind: str) -> None:
    where = context()
    found = pl.location(repetition(raw), where)
    (draft,) = where.drafts.values()
    assert found == {"reference": draft.reference, "display": name}
    assert draft.elements["physicalType"]["coding"][0]["code"] == kind
    assert draft.elements["managingOrganization"] == {"reference": "Organization/hx"}


def test_a_description_alone_and_nothing() -> None:
    where = context()
    found = pl.location(repetition("^^^^^^^^走廊加床"), where)
    assert found is not None
    assert found["display"] == "走廊加床"
    assert pl.location(repetition("^^^^I"), where) is None
