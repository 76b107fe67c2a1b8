from typing import Any

from services.inbox import RECEIVED, Arrival
from services.portal.console.trial import trial

FINDING = {"code": "101", "severity": "W", "location": "PV1^1^2", "text": "field-missing"}
CORRECTION = Arrival(b"MSH|", b"", RECEIVED, "console", "S", findings=[FINDING], arrived="000A")


async def test_line_63_the_difference_is_shown_without_what_deceives_the_eye() -> None:
    async def rehearse(source: str, raw: bytes, arrived: str) -> dict[str, Any]:
        assert (source, raw, arrived) == ("S", b"MSH|", "000A")
        changes = {"Patient/p": ['+ name = "a\u202eb"'], "Encounter/e": []}
        return {"changes": changes, "unmapped": ["ZPI[1]-2"], "warnings": []}

    found = await trial(rehearse, CORRECTION)
    assert found.changes[0] == ("Patient/p", ['+ name = "a⟨U+202E⟩b"'])
    assert (found.patients, found.unmapped, found.advice) == (["Patient/p"], ["ZPI[1]-2"], None)
    assert [(one.place, one.english) for one in found.findings] == [("PV1^1^2", "A required field is empty")]


async def test_line_63_a_reason_has_advice_and_places() -> None:
    async def rehearse(source: str, raw: bytes, arrived: str) -> dict[str, Any]:
        issues = [{"path": ["Patient.birthDate"]}, {"path": "MRG[1]-1"}]
        return {"reason": {"text": "the Patient would not be valid FHIR", "issues": issues}}

    found = await trial(rehearse, CORRECTION)
    assert found.advice is not None
    assert found.advice.reason == "转换出的资源不符合 FHIR"
    assert (found.places, found.changes) == (["Patient.birthDate", "MRG[1]-1"], [])
