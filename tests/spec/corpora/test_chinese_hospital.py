"""Public messages re-cut as a Chinese hospital would send them give the same FHIR (checklist 9 to 19, 59)."""

from functools import cache
from pathlib import Path

import pytest

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import Conversion, convert
from tests.spec.corpora.given import CDC, MICROSOFT, NEEDED, SOURCE, name, resources, text, unaccounted
from tests.spec.corpora.projection import by_type, differences
from tests.spec.corpora.recut import HOSPITALS, Hospital, named, padded, recut
from tests.unit.adapters.v2_to_fhir.given import identify

pytestmark = NEEDED
FILES = [*CDC, *MICROSOFT]


@cache
def original(path: Path, patient: str) -> Conversion:
    return convert(Message.parse(named(text(path), patient)), SOURCE, identify)


@pytest.mark.parametrize("hospital", HOSPITALS, ids=lambda one: f"{one.charset}-{one.declared or 'silent'}")
@pytest.mark.parametrize("path", FILES or [None], ids=name)
def test_gives_the_same(path: Path, hospital: Hospital) -> None:
    raw = recut(text(path), hospital)
    message = Message.parse(decode(raw, "GB18030").text)
    made = convert(message, SOURCE, identify)
    before = original(path, hospital.name)
    assert differences(by_type(resources(made)), by_type(resources(before))) == []
    zs = [place for place in made.unmapped if place.startswith("ZRS")]
    assert len({place.split("-")[0] for place in zs}) == len(message.all("OBX"))
    assert unaccounted(message, made) == []
    assert {place for place in made.unmapped if not place.startswith(("ZRS", "MSH"))} == {
        place for place in before.unmapped if not place.startswith("MSH")
    }
    patients = [one for one in resources(made) if one["resourceType"] == "Patient"]
    for patient in patients[: len(message.all("PID"))]:  # behind them those of MRG, which have no name
        assert patient["name"][0]["text"] == hospital.name


@pytest.mark.parametrize("hospital", [HOSPITALS[3], HOSPITALS[6]], ids=lambda one: one.charset)
@pytest.mark.parametrize("path", FILES or [None], ids=name)
def test_however_lines_end_and_fields_are_padded(path: Path, hospital: Hospital) -> None:
    before = original(path, hospital.name)
    for raw in padded(recut(text(path), hospital), hospital.charset):
        message = Message.parse(decode(raw, "GB18030").text)
        made = convert(message, SOURCE, identify)
        assert differences(by_type(resources(made)), by_type(resources(before))) == []
        assert unaccounted(message, made) == []
