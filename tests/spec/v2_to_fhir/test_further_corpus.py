"""The Microsoft messages of documents, appointments, medication, charges and referrals (line 62)."""

import re
from pathlib import Path

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import COUNTED, convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.resource import parse, serialize
from fhir.validation import errors
from tests.unit.adapters.v2_to_fhir.given import identify

FOLDER = Path(__file__).parents[4] / "shared/corpora/hl7v2/microsoft"
FILES = [
    path
    for kind in ("MDM", "SIU", "RDE", "RDS", "DFT", "BAR", "REF")
    for path in FOLDER.glob(f"{kind}-*.hl7")
]
SOURCE = Source("HX", "Organization/hx")

pytestmark = pytest.mark.skipif(not FILES, reason="../shared/corpora is not there")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_valid_resolves_and_leaves_nothing_out(path: Path) -> None:
    message = Message.parse(path.read_text(encoding="utf-8"))
    conversion = convert(message, SOURCE, identify)
    made = [parse(serialize(merge(None, {}, draft)[0])) for draft in conversion.drafts]
    assert [fault for one in made for fault in errors(one)] == []
    known = {draft.reference for draft in conversion.drafts} | {SOURCE.organization}
    assert set(re.findall(r'"reference":"([^"]+)"', b"".join(map(serialize, made)).decode())) <= known
    listed = {place.split("-", 1)[0].split("[")[0] for place in conversion.unmapped}
    types = {one["resourceType"] for one in made}
    for segment in message.segments:
        if segment.name in COUNTED or segment.name in _MAIN:
            assert segment.name in listed or types & _OF.get(segment.name, types)


_OF = {
    "TXA": {"DocumentReference"},
    "SCH": {"Appointment"},
    "RXD": {"MedicationDispense"},
    "RXE": {"MedicationRequest"},
    "FT1": {"ChargeItem"},
    "RF1": {"ServiceRequest"},
}
_MAIN = frozenset(_OF)
