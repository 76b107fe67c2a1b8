"""What of a file tells that something else of it is hidden."""

from typing import Any

from auth.access.untold import untold
from fhir.store.in_memory import held

RESEARCH = {"id": "r", "scope": {"coding": [{"code": "research"}]}}
PRIVACY = {"id": "p", "scope": {"coding": [{"code": "patient-privacy"}]}}
ONCE = RESEARCH | {"id": "o", "private": True}


def row(type: str, id: str, *refers: str) -> dict[str, Any]:
    return {"type": type, "id": id, "facets": [f"refers|{each}" for each in refers]}


def test_only_of_what_was_never_about_privacy_anything_is_told() -> None:
    left = untold(None, [RESEARCH, PRIVACY, ONCE, {}])
    told = {id: held(left, row("Consent", id)) for id in ("r", "p", "o", "gone")}
    assert told == {"r": True, "p": False, "o": False, "gone": False}
    spoken = {id: held(left, row("Provenance", "x", f"Consent/{id}", "Patient/a")) for id in told}
    assert spoken == told
    assert not held(left, row("List", "x", "Consent/r", "Consent/p"))
    assert held(left, row("Observation", "p", "Composition/p"))
    assert held(left, row("Observation", "p"))


def test_it_is_told_of_what_is_open_alone() -> None:
    left = untold({"type": "Observation"}, [])
    assert held(left, row("Observation", "x"))
    assert not held(left, row("Condition", "x"))
    assert not held(left, row("Observation", "x", "Consent/r"))
